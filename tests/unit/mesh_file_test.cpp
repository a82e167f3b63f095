// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/mesh_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <fstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "meshes/mesh_summary.hpp"
#include "tests/support/element_meshes.hpp"
#include "tests/support/mesh_text.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;
using testing::BoxMesh;

/// Tests in a folder of their own.
class MeshFile : public ::testing::Test {
 protected:
  MeshFile()
      : folder(fs::temp_directory_path() /
               ("myowave_mesh_" + std::to_string(getpid()) + "_" +
                ::testing::UnitTest::GetInstance()->current_test_info()->name())) {
    fs::create_directories(folder);
  }
  ~MeshFile() override { fs::remove_all(folder); }

  fs::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder / name, std::ios::binary) << text;
    return folder / name;
  }
  static std::string error_text(const fs::path& file, const MeshReadSettings& settings = {}) {
    try {
      read_mesh(file, settings);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }
  void expect_error(const fs::path& file, const std::string& part,
                    const MeshReadSettings& settings = {}) {
    const std::string text = error_text(file, settings);
    EXPECT_NE(text.find(part), std::string::npos) << text << "\nlacks: " << part;
  }

  fs::path folder;
};

/// A box with directions and regions whose numbers have many digits.
ElementMesh awkward(CellKind kind) {
  BoxMesh box(kind, {3, 2, 2}, {1.0, 0.7, 0.3});
  box.map([](const Point& p) {
    return Point{p[0] + 0.1 * std::sin(p[1]), p[1] + 1.0 / 3.0, p[2] + 0.1 * p[0]};
  });
  const double s = std::sin(0.3), c = std::cos(0.3);
  box.directions({c, s, 0}, {-s, c, 0});
  for (std::size_t cell = 0; cell < box.parts.regions.size(); ++cell)
    box.parts.regions[cell] = static_cast<std::int32_t>(cell % 3) * 100;
  return box.mesh();
}

void expect_same(const ElementMesh& a, const ElementMesh& b, double tolerance) {
  ASSERT_EQ(a.node_count(), b.node_count());
  EXPECT_EQ(a.parts().kinds, b.parts().kinds);
  EXPECT_EQ(a.parts().cell_nodes, b.parts().cell_nodes);
  EXPECT_EQ(a.parts().regions, b.parts().regions);
  EXPECT_EQ(a.parts().fibres, b.parts().fibres);
  EXPECT_EQ(a.parts().sheets, b.parts().sheets);
  for (std::int32_t node = 0; node < a.node_count(); ++node)
    for (std::size_t axis = 0; axis < 3; ++axis)
      EXPECT_NEAR(a.position(node)[axis], b.position(node)[axis], tolerance);
}

TEST_F(MeshFile, EveryFormatReturnsEveryKindAsItWas) {
  for (const CellKind kind : all_cell_kinds)
    for (const char* const name : {"a.vtu", "a.vtk", "a.msh", "a"}) {
      SCOPED_TRACE(std::string(name) + " " + name_of(kind));
      const ElementMesh mesh = awkward(kind);

      write_mesh(mesh, folder / name);
      const MeshFromFile read = read_mesh(folder / name);

      // CARP's um are a rounding away.
      expect_same(read.mesh, mesh, std::string(name) == "a" ? 1e-15 : 0.0);
      EXPECT_TRUE(read.remarks.empty());
    }
}

TEST_F(MeshFile, AChainOfFormatsReturnsTheMesh) {
  const ElementMesh mesh = awkward(CellKind::hexahedron);
  const char* const names[] = {"b.msh", "b.vtu", "b.elem", "b.vtk", "c.msh"};

  write_mesh(mesh, folder / names[0]);
  for (std::size_t n = 1; n < std::size(names); ++n)
    write_mesh(read_mesh(folder / names[n - 1]).mesh, folder / names[n]);

  expect_same(read_mesh(folder / "c.msh").mesh, mesh, 1e-15);
}

