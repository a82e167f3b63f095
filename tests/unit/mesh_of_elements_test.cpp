// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "meshes/grid_elements.hpp"
#include "meshes/mesh.hpp"
#include "meshes/mesh_summary.hpp"
#include "tests/support/element_meshes.hpp"

namespace myowave {
namespace {

using testing::BoxMesh;

TEST(MeshOfElements, HasTheirNodesAndNoGrid) {
  const Mesh mesh(BoxMesh(CellKind::triangle, {4, 2, 0}, {2.0, 1.0, 0.0}).mesh());

  EXPECT_FALSE(mesh.is_grid());
  EXPECT_EQ(mesh.dimension(), 2);
  EXPECT_EQ(mesh.node_count(), 15);
  EXPECT_EQ(mesh.position(14), (Point{2.0, 1.0, 0.0}));
  EXPECT_EQ(mesh.low(), (Point{0.0, 0.0, 0.0}));
  EXPECT_EQ(mesh.high(), (Point{2.0, 1.0, 0.0}));
  EXPECT_TRUE(mesh.node_is_tissue(7));
  EXPECT_NEAR(mesh.resolution(), std::sqrt(0.5), 1e-15);  // the diagonals
  EXPECT_THROW(mesh.grid(), InternalError);
  EXPECT_THROW(Mesh(MeshSettings{MeshKind::cable, {1.0}, {0.5}, {}}).elements(), InternalError);
}

TEST(MeshOfElements, FindsTheNearestNode) {
  const Mesh flat(BoxMesh(CellKind::quadrilateral, {4, 4, 0}, {2.0, 2.0, 0.0}).mesh());

  for (std::int64_t node = 0; node < flat.node_count(); ++node)
    EXPECT_EQ(flat.nearest_node(flat.position(node)), node);
  EXPECT_EQ(flat.nearest_node({0.6, 0.1, 0.2}), 1);
  EXPECT_EQ(flat.nearest_node({0.6, 0.1, std::nan("")}), 1);  // flat along z
  EXPECT_EQ(flat.nearest_node({0.6, std::nan(""), 0.0}), -1);
  EXPECT_EQ(flat.nearest_node({2.4, 2.0, 0.0}), 24);
  EXPECT_EQ(flat.nearest_node({2.6, 2.0, 0.0}), -1);  // farther than the longest edge
}

TEST(MeshOfElements, NeedsTheAxesThatItUses) {
  const auto dimension = [](CellKind kind, const Point& shift) {
    BoxMesh box(kind, {2, 2, 2}, {1.0, 1.0, 1.0});
    return Mesh(box.map([&](const Point& p) {
                     return Point{p[0] + shift[0], p[1] + shift[1], p[2] + shift[2]};
                   })
                    .mesh())
        .space_dimension();
  };

  EXPECT_EQ(dimension(CellKind::segment, {0, 0, 0}), 1);
  EXPECT_EQ(dimension(CellKind::segment, {0, 1, 0}), 2);
  EXPECT_EQ(dimension(CellKind::triangle, {5, 0, 0}), 2);
  EXPECT_EQ(dimension(CellKind::triangle, {0, 0, 3}), 3);
  EXPECT_EQ(dimension(CellKind::tetrahedron, {0, 0, 0}), 3);
}

TEST(MeshOfElements, NodesOfATagAreThoseOfItsElements) {
  BoxMesh box(CellKind::segment, {4, 0, 0}, {4.0, 0.0, 0.0});
  box.parts.regions = {7, 7, 8, 9};
  const Mesh mesh(box.mesh());

  EXPECT_EQ(mesh.nodes_in(Tags{{7}}), (std::vector<bool>{true, true, true, false, false}));
  EXPECT_EQ(mesh.nodes_in(Tags{{8, 9}}), (std::vector<bool>{false, false, true, true, true}));
  EXPECT_EQ(mesh.nodes_in(Tags{{1}}), std::vector<bool>(5));
  EXPECT_EQ(mesh.nodes_in(Sphere{{1, 0, 0}, 0.5}),
            (std::vector<bool>{false, true, false, false, false}));
  EXPECT_EQ(mesh.nodes_in(Everywhere{}), std::vector<bool>(5, true));
}

TEST(ElementsOfAGrid, AreItsCellsInItsOrder) {
  const Mesh grid(MeshSettings{MeshKind::slab, {2.0, 1.5, 1.0}, {0.5}, {}});

  const ElementMesh elements = elements_of(grid);

  EXPECT_EQ(elements.node_count(), grid.node_count());
  EXPECT_EQ(elements.cell_count(), 4 * 3 * 2);
  for (std::int32_t node = 0; node < elements.node_count(); ++node)
    EXPECT_EQ(elements.position(node), grid.position(node));
  EXPECT_NEAR(summary_of(elements).measure, 3.0, 1e-14);
}

TEST(ElementsOfAGrid, LeaveOutHoles) {
  const Mesh grid(
      MeshSettings{MeshKind::sheet, {4.0, 4.0}, {1.0}, {Box{{1.1, 1.1, -1.0}, {2.9, 2.9, 1.0}}}});

  const ElementMesh elements = elements_of(grid);

  EXPECT_EQ(elements.cell_count(), 12);
  EXPECT_EQ(elements.node_count(), 24);  // without the one in the middle
  EXPECT_EQ(summary_of(elements).boundary, 16 + 8);
}

}  // namespace
}  // namespace myowave
