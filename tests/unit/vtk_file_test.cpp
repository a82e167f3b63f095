// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.hpp"
#include "base/files.hpp"
#include "meshes/files/vtk.hpp"
#include "tests/support/element_meshes.hpp"
#include "tests/support/mesh_text.hpp"
#include "tests/support/vtk_files.hpp"

namespace myowave {
namespace {

using testing::legacy_text;
using testing::vtu_text;
using testing::XmlForm;

/// A mesh whose numbers have many digits.
ElementMesh awkward(CellKind kind) {
  testing::BoxMesh box(kind, {3, 2, 2}, {1.0, 0.7, 0.3});
  box.map([](const Point& p) {
    return Point{p[0] + 0.1 * std::sin(p[1]), p[1] + 1.0 / 3.0, p[2] + 0.1 * p[0]};
  });
  const double s = std::sin(0.3), c = std::cos(0.3);
  box.directions({c, s, 0}, {-s, c, 0});
  for (std::size_t cell = 0; cell < box.parts.regions.size(); ++cell)
    box.parts.regions[cell] = static_cast<std::int32_t>(cell % 3) * 100;
  return box.mesh();
}

MeshParts parse(const std::string& text, const std::string& name) {
  std::vector<std::string> remarks;
  MeshParts parts = parse_vtk(text, name, 1.0, remarks);
  EXPECT_TRUE(remarks.empty());
  return parts;
}

std::string fault_of(const std::string& text, const std::string& name) {
  try {
    parse(text, name);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

void expect_fault(const std::string& text, const std::string& name, const std::string& part) {
  const std::string fault = fault_of(text, name);
  EXPECT_NE(fault.find(part), std::string::npos) << fault << "\nlacks: " << part;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

void expect_same(const MeshParts& read, const ElementMesh& mesh, double tolerance) {
  EXPECT_EQ(read.kinds, mesh.parts().kinds);
  EXPECT_EQ(read.cell_nodes, mesh.parts().cell_nodes);
  EXPECT_EQ(read.regions, mesh.parts().regions);
  ASSERT_EQ(read.nodes.size(), mesh.parts().nodes.size());
  ASSERT_EQ(read.fibres.size(), mesh.parts().fibres.size());
  ASSERT_EQ(read.sheets.size(), mesh.parts().sheets.size());
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t n = 0; n < read.nodes.size(); ++n)
      EXPECT_NEAR(read.nodes[n][a], mesh.parts().nodes[n][a], tolerance);
    for (std::size_t c = 0; c < read.fibres.size(); ++c) {
      EXPECT_NEAR(read.fibres[c][a], mesh.parts().fibres[c][a], tolerance);
      EXPECT_NEAR(read.sheets[c][a], mesh.parts().sheets[c][a], tolerance);
    }
  }
}

/// VTK writes 11 digits as text, and all of them otherwise.
constexpr double text_tolerance = 1e-10;

TEST(VtkFile, EveryFormInWhichVtkWritesXmlIsRead) {
  const ElementMesh mesh = awkward(CellKind::tetrahedron);
  for (const auto mode : {XmlForm::ascii, XmlForm::binary, XmlForm::appended, XmlForm::appended_base64})
    for (const auto compressor : {XmlForm::none, XmlForm::zlib, XmlForm::lz4, XmlForm::lzma})
      for (const bool wide : {false, true})
        for (const bool big : {false, true}) {
          SCOPED_TRACE(std::to_string(mode) + " " + std::to_string(compressor) +
                       (wide ? " UInt64" : "") + (big ? " big" : ""));
          expect_same(parse(vtu_text(mesh, {mode, compressor, wide, big, 1024}), "a.vtu"), mesh,
                      mode == XmlForm::ascii ? text_tolerance : 0.0);
        }
}

TEST(VtkFile, BlocksMayBeOfAnySize) {
  const ElementMesh mesh = awkward(CellKind::tetrahedron);
  for (const std::size_t block : {8ul, 72ul, 1024ul, 1ul << 20})
    for (const auto mode : {XmlForm::binary, XmlForm::appended})
      expect_same(parse(vtu_text(mesh, {mode, XmlForm::zlib, false, false, block}), "a.vtu"), mesh, 0.0);
}

TEST(VtkFile, EveryFormInWhichVtkWritesLegacyFilesIsRead) {
  for (const CellKind kind : all_cell_kinds) {
    const ElementMesh mesh = awkward(kind);
    for (const bool binary : {false, true})
      for (const int version : {42, 51}) {
        SCOPED_TRACE(std::string(name_of(kind)) + (binary ? " binary " : " ascii ") +
                     std::to_string(version));
        expect_same(parse(legacy_text(mesh, {binary, version}), "a.vtk"), mesh,
                    binary ? 0.0 : text_tolerance);
      }
  }
}

/// Two triangles in pieces of their own, the second with its numbers as other programs write them.
std::string two_pieces(const std::string& second_nodes) {
  auto piece = [](const std::string& points, const std::string& nodes, const std::string& tag) {
    return "<Piece NumberOfPoints=\"3\" NumberOfCells=\"1\">\n<CellData><DataArray type=\"Int8\" "
           "Name=\"Region\">" +
           tag +
           "</DataArray></CellData>\n<Points><DataArray type=\"Float32\" NumberOfComponents=\"3\" "
           "format=\"ascii\">" +
           points +
           "</DataArray></Points>\n<Cells><DataArray type=\"Int32\" Name=\"connectivity\" "
           "format=\"ascii\">" +
           nodes +
           "</DataArray><DataArray type=\"Int32\" Name=\"offsets\" format=\"ascii\">3</DataArray>"
           "<DataArray type=\"UInt8\" Name=\"types\" format=\"ascii\">5</DataArray></Cells></Piece>\n";
  };
  return "<?xml version=\"1.0\"?>\n<!-- by hand -->\n<VTKFile type=\"UnstructuredGrid\">\n"
         "<UnstructuredGrid>\n" +
         piece("0 0 0 1 0 0 0 1 0", "0 1 2", "3") + piece("5 0 0 6 0 0 5 1 0", second_nodes, "4") +
         "</UnstructuredGrid></VTKFile>\n";
}

TEST(VtkFile, PiecesFollowEachOther) {
  std::vector<std::string> remarks;

  const MeshParts parts = parse_vtk(two_pieces("0 1 2"), "a.vtu", 2.0, remarks);

  EXPECT_EQ(parts.cell_nodes, (std::vector<std::int32_t>{0, 1, 2, 3, 4, 5}));
  EXPECT_EQ(parts.regions, (std::vector<std::int32_t>{3, 4}));
  EXPECT_EQ(parts.nodes[4], (Point{12, 0, 0}));
  expect_fault(two_pieces("0 1 3"), "a.vtu",
               "a.vtu:9: error: an element of this piece has the node 3, and the piece has 3");
}

/// A length and the bytes behind it in one text of base64, as programs other than VTK write them, or
/// each for itself.
TEST(VtkFile, Base64OfOnePartOrOfTwoIsTheSame) {
  for (const char* const tag : {"AQAAAAc=", "AQAAAA==Bw=="}) {
    const std::string text =
        replaced(replaced(two_pieces("0 1 2"), "Name=\"Region\">3",
                          "Name=\"Region\" format=\"binary\">\n " + std::string(tag) + "\n"),
                 "<VTKFile", "<VTKFile byte_order=\"LittleEndian\"");
    EXPECT_EQ(parse(text, "a.vtu").regions[0], 7);
  }
}

TEST(VtkFile, WhatDoesNotFitTogetherInXmlIsRefused) {
  const ElementMesh mesh = awkward(CellKind::tetrahedron);
  const std::string ascii = vtu_text(mesh, {}), raw = vtu_text(mesh, {XmlForm::appended}),
                    zipped = vtu_text(mesh, {XmlForm::binary, XmlForm::zlib});
  const std::string cells = "NumberOfCells=\"72\"", points = "NumberOfPoints=\"36\"";

  expect_fault(replaced(ascii, cells, "NumberOfCells=\"71\""), "a.vtu",
               "the array 'offsets': it has more numbers; 71 belong to its size");
  expect_fault(replaced(ascii, points, "NumberOfPoints=\"37\""), "a.vtu",
               "the array 'Points': it has 108 numbers; 111 belong to its size");
  expect_fault(replaced(raw, points, "NumberOfPoints=\"37\""), "a.vtu",
               "the array 'Points': its data are not the 888 bytes that belong to its size");
  expect_fault(replaced(zipped, points, "NumberOfPoints=\"2000000000\""), "a.vtu",
               "its data are not the 48000000000 bytes that belong to its size");
  expect_fault(raw.substr(0, raw.size() - 1500), "a.vtu", "the end of the file, which is cut off");
  expect_fault(replaced(zipped, "vtkZLibData", "vtkOtherData"), "a.vtu",
               "the compressor 'vtkOtherDataCompressor' is not supported; allowed: vtkZLib");
  expect_fault(replaced(zipped, "vtkZLibData", "vtkLZ4Data"), "a.vtu",
               "its compressed data are damaged");
  expect_fault(replaced(ascii, "type=\"Float64\" Name=\"Points\"", "type=\"String\" Name=\"Points\""),
               "a.vtu", "the array 'Points': numbers of the type 'String' are not supported");
  expect_fault(replaced(ascii, "Name=\"tag\" format=\"ascii\"", "Name=\"tag\" format=\"hex\""), "a.vtu",
               "the format 'hex' is not supported; allowed: ascii, binary, appended");
  expect_fault(replaced(ascii, "Name=\"types\"", "Name=\"kinds\""), "a.vtu",
               "a.vtu:8: error: the piece has no array 'types' in <Cells>");
  expect_fault(replaced(ascii, "type=\"UnstructuredGrid\"", "type=\"PolyData\""), "a.vtu",
               "the file is one of VTK's type 'PolyData'; 'UnstructuredGrid' is needed");
  expect_fault("<VTKFile type=\"UnstructuredGrid\"><UnstructuredGrid/></VTKFile>", "a.vtu",
               "the file has no whole <Piece> of an <UnstructuredGrid>");
}

TEST(VtkFile, WhatDoesNotFitTogetherInLegacyFilesIsRefused) {
  const ElementMesh mesh = awkward(CellKind::tetrahedron);
  const std::string old = legacy_text(mesh, {false, 42}), now = legacy_text(mesh, {false, 51}),
                    binary = legacy_text(mesh, {true, 51});

  expect_fault(replaced(old, "CELLS 72 360\n4", "CELLS 72 360\n5"), "a.vtk", "CELL");
  expect_fault(replaced(old, "CELLS 72 360\n4", "CELLS 72 360\n400"), "a.vtk",
               "element 0 of CELLS has 400 nodes: the file is damaged");
  expect_fault(replaced(now, "vtktypeint64\n0 4", "vtktypeint64\n0 -4"), "a.vtk",
               "OFFSETS has -4 after 0: it is damaged");
  expect_fault(replaced(now, "CELL_TYPES 72", "CELL_TYPES 71"), "a.vtk",
               "stands where a keyword of an unstructured grid should");
  expect_fault(replaced(now, "UNSTRUCTURED_GRID", "POLYDATA"), "a.vtk",
               "the data set is a 'polydata'; UNSTRUCTURED_GRID is needed");
  expect_fault(replaced(now, "POINTS 36 double", "POINTS 36 quad"), "a.vtk",
               "a.vtk:11: error: numbers of the type 'quad' are not supported; allowed: char to long");
  expect_fault(binary.substr(0, binary.size() / 2), "a.vtk", "it is cut off");
  expect_fault(replaced(binary, "POINTS 36", "POINTS 37"), "a.vtk", "a.vtk:");
}

/// Each file is read, or refused in words.
TEST(VtkCorpus, IsReadOrRefused) {
  int read = 0, refused = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(MYOWAVE_SOURCE_DIR "/tests/fuzz/corpus/mesh_vtk")) {
    SCOPED_TRACE(entry.path().string());
    try {
      EXPECT_GT(testing::read_mesh_text(read_file(entry.path()), false).nodes, 1);
      ++read;
    } catch (const InputError& error) {
      EXPECT_FALSE(error.faults().front().message.empty());
      ++refused;
    }
  }

  EXPECT_GE(read, 10);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace myowave
