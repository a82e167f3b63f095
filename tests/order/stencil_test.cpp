// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "diffusion/diffusion.hpp"
#include "diffusion/stage_sweep.hpp"
#include "diffusion/stencil.hpp"
#include "field/session.hpp"

namespace myowave {
namespace {

constexpr double pi = std::numbers::pi;

Tensor diffusivity(Point fibre, double along = 0.2, double across = 0.05) {
  TissueSettings settings;
  settings.surface_to_volume = settings.capacitance = 1.0;
  settings.longitudinal = along;
  settings.transverse = across;
  settings.fibre = fibre;
  return Tissue(settings).diffusivity();
}

MeshSettings box(MeshKind kind, std::vector<double> size, double spacing,
                 std::vector<Shape> holes = {}) {
  return {kind, std::move(size), {spacing}, std::move(holes)};
}

struct Case {
  explicit Case(const MeshSettings& settings, const Tensor& D)
      : mesh(settings), layout(mesh), op(mesh, layout, D) {}

  std::vector<double> stiffness(const std::vector<double>& x) const {
    std::vector<double> y(x.size());
    op.stiffness(x, y);
    return y;
  }
  std::vector<double> random(unsigned seed) const {
    std::vector<double> x(static_cast<std::size_t>(layout.owned()));
    for (std::size_t i = 0; i < x.size(); ++i) {
      std::mt19937 generator(
          seed + 7919u * static_cast<unsigned>(layout.global_node(static_cast<std::int32_t>(i))));
      x[i] = std::uniform_real_distribution<double>(-1, 1)(generator);
    }
    return x;
  }
  static double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0.0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return parallel::sum(sum);
  }

