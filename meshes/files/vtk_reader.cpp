// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/vtk.hpp"

#include <fmt/format.h>
#include <vtkCellData.h>
#include <vtkCellType.h>
#include <vtkCellTypes.h>
#include <vtkDataArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkUnstructuredGrid.h>
#include <vtkUnstructuredGridReader.h>
#include <vtkXMLImageDataReader.h>
#include <vtkXMLUnstructuredGridReader.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <new>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "meshes/files/array_names.hpp"
#include "meshes/files/image_mesh.hpp"
#include "meshes/files/vtk_size.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void broken(const fs::path& file, const std::string& what) {
  throw InputError({Fault{file.string(), what}});
}

/// VTK prints about broken files; our message says it.
class QuietVtk {
 public:
  QuietVtk() : before_(vtkObject::GetGlobalWarningDisplay()) { vtkObject::GlobalWarningDisplayOff(); }
  ~QuietVtk() { vtkObject::SetGlobalWarningDisplay(before_); }
  QuietVtk(const QuietVtk&) = delete;
  QuietVtk& operator=(const QuietVtk&) = delete;

 private:
  int before_;
};

constexpr const char* damaged = "the file is cut off or damaged; copy or write it again";

template <class Reader>
auto output_of(const fs::path& file) {
  if (const std::string fault = vtk_size_fault(read_file(file), file.extension().string());
      !fault.empty())
    broken(file, fault);
  const QuietVtk quiet;
  vtkNew<Reader> reader;
  reader->SetFileName(file.string().c_str());
  try {
    reader->Update();
  } catch (const std::bad_alloc&) {  // a damaged size
    broken(file, damaged);
  }
  if (reader->GetErrorCode() != 0) broken(file, damaged);
  return vtkSmartPointer(reader->GetOutput());
}

vtkSmartPointer<vtkUnstructuredGrid> read_grid(const fs::path& file) {
  if (file.extension() == ".vtu") return output_of<vtkXMLUnstructuredGridReader>(file);
  return output_of<vtkUnstructuredGridReader>(file);
}

/// The array of a name in the list, the earlier ones first; null if there is none.
vtkDataArray* array_called(vtkDataSetAttributes* data, std::span<const std::string_view> names) {
  vtkDataArray* best = nullptr;
  int best_place = std::numeric_limits<int>::max();
  for (int k = 0; k < data->GetNumberOfArrays(); ++k) {
    vtkDataArray* const array = data->GetArray(k);
    const int place = array && array->GetName() ? place_in(names, array->GetName()) : -1;
    if (place < 0 || place >= best_place) continue;
    best = array;
    best_place = place;
  }
  return best;
}

std::string names_of(vtkDataSetAttributes* data) {
  std::vector<std::string> names;
  for (int k = 0; k < data->GetNumberOfArrays(); ++k)
    if (const char* const name = data->GetArrayName(k)) names.emplace_back(name);
  return names.empty() ? "none" : list_of(names);
}

void check_array(vtkDataArray* array, vtkIdType tuples, int components, const fs::path& file) {
  if (array->GetNumberOfComponents() != components || array->GetNumberOfTuples() != tuples)
    broken(file, fmt::format("the array '{}' has {} values of {} components; {} of {} are needed",
                             array->GetName(), array->GetNumberOfTuples(),
                             array->GetNumberOfComponents(), tuples, components));
}

std::int32_t tag_of(vtkDataArray* array, vtkIdType index, const fs::path& file) {
  const double value = array->GetComponent(index, 0);
  if (value != std::round(value) || std::abs(value) > std::numeric_limits<std::int32_t>::max())
    broken(file, fmt::format("the array '{}' has the value {:g} for element {}: a region is an integer",
                             array->GetName(), value, index));
  return static_cast<std::int32_t>(value);
}

/// A cell's nodes in CellKind's order; false for a point, which is no cell.
bool add_cell(vtkUnstructuredGrid* grid, vtkIdType cell, std::int32_t region, const fs::path& file,
              MeshParts& parts) {
  struct Known {
    int type;
    CellKind kind;
    std::array<std::size_t, max_cell_nodes> order;
  };
  static constexpr Known known[] = {
      {VTK_LINE, CellKind::segment, {0, 1}},
      {VTK_TRIANGLE, CellKind::triangle, {0, 1, 2}},
      {VTK_QUAD, CellKind::quadrilateral, {0, 1, 2, 3}},
      {VTK_PIXEL, CellKind::quadrilateral, {0, 1, 3, 2}},
      {VTK_TETRA, CellKind::tetrahedron, {0, 1, 2, 3}},
      {VTK_HEXAHEDRON, CellKind::hexahedron, {0, 1, 2, 3, 4, 5, 6, 7}},
      {VTK_VOXEL, CellKind::hexahedron, {0, 1, 3, 2, 4, 5, 7, 6}},
  };
  const int type = grid->GetCellType(cell);
  if (type == VTK_VERTEX || type == VTK_POLY_VERTEX) return false;
  const auto* const found = std::find_if(std::begin(known), std::end(known),
                                         [&](const Known& each) { return each.type == type; });
  if (found == std::end(known))
    broken(file,
           fmt::format("element {} is a {}, which is not supported; allowed: vtkLine, vtkTriangle, "
                       "vtkQuad, vtkPixel, vtkTetra, vtkHexahedron, vtkVoxel",
                       cell, vtkCellTypes::GetClassNameFromTypeId(type)));
  vtkIdType count = 0;
  const vtkIdType* nodes = nullptr;
  grid->GetCellPoints(cell, count, nodes);
  if (static_cast<std::size_t>(count) != node_count_of(found->kind))
    broken(file, fmt::format("element {}, a {}, has {} nodes", cell, name_of(found->kind), count));
  std::array<std::int32_t, max_cell_nodes> ours;
  for (std::size_t n = 0; n < node_count_of(found->kind); ++n) {
    const vtkIdType node = nodes[found->order[n]];
    if (node < 0 || node >= grid->GetNumberOfPoints())
      broken(file, fmt::format("element {} has the node {}, and there are nodes 0 to {}", cell, node,
                               grid->GetNumberOfPoints() - 1));
    ours[n] = static_cast<std::int32_t>(node);
  }
  parts.add_cell(found->kind, std::span(ours).first(node_count_of(found->kind)), region);
  return true;
}

