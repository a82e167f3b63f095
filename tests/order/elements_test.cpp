// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/elements.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

#include "diffusion/diffusion.hpp"
#include "diffusion/element_matrices.hpp"
#include "diffusion/stencil.hpp"
#include "field/session.hpp"
#include "tests/support/element_meshes.hpp"

namespace myowave {
namespace {

using testing::BoxMesh;

/// Turned around an oblique axis, so that no face lies along the axes of space.
Point turned(const Point& p) {
  const double n = std::sqrt(14.0), c = std::cos(0.7), s = std::sin(0.7);
  const Point u = {1 / n, 2 / n, 3 / n};
  const double along = u[0] * p[0] + u[1] * p[1] + u[2] * p[2];
  const Point across = {u[1] * p[2] - u[2] * p[1], u[2] * p[0] - u[0] * p[2], u[0] * p[1] - u[1] * p[0]};
  Point q;
  for (std::size_t a = 0; a < 3; ++a) q[a] = c * p[a] + s * across[a] + (1 - c) * along * u[a];
  return q;
}

/// Keeps the boundary of the unit box and bends what lies inside.
Point bent(const Point& p, int dimension) {
  double bump = 0.1;
  for (std::size_t a = 0; a < static_cast<std::size_t>(dimension); ++a)
    bump *= std::sin(std::numbers::pi * p[a]);
  Point q = p;
  for (std::size_t a = 0; a < static_cast<std::size_t>(dimension); ++a) q[a] += bump;
  return q;
}

struct Case {
  Case(const ElementMesh& elements, const Tensor& D, double consistent_share)
      : Case(
            elements, [&D](std::int32_t) { return D; }, consistent_share) {}
  Case(const ElementMesh& elements, const ElementOperator::Diffusivity& D, double consistent_share)
      : mesh(elements), layout(mesh), op(mesh.elements(), layout, D, consistent_share) {}

  std::vector<double> random(unsigned seed) const {
    std::vector<double> x;
    for (std::int32_t i = 0; i < layout.owned(); ++i) {
      std::mt19937 generator(seed + 7919u * static_cast<unsigned>(layout.global_node(i)));
      x.push_back(std::uniform_real_distribution<double>(-1, 1)(generator));
    }
    return x;
  }
  std::vector<double> stiffness(const std::vector<double>& x) const {
    std::vector<double> y(x.size());
    op.stiffness(x, y);
    return y;
  }
  std::vector<double> shifted(double a, const std::vector<double>& x) const {
    std::vector<double> y(x.size());
    op.shifted(a, x, y);
    return y;
  }
  static double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return parallel::sum(sum);
  }