  Mesh mesh;
  Layout layout;
  StencilOperator op;
};

/// Boxes in 1, 2, 3 dimensions, straight and rotated fibres, with and without holes.
std::vector<std::pair<MeshSettings, Tensor>> all_cases() {
  const Sphere hole{{2.0, 2.0, 1.0}, 0.7};
  return {
      {box(MeshKind::cable, {4.0}, 0.25), diffusivity({1, 0, 0})},
      {box(MeshKind::sheet, {4.0, 3.0}, 0.25), diffusivity({1, 0, 0})},
      {box(MeshKind::sheet, {4.0, 3.0}, 0.25, {hole}), diffusivity({0.6, 0.8, 0})},
      {box(MeshKind::slab, {4.0, 3.0, 2.0}, 0.25), diffusivity({1, 0, 0})},
      {box(MeshKind::slab, {4.0, 3.0, 2.0}, 0.25, {hole}), diffusivity({1, 2, 3})},
  };
}

TEST(Stencil, HasThePointsOfItsKind) {
  const int expected[] = {3, 5, 9, 7, 19};

  for (std::size_t i = 0; i < all_cases().size(); ++i) {
    const auto [settings, D] = all_cases()[i];
    EXPECT_EQ(Case(settings, D).op.points(), expected[i]);
  }
}

TEST(Stencil, ConstantPotentialHasNoFlux) {
  for (const auto& [settings, D] : all_cases()) {
    const Case c(settings, D);
    const std::vector<double> one(static_cast<std::size_t>(c.layout.owned()), -85.0);

    for (const double value : c.stiffness(one)) EXPECT_NEAR(value, 0.0, 1e-12);
  }
}

TEST(Stencil, IsSymmetricAndPositive) {
  for (const auto& [settings, D] : all_cases()) {
    const Case c(settings, D);
    const std::vector<double> x = c.random(1), y = c.random(2);

    const double xKy = Case::dot(x, c.stiffness(y)), yKx = Case::dot(y, c.stiffness(x));

    EXPECT_NEAR(xKy, yKx, 1e-11 * std::abs(xKy) + 1e-11);
    EXPECT_GT(Case::dot(x, c.stiffness(x)), 0.0);
  }
}

TEST(Stencil, MassSumsToTheVolumeOfTheTissue) {
  const Case whole(box(MeshKind::slab, {4.0, 3.0, 2.0}, 0.25), diffusivity({1, 0, 0}));
  const Case holed(box(MeshKind::sheet, {4.0, 4.0}, 1.0, {Box{{1, 1, -9}, {2, 2, 9}}}),
                   diffusivity({1, 0, 0}));

  auto volume = [](const Case& c) {
    double sum = 0.0;
    for (const double m : c.op.mass()) sum += m;
    return parallel::sum(sum);
  };

  EXPECT_NEAR(volume(whole), 24.0, 1e-10);
  EXPECT_NEAR(volume(holed), 15.0, 1e-12);
}

TEST(Stencil, InteriorRowIsTheClassicalSevenPointStencil) {
  const Case c(box(MeshKind::slab, {4.0, 4.0, 4.0}, 0.5), diffusivity({1, 0, 0}));
  std::vector<double> x(static_cast<std::size_t>(c.layout.owned()), 0.0);
  const std::int64_t centre = c.mesh.nearest_node({2, 2, 2});
  if (const auto local = c.layout.local_node(centre); local >= 0)
    x[static_cast<std::size_t>(local)] = 1.0;

  const std::vector<double> y = c.stiffness(x);

  const double cell = 0.125;
  const std::pair<Point, double> expected[] = {{{2, 2, 2}, 2 * (0.2 + 0.05 + 0.05) / 0.25},
                                               {{2.5, 2, 2}, -0.2 / 0.25},
                                               {{2, 1.5, 2}, -0.05 / 0.25},
                                               {{2, 2, 2.5}, -0.05 / 0.25},
                                               {{2.5, 2.5, 2}, 0.0}};
  for (const auto& [point, value] : expected)
    if (const auto local = c.layout.local_node(c.mesh.nearest_node(point)); local >= 0) {
      EXPECT_NEAR(y[static_cast<std::size_t>(local)], value * cell, 1e-14);
    }
}

/// Largest error of the solution u of u - div(D grad u) = f - div(D grad f) against u = f, which is one
/// step of backward Euler. f = x^2 (1-x)^2 y^2 (1-y)^2: its gradient vanishes on the boundary of the
/// unit square, so that no flux holds for any tensor.
double tensor_error(int cells) {
  const Tensor D = diffusivity({0.6, 0.8, 0});
  const Case c(box(MeshKind::sheet, {1.0, 1.0}, 1.0 / cells), D);
  auto g = [](double x) { return x * x * (1 - x) * (1 - x); };
  auto g1 = [](double x) { return 2 * x - 6 * x * x + 4 * x * x * x; };
  auto g2 = [](double x) { return 2 - 12 * x + 12 * x * x; };
  auto f = [&](const Point& p) { return g(p[0]) * g(p[1]); };
  Potential u(c.layout);
  for (std::int32_t i = 0; i < c.layout.owned(); ++i) {
    const Point p = c.mesh.position(c.layout.global_node(i));
    const double flux =
        D[0][0] * g2(p[0]) * g(p[1]) + 2 * D[0][1] * g1(p[0]) * g1(p[1]) + D[1][1] * g(p[0]) * g2(p[1]);
    u.values()[static_cast<std::size_t>(i)] = f(p) - flux;
  }

  make_implicit(c.op, 1.0, 1e-12)->advance(u, 1.0);

  double error = 0.0;
  for (std::int32_t i = 0; i < c.layout.owned(); ++i) {
    const Point p = c.mesh.position(c.layout.global_node(i));
    error = std::max(error, std::abs(u.values()[static_cast<std::size_t>(i)] - f(p)));
  }
  return parallel::max(error);
}

TEST(Stencil, SolutionWithRotatedFibresIsOfOrderTwo) {
  const double order = std::log2(tensor_error(16) / tensor_error(32));

  RecordProperty("order", std::to_string(order));
  EXPECT_NEAR(order, 2.0, 0.1);
}

TEST(Stencil, FibreAlongYGivesTheSolutionOfFibreAlongXTurned) {
  const Case along_x(box(MeshKind::sheet, {3.0, 3.0}, 0.5), diffusivity({1, 0, 0}));
  const Case along_y(box(MeshKind::sheet, {3.0, 3.0}, 0.5), diffusivity({0, 1, 0}));
  auto f = [](double x, double y) { return std::sin(x) + x * y * y; };
  auto apply = [&](const Case& c, bool turned) {
    std::vector<double> x(static_cast<std::size_t>(c.layout.owned()));
    for (std::int32_t i = 0; i < c.layout.owned(); ++i) {
      const Point p = c.mesh.position(c.layout.global_node(i));
      x[static_cast<std::size_t>(i)] = turned ? f(p[1], p[0]) : f(p[0], p[1]);
    }
    return Case::dot(x, c.stiffness(x));  // the energy does not depend on the numbering
  };

  EXPECT_NEAR(apply(along_x, false), apply(along_y, true), 1e-12);
}

TEST(Stencil, NothingCrossesAHole) {
  // A hole across the whole width cuts the sheet in two.
  const Case c(box(MeshKind::sheet, {4.0, 2.0}, 0.25, {Box{{1.5, -1, -1}, {2.5, 3, 1}}}),
               diffusivity({0.6, 0.8, 0}));
  std::vector<double> x(static_cast<std::size_t>(c.layout.owned()));
  for (std::int32_t i = 0; i < c.layout.owned(); ++i)
    x[static_cast<std::size_t>(i)] = c.mesh.position(c.layout.global_node(i))[0] < 2.0 ? 30.0 : -85.0;

  for (const double value : c.stiffness(x)) EXPECT_NEAR(value, 0.0, 1e-11);
}

TEST(Stencil, ExplicitLimitIsSharp) {
  const Case c(box(MeshKind::sheet, {4.0, 4.0}, 0.25), diffusivity({1, 0, 0}));
  const double limit = 2.0 / c.op.largest_rate();
  auto growth = [&](double dt) {
    std::vector<double> x = c.random(3), y(x.size());
    for (int n = 0; n < 400; ++n) {
      c.op.euler_step(dt, x, y);
      std::swap(x, y);
    }
    double largest = 0.0;
    for (const double value : x) largest = std::max(largest, std::abs(value));
    return parallel::max(largest);
  };

  EXPECT_LT(growth(0.999 * limit), 1.5);
  EXPECT_GT(growth(1.03 * limit), 1e3);
}

/// Two, six, and so many stages that the halos of three ranks do not fit everywhere.
std::vector<Stages> all_stages() {
  return {{0.5, {}}, {0.3, {{0.1, 0.6}, {0.7, 0.4}}}, {0.2, std::vector<StagePair>(5, {0.3, 0.2})}};
}

TEST(Stencil, AllStagesInOnePassAreTheStagesOneByOne) {
  constexpr double h = 0.03;
  for (const auto& [settings, D] : all_cases())
    for (const Stages& stages : all_stages())
      for (const auto& [increments, tolerance] :
           {std::pair(Increments::doubles, 1e-14), std::pair(Increments::floats, 2e-6)}) {
        const Case c(settings, D);
        const std::vector<double> before = c.random(4);
        std::vector<double> one_by_one = before, at_once = before;

        c.op.DiffusionOperator::stages(stages, Increments::doubles)->advance(h, one_by_one);
        const auto sweep = c.op.stages(stages, increments);
        std::vector<double> other = c.random(5);
        sweep->advance(2.0 * h, other);  // another step before
        sweep->advance(h, at_once);

        double largest = 0.0;
        for (std::size_t i = 0; i < at_once.size(); ++i)
          largest = std::max(largest, std::abs(one_by_one[i] - before[i]));
        EXPECT_GT(parallel::max(largest), 0.1);
        for (std::size_t i = 0; i < at_once.size(); ++i)
          EXPECT_NEAR(at_once[i], one_by_one[i], tolerance);
      }
}

TEST(Stencil, StagesNeedNoExchangeOnThickSheets) {
  const Case thick(box(MeshKind::sheet, {4.0, 6.0}, 0.25), diffusivity({1, 0, 0}));
  const Case thin(box(MeshKind::sheet, {4.0, 1.5}, 0.25), diffusivity({1, 0, 0}));
  const Case cable(box(MeshKind::cable, {4.0}, 0.25), diffusivity({1, 0, 0}));
  const auto in_one_pass = [](const Case& c) {
    return make_stage_sweep(c.mesh, c.layout, diffusivity({1, 0, 0}), all_stages()[1],
                            Increments::doubles) != nullptr;
  };

  EXPECT_TRUE(in_one_pass(thick));
  EXPECT_EQ(in_one_pass(thin), parallel::size() == 1);
  EXPECT_FALSE(in_one_pass(cable));
}

}  // namespace
}  // namespace myowave