TEST_F(MeshFile, MixedKindsAndRegionNamesSurvive) {
  MeshParts parts;
  parts.nodes = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {2, 0, 0}};
  const std::int32_t square[] = {0, 1, 2, 3}, triangle[] = {1, 4, 2};
  parts.add_cell(CellKind::quadrilateral, square, 1);
  parts.add_cell(CellKind::triangle, triangle, 2);
  parts.region_names = {{1, "left \"atrium\""}, {2, "scar"}};
  const ElementMesh mesh(parts);

  for (const char* const name : {"a.vtu", "a.vtk", "a.msh", "a"}) {
    write_mesh(mesh, folder / name);
    expect_same(read_mesh(folder / name).mesh, mesh, 1e-15);
  }
  EXPECT_EQ(read_mesh(folder / "a.msh").mesh.region_name(1), "left _atrium_");
}

TEST_F(MeshFile, NothingStaysOfAMeshThatWasThere) {
  write_mesh(awkward(CellKind::tetrahedron), folder / "a.pts");
  EXPECT_TRUE(fs::exists(folder / "a.lon"));

  write_mesh(BoxMesh(CellKind::triangle, {1, 1, 0}, {1, 1, 1}).mesh(), folder / "a");

  EXPECT_FALSE(fs::exists(folder / "a.lon"));
  EXPECT_EQ(read_mesh(folder / "a.elem").remarks,
            (std::vector<std::string>{"there is no .lon file, so the mesh has no fibres"}));
}

TEST_F(MeshFile, AFileThatCannotBeWrittenLeavesNothing) {
  const ElementMesh mesh = awkward(CellKind::tetrahedron);
  fs::create_directories(folder / "a.elem.new");  // in the way

  EXPECT_THROW(write_mesh(mesh, folder / "a"), RunError);

  EXPECT_FALSE(fs::exists(folder / "a.pts"));
  EXPECT_THROW(write_mesh(mesh, folder / "missing" / "a.vtu"), RunError);
}

TEST_F(MeshFile, UnitsAreThoseOfTheFormatOrGiven) {
  const fs::path vtu = folder / "a.vtu", carp = folder / "a";
  const ElementMesh mesh = BoxMesh(CellKind::triangle, {1, 1, 0}, {2, 3, 0}).mesh();
  write_mesh(mesh, vtu);
  write_mesh(mesh, carp);

  EXPECT_NEAR(summary_of(read_mesh(vtu).mesh).high[1], 3.0, 1e-15);
  EXPECT_NEAR(summary_of(read_mesh(vtu, {.unit = 10.0}).mesh).high[1], 30.0, 1e-14);
  EXPECT_NEAR(summary_of(read_mesh(carp).mesh).high[1], 3.0, 1e-15);
  EXPECT_NEAR(summary_of(read_mesh(carp, {.unit = 1.0}).mesh).high[1], 3000.0, 1e-12);
}

/// A square as a legacy file with these cell arrays.
std::string legacy(const std::string& arrays) {
  return "# vtk DataFile Version 3.0\nsquare\nASCII\nDATASET UNSTRUCTURED_GRID\nPOINTS 5 float\n"
         "0 0 0 1 0 0 0 1 0 1 1 0 0.5 0.5 0\nCELLS 4 14\n4 0 1 2 3\n3 0 1 4\n2 0 1\n1 0\nCELL_TYPES 4\n"
         "8\n5\n3\n1\n" +
         arrays;
}

TEST_F(MeshFile, VtkArraysAreKnownByTheNamesOfOtherPrograms) {
  const std::string arrays =
      "CELL_DATA 4\nSCALARS elemTag int 1\nLOOKUP_TABLE default\n3 4 5 6\nVECTORS Fiber float\n"
      "1 0 0\n0 1 0\n0 0 0\n0 0 0\n";

  const MeshFromFile read = read_mesh(write("a.vtk", legacy(arrays)));

  EXPECT_EQ(read.mesh.cell_count(), 2);
  EXPECT_EQ(read.mesh.kind(0), CellKind::quadrilateral);
  EXPECT_EQ(read.mesh.nodes_of(0)[2], 3);  // of a pixel, whose upper nodes go the other way
  EXPECT_EQ(read.mesh.region(1), 4);
  EXPECT_EQ(read.mesh.fibre(1), (Point{0, 1, 0}));
  EXPECT_EQ(read.remarks,
            (std::vector<std::string>{"left out 1 segment of lower dimension than the mesh"}));
}

