// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/adjacency.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "meshes/cell_geometry.hpp"
#include "tests/support/element_meshes.hpp"

namespace myowave {
namespace {

using testing::BoxMesh;

/// Turns every third cell over.
MeshParts shuffled(MeshParts parts) {
  std::size_t first = 0;
  for (std::size_t cell = 0; cell < parts.kinds.size(); ++cell) {
    const std::size_t count = node_count_of(parts.kinds[cell]);
    if (cell % 3 == 1)
      std::reverse(parts.cell_nodes.begin() + static_cast<std::ptrdiff_t>(first),
                   parts.cell_nodes.begin() + static_cast<std::ptrdiff_t>(first + count));
    first += count;
  }
  return parts;
}

/// The smallest component along `towards(middle)` of a cell's unit normal, seen from its side.
template <class Towards>
double least_alignment(const ElementMesh& mesh, Towards towards) {
  const std::vector<std::int8_t> sides = sides_of_surface(mesh);
  double least = 1.0;
  std::array<Point, max_cell_nodes> buffer;
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
    const CellPoints points = mesh.points_of(cell, buffer);
    const Point area = area_vector(points), to = towards(points[0]);
    const double size = std::hypot(area[0], area[1], area[2]);
    least = std::min(least, sides[static_cast<std::size_t>(cell)] *
                                (area[0] * to[0] + area[1] * to[1] + area[2] * to[2]) / size);
  }
  return least;
}

TEST(CellsAround, AreThoseThatHaveTheNode) {
  const ElementMesh mesh = BoxMesh(CellKind::triangle, {2, 2, 0}, {1.0, 1.0, 0.0}).mesh();
  const CellsAround around(mesh);

  for (std::int32_t node = 0; node < mesh.node_count(); ++node) {
    std::vector<std::int32_t> expected;
    for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
      const auto nodes = mesh.nodes_of(cell);
      if (std::find(nodes.begin(), nodes.end(), node) != nodes.end()) expected.push_back(cell);
    }
    const auto found = around.of(node);
    EXPECT_EQ(std::vector<std::int32_t>(found.begin(), found.end()), expected) << node;
  }
}

TEST(BranchingNodes, OfACableAreWhereMoreThanTwoSegmentsMeet) {
  MeshParts parts;
  parts.nodes = {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {1, 1, 0}};
  for (const auto& [a, b] : {std::pair{0, 1}, {1, 2}, {1, 3}})
    parts.add_cell(CellKind::segment, std::array{a, b}, 0);

  EXPECT_EQ(branching_nodes(ElementMesh(parts)), (std::vector<bool>{false, true, false, false}));
}

TEST(BranchingNodes, OfASurfaceAreThoseOfEdgesOfMoreThanTwoElements) {
  MeshParts parts;
  parts.nodes = {{0, 0, 0}, {0, 1, 0}, {1, 0, 0}, {-1, 0, 0}, {0, 0, 1}};
  for (const std::int32_t third : {2, 3, 4})
    parts.add_cell(CellKind::triangle, std::array{0, 1, third}, 0);

  EXPECT_EQ(branching_nodes(ElementMesh(parts)), (std::vector<bool>{true, true, false, false, false}));
  const ElementMesh sheet = BoxMesh(CellKind::quadrilateral, {3, 3, 0}, {1, 1, 0}).mesh();
  EXPECT_EQ(branching_nodes(sheet), std::vector<bool>(16, false));
}

TEST(SidesOfSurface, OfASheetAreWhereZGrowsWhateverTheOrderOfNodes) {
  for (const CellKind kind : {CellKind::triangle, CellKind::quadrilateral}) {
    const ElementMesh mesh(shuffled(BoxMesh(kind, {4, 3, 0}, {1.0, 1.0, 0.0}).parts));
    EXPECT_GT(least_alignment(mesh, [](const Point&) { return Point{0, 0, 1}; }), 0.999);
  }
}

TEST(SidesOfSurface, OfAnUprightSheetAreWhereYGrowsOrX) {
  BoxMesh box(CellKind::triangle, {4, 3, 0}, {1.0, 1.0, 0.0});
  box.map([](const Point& p) { return Point{p[0], 2.0, p[1]}; });
  EXPECT_GT(least_alignment(ElementMesh(shuffled(box.parts)),
                            [](const Point&) {
                              return Point{0, 1, 0};
                            }),
            0.999);
  box.map([](const Point& p) { return Point{p[1], p[0], p[2]}; });
  EXPECT_GT(least_alignment(ElementMesh(shuffled(box.parts)),
                            [](const Point&) {
                              return Point{1, 0, 0};
                            }),
            0.999);
}

TEST(SidesOfSurface, OfClosedAndOfBulgingSurfacesAreOutside) {
  auto from_centre = [](const Point& p) {
    const double length = std::hypot(p[0], p[1], p[2]);
    return Point{p[0] / length, p[1] / length, p[2] / length};
  };
  EXPECT_GT(least_alignment(ElementMesh(shuffled(testing::sphere(3, 2.0))), from_centre), 0.9);
  // A tube, open at both ends: no mean normal at all.
  BoxMesh tube(CellKind::quadrilateral, {12, 4, 0}, {1.5 * M_PI, 2.0, 0.0});
  tube.map([](const Point& p) { return Point{std::cos(p[0]), std::sin(p[0]), p[1] - 1.0}; });
  EXPECT_GT(least_alignment(ElementMesh(shuffled(tube.parts)),
                            [](const Point& p) {
                              return Point{p[0], p[1], 0.0};
                            }),
            0.9);
}

TEST(SidesOfSurface, EveryConnectedPartHasItsOwn) {
  MeshParts parts = testing::sphere(1, 1.0);
  const auto nodes = static_cast<std::int32_t>(parts.nodes.size());
  MeshParts other = shuffled(testing::sphere(1, 1.0));
  for (Point p : other.nodes) parts.nodes.push_back({p[0] + 9.0, p[1], p[2]});
  for (std::size_t c = 0; c < other.kinds.size(); ++c)
    parts.add_cell(CellKind::triangle,
                   std::array{other.cell_nodes[3 * c] + nodes, other.cell_nodes[3 * c + 1] + nodes,
                              other.cell_nodes[3 * c + 2] + nodes},
                   0);

  EXPECT_GT(least_alignment(ElementMesh(parts),
                            [](const Point& p) {
                              return p[0] > 4.0 ? Point{p[0] - 9.0, p[1], p[2]} : p;
                            }),
            0.5);
}

}  // namespace
}  // namespace myowave
