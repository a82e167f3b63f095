// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/element_mesh.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "meshes/cell_geometry.hpp"
#include "meshes/mesh_summary.hpp"
#include "meshes/repair.hpp"
#include "tests/support/element_meshes.hpp"

namespace myowave {
namespace {

using testing::BoxMesh;

std::string error_text(const MeshParts& parts) {
  try {
    const ElementMesh mesh{parts};
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

void expect_error(const MeshParts& parts, const std::string& part) {
  const std::string text = error_text(parts);
  EXPECT_NE(text.find(part), std::string::npos) << text << "\nlacks: " << part;
}

MeshParts box(CellKind kind, int cells = 2) {
  return BoxMesh(kind, {cells, cells, cells}, {2.0, 3.0, 4.0}).parts;
}

TEST(CellKind, EveryFacetAndEdgeHasTheCellsOwnNodes) {
  const std::size_t facets[] = {2, 3, 4, 4, 6}, edges[] = {1, 3, 4, 6, 12};

  for (const CellKind kind : all_cell_kinds) {
    const auto k = static_cast<std::size_t>(kind);
    EXPECT_EQ(facets_of(kind).size(), facets[k]);
    EXPECT_EQ(edges_of(kind).size(), edges[k]);
    for (const Facet& facet : facets_of(kind))
      for (const std::int8_t node : facet) EXPECT_LT(node, static_cast<int>(node_count_of(kind)));
  }
}

TEST(CellKind, FacetsOfVolumesAreAnticlockwiseFromOutside) {
  const std::vector<Point> tetrahedron = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  const std::vector<Point> cube = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},
                                   {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}};
  // The volume by the divergence theorem: a sum over triangles of the faces, of the origin's tetrahedra.
  auto volume = [](CellKind kind, const std::vector<Point>& points) {
    double sum = 0.0;
    for (const Facet& f : facets_of(kind))
      for (std::size_t n = 1; n + 1 < 4 && f[n + 1] >= 0; ++n) {
        const Point &a = points[static_cast<std::size_t>(f[0])],
                    &b = points[static_cast<std::size_t>(f[n])],
                    &c = points[static_cast<std::size_t>(f[n + 1])];
        sum += (a[0] * (b[1] * c[2] - b[2] * c[1]) + a[1] * (b[2] * c[0] - b[0] * c[2]) +
                a[2] * (b[0] * c[1] - b[1] * c[0])) /
               6.0;
      }
    return sum;
  };

  EXPECT_NEAR(volume(CellKind::tetrahedron, tetrahedron), 1.0 / 6.0, 1e-15);
  EXPECT_NEAR(volume(CellKind::hexahedron, cube), 1.0, 1e-15);
}

TEST(CellGeometry, MeasuresAreLengthAreaAndVolume) {
  const double expected[] = {2.0, 6.0, 6.0, 24.0, 24.0};

  for (const CellKind kind : all_cell_kinds)
    EXPECT_NEAR(summary_of(ElementMesh(box(kind))).measure, expected[static_cast<std::size_t>(kind)],
                1e-12);
}

TEST(CellGeometry, MeasuresOfASkewedHexahedronAreExact) {
  // x' = x + y z / 2: the Jacobian's determinant is 1 everywhere.
  const ElementMesh mesh = BoxMesh(CellKind::hexahedron, {1, 1, 1}, {1.0, 1.0, 1.0})
                               .map([](const Point& p) {
                                 return Point{p[0] + 0.5 * p[1] * p[2], p[1], p[2]};
                               })
                               .mesh();

  EXPECT_NEAR(summary_of(mesh).measure, 1.0, 1e-14);
}

TEST(CellGeometry, RegularCellsHaveQualityOne) {
  const double h = std::numbers::sqrt3 / 2.0;
  const std::vector<Point> triangle = {{0, 0, 5}, {1, 0, 5}, {0.5, h, 5}};
  const std::vector<Point> tetrahedron = {{1, 1, 1}, {-1, 1, -1}, {1, -1, -1}, {-1, -1, 1}};
  const std::vector<Point> square = {{0, 0, 0}, {0, 2, 0}, {0, 2, 2}, {0, 0, 2}};
  const std::vector<Point> cube = {{0, 0, 0}, {2, 0, 0}, {2, 2, 0}, {0, 2, 0},
                                   {0, 0, 2}, {2, 0, 2}, {2, 2, 2}, {0, 2, 2}};

  EXPECT_NEAR(quality_of(CellKind::triangle, triangle), 1.0, 1e-14);
  EXPECT_NEAR(quality_of(CellKind::tetrahedron, tetrahedron), 1.0, 1e-14);
  EXPECT_NEAR(quality_of(CellKind::quadrilateral, square), 1.0, 1e-14);
  EXPECT_NEAR(quality_of(CellKind::hexahedron, cube), 1.0, 1e-14);
}

TEST(CellGeometry, QualityFallsWithFlatness) {
  // Twice as long as wide: 2 sqrt(2) / (4 + 1) in two dimensions, 3 * 4^(1/3) / (4 + 1 + 1) in three,
  // with determinants of 2.
  const std::vector<Point> rectangle = {{0, 0, 0}, {2, 0, 0}, {2, 1, 0}, {0, 1, 0}};
  const std::vector<Point> brick = {{0, 0, 0}, {2, 0, 0}, {2, 1, 0}, {0, 1, 0},
                                    {0, 0, 1}, {2, 0, 1}, {2, 1, 1}, {0, 1, 1}};
  const std::vector<Point> flat = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0.3, 0.3, 1e-6}};