TEST_F(MeshFile, ArraysOfOtherNamesAreListed) {
  const MeshFromFile read = read_mesh(
      write("a.vtk", legacy("CELL_DATA 4\nSCALARS tissue int 1\nLOOKUP_TABLE default\n3 4 5 6\n")));

  EXPECT_EQ(read.mesh.region(0), 0);
  EXPECT_EQ(read.remarks[0],
            "no cell array has the name of a region (region ...), so all elements are in region "
            "0; cell arrays are: tissue");
}

TEST_F(MeshFile, WrongArraysOfVtkAreRefused) {
  const std::string head = "CELL_DATA 4\n";
  expect_error(
      write("a.vtk", legacy(head + "SCALARS region float 1\nLOOKUP_TABLE default\n1 2.5 3 4\n")),
      "the array 'region' has the value 2.5 for element 1: a region is an integer");
  expect_error(write("b.vtk", legacy(head + "SCALARS fibre float 1\nLOOKUP_TABLE default\n1 1 1 1\n")),
               "the array 'fibre' has 4 values of 1 components; 4 of 3 are needed");
  expect_error(write("c.vtk", legacy(head + "VECTORS sheet float\n1 0 0\n1 0 0\n1 0 0\n1 0 0\n")),
               "the file has sheets and no fibres");
}

TEST_F(MeshFile, OtherElementsOfVtkAreRefused) {
  std::string text = legacy("");
  text.replace(text.find("8\n5\n3\n1\n"), 8, "8\n22\n3\n1\n");  // a quadratic triangle

  expect_error(write("a.vtk", text),
               "element 1 is a vtkQuadraticTriangle, which is not supported; allowed: vtkLine");
}

TEST_F(MeshFile, DamagedVtkFilesAreRefused) {
  write_mesh(awkward(CellKind::tetrahedron), folder / "a.vtu");
  const std::string text = read_file(folder / "a.vtu");
  std::string huge = text;
  const std::size_t at = huge.find("NumberOfPoints=\"") + 16;
  huge.insert(at, "99999999");

  expect_error(write("cut.vtu", text.substr(0, text.size() / 2)),
               "this is no XML file of VTK, or it is cut off or damaged (no element found); copy or "
               "write it again");
  expect_error(write("huge.vtu", huge),
               "huge.vtu:4: error: NumberOfPoints=\"9999999936\" is not between 0 and 2^31 - 1");
  expect_error(write("empty.vtu", ""), "empty.vtu:1: error: this is no XML file of VTK");
  expect_error(write("none.vtk", "hello\n"),
               "none.vtk:1: error: a legacy file of VTK begins with '# vtk DataFile Version'");
  std::string legacy_huge = legacy("");
  legacy_huge.replace(legacy_huge.find("POINTS 5"), 8, "POINTS 5000000000");
  expect_error(write("huge.vtk", legacy_huge),
               "huge.vtk:5: error: the number of nodes is 5000000000, for which the rest of the file "
               "has no room");
  const std::string cut = legacy("").substr(0, legacy("").find("CELL_TYPES"));
  expect_error(write("cut.vtk", cut),
               "CELL_TYPES has 0 types, and there are 4 elements: the file is cut off");
}

/// Three by two voxels of 0.5 mm in one layer, from (1, 0, 0) mm.
std::string image(const std::string& extent, const std::string& data) {
  return "<VTKFile type=\"ImageData\" version=\"1.0\" byte_order=\"LittleEndian\">\n<ImageData "
         "WholeExtent=\"" +
         extent + "\" Origin=\"1 0 0\" Spacing=\"0.5 0.5 0.5\">\n<Piece Extent=\"" + extent + "\">\n" +
         data + "</Piece></ImageData></VTKFile>\n";
}

std::string data_array(const char* where, const char* name, const char* values) {
  return std::string("<") + where + "><DataArray type=\"Int32\" Name=\"" + name +
         "\" format=\"ascii\">" + values + "</DataArray></" + where + ">\n";
}

