// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
// What a tissue is made of: walls, gradients, holes in meshes, their parts.
#include <gtest/gtest.h>

#include <cmath>

#include "meshes/cells.hpp"
#include "meshes/gradient.hpp"
#include "meshes/grid_elements.hpp"
#include "meshes/mesh_summary.hpp"
#include "meshes/parts.hpp"
#include "meshes/submesh.hpp"
#include "tests/support/element_meshes.hpp"

namespace myowave {
namespace {

using testing::BoxMesh;

constexpr double any = GradientSettings::missing;

// ------------------------------------------------------------------------------------- walls
TEST(Wall, HoldsWhatIsNearerThanHalfItsWidth) {
  const Shape wall = Wall{{{1.0, 1.0, 0.0}, {5.0, 1.0, 0.0}, {5.0, 4.0, 0.0}}, 0.5};

  for (const Point& inside : {Point{1.0, 1.0, 0.0},
                              {3.0, 1.25, 0.0},
                              {3.0, 0.75, 0.0},
                              {5.25, 2.0, 0.0},
                              {5.1, 0.9, 0.0},
                              {0.75, 1.0, 0.0},
                              {5.0, 4.25, 0.0},
                              {3.0, 1.0, 0.25}})
    EXPECT_TRUE(contains(wall, inside)) << inside[0] << " " << inside[1];
  for (const Point& outside : {Point{3.0, 1.26, 0.0},
                               {0.74, 1.0, 0.0},
                               {4.7, 2.0, 0.0},
                               {5.0, 4.26, 0.0},
                               {3.0, 2.5, 0.0},
                               {3.0, 1.0, 0.26}})
    EXPECT_FALSE(contains(wall, outside)) << outside[0] << " " << outside[1];
  EXPECT_FALSE(contains(wall, {5.2, 0.8, 0.0}));  // round at its corners
}

TEST(Wall, ReachesThroughAxesThatItsPointsDoNotHave) {
  const Shape wall = Wall{{{1.0, 1.0, any}, {5.0, 1.0, any}}, 0.5};

  EXPECT_TRUE(contains(wall, {3.0, 1.2, 100.0}));
  EXPECT_FALSE(contains(wall, {3.0, 1.3, 100.0}));
  EXPECT_TRUE(contains(Wall{{{1.0, any, any}, {2.0, any, any}}, 0.5}, {2.2, -7.0, 5.0}));
}

TEST(Wall, AsWideAsTheWidestCellLetsNoCurrentThrough) {
  for (const double slope : {0.0, 0.13, 0.5, 1.0, 3.7}) {
    MeshSettings settings{MeshKind::sheet, {4.0, 4.0}, {0.1}, {}};
    const double width = widest_cell(Mesh(settings));
    EXPECT_NEAR(width, 0.1 * std::sqrt(2.0), 1e-15);
    const auto holes = [&](double w) {
      settings.holes = {Wall{{{-1.0, 2.0 - 3.0 * slope, any}, {5.0, 2.0 + 3.0 * slope, any}}, w}};
      return Mesh(settings);
    };
    EXPECT_EQ(Parts(holes(width)).count(), 2) << slope;
    EXPECT_EQ(Parts(elements_of(holes(width))).count(), 2) << slope;
    EXPECT_EQ(Parts(holes(0.01)).count(), 1) << slope;
  }
}

// --------------------------------------------------------------------------------- gradients
const Mesh& slab() {
  static const Mesh mesh(MeshSettings{MeshKind::slab, {8.0, 4.0, 2.0}, {1.0}, {}});
  return mesh;
}

TEST(Gradient, AlongAnAxisGoesThroughTheMeshOrBetweenTwoPositions) {
  const Gradient whole({1}, slab()), part({0, {2.0, any, any}, {6.0, any, any}}, slab());

  EXPECT_EQ(whole.share({9.0, 1.0, 9.0}), 0.25);
  EXPECT_EQ(whole.share({0.0, -1.0, 0.0}), 0.0);
  EXPECT_EQ(whole.share({0.0, 5.0, 0.0}), 1.0);
  EXPECT_EQ(part.share({3.0, 0.0, 0.0}), 0.25);
  EXPECT_EQ(part.share({1.0, 0.0, 0.0}), 0.0);
}

TEST(Gradient, FromPointToPointIsConstantAcross) {
  const Gradient gradient({-1, {1.0, 1.0, any}, {4.0, 5.0, any}}, slab());

  EXPECT_NEAR(gradient.share({2.5, 3.0, 7.0}), 0.5, 1e-15);
  EXPECT_NEAR(gradient.share({2.5 + 4.0, 3.0 - 3.0, 7.0}), 0.5, 1e-15);
  EXPECT_EQ(gradient.share({0.0, 0.0, 0.0}), 0.0);
  EXPECT_EQ(gradient.share({5.0, 6.0, 0.0}), 1.0);
}

TEST(Gradient, ThatIsSmoothHasNoKinkAtItsEnds) {
  GradientSettings settings;
  const Gradient straight(settings, slab());
  settings.smooth = true;
  const Gradient smooth(settings, slab());

  EXPECT_EQ(smooth.share({0.0, 0, 0}), 0.0);
  EXPECT_EQ(smooth.share({4.0, 0, 0}), 0.5);
  EXPECT_EQ(smooth.share({8.0, 0, 0}), 1.0);
  EXPECT_LT(smooth.share({0.008, 0, 0}), 4e-6);
  EXPECT_NEAR(straight.share({0.008, 0, 0}), 1e-3, 1e-15);
}

TEST(Gradient, NeedsItsAxes) {
  const Mesh sheet(MeshSettings{MeshKind::sheet, {1.0, 1.0}, {0.5}, {}});

  EXPECT_THROW(Gradient({2}, sheet), InputError);
  EXPECT_THROW(Gradient({-1, {0.0, 0.0, 0.0}, {1.0, 0.0, 0.0}}, sheet), InputError);
  EXPECT_NO_THROW(Gradient({-1, {0.0, 0.0, any}, {1.0, 0.0, any}}, sheet));
}

// ------------------------------------------------------------------------------ cells and holes
TEST(Cells, OfAGridAndOfItsElementsLieAtTheSamePlaces) {
  for (const MeshSettings& settings :
       {MeshSettings{MeshKind::cable, {2.0}, {0.5}, {}},
        MeshSettings{MeshKind::sheet, {2.0, 1.5}, {0.5}, {}},
        MeshSettings{MeshKind::slab, {2.0, 1.5, 1.0}, {0.5, 0.5, 0.25}, {}}}) {
    const Mesh grid(settings);
    const ElementMesh elements = elements_of(grid);
    const Cells a = cells_of(grid), b = cells_of(elements);

    ASSERT_EQ(a.count(), b.count());
    EXPECT_EQ(a.size, b.size);
    for (std::size_t cell = 0; cell < a.count(); ++cell)
      for (std::size_t axis = 0; axis < 3; ++axis)
        EXPECT_NEAR(a.centre(cell)[axis], b.centre(cell)[axis], 1e-15);
  }
}

TEST(Submesh, KeepsWhatBelongsToItsCells) {
  BoxMesh box(CellKind::quadrilateral, {3, 2, 0}, {3.0, 2.0, 0.0});
  box.directions({1, 0, 0}, {0, 1, 0});
  for (std::size_t cell = 0; cell < 6; ++cell) {
    box.parts.fibres[cell] = {std::cos(0.1 * static_cast<double>(cell)),
                              std::sin(0.1 * static_cast<double>(cell)), 0};
    box.parts.sheets[cell] = {-box.parts.fibres[cell][1], box.parts.fibres[cell][0], 0};
    box.parts.conductivity_factors.push_back(0.5 * static_cast<double>(cell));
  }
  const ElementMesh whole = box.mesh();

  const ElementMesh part = submesh(whole, {true, false, true, true, false, false}, {1, 2, 3, 4, 5, 6});

  EXPECT_EQ(part.node_count(), 4 + 2 + 4);  // the third square has four of its own
  EXPECT_EQ(part.parts().regions, (std::vector<std::int32_t>{1, 3, 4}));
  EXPECT_EQ(part.parts().conductivity_factors, (std::vector<double>{0.0, 1.0, 1.5}));
  const std::int32_t from[] = {0, 2, 3};
  for (std::int32_t cell = 0; cell < 3; ++cell) {
    EXPECT_EQ(part.fibre(cell), whole.fibre(from[cell]));
    EXPECT_EQ(part.sheet(cell), whole.sheet(from[cell]));
    EXPECT_EQ(part.centre(cell), whole.centre(from[cell]));
  }
}

TEST(GridWithFurtherHoles, KeepsItsOwn) {
  const Mesh grid(MeshSettings{MeshKind::cable, {5.0}, {1.0}, {Sphere{{0.5, any, any}, 0.2}}});

  const Mesh more = grid.without({false, false, true, false, false});

  EXPECT_FALSE(more.cell_is_tissue(0, 0, 0));
  EXPECT_TRUE(more.cell_is_tissue(1, 0, 0));
  EXPECT_FALSE(more.cell_is_tissue(2, 0, 0));
  EXPECT_EQ(Parts(more).of_node(), (std::vector<std::int32_t>{-1, 1, 1, 3, 3, 3}));
  EXPECT_EQ(Parts(more).count(), 2);
  const std::vector<std::int32_t> tags = {9, 8, 7, 6, 5};
  EXPECT_EQ(elements_of(more, tags).parts().regions, (std::vector<std::int32_t>{8, 6, 5}));
}

TEST(Parts, CountCellsThatConnectOnly) {
  const ElementMesh mesh = BoxMesh(CellKind::triangle, {4, 4, 0}, {4.0, 4.0, 0.0}).mesh();

  EXPECT_EQ(Parts(mesh).count(), 1);
  const Parts two(mesh, [&](std::int32_t cell) { return std::abs(mesh.centre(cell)[0] - 1.5) > 0.5; });
  EXPECT_EQ(two.count(), 2);
  const Parts none(mesh, [](std::int32_t) { return false; });
  EXPECT_EQ(none.count(), 0);
  EXPECT_EQ(none.of_node(), std::vector<std::int32_t>(25, -1));
}

// ------------------------------------------------------------------------- factors of elements
TEST(ConductivityFactors, MustBeFiniteAndNotNegative) {
  BoxMesh box(CellKind::triangle, {2, 1, 0}, {2.0, 1.0, 0.0});
  box.parts.conductivity_factors = {1.0, 0.0, 2.5, 0.3};
  EXPECT_EQ(box.mesh().conductivity_factor(2), 2.5);
  EXPECT_NE(summary_text(summary_of(box.mesh())).find("conductivity     times 0 to 2.5, mean 0.95\n"),
            std::string::npos);
  box.parts.conductivity_factors = {1.0, -0.1, std::nan(""), HUGE_VAL};

  try {
    box.mesh();
    FAIL();
  } catch (const InputError& error) {
    ASSERT_EQ(error.faults().size(), 3u);
    EXPECT_EQ(error.faults()[0].message,
              "the factor on the conductivity of element 1 is -0.1: it must be a finite number and not "
              "negative");
  }
}

}  // namespace
}  // namespace myowave