  EXPECT_NEAR(quality_of(CellKind::quadrilateral, rectangle), 0.8, 1e-14);
  EXPECT_NEAR(quality_of(CellKind::hexahedron, brick), std::cbrt(4.0) / 2.0, 1e-14);
  EXPECT_LT(quality_of(CellKind::tetrahedron, flat), 1e-3);
}

TEST(ElementMesh, KnowsItsCells) {
  const ElementMesh mesh(box(CellKind::tetrahedron, 1));

  EXPECT_EQ(mesh.dimension(), 3);
  EXPECT_EQ(mesh.node_count(), 8);
  EXPECT_EQ(mesh.cell_count(), 6);
  EXPECT_EQ(mesh.kind(5), CellKind::tetrahedron);
  EXPECT_EQ(std::vector(mesh.nodes_of(1).begin(), mesh.nodes_of(1).end()),
            (std::vector<std::int32_t>{0, 3, 2, 7}));
  EXPECT_FALSE(mesh.has_fibres());
}

TEST(ElementMesh, TwoKindsOfOneDimensionMayMix) {
  MeshParts parts;
  parts.nodes = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {2, 0, 0}};
  const std::int32_t square[] = {0, 1, 2, 3}, triangle[] = {1, 4, 2};
  parts.add_cell(CellKind::quadrilateral, square, 1);
  parts.add_cell(CellKind::triangle, triangle, 2);

  const ElementMesh mesh(parts);

  EXPECT_EQ(mesh.nodes_of(1).size(), 3u);
  EXPECT_EQ(mesh.nodes_of(1)[1], 4);
  EXPECT_NEAR(summary_of(mesh).measure, 1.5, 1e-14);
}

TEST(ElementMesh, AnEmptyMeshIsRefused) {
  expect_error({}, "the mesh has no nodes");
  expect_error({}, "the mesh has no elements");
}

TEST(ElementMesh, ACoordinateThatIsNoNumberIsNamed) {
  MeshParts parts = box(CellKind::triangle);
  parts.nodes[4][1] = std::nan("");
  parts.node_places = {"heart.pts", {2, 3, 4, 5, 6, 7, 8, 9, 10}};

  expect_error(parts, "heart.pts:6: error: node 4 lies at (1, nan, 0): its coordinates must be finite");
}

TEST(ElementMesh, ANodeOutOfRangeIsNamed) {
  MeshParts parts = box(CellKind::triangle);
  parts.cell_nodes[4] = 9;
  parts.cell_places.file = "heart.vtu";

  expect_error(parts,
               "heart.vtu: error: element 1 (triangle of nodes 0, 9, 3) has the node 9, and there are "
               "nodes 0 to 8");
}

TEST(ElementMesh, ARepeatedNodeIsNamed) {
  MeshParts parts = box(CellKind::quadrilateral);
  parts.cell_nodes[2] = parts.cell_nodes[0];

  expect_error(parts, "element 0 (quadrilateral of nodes 0, 1, 0, 3) has a node twice");
}

TEST(ElementMesh, AnOrphanIsNamedWithTheRemedy) {
  MeshParts parts = box(CellKind::tetrahedron);
  parts.nodes.push_back({9, 9, 9});

  expect_error(parts, "node 27 at (9, 9, 9) mm belongs to no element; `myowave mesh convert --repair`");
}