Point vector_of(vtkDataArray* array, vtkIdType index) {
  return {array->GetComponent(index, 0), array->GetComponent(index, 1), array->GetComponent(index, 2)};
}

/// The cell arrays that a mesh takes; null where there is none.
struct CellArrays {
  vtkDataArray *region, *fibre, *sheet, *factor;

  CellArrays(vtkUnstructuredGrid* grid, const fs::path& file, std::vector<std::string>& remarks)
      : region(array_called(grid->GetCellData(), region_names())),
        fibre(array_called(grid->GetCellData(), fibre_names())),
        sheet(array_called(grid->GetCellData(), sheet_names())),
        factor(array_called(grid->GetCellData(), conductivity_factor_names())) {
    const vtkIdType cells = grid->GetNumberOfCells();
    if (region) check_array(region, cells, 1, file);
    if (fibre) check_array(fibre, cells, 3, file);
    if (sheet) check_array(sheet, cells, 3, file);
    if (factor) check_array(factor, cells, 1, file);
    if (sheet && !fibre) broken(file, "the file has sheets and no fibres; give both, or fibres alone");
    if (!region)
      remarks.push_back(
          fmt::format("no cell array has the name of a region ({} ...), so all elements are in "
                      "region 0; cell arrays are: {}",
                      region_names()[0], names_of(grid->GetCellData())));
    if (!fibre && array_called(grid->GetPointData(), fibre_names()))
      remarks.push_back(
          "the fibres are a point array, and a mesh takes them from a cell array: it has none");
  }
};

MeshParts parts_of(vtkUnstructuredGrid* grid, const fs::path& file, double unit,
                   std::vector<std::string>& remarks) {
  if (grid->GetNumberOfPoints() > std::numeric_limits<std::int32_t>::max() ||
      grid->GetNumberOfCells() > std::numeric_limits<std::int32_t>::max() / 8)
    broken(file, "the mesh has more than 2^31 nodes, or nodes of elements");
  MeshParts parts;
  parts.node_places.file = parts.cell_places.file = parts.fibre_places.file = file.string();
  for (vtkIdType n = 0; n < grid->GetNumberOfPoints(); ++n) {
    double point[3];
    grid->GetPoint(n, point);
    parts.nodes.push_back({unit * point[0], unit * point[1], unit * point[2]});
  }
  const CellArrays arrays(grid, file, remarks);
  for (vtkIdType c = 0; c < grid->GetNumberOfCells(); ++c) {
    const std::int32_t region = arrays.region ? tag_of(arrays.region, c, file) : 0;
    if (!add_cell(grid, c, region, file, parts)) continue;
    if (arrays.fibre) parts.fibres.push_back(vector_of(arrays.fibre, c));
    if (arrays.sheet) parts.sheets.push_back(vector_of(arrays.sheet, c));
    if (arrays.factor) parts.conductivity_factors.push_back(arrays.factor->GetComponent(c, 0));
  }
  return parts;
}

MeshParts read_voxels(const fs::path& file, double unit) {
  const vtkSmartPointer<vtkImageData> image = output_of<vtkXMLImageDataReader>(file);
  VoxelImage voxels;
  image->GetDimensions(voxels.voxels.data());
  image->GetSpacing(voxels.spacing.data());
  int extent[6];
  image->GetExtent(extent);
  vtkDataArray* const of_cells = array_called(image->GetCellData(), region_names());
  vtkDataArray* const region = of_cells ? of_cells : array_called(image->GetPointData(), region_names());
  if (!region)
    broken(
        file,
        fmt::format("no array has the name of a region ({} ...); cell arrays are: {}, point arrays: {}",
                    region_names()[0], names_of(image->GetCellData()), names_of(image->GetPointData())));
  // Voxels lie around points, or between them; a flat image has one layer of them.
  vtkIdType count = 1;
  for (std::size_t a = 0; a < 3; ++a) {
    const double first = image->GetOrigin()[a] + extent[2 * a] * voxels.spacing[a];
    voxels.flat[a] = voxels.voxels[a] == 1;
    if (of_cells) voxels.voxels[a] = std::max(1, voxels.voxels[a] - 1);
    voxels.origin[a] = of_cells || voxels.flat[a] ? first : first - 0.5 * voxels.spacing[a];
    count *= voxels.voxels[a];
    voxels.origin[a] *= unit;
    voxels.spacing[a] *= unit;
  }
  check_array(region, count, 1, file);
  for (vtkIdType v = 0; v < count; ++v) voxels.region.push_back(tag_of(region, v, file));
  MeshParts parts = parts_of(voxels);
  parts.node_places.file = parts.cell_places.file = file.string();
  return parts;
}

}  // namespace

MeshParts read_vtk(const fs::path& file, double unit, std::vector<std::string>& remarks) {
  if (file.extension() == ".vti") return read_voxels(file, unit);
  const vtkSmartPointer<vtkUnstructuredGrid> grid = read_grid(file);
  if (grid->GetNumberOfCells() == 0)
    broken(file,
           "VTK finds no unstructured grid with elements in the file: it is cut off or holds something "
           "else");
  return parts_of(grid, file, unit, remarks);
}

}  // namespace myowave