  Mesh mesh;
  Layout layout;
  ElementOperator op;
};

/// Values of all nodes by global number: two layouts of one mesh may be cut in different ways.
std::vector<double> by_node(const Layout& layout, std::span<const double> owned) {
  std::vector<double> mine(static_cast<std::size_t>(layout.global_size())), all(mine.size());
  for (std::int32_t i = 0; i < layout.owned(); ++i)
    mine[static_cast<std::size_t>(layout.global_node(i))] = owned[static_cast<std::size_t>(i)];
  parallel::sum(mine, all);
  return all;
}

const Tensor oblique = orthotropic_tensor(0.2, 0.1, 0.05, {1, 2, 3}, {3, 0, -1});

BoxMesh unit_box(CellKind kind, int cells) { return {kind, {cells, cells, cells}, {1.0, 1.0, 1.0}}; }

class Elements : public ::testing::TestWithParam<CellKind> {
 protected:
  BoxMesh bent_box(int cells) const {
    BoxMesh box = unit_box(kind, cells);
    return box.map([this](const Point& p) { return turned(bent(p, dimension_of(kind))); });
  }
  const CellKind kind = GetParam();
};

TEST_P(Elements, EveryNodeHasOneOwnerAndRegionsLieTogether) {
  BoxMesh box = unit_box(kind, 6);
  for (std::size_t cell = 0; cell < box.parts.regions.size(); ++cell)
    box.parts.regions[cell] = static_cast<std::int32_t>(cell % 3);
  const Mesh mesh(box.mesh());
  const Layout layout(mesh);

  std::vector<double> owners(static_cast<std::size_t>(mesh.node_count())), all(owners.size());
  std::int64_t last_row = -1;
  for (std::int32_t i = 0; i < layout.owned(); ++i) {
    const std::int64_t node = layout.global_node(i);
    ++owners[static_cast<std::size_t>(node)];
    EXPECT_EQ(layout.local_node(node), i);
    if (i > 0) {
      EXPECT_EQ(layout.row(node), last_row + 1);
    }
    last_row = layout.row(node);
  }
  parallel::sum(owners, all);

  EXPECT_EQ(all, std::vector<double>(all.size(), 1.0));
  // Within a rank the lowest tag of a node's elements never falls.
  std::vector<int> lowest(all.size(), 9);
  for (std::int32_t cell = 0; cell < mesh.elements().cell_count(); ++cell)
    for (const std::int32_t node : mesh.elements().nodes_of(cell))
      lowest[static_cast<std::size_t>(node)] =
          std::min(lowest[static_cast<std::size_t>(node)], mesh.elements().region(cell));
  for (std::int32_t i = 1; i < layout.owned(); ++i)
    EXPECT_GE(lowest[static_cast<std::size_t>(layout.global_node(i))],
              lowest[static_cast<std::size_t>(layout.global_node(i - 1))]);
}

/// The mesh with its nodes numbered at random.
ElementMesh shuffled(const BoxMesh& box) {
  std::vector<std::int32_t> place(box.parts.nodes.size());
  std::iota(place.begin(), place.end(), 0);
  std::shuffle(place.begin(), place.end(), std::mt19937(1));
  MeshParts parts = box.parts;
  for (std::size_t n = 0; n < place.size(); ++n)
    parts.nodes[static_cast<std::size_t>(place[n])] = box.parts.nodes[n];
  for (std::int32_t& node : parts.cell_nodes) node = place[static_cast<std::size_t>(node)];
  return ElementMesh(std::move(parts));
}

TEST_P(Elements, NeighboursComeNearEachOtherWhateverTheirNumbersInTheFile) {
  constexpr int cells = 8;
  const Mesh mesh(shuffled(unit_box(kind, cells)));
  const Layout layout(mesh);
  double sum = 0.0, largest = 0.0, count = 0.0;
  for (std::int32_t cell = 0; cell < mesh.elements().cell_count(); ++cell)
    for (const std::int32_t a : mesh.elements().nodes_of(cell))
      for (const std::int32_t b : mesh.elements().nodes_of(cell))
        if (a != b && layout.local_node(a) >= 0 && layout.local_node(b) >= 0) {
          const double distance = std::abs(layout.local_node(a) - layout.local_node(b));
          sum += distance;
          largest = std::max(largest, distance);
          ++count;
        }

  // A third of all nodes is what random numbers give; levels of a box have (cells + 1)^(d - 1) nodes.
  const double level = std::pow(cells + 1.0, dimension_of(kind) - 1);
  EXPECT_LT(sum, 2.0 * level * count);
  EXPECT_LT(largest, 4.0 * level);
}

TEST_P(Elements, ExchangeFillsTheNodesOfOthers) {
  const Mesh mesh(unit_box(kind, 6).mesh());
  const Layout layout(mesh);
  std::vector<double> owned, ghosted(static_cast<std::size_t>(layout.ghosted()));
  for (std::int32_t i = 0; i < layout.owned(); ++i)
    owned.push_back(static_cast<double>(layout.global_node(i)));

  layout.exchange(owned, ghosted);

  for (std::size_t i = 0; i < owned.size(); ++i) EXPECT_EQ(ghosted[i], owned[i]);
  for (std::size_t g = 0; g < layout.ghosts().size(); ++g)
    EXPECT_EQ(ghosted[owned.size() + g], layout.ghosts()[g]);
  EXPECT_EQ(layout.ghosts().empty(), parallel::size() == 1);
}

TEST_P(Elements, ProductsAreThoseOfTheSumOverElements) {
  const Case c(bent_box(6).mesh(), oblique, 0.3);
  const std::size_t nodes = static_cast<std::size_t>(c.mesh.node_count());
  std::vector<double> x(nodes), Kx(nodes), Mx(nodes);
  for (std::size_t n = 0; n < nodes; ++n) x[n] = std::sin(1.0 + 3.0 * static_cast<double>(n));
  std::array<Point, max_cell_nodes> points;
  for (std::int32_t cell = 0; cell < c.mesh.elements().cell_count(); ++cell) {
    const auto m = element_matrices(kind, c.mesh.elements().points_of(cell, points), oblique);
    const auto its = c.mesh.elements().nodes_of(cell);
    for (std::size_t i = 0; i < its.size(); ++i)
      for (std::size_t j = 0; j < its.size(); ++j) {
        const auto row = static_cast<std::size_t>(its[i]), column = static_cast<std::size_t>(its[j]);
        Kx[row] += m.stiffness[i][j] * x[column];
        Mx[row] += m.mass[i][j] * (0.3 * x[column] + 0.7 * x[row]);
      }
  }
  std::vector<double> mine;
  for (std::int32_t i = 0; i < c.layout.owned(); ++i)
    mine.push_back(x[static_cast<std::size_t>(c.layout.global_node(i))]);

  const std::vector<double> y = c.stiffness(mine), z = c.shifted(2.5, mine);

  for (std::int32_t i = 0; i < c.layout.owned(); ++i) {
    const auto node = static_cast<std::size_t>(c.layout.global_node(i));
    EXPECT_NEAR(y[static_cast<std::size_t>(i)], Kx[node], 1e-14);
    EXPECT_NEAR(z[static_cast<std::size_t>(i)], Mx[node] + 2.5 * Kx[node], 1e-14);
  }
}

TEST_P(Elements, StiffnessIsSymmetricAndTakesConstantsToZero) {
  const Case c(bent_box(6).mesh(), oblique, 0.0);
  const std::vector<double> x = c.random(1), y = c.random(2);
  const std::vector<double> one(x.size(), -85.0);

  const double xKy = Case::dot(x, c.stiffness(y)), yKx = Case::dot(y, c.stiffness(x));

  EXPECT_NEAR(xKy, yKx, 1e-13 * std::abs(xKy) + 1e-13);
  EXPECT_GT(Case::dot(x, c.stiffness(x)), 0.0);
  for (const double value : c.stiffness(one)) EXPECT_NEAR(value, 0.0, 1e-12);
}

TEST_P(Elements, MassSumsToTheMeasureWhateverItsShareOfTheConsistentOne) {
  double measure = 0.0;
  const ElementMesh elements = bent_box(6).mesh();
  std::array<Point, max_cell_nodes> points;
  for (std::int32_t cell = 0; cell < elements.cell_count(); ++cell)
    measure += measure_of(kind, elements.points_of(cell, points));

  for (const double share : {0.0, 0.4, 1.0}) {
    const Case c(elements, oblique, share);
    const std::vector<double> one(static_cast<std::size_t>(c.layout.owned()), 1.0);
    EXPECT_NEAR(Case::dot(one, c.shifted(0.0, one)), measure, 1e-12);
    EXPECT_NEAR(Case::dot(one, {c.op.mass().begin(), c.op.mass().end()}), measure, 1e-12);
  }
}

TEST_P(Elements, ATurnedMeshGivesTheTurnedSolution) {
  const Tensor D = orthotropic_tensor(0.2, 0.1, 0.05, {1, 1, 1}, {1, -1, 0});
  const Tensor turned_D = orthotropic_tensor(0.2, 0.1, 0.05, turned({1, 1, 1}), turned({1, -1, 0}));
  BoxMesh box = unit_box(kind, 6);
  const Case straight(box.mesh(), D, 0.5), oblique_case(box.map(turned).mesh(), turned_D, 0.5);
  Potential a(straight.layout), b(oblique_case.layout);
  for (Potential* V : {&a, &b})
    for (std::int32_t i = 0; i < V->layout().owned(); ++i)
      V->values()[static_cast<std::size_t>(i)] =
          std::cos(3.0 * static_cast<double>(V->layout().global_node(i)));

  make_implicit(straight.op, 0.5, 1e-13)->advance(a, 0.1);
  make_implicit(oblique_case.op, 0.5, 1e-13)->advance(b, 0.1);

  const std::vector<double> x = by_node(straight.layout, a.values()),
                            y = by_node(oblique_case.layout, b.values());
  for (std::size_t n = 0; n < x.size(); ++n) EXPECT_NEAR(x[n], y[n], 1e-11);
}

/// Largest error of the solution u of u - div(D grad u) = f - div(D grad f) against u = f, one step of
/// backward Euler, on a mesh that is bent and lies obliquely in space. f is the product of x^2 (1 - x)^2
/// over the axes of the box, so that there is no flux through its sides whatever D.
double error_of(CellKind kind, int cells, double consistent_share) {
  const auto dimension = static_cast<std::size_t>(dimension_of(kind));
  const Tensor D = orthotropic_tensor(0.02, 0.01, 0.005, {3, 2, 1}, {1, -1, -1});
  const Tensor turned_D = orthotropic_tensor(0.02, 0.01, 0.005, turned({3, 2, 1}), turned({1, -1, -1}));
  BoxMesh box = unit_box(kind, cells);
  box.map([&](const Point& p) { return bent(p, dimension_of(kind)); });
  const std::vector<Point> flat = box.parts.nodes;
  const Case c(box.map(turned).mesh(), turned_D, consistent_share);
  auto g = [](double x) { return 16 * x * x * (1 - x) * (1 - x); };
  auto g1 = [](double x) { return 32 * x - 96 * x * x + 64 * x * x * x; };
  auto g2 = [](double x) { return 32 - 192 * x + 192 * x * x; };
  auto f = [&](const Point& p) {
    double product = 1.0;
    for (std::size_t a = 0; a < dimension; ++a) product *= g(p[a]);
    return product;
  };
  auto second = [&](const Point& p, std::size_t a, std::size_t b) {
    double product = 1.0;
    for (std::size_t k = 0; k < dimension; ++k)
      product *= k != a && k != b ? g(p[k]) : a == b ? g2(p[k]) : g1(p[k]);
    return product;
  };
  Potential u(c.layout);
  for (std::int32_t i = 0; i < c.layout.owned(); ++i) {
    const Point& p = flat[static_cast<std::size_t>(c.layout.global_node(i))];
    double value = f(p);
    for (std::size_t a = 0; a < dimension; ++a)
      for (std::size_t b = 0; b < dimension; ++b) value -= D[a][b] * second(p, a, b);
    u.values()[static_cast<std::size_t>(i)] = value;
  }

  make_implicit(c.op, 1.0, 1e-12)->advance(u, 1.0);

  double error = 0.0;
  for (std::int32_t i = 0; i < c.layout.owned(); ++i) {
    const Point& p = flat[static_cast<std::size_t>(c.layout.global_node(i))];
    error = std::max(error, std::abs(u.values()[static_cast<std::size_t>(i)] - f(p)));
  }
  return parallel::max(error);
}

TEST_P(Elements, SolutionWithObliqueFibresIsOfOrderTwo) {
  const int cells = dimension_of(kind) == 3 ? 16 : 32;
  for (const double share : {0.0, 0.5, 1.0}) {
    const double order = std::log2(error_of(kind, cells, share) / error_of(kind, 2 * cells, share));

    RecordProperty("order_mass_" + std::to_string(share).substr(0, 3), std::to_string(order));
    EXPECT_NEAR(order, 2.0, 0.15) << "share of the consistent mass " << share;
  }
}

TEST_P(Elements, ExplicitStepsAreStableUpToTheLimit) {
  const Case c(bent_box(6).mesh(), oblique, 0.0);
  const double limit = 2.0 / c.op.largest_rate();
  auto growth = [&](double dt) {
    std::vector<double> x = c.random(3), y(x.size());
    for (int n = 0; n < 300; ++n) {
      c.op.euler_step(dt, x, y);
      std::swap(x, y);
    }
    return std::sqrt(Case::dot(x, x) / static_cast<double>(c.layout.global_size()));
  };

  EXPECT_LT(growth(0.999 * limit), 2.0);
  EXPECT_GT(growth(2.5 * limit), 1e3);  // the bound of a bent mesh is no more than this away
}

TEST_P(Elements, ExplicitAndImplicitStepsAgree) {
  const Case c(bent_box(6).mesh(), oblique, 0.0);
  Potential a(c.layout), b(c.layout);
  const std::vector<double> x = c.random(4);
  std::copy(x.begin(), x.end(), a.values().begin());
  std::copy(x.begin(), x.end(), b.values().begin());
  const double dt = 0.02 / c.op.largest_rate();

  make_explicit(c.op, dt, 1)->advance(a, dt);
  make_implicit(c.op, 0.5, 1e-14)->advance(b, dt);

  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_NEAR(a.values()[i], b.values()[i], 2e-6);
}

TEST_P(Elements, FluxIsContinuousWhereTheConductivityJumps) {
  // V along x with slopes 1 / D on both sides of x = 0.5: the same flux everywhere.
  const ElementMesh elements = unit_box(kind, 6).mesh();
  const auto D_at = [](double x) { return x < 0.5 ? 0.2 : 0.05; };
  const Case c(
      elements,
      [&](std::int32_t cell) {
        return axisymmetric_tensor(D_at(elements.centre(cell)[0]), 0.01, {1, 0, 0});
      },
      0.0);
  std::vector<double> V;
  for (std::int32_t i = 0; i < c.layout.owned(); ++i) {
    const double x = c.mesh.position(c.layout.global_node(i))[0];
    V.push_back(std::min(x, 0.5) / 0.2 + std::max(x - 0.5, 0.0) / 0.05);
  }

  const std::vector<double> KV = c.stiffness(V);

  double inflow = 0.0;
  for (std::int32_t i = 0; i < c.layout.owned(); ++i) {
    const double x = c.mesh.position(c.layout.global_node(i))[0];
    if (x == 0.0)
      inflow += KV[static_cast<std::size_t>(i)];
    else if (x < 1.0) {
      EXPECT_NEAR(KV[static_cast<std::size_t>(i)], 0.0, 1e-14);
    }
  }
  EXPECT_NEAR(parallel::sum(inflow), -1.0, 1e-13);
}

TEST_P(Elements, NodesOfElementsThatDoNotConductStayAsTheyAre) {
  const ElementMesh elements = bent_box(6).mesh();
  const auto insulated = [&](std::int32_t cell) {
    return cell % 6 < 3 || cell > elements.cell_count() / 2;
  };
  std::vector<double> conducting(static_cast<std::size_t>(elements.node_count()));
  for (std::int32_t cell = 0; cell < elements.cell_count(); ++cell)
    for (const std::int32_t node : elements.nodes_of(cell))
      if (!insulated(cell)) conducting[static_cast<std::size_t>(node)] = 1.0;
  for (const double share : {0.0, 1.0})
    for (const bool none : {false, true}) {
      const Case c(
          elements, [&](std::int32_t cell) { return none || insulated(cell) ? Tensor{} : oblique; },
          share);
      Potential V(c.layout);
      const std::vector<double> before = c.random(5);
      std::copy(before.begin(), before.end(), V.values().begin());
      std::vector<std::unique_ptr<Diffusion>> methods;
      methods.push_back(make_implicit(c.op, 0.5, 1e-12));
      if (share == 0.0) methods.push_back(make_diffusion(c.op, {}, 0.001));

      for (const auto& method : methods) method->advance(V, 0.001);

      double moved = 0.0;
      for (std::size_t i = 0; i < before.size(); ++i) {
        ASSERT_TRUE(std::isfinite(V.values()[i]));
        const auto node = static_cast<std::size_t>(c.layout.global_node(static_cast<std::int32_t>(i)));
        const double change = std::abs(V.values()[i] - before[i]);
        if (none || (share == 0.0 && conducting[node] == 0.0)) {
          EXPECT_LT(change, 1e-10);
        }
        moved = std::max(moved, change);
      }
      EXPECT_EQ(parallel::max(moved) > 1e-4, !none);
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Elements, ::testing::ValuesIn(all_cell_kinds),
                         [](const auto& kind) { return name_of(kind.param); });

/// Largest difference between the products of the stencils and of elements with the same nodes.
double difference(const MeshSettings& settings, CellKind kind) {
  const Mesh grid(settings);
  const Layout grid_layout(grid);
  const Tensor D = axisymmetric_tensor(0.2, 0.05, {1, 0, 0});
  const StencilOperator stencil(grid, grid_layout, D);
  Point size{};
  std::copy(settings.size.begin(), settings.size.end(), size.begin());
  const Case c(
      BoxMesh(kind, {grid.grid().cells(0), grid.grid().cells(1), grid.grid().cells(2)}, size).mesh(), D,
      0.0);
  auto field = [](std::int64_t node) { return std::sin(1.0 + 5.0 * static_cast<double>(node)); };
  auto stepped = [&](const Layout& layout, const DiffusionOperator& op) {
    std::vector<double> x, y(static_cast<std::size_t>(layout.owned()));
    for (std::int32_t i = 0; i < layout.owned(); ++i) x.push_back(field(layout.global_node(i)));
    op.euler_step(0.1, x, y);
    return by_node(layout, y);
  };
  const std::vector<double> a = stepped(grid_layout, stencil), b = stepped(c.layout, c.op);
  double largest = 0.0;
  for (std::size_t n = 0; n < a.size(); ++n) largest = std::max(largest, std::abs(a[n] - b[n]));
  return largest;
}

TEST(ElementsAndStencils, SegmentsAreTheStencilOfACable) {
  EXPECT_LT(difference({MeshKind::cable, {2.0}, {0.25}, {}}, CellKind::segment), 1e-14);
}

TEST(ElementsAndStencils, RightTrianglesHaveTheStiffnessOfTheFivePointStencil) {
  // Not the mass: corners of the sheet belong to one triangle or to two.
  const Mesh grid(MeshSettings{MeshKind::sheet, {2.0, 1.5}, {0.25}, {}});
  const Layout layout(grid);
  const Tensor D = axisymmetric_tensor(0.2, 0.05, {1, 0, 0});
  const StencilOperator stencil(grid, layout, D);
  const Case c(BoxMesh(CellKind::triangle, {8, 6, 0}, {2.0, 1.5, 0.0}).mesh(), D, 0.0);
  auto energy = [](const Layout& its, const DiffusionOperator& op) {
    std::vector<double> x, y(static_cast<std::size_t>(its.owned()));
    for (std::int32_t i = 0; i < its.owned(); ++i)
      x.push_back(std::sin(1.0 + 5.0 * static_cast<double>(its.global_node(i))));
    op.stiffness(x, y);
    return Case::dot(x, y);
  };

  EXPECT_NEAR(energy(c.layout, c.op), energy(layout, stencil), 1e-13);
}

TEST(ElementsAndStencils, ConsistentMassHasNoExplicitSteps) {
  const Case c(unit_box(CellKind::triangle, 6).mesh(), oblique, 0.5);

  EXPECT_FALSE(c.op.has_diagonal_mass());
  EXPECT_THROW(make_diffusion(c.op, {DiffusionMethod::explicit_polynomial, 10, 1e-8}, 1e-6), InputError);
  EXPECT_NE(make_diffusion(c.op, {}, 1e-6)->description().find("Crank-Nicolson"), std::string::npos);
}

}  // namespace
}  // namespace myowave