TEST(ElementMesh, AnInvertedElementIsNamedWithItsVolume) {
  for (const CellKind kind : {CellKind::tetrahedron, CellKind::hexahedron}) {
    MeshParts parts = box(kind, 1);
    if (kind == CellKind::tetrahedron) {
      std::swap(parts.cell_nodes[5], parts.cell_nodes[6]);
    } else {
      std::swap_ranges(parts.cell_nodes.begin(), parts.cell_nodes.begin() + 4,
                       parts.cell_nodes.begin() + 4);
    }
    expect_error(parts, kind == CellKind::tetrahedron
                            ? "element 1 (tetrahedron of nodes 0, 2, 3, 7) is inverted, its volume is -4"
                            : "element 0 (hexahedron of nodes 4, 5, 7, 6, 0, 1, 3, 2) is inverted, its "
                              "volume is -24 mm^3");
  }
}

TEST(ElementMesh, AFlatElementIsNamed) {
  for (const CellKind kind : all_cell_kinds) {
    MeshParts parts = box(kind, 1);
    for (Point& node : parts.nodes) node[static_cast<std::size_t>(dimension_of(kind) - 1)] = 0.0;
    expect_error(parts, "is flat somewhere");
  }
}

TEST(ElementMesh, ATwistedHexahedronAndAFoldedQuadrilateralAreNamed) {
  MeshParts twisted = box(CellKind::hexahedron, 1), folded = box(CellKind::quadrilateral, 1);
  std::swap(twisted.cell_nodes[5], twisted.cell_nodes[7]);
  folded.nodes[3] = {0.3, 0.3, 0.0};

  expect_error(twisted, "element 0 (hexahedron");
  expect_error(folded, "element 0 (quadrilateral of nodes 0, 1, 3, 2) is folded");
}

TEST(ElementMesh, FibresMustBeUnitVectors) {
  MeshParts parts = BoxMesh(CellKind::tetrahedron, {1, 1, 1}, {1, 1, 1}).directions({0, 0.6, 0.8}).parts;
  parts.fibre_places = {"heart.lon", {2, 3, 4, 5, 6, 7}};
  EXPECT_EQ(error_text(parts), "");
  parts.fibres[2] = {0, 0.9995, 0};
  EXPECT_EQ(error_text(parts), "");

  parts.fibres[2] = {0, 1.01, 0};
  expect_error(parts,
               "heart.lon:4: error: the fibre of element 2 is (0, 1.01, 0), of length 1.01: it must "
               "be a unit vector");
  parts.fibres[2] = {0, 0, 0};
  expect_error(parts, "heart.lon:4: error: the fibre of element 2 is (0, 0, 0): every element needs a");
  parts.fibres[2] = {0, std::nan(""), 0};
  expect_error(parts, "the fibre of element 2 is (0, nan, 0): its components must be finite numbers");
}

TEST(ElementMesh, SheetsMustLieAcrossFibres) {
  MeshParts parts =
      BoxMesh(CellKind::triangle, {1, 1, 0}, {1, 1, 1}).directions({1, 0, 0}, {0, 1, 0}).parts;
  EXPECT_EQ(error_text(parts), "");

  parts.sheets[1] = {0.6, 0.8, 0};
  expect_error(parts,
               "the sheet of element 1 is not at right angles to its fibre: their product is 0.6");
}

TEST(ElementMesh, OfManyFaultsTheFirstAreNamedAndTheRestCounted) {
  MeshParts parts = BoxMesh(CellKind::triangle, {4, 4, 0}, {1, 1, 1}).directions({2, 0, 0}).parts;

  const std::string text = error_text(parts);

  EXPECT_NE(text.find("the fibre of element 4"), std::string::npos) << text;
  EXPECT_EQ(text.find("the fibre of element 5"), std::string::npos) << text;
  EXPECT_NE(text.find("(and 27 more such elements)"), std::string::npos) << text;
}

TEST(ElementMesh, ElementsHaveOneDimension) {
  MeshParts parts = box(CellKind::tetrahedron, 1);
  const std::int32_t edge[] = {0, 1};
  parts.add_cell(CellKind::segment, edge, 0);

  expect_error(parts, "element 6 is a segment and element 0 a tetrahedron");
}

