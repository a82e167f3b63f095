// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/carp.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "tests/support/element_meshes.hpp"

namespace myowave {
namespace {

constexpr double um = 1e-3;

/// Two tetrahedra, the second in region 3.
struct Texts {
  std::string points = "5\n0 0 0\n1000 0 0\n0 1000 0\n0 0 1000\n1000 1000 1000\n";
  std::string elements = "2\nTt 0 1 2 3 1\nTt 1 2 3 4 3\n";
  std::string fibres = "1\n1 0 0\n0 0.6 0.8\n";
  bool with_fibres = true;

  MeshParts parse() const {
    CarpTexts texts{{"h.pts", points}, {"h.elem", elements}, std::nullopt};
    if (with_fibres) texts.fibres = {"h.lon", fibres};
    std::vector<std::string> remarks;
    return parse_carp(texts, um, remarks);
  }
};

std::string error_text(const Texts& texts) {
  try {
    const ElementMesh mesh{texts.parse()};
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

void expect_error(const Texts& texts, const std::string& part) {
  const std::string text = error_text(texts);
  EXPECT_EQ(text.substr(0, part.size()), part);
}

TEST(CarpFile, IsReadInMicrometres) {
  const ElementMesh mesh{Texts().parse()};

  EXPECT_EQ(mesh.node_count(), 5);
  EXPECT_EQ(mesh.position(4), (Point{1.0, 1.0, 1.0}));
  EXPECT_EQ(mesh.kind(1), CellKind::tetrahedron);
  EXPECT_EQ(mesh.nodes_of(1)[3], 4);
  EXPECT_EQ(mesh.region(1), 3);
  EXPECT_EQ(mesh.fibre(1), (Point{0.0, 0.6, 0.8}));
}

TEST(CarpFile, MayLackTagsFibresAndTheLastEndOfLine) {
  Texts texts;
  texts.elements = "2\r\nTt 0 1 2 3\r\nTt 1 2 3 4";
  texts.with_fibres = false;

  const ElementMesh mesh{texts.parse()};

  EXPECT_EQ(mesh.region(0), 0);
  EXPECT_FALSE(mesh.has_fibres());
}

TEST(CarpFile, OfOldMayLackTheNumberOfVectors) {
  Texts texts;
  texts.fibres = "1 0 0\n0 0.6 0.8\n";
  EXPECT_EQ(ElementMesh(texts.parse()).fibre(1), (Point{0.0, 0.6, 0.8}));

  texts.fibres = "2\n1 0 0 0 1 0\n0 0.6 0.8 1 0 0\n";
  EXPECT_EQ(ElementMesh(texts.parse()).sheet(1), (Point{1.0, 0.0, 0.0}));
}

TEST(CarpFile, HexahedraAreReadInCarpsOrderAndInVtks) {
  const ElementMesh cube = testing::BoxMesh(CellKind::hexahedron, {2, 1, 1}, {2.0, 1.0, 1.0}).mesh();
  const CarpFiles files = carp_text(cube);
  EXPECT_NE(files.elements.find("Hx 0 1 4 3 6 9 10 7 0\n"), std::string::npos) << files.elements;
  std::vector<std::string> remarks;
  const std::string vtks_order = "2\nHx 0 1 4 3 6 7 10 9 0\nHx 1 2 5 4 7 8 11 10 0\n";

  for (const std::string& elements : {files.elements, vtks_order}) {
    const ElementMesh mesh{
        parse_carp({{"h.pts", files.points}, {"h.elem", elements}, std::nullopt}, um, remarks)};
    EXPECT_EQ(mesh.parts().cell_nodes, cube.parts().cell_nodes);
  }
}

TEST(CarpFile, CountsThatTheFileDoesNotBearOutAreRefused) {
  Texts texts;
  texts.points = "999999999999\n0 0 0\n";
  expect_error(texts,
               "h.pts:1: error: the number of nodes is 999999999999, for which the rest of the file "
               "has no room: it is cut off or damaged");
  texts = {};
  texts.elements = "1000\nTt 0 1 2 3 1\n";
  expect_error(texts, "h.elem:1: error: the number of elements is 1000, for which");
  texts = {};
  texts.points = "-5\n";
  expect_error(texts, "h.pts:1: error: the number of nodes is -5; it cannot be negative");
  texts.points = "99999999999999999999\n";
  expect_error(texts, "h.pts:1: error: '99999999999999999999' is no integer");
}

TEST(CarpFile, TruncatedAndOverlongFilesAreRefused) {
  Texts texts;
  texts.points = "5\n0 0 0\n1000 0 0\n0 1000 0\n0 0 1000\n";
  expect_error(texts,
               "h.pts:6: error: the file ends where a node's coordinate should stand: it is cut off");
  texts = {};
  texts.points += "3 3 3\n";
  expect_error(texts, "h.pts:7: error: the first line announces 5 nodes, and more lines follow");
  texts = {};
  texts.elements += "Tt 1 2 3 4 3\n";
  expect_error(texts, "h.elem:4: error: the first line announces 2 elements, and more lines follow");
  texts = {};
  texts.points = "";
  expect_error(texts, "h.pts:1: error: the file ends where the number of nodes should stand");
}

TEST(CarpFile, LinesMustHaveTheirNumbers) {
  Texts texts;
  texts.points = "5\n0 0 0\n1000 0\n0 1000 0\n0 0 1000\n1000 1000 1000\n";
  expect_error(texts, "h.pts:3: error: a node has 3 coordinates, and 2 stand here");
  texts.points = "5\n0 0 0\n1000 0 0 7\n0 1000 0\n0 0 1000\n1000 1000 1000\n";
  expect_error(texts, "h.pts:3: error: '7' stands after the three coordinates of a node");
  texts.points = "5\n0 0 0\n1000 0,5 0\n0 1000 0\n0 0 1000\n1000 1000 1000\n";
  expect_error(texts, "h.pts:3: error: '0,5' is no number; a node's coordinate should stand here");
  texts = {};
  texts.elements = "2\nTt 0 1 2 3 1\nTt 1 2 3\n";
  expect_error(texts, "h.elem:3: error: a tetrahedron has 4 nodes, and 3 stand here");
  texts.elements = "2\nTt 0 1 2 3 1\nTt 1 2 3 4 3 5\n";
  expect_error(texts, "h.elem:3: error: '5' stands after an element's tag");
}

TEST(CarpFile, UnknownElementsAreRefused) {
  Texts texts;
  texts.elements = "2\nTt 0 1 2 3 1\nPr 0 1 2 3 4 5 1\n";
  expect_error(texts,
               "h.elem:3: error: 'Pr' is not supported as an element; allowed: Ln, Tr, Qd, Tt, Hx; "
               "divide pyramids and prisms into tetrahedra");
  texts.elements = "2\nTt 0 1 2 3 1\n\x01\x02 1 2 3 4\n";
  expect_error(texts, "h.elem:3: error: '?\?' is not supported as an element");
}

TEST(CarpFile, NodesOutOfRangeAndInvertedElementsAreNamedByTheirLine) {
  Texts texts;
  texts.elements = "2\nTt 0 1 2 3 1\nTt 1 2 3 5 3\n";
  expect_error(texts,
               "h.elem:3: error: element 1 (tetrahedron of nodes 1, 2, 3, 5) has the node 5, and "
               "there are nodes 0 to 4");
  texts.elements = "2\nTt 1 0 2 3 1\nTt 1 2 3 4 3\n";
  expect_error(texts, "h.elem:2: error: element 0 (tetrahedron of nodes 1, 0, 2, 3) is inverted");
  texts.elements = "1\nTt 0 1 2 3 1\n";
  texts.with_fibres = false;
  expect_error(texts, "h.pts:6: error: node 4 at (1, 1, 1) mm belongs to no element");
}

TEST(CarpFile, FibresMustFitTheElements) {
  Texts texts;
  texts.fibres = "1\n1 0 0\n";
  expect_error(texts,
               "h.lon: error: it has the directions of 1 elements, and h.elem has 2 elements: the files "
               "do not belong together, or one is cut off");
  texts.fibres = "1\n1 0 0\n0 nan 1\n";
  expect_error(texts, "h.lon:3: error: the fibre of element 1 is (0, nan, 1): its components must be");
  texts.fibres = "1\n1 0 0\n0 1\n";
  expect_error(texts, "h.lon:3: error: 3 numbers should stand here");
  texts.fibres = "3\n1 0 0\n";
  expect_error(texts, "h.lon:1: error: 3 vectors an element; allowed: 1 (fibre) or 2 (fibre and sheet)");
  texts.fibres = "1\n1 0 0\n0 2 0\n";
  expect_error(texts, "h.lon:3: error: the fibre of element 1 is (0, 2, 0), of length 2");
}

}  // namespace
}  // namespace myowave
