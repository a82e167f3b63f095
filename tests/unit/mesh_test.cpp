// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/mesh.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace myowave {
namespace {

MeshSettings small_slab() { return {MeshKind::slab, {2.0, 1.5, 1.0}, {0.5}, {}}; }

std::string fault_text(const MeshSettings& settings) {
  std::string text;
  for (const auto& [key, message] : Mesh::faults_of(settings)) text += key + ": " + message + "\n";
  return text;
}

void expect_fault(const MeshSettings& settings, const std::string& part) {
  const std::string text = fault_text(settings);
  EXPECT_NE(text.find(part), std::string::npos) << text;
  EXPECT_THROW(Mesh{settings}, InputError);
}

TEST(Mesh, NodesAreCountedFromSizeAndSpacing) {
  const Mesh mesh(small_slab());

  EXPECT_EQ(mesh.dimension(), 3);
  EXPECT_EQ(mesh.grid().nodes, (std::array<int, 3>{5, 4, 3}));
  EXPECT_EQ(mesh.node_count(), 60);
  EXPECT_EQ(mesh.high(), (Point{2.0, 1.5, 1.0}));
}

TEST(Mesh, UnusedAxesHaveOneNodeAtZero) {
  const Mesh cable({MeshKind::cable, {2.0}, {0.25}, {}});
  const Mesh sheet({MeshKind::sheet, {1.0, 2.0}, {0.5, 1.0}, {}});

  EXPECT_EQ(cable.grid().nodes, (std::array<int, 3>{9, 1, 1}));
  EXPECT_EQ(cable.position(8), (Point{2.0, 0.0, 0.0}));
  EXPECT_EQ(sheet.grid().nodes, (std::array<int, 3>{3, 3, 1}));
  EXPECT_EQ(sheet.position(8), (Point{1.0, 2.0, 0.0}));
}

TEST(Mesh, NodeNumbersRunAlongXFirst) {
  const Mesh mesh(small_slab());

  EXPECT_EQ(mesh.position(0), (Point{0.0, 0.0, 0.0}));
  EXPECT_EQ(mesh.position(1), (Point{0.5, 0.0, 0.0}));
  EXPECT_EQ(mesh.position(5), (Point{0.0, 0.5, 0.0}));
  EXPECT_EQ(mesh.position(20), (Point{0.0, 0.0, 0.5}));
  EXPECT_EQ(mesh.position(59), (Point{2.0, 1.5, 1.0}));
}

TEST(Mesh, EveryNodeIsNearestToItsOwnPosition) {
  const Mesh mesh({MeshKind::slab, {2.1, 0.9, 0.8}, {0.3, 0.1, 0.2}, {}});

  for (std::int64_t node = 0; node < mesh.node_count(); ++node)
    EXPECT_EQ(mesh.nearest_node(mesh.position(node)), node);
}

TEST(Mesh, APointWithinHalfASpacingBelongsToItsNode) {
  const Mesh mesh(small_slab());

  EXPECT_EQ(mesh.nearest_node({0.74, 0.0, 0.0}), 1);
  EXPECT_EQ(mesh.nearest_node({0.76, 0.0, 0.0}), 2);
  EXPECT_EQ(mesh.nearest_node({-0.24, 0.0, 0.0}), 0);
  EXPECT_EQ(mesh.nearest_node({2.24, 1.5, 1.0}), 59);
}

TEST(Mesh, APointOutsideHasNoNearestNode) {
  const Mesh mesh(small_slab());

  EXPECT_EQ(mesh.nearest_node({-0.26, 0.0, 0.0}), -1);
  EXPECT_EQ(mesh.nearest_node({2.26, 0.0, 0.0}), -1);
  EXPECT_EQ(mesh.nearest_node({0.0, 0.0, 40.0}), -1);
  EXPECT_EQ(mesh.nearest_node({std::nan(""), 0.0, 0.0}), -1);
}

TEST(Mesh, SpacingsThatAreNoBinaryFractionStillFit) {
  const Mesh mesh({MeshKind::slab, {20.0, 7.0, 3.0}, {0.1}, {}});

  mesh.check();

  EXPECT_EQ(mesh.grid().nodes, (std::array<int, 3>{201, 71, 31}));
  EXPECT_EQ(mesh.high(), mesh.position(mesh.node_count() - 1));
}

TEST(Mesh, CellsExistOnlyInsideTheGrid) {
  const Mesh mesh(small_slab());

  EXPECT_TRUE(mesh.cell_is_tissue(0, 0, 0));
  EXPECT_TRUE(mesh.cell_is_tissue(3, 2, 1));
  EXPECT_FALSE(mesh.cell_is_tissue(4, 0, 0));
  EXPECT_FALSE(mesh.cell_is_tissue(0, -1, 0));
  EXPECT_FALSE(mesh.cell_is_tissue(0, 0, 2));
}

TEST(Mesh, TheMaskOfANodeHasTheCellsAroundIt) {
  const Mesh slab(small_slab());
  const Mesh sheet({MeshKind::sheet, {1.0, 1.0}, {0.5}, {}});
  const Mesh cable({MeshKind::cable, {1.0}, {0.5}, {}});

  EXPECT_EQ(slab.cell_mask(1, 1, 1), 0xffu);
  EXPECT_EQ(slab.cell_mask(0, 0, 0), 0x80u);
  EXPECT_EQ(slab.cell_mask(4, 3, 2), 0x01u);
  EXPECT_EQ(slab.cell_mask(0, 1, 1), 0xaau);
  EXPECT_EQ(sheet.cell_mask(1, 1, 0), 0xfu);
  EXPECT_EQ(sheet.cell_mask(2, 0, 0), 0x4u);
  EXPECT_EQ(cable.cell_mask(1, 0, 0), 0x3u);
  EXPECT_EQ(cable.cell_mask(0, 0, 0), 0x2u);
  EXPECT_EQ(cable.cell_mask(2, 0, 0), 0x1u);
}

TEST(Mesh, AHoleTakesTheCellsWhoseCentreLiesInside) {
  // 4 x 4 cells of 1 mm; the box holds the centres of the four in the middle.
  const Mesh mesh({MeshKind::sheet, {4.0, 4.0}, {1.0}, {Box{{1.1, 1.1, -1.0}, {2.9, 2.9, 1.0}}}});

  int tissue = 0;
  for (int j = 0; j < 4; ++j)
    for (int i = 0; i < 4; ++i) tissue += mesh.cell_is_tissue(i, j, 0);
  EXPECT_TRUE(mesh.has_holes());
  EXPECT_EQ(tissue, 12);
  EXPECT_FALSE(mesh.cell_is_tissue(1, 2, 0));
  EXPECT_EQ(mesh.cell_mask(2, 2, 0), 0u);
  EXPECT_FALSE(mesh.node_is_tissue(2 + 5 * 2));
  EXPECT_TRUE(mesh.node_is_tissue(1 + 5 * 1));
  EXPECT_EQ(mesh.cell_mask(1, 1, 0), 0x7u);
  mesh.check();
}

TEST(Mesh, WithoutAHoleEveryNodeIsTissue) {
  const Mesh mesh(small_slab());

  EXPECT_FALSE(mesh.has_holes());
  for (std::int64_t node = 0; node < mesh.node_count(); ++node) EXPECT_TRUE(mesh.node_is_tissue(node));
}

TEST(MeshSettings, GoodOnesHaveNoFault) { EXPECT_EQ(fault_text(small_slab()), ""); }

TEST(MeshSettings, TheNumberOfSizesMustFitTheKind) {
  expect_fault({MeshKind::slab, {1.0, 1.0}, {0.5}, {}}, "size: a slab has 3 sizes, 2 given");
  expect_fault({MeshKind::cable, {1.0, 1.0}, {0.5}, {}}, "size: a cable has 1 size, 2 given");
  expect_fault({MeshKind::slab, {1.0, 1.0, 1.0}, {0.5, 0.5}, {}},
               "spacing: a slab takes one spacing or 3, 2 given");
}

TEST(MeshSettings, LengthsMustBePositive) {
  expect_fault({MeshKind::cable, {-1.0}, {0.5}, {}}, "size: -1 mm must be positive");
  expect_fault({MeshKind::cable, {1.0}, {0.0}, {}}, "spacing: 0 mm must be positive");
  expect_fault({MeshKind::cable, {std::nan("")}, {0.5}, {}}, "must be positive");
}

TEST(MeshSettings, ASizeThatIsNoMultipleOfTheSpacingIsRefusedWithOneThatFits) {
  expect_fault({MeshKind::sheet, {1.0, 0.9}, {0.4}, {}}, "take a spacing of 0.3333");
  expect_fault({MeshKind::sheet, {0.8, 0.9}, {0.4}, {}},
               "size 0.9 mm along y is no multiple of the spacing 0.4 mm; take a spacing of 0.3 mm");
  expect_fault({MeshKind::cable, {0.1}, {0.4}, {}}, "take a spacing of 0.1 mm");
}

TEST(MeshSettings, TooManyNodesAreRefused) {
  expect_fault({MeshKind::slab, {1000.0, 1000.0, 1000.0}, {0.5}, {}}, "at most 2^31");
}

TEST(MeshSettings, AllFaultsAreReportedAtOnce) {
  const auto faults = Mesh::faults_of({MeshKind::slab, {1.0, -1.0}, {0.0}, {}});

  EXPECT_EQ(faults.size(), 3u);
}

TEST(Shapes, FacesBelongToABoxAndToASphere) {
  const Shape box = Box{{0.0, 0.0, 0.0}, {1.0, 2.0, 3.0}}, sphere = Sphere{{1.0, 1.0, 1.0}, 0.5};

  EXPECT_TRUE(contains(box, {1.0, 2.0, 3.0}));
  EXPECT_TRUE(contains(box, {0.1 + 0.2 + 0.7 + 1e-15, 0.0, 0.0}));
  EXPECT_FALSE(contains(box, {1.001, 1.0, 1.0}));
  EXPECT_FALSE(contains(box, {0.5, 0.5, -0.001}));
  EXPECT_TRUE(contains(sphere, {1.5, 1.0, 1.0}));
  EXPECT_FALSE(contains(sphere, {1.4, 1.4, 1.0}));
  EXPECT_TRUE(contains(Everywhere{}, {1e9, 1e9, 1e9}));
}

TEST(Shapes, AnUnusedAxisOfABoxSpansEverything) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const Shape box = Box{{0.0, -infinity, -infinity}, {1.0, infinity, infinity}};

  EXPECT_TRUE(contains(box, {0.5, -1e300, 1e300}));
  EXPECT_FALSE(contains(box, {1.5, 0.0, 0.0}));
}

}  // namespace
}  // namespace myowave
