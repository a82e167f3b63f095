// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/surface.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/support/element_meshes.hpp"

namespace myowave {
namespace {

using testing::BoxMesh;

constexpr std::size_t all = 1'000'000;

ElementMesh box(CellKind kind, int cells) {
  return BoxMesh(kind, {cells, cells, cells}, {2.0, 3.0, 4.0}).mesh();
}

Point corner(const ElementMesh& mesh, const Surface& surface, std::size_t at) {
  return mesh.position(surface.nodes[static_cast<std::size_t>(surface.pieces[at])]);
}

struct Sums {
  double area = 0.0, volume = 0.0;  ///< mm^2; mm^3 by the divergence theorem
};

Sums sums_of(const ElementMesh& mesh, const Surface& surface) {
  Sums sums;
  for (std::size_t p = 0; p < surface.pieces.size(); p += 3) {
    const Point a = corner(mesh, surface, p), b = corner(mesh, surface, p + 1),
                c = corner(mesh, surface, p + 2);
    const Point u = {b[0] - a[0], b[1] - a[1], b[2] - a[2]}, v = {c[0] - a[0], c[1] - a[1], c[2] - a[2]};
    const Point n = {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]};
    sums.area += 0.5 * std::hypot(n[0], n[1], n[2]);
    sums.volume += (a[0] * n[0] + a[1] * n[1] + a[2] * n[2]) / 6.0;
  }
  return sums;
}

TEST(Surface, OfAVolumeIsItsClosedBoundaryWithTheOutsideOut) {
  for (const CellKind kind : {CellKind::tetrahedron, CellKind::hexahedron}) {
    const ElementMesh mesh = box(kind, 3);

    const Surface surface = surface_of(mesh, all);

    EXPECT_EQ(surface.corners, 3U);
    EXPECT_EQ(surface.nodes.size(), 64U - 8U);  // without those inside
    EXPECT_EQ(surface.all_nodes, surface.nodes.size());
    EXPECT_EQ(surface.pieces.size(), 3U * 2U * 6U * 9U);
    const Sums sums = sums_of(mesh, surface);
    EXPECT_NEAR(sums.area, 2.0 * (6.0 + 8.0 + 12.0), 1e-12);
    EXPECT_NEAR(sums.volume, 24.0, 1e-12);
  }
}

TEST(Surface, OfASurfaceIsAllOfItsElements) {
  for (const CellKind kind : {CellKind::triangle, CellKind::quadrilateral}) {
    const ElementMesh mesh = box(kind, 4);

    const Surface surface = surface_of(mesh, all);

    EXPECT_EQ(surface.nodes.size(), 25U);
    EXPECT_EQ(surface.pieces.size(), 3U * 32U);
    EXPECT_NEAR(sums_of(mesh, surface).area, 6.0, 1e-12);
  }
}

TEST(Surface, OfCablesIsTheirSegments) {
  const Surface surface = surface_of(box(CellKind::segment, 5), all);

  EXPECT_EQ(surface.corners, 2U);
  EXPECT_EQ(surface.nodes.size(), 6U);
  EXPECT_EQ(surface.pieces.size(), 2U * 5U);
}

TEST(Surface, NodesAreLeftOutOfALargeOneAndNoneIsMoved) {
  for (const CellKind kind : {CellKind::segment, CellKind::triangle, CellKind::tetrahedron}) {
    const ElementMesh mesh = box(kind, kind == CellKind::tetrahedron ? 24 : 60);
    const std::size_t most = kind == CellKind::segment ? 20 : 500;

    const Surface surface = surface_of(mesh, most);

    EXPECT_LE(surface.nodes.size(), most);
    EXPECT_GE(surface.nodes.size(), most / 2);
    EXPECT_GT(surface.all_nodes, most);
    EXPECT_EQ(std::set(surface.nodes.begin(), surface.nodes.end()).size(), surface.nodes.size());
    std::vector<bool> used(surface.nodes.size(), false);
    for (const std::int32_t place : surface.pieces) used.at(static_cast<std::size_t>(place)) = true;
    EXPECT_EQ(std::find(used.begin(), used.end(), false), used.end());
    if (kind == CellKind::segment) continue;
    // Cubes cut off what lies within half of one at the edges of the box.
    const double area = kind == CellKind::triangle ? 6.0 : 52.0;
    EXPECT_NEAR(sums_of(mesh, surface).area, area, 0.15 * area);
  }
}

TEST(Surface, NeighboursInSpaceAreNeighboursInTheList) {
  const ElementMesh mesh = box(CellKind::triangle, 40);

  const Surface surface = surface_of(mesh, all);

  double way = 0.0;
  for (std::size_t n = 1; n < surface.nodes.size(); ++n) {
    const Point &a = mesh.position(surface.nodes[n - 1]), &b = mesh.position(surface.nodes[n]);
    way += std::hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]);
  }
  EXPECT_LT(way / static_cast<double>(surface.nodes.size()), 2.5 * 3.0 / 40.0);
}

TEST(Surface, APieceBeginsWithItsFirstNodeAndPiecesAreInOrder) {
  const Surface surface = surface_of(box(CellKind::tetrahedron, 4), all);

  for (std::size_t p = 0; p < surface.pieces.size(); p += 3) {
    EXPECT_LT(surface.pieces[p], surface.pieces[p + 1]);
    EXPECT_LT(surface.pieces[p], surface.pieces[p + 2]);
    if (p == 0) continue;
    EXPECT_LE(surface.pieces[p - 3], surface.pieces[p]);
  }
}

}  // namespace
}  // namespace myowave