TEST(MeshSummary, CountsPartsBoundaryAndRegions) {
  MeshParts parts = box(CellKind::tetrahedron);
  const std::size_t nodes = parts.nodes.size(), cells = parts.kinds.size();
  for (std::size_t n = 0; n < nodes; ++n) {  // the same box again, further away
    Point p = parts.nodes[n];
    p[0] += 10.0;
    parts.nodes.push_back(p);
  }
  for (std::size_t n = 0; n < 4 * cells; n += 4) {
    std::int32_t moved[4];
    for (std::size_t k = 0; k < 4; ++k)
      moved[k] = parts.cell_nodes[n + k] + static_cast<std::int32_t>(nodes);
    parts.add_cell(CellKind::tetrahedron, moved, 7);
  }
  parts.region_names[7] = "scar";

  const MeshSummary summary = summary_of(ElementMesh(parts));

  EXPECT_EQ(summary.parts, 2);
  EXPECT_EQ(summary.boundary, 2 * 6 * 4 * 2);  // 6 sides of 4 squares of 2 triangles
  ASSERT_EQ(summary.regions.size(), 2u);
  EXPECT_EQ(summary.regions[1].tag, 7);
  EXPECT_EQ(summary.regions[1].name, "scar");
  EXPECT_EQ(summary.regions[1].cells, 48);
  EXPECT_NEAR(summary.regions[1].measure, 24.0, 1e-12);
  EXPECT_EQ(summary.high, (Point{12.0, 3.0, 4.0}));
  EXPECT_NE(summary_text(summary).find("tag 7 'scar': 48 elements, 24 mm^3"), std::string::npos);
}

TEST(MeshSummary, CablesEndInPoints) {
  const MeshSummary summary = summary_of(ElementMesh(box(CellKind::segment, 5)));

  EXPECT_EQ(summary.boundary, 2);
  EXPECT_NEAR(summary.edge.smallest, 0.4, 1e-15);
  EXPECT_NE(summary_text(summary).find("length           2 mm"), std::string::npos)
      << summary_text(summary);
}

TEST(Repair, MendsWhatHasOneWayToBeMended) {
  MeshParts parts =
      BoxMesh(CellKind::hexahedron, {2, 1, 1}, {1, 1, 1}).directions({2, 0, 0}, {0.6, 0.8, 0}).parts;
  std::swap_ranges(parts.cell_nodes.begin(), parts.cell_nodes.begin() + 4, parts.cell_nodes.begin() + 4);
  parts.nodes.insert(parts.nodes.begin(), Point{7, 7, 7});
  for (std::int32_t& node : parts.cell_nodes) ++node;
  std::vector<std::string> remarks;

  const ElementMesh mesh(repaired(parts, remarks));

  EXPECT_EQ(mesh.node_count(), 12);
  EXPECT_EQ(mesh.fibre(1), (Point{1, 0, 0}));
  EXPECT_EQ(mesh.sheet(1), (Point{0, 1, 0}));
  EXPECT_EQ(remarks, (std::vector<std::string>{
                         "left out 1 nodes that belong to no element", "turned 1 inverted elements",
                         "made 2 fibres unit vectors", "turned 2 sheets to lie across the fibre"}));
}

TEST(Repair, LeavesTheRestToTheChecks) {
  MeshParts parts = box(CellKind::tetrahedron, 1);
  parts.cell_nodes[3] = 99;
  std::vector<std::string> remarks;

  expect_error(repaired(parts, remarks), "has the node 99");
}

TEST(LowerCells, AreLeftOutWithTheirNodes) {
  MeshParts parts = BoxMesh(CellKind::triangle, {1, 1, 0}, {1, 1, 1}).directions({1, 0, 0}).parts;
  parts.nodes.insert(parts.nodes.begin() + 1, Point{5, 5, 5});
  for (std::int32_t& node : parts.cell_nodes) node += node >= 1;
  const std::int32_t edge[] = {0, 1};
  parts.add_cell(CellKind::segment, edge, 3);
  parts.fibres.push_back({0, 0, 0});
  std::vector<std::string> remarks;

  const ElementMesh mesh(without_lower_cells(parts, remarks));

  EXPECT_EQ(mesh.node_count(), 4);
  EXPECT_EQ(mesh.cell_count(), 2);
  EXPECT_EQ(mesh.nodes_of(1)[2], 2);
  ASSERT_EQ(remarks.size(), 1u);
  EXPECT_EQ(remarks[0], "left out 1 segment of lower dimension than the mesh");
}

}  // namespace
}  // namespace myowave