TEST_F(MeshFile, VoxelsWithARegionBecomeHexahedra) {
  const MeshFromFile cells =
      read_mesh(write("a.vti", image("0 3 0 2 0 1", data_array("CellData", "region", "1 0 2 0 0 2"))));
  const MeshFromFile points = read_mesh(
      write("b.vti", image("0 2 0 1 0 1", data_array("PointData", "label", "1 0 2 0 0 2 0 0 0 0 0 0"))));

  const MeshSummary of_cells = summary_of(cells.mesh), of_points = summary_of(points.mesh);

  EXPECT_EQ(of_cells.cells[4], 3);
  EXPECT_EQ(of_cells.nodes, 8 + 12);
  EXPECT_EQ(of_cells.parts, 2);
  EXPECT_NEAR(of_cells.measure, 3 * 0.125, 1e-15);
  EXPECT_EQ(of_cells.low, (Point{1.0, 0.0, 0.0}));
  EXPECT_EQ(cells.mesh.region(1), 2);
  // Voxels around points begin half a voxel before them.
  EXPECT_EQ(of_points.cells[4], 3);
  EXPECT_EQ(of_points.low, (Point{0.75, -0.25, -0.25}));
}

TEST_F(MeshFile, AFlatImageBecomesASurface) {
  const MeshFromFile read =
      read_mesh(write("a.vti", image("0 3 0 2 0 0", data_array("CellData", "region", "1 1 1 1 1 0"))));

  EXPECT_EQ(read.mesh.dimension(), 2);
  EXPECT_EQ(read.mesh.cell_count(), 5);
  EXPECT_NEAR(summary_of(read.mesh).measure, 5 * 0.25, 1e-15);
}

TEST_F(MeshFile, WrongImagesAreRefused) {
  expect_error(
      write("a.vti", image("0 3 0 2 0 1", data_array("CellData", "mask", "1 0 2 0 0 2"))),
      "no array has the name of a region (region ...); cell arrays are: mask, point arrays: none");
  expect_error(write("b.vti", image("0 3 0 2 0 1", data_array("CellData", "region", "0 0 0 0 0 0"))),
               "the mesh has no elements");
  expect_error(write("c.vti", image("0 30000 0 20000 0 10000", data_array("CellData", "region", "0"))),
               "the extent of the image is empty, or it has more than 2^27 points");
  std::string shifted = image("0 3 0 2 0 1", data_array("CellData", "region", "1 0 2 0 0 2"));
  shifted.replace(shifted.find("Piece Extent=\"0 3"), 17, "Piece Extent=\"1 4");
  expect_error(write("d.vti", shifted), "its one piece must have the extent of the whole image");
}

TEST_F(MeshFile, EndingsDecideAndOthersAreRefused) {
  expect_error(folder / "a.stl", "the ending '.stl' is that of no mesh; allowed: .vtu, .vtk, .msh");
  expect_error(folder / "a.vtu", "a.vtu: error: there is no such file");
  expect_error(folder / "a", "a.pts: error: there is no such file");
  EXPECT_THROW(files_of_mesh("a.vti"), InputError);
  EXPECT_EQ(files_of_mesh("a.b/heart"),
            (std::vector<fs::path>{"a.b/heart.pts", "a.b/heart.elem", "a.b/heart.lon"}));
}

TEST_F(MeshFile, ADimensionCanBeAskedFor) {
  write_mesh(BoxMesh(CellKind::triangle, {1, 1, 0}, {1, 1, 1}).mesh(), folder / "a.msh");

  expect_error(folder / "a.msh",
               "the mesh has dimension 2 (its elements are triangles), and 3 is asked for",
               {.dimension = 3});
  EXPECT_EQ(error_text(folder / "a.msh", {.dimension = 2}), "");
}

/// Each file is read, or refused in words.
TEST(MeshCorpus, IsReadOrRefused) {
  int read = 0, refused = 0;
  for (const auto& entry : fs::directory_iterator(MYOWAVE_SOURCE_DIR "/tests/fuzz/corpus/mesh")) {
    SCOPED_TRACE(entry.path().string());
    try {
      EXPECT_GT(testing::read_mesh_text(read_file(entry.path()), false).nodes, 1);
      ++read;
    } catch (const InputError& error) {
      EXPECT_FALSE(error.faults().front().message.empty());
      ++refused;
    }
  }

  EXPECT_GE(read, 7);
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace myowave
