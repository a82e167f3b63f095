// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/gmsh.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "meshes/repair.hpp"

namespace myowave {
namespace {

/// Two tetrahedra in the groups 'wall' and 'scar', a face and a point of their boundary; numbers with
/// gaps.
constexpr const char* version_2 = R"($MeshFormat
2.2 0 8
$EndMeshFormat
$PhysicalNames
3
2 9 "endo"
3 4 "left wall"
3 5 "scar"
$EndPhysicalNames
$Nodes
5
1 0 0 0
2 1 0 0
3 0 1 0
14 0 0 1
7 1 1 1
$EndNodes
$Elements
4
1 15 2 0 1 1
2 2 2 9 1 1 3 2
8 4 2 4 1 1 2 3 14
9 4 3 5 2 0 2 3 14 7
$EndElements
)";
constexpr const char* version_4 = R"($MeshFormat
4.1 0 8
$EndMeshFormat
$PhysicalNames
3
2 9 "endo"
3 4 "left wall"
3 5 "scar"
$EndPhysicalNames
$Entities
1 0 1 2
1 0 0 0 0
1 0 0 0 1 1 0 1 -9 0
1 0 0 0 1 1 1 1 4 1 1
2 0 0 0 1 1 1 1 5 1 1
$EndEntities
$Nodes
3 5 1 14
0 1 0 1
1
0 0 0
2 1 1 2
2
3
1 0 0 0.5 0.5
0 1 0 0.5 0.5
3 1 0 2
14
7
0 0 1
1 1 1
$EndNodes
$Elements
4 4 1 9
0 1 15 1
1 1
2 1 2 1
2 1 3 2
3 1 4 1
8 1 2 3 14
3 2 4 1
9 2 3 14 7
$EndElements
)";

ElementMesh read(const std::string& text, std::vector<std::string>& remarks) {
  return ElementMesh(without_lower_cells(parse_gmsh(text, "h.msh", 1.0, remarks), remarks));
}

std::string edited(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

void expect_error(const std::string& text, const std::string& part) {
  std::vector<std::string> remarks;
  try {
    read(text, remarks);
    FAIL() << "accepted, should say: " << part;
  } catch (const InputError& error) {
    EXPECT_EQ(std::string(error.what()).substr(0, part.size()), part);
  }
}

TEST(GmshFile, BothVersionsGiveTheSameMesh) {
  for (const char* const text : {version_2, version_4}) {
    std::vector<std::string> remarks;
    const ElementMesh mesh = read(text, remarks);

    EXPECT_EQ(mesh.dimension(), 3);
    EXPECT_EQ(mesh.node_count(), 5);
    EXPECT_EQ(mesh.cell_count(), 2);
    EXPECT_EQ(mesh.position(3), (Point{0, 0, 1}));
    EXPECT_EQ(mesh.parts().cell_nodes, (std::vector<std::int32_t>{0, 1, 2, 3, 1, 2, 3, 4}));
    EXPECT_EQ(mesh.region(0), 4);
    EXPECT_EQ(mesh.region(1), 5);
    EXPECT_EQ(mesh.region_name(4), "left wall");
    EXPECT_EQ(mesh.region_name(9), "");  // a group of faces
    EXPECT_EQ(remarks,
              (std::vector<std::string>{"left out 1 triangle of lower dimension than the mesh"}));
  }
}

TEST(GmshFile, ElementDataAreFibresAndSheets) {
  const std::string data =
      "$ElementData\n1\n\"Fiber\"\n1\n0.0\n3\n0\n3\n2\n9 0 0.6 0.8\n8 1 0 0\n$EndElementData\n"
      "$ElementData\n1\n\"pressure\"\n1\n0.0\n3\n0\n1\n2\n9 5\n8 1\n$EndElementData\n"
      "$ElementData\n1\n\"sheet\"\n1\n0.0\n3\n0\n3\n2\n8 0 1 0\n9 1 0 0\n$EndElementData\n";
  std::vector<std::string> remarks;

  const ElementMesh mesh = read(version_2 + data, remarks);

  EXPECT_EQ(mesh.fibre(1), (Point{0, 0.6, 0.8}));
  EXPECT_EQ(mesh.sheet(0), (Point{0, 1, 0}));
}

TEST(GmshFile, UnitsScaleCoordinates) {
  std::vector<std::string> remarks;

  EXPECT_EQ(parse_gmsh(version_2, "h.msh", 10.0, remarks).nodes[4], (Point{10, 10, 10}));
}

TEST(GmshFile, AnEntityInTwoGroupsGetsTheFirst) {
  std::vector<std::string> remarks;

  const ElementMesh mesh = read(edited(version_4, "1 1 1 1 4 1 1", "1 1 1 2 4 5 1 1"), remarks);

  EXPECT_EQ(mesh.region(0), 4);
  EXPECT_EQ(remarks[0],
            "entity 1 of dimension 3 is in 2 physical groups; its elements got the region of the "
            "first, 4");
}

TEST(GmshFile, OtherVersionsAndBinaryFilesAreRefused) {
  expect_error(
      edited(version_2, "2.2 0", "4 0"),
      "h.msh:2: error: version 4 is not supported; allowed: 2.0 to 2.2 and 4.1. `gmsh FILE -save "
      "-format msh41` writes it again");
  expect_error(edited(version_2, "2.2 0", "2.2 1"),
               "h.msh:2: error: the file is binary; save it as text, with Mesh.Binary = 0 in Gmsh");
  expect_error("5\n0 0 0\n", "h.msh:1: error: a file of Gmsh begins with $MeshFormat");
}

TEST(GmshFile, ElementsThatAreNotLinearAreRefused) {
  expect_error(
      edited(version_2, "8 4 2", "8 11 2"),
      "h.msh:22: error: elements of type 11 are not supported; allowed: 1 (segment), 2 (triangle), 3 "
      "(quadrilateral), 4 (tetrahedron), 5 (hexahedron) and 15 (point). For linear elements set "
      "Mesh.ElementOrder = 1 in Gmsh");
  expect_error(edited(version_4, "3 2 4 1", "3 2 6 1"),
               "h.msh:41: error: elements of type 6 are not supported");
  expect_error(edited(version_4, "3 2 4 1", "2 2 4 1"),
               "h.msh:41: error: such elements cannot lie on an entity of dimension 2");
}

TEST(GmshFile, CountsThatTheFileDoesNotBearOutAreRefused) {
  expect_error(
      edited(version_2, "$Nodes\n5", "$Nodes\n5000000000"),
      "h.msh:11: error: the number of nodes is 5000000000, for which the rest of the file has no room");
  expect_error(edited(version_4, "3 5 1 14", "3 500 1 14"),
               "h.msh:18: error: the number of nodes is 500");
  expect_error(edited(version_2, "9 4 3 5", "9 4 300 5"), "h.msh:23: error: a number of tags is 300");
  expect_error(
      edited(version_2, "$Elements\n4", "$Elements\n5"),
      "h.msh:24: error: '$EndElements' is no integer; the number of an element should stand here");
  expect_error(edited(version_2, "$Elements\n4", "$Elements\n3"),
               "h.msh:23: error: '9' stands where $EndElements should");
}

TEST(GmshFile, UnknownAndRepeatedNumbersAreRefused) {
  expect_error(edited(version_2, "1 2 3 14\n", "1 2 3 15\n"),
               "h.msh:22: error: element 8 has the node 15, which is not among $Nodes");
  expect_error(edited(version_2, "14 0 0 1", "3 0 0 1"), "h.msh:15: error: the node 3 stands twice");
  expect_error(edited(version_2, "9 4 3", "8 4 3"), "h.msh:23: error: the element 8 stands twice");
}

TEST(GmshFile, FaultsOfElementsAreNamedByTheirLine) {
  expect_error(edited(version_4, "9 2 3 14 7", "9 3 2 14 7"),
               "h.msh:42: error: element 1 (tetrahedron of nodes 2, 1, 3, 4) is inverted");
  expect_error(edited(version_2, "$Nodes\n5", "$Nodes\n6\n50 3 3 3"),
               "h.msh:12: error: node 0 at (3, 3, 3) mm belongs to no element");
}

TEST(GmshFile, TruncatedFilesAreRefused) {
  const std::string text = version_2;

  expect_error(text.substr(0, text.find("$Elements")),
               "h.msh: error: the file has no $Nodes or no $Elements: it is cut off");
  expect_error(text.substr(0, text.find("8 4 2") + 9),
               "h.msh:22: error: the file ends where a node of an element should stand: it is cut off");
  expect_error(text + "$Periodic\n1\n",
               "h.msh:27: error: the file ends where $EndPeriodic should stand");
}

TEST(GmshFile, DirectionsMustBelongToElements) {
  const std::string head = "$ElementData\n1\n\"fibre\"\n1\n0.0\n3\n0\n";
  expect_error(
      version_2 + head + "3\n1\n77 1 0 0\n$EndElementData\n",
      "h.msh: error: 1 of 1 directions in the data 'fibre' belong to elements that the file does not");
  expect_error(version_2 + head + "1\n1\n8 1\n$EndElementData\n",
               "h.msh:33: error: the data 'fibre' have 1 components; a direction has 3");
  expect_error(version_2 + head + "3\n1\n8 1 0 0\n$EndElementData\n",
               "h.msh:23: error: the fibre of element 1 is (0, 0, 0): every element needs a direction");
}

}  // namespace
}  // namespace myowave
