// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/vtk.hpp"

#include <fmt/format.h>
#include <vtkCellType.h>
#include <vtkCellTypes.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "base/text.hpp"
#include "meshes/files/array_names.hpp"
#include "meshes/files/image_mesh.hpp"
#include "meshes/files/text_cursor.hpp"
#include "meshes/files/vtk_data.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void broken(const fs::path& file, const std::string& what) {
  throw InputError({Fault{file.string(), what}});
}

using Arrays = std::vector<VtkArray>;

/// The array of a name in the list, the earlier ones first; null if there is none.
const VtkArray* array_called(const Arrays& arrays, std::span<const std::string_view> names) {
  const VtkArray* best = nullptr;
  int best_place = std::numeric_limits<int>::max();
  for (const VtkArray& array : arrays) {
    const int place = place_in(names, array.name);
    if (place < 0 || place >= best_place) continue;
    best = &array;
    best_place = place;
  }
  return best;
}

std::string names_of(const Arrays& arrays) {
  std::vector<std::string> names;
  for (const VtkArray& array : arrays)
    if (!array.name.empty()) names.push_back(shown(array.name));
  return names.empty() ? "none" : list_of(names);
}

/// The numbers of an array, which must have this size; none if there is no array.
std::vector<double> values_of(const VtkArray* array, std::int64_t tuples, std::int64_t components,
                              const fs::path& file) {
  if (!array) return {};
  if (array->components != components || array->tuples != tuples)
    broken(file, fmt::format("the array '{}' has {} values of {} components; {} of {} are needed",
                             shown(array->name), array->tuples, array->components, tuples, components));
  return array->values();
}

std::int32_t tag_of(const VtkArray& array, double value, std::size_t index, const fs::path& file) {
  if (value != std::round(value) || std::abs(value) > std::numeric_limits<std::int32_t>::max())
    broken(file, fmt::format("the array '{}' has the value {:g} for element {}: a region is an integer",
                             shown(array.name), value, index));
  return static_cast<std::int32_t>(value);
}

/// A cell's nodes in CellKind's order; false for a point, which is no cell.
bool add_cell(const VtkGrid& grid, std::size_t cell, std::int32_t region, const fs::path& file,
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
  const double number = grid.types[cell];
  const int type = number >= 0.0 && number < 256.0 ? static_cast<int>(number) : -1;
  if (type == VTK_VERTEX || type == VTK_POLY_VERTEX) return false;
  const auto* const found = std::find_if(std::begin(known), std::end(known),
                                         [&](const Known& each) { return each.type == type; });
  if (found == std::end(known)) {
    const char* const name = vtkCellTypes::GetClassNameFromTypeId(type);
    broken(file,
           fmt::format("element {} is a {}, which is not supported; allowed: vtkLine, vtkTriangle, "
                       "vtkQuad, vtkPixel, vtkTetra, vtkHexahedron, vtkVoxel",
                       cell, name ? name : fmt::format("cell of the type {:g}", number)));
  }
  const auto first = static_cast<std::size_t>(grid.offsets[cell]);
  const std::size_t count = static_cast<std::size_t>(grid.offsets[cell + 1]) - first;
  if (count != node_count_of(found->kind))
    broken(file, fmt::format("element {}, a {}, has {} nodes", cell, name_of(found->kind), count));
  std::array<std::int32_t, max_cell_nodes> ours;
  for (std::size_t n = 0; n < count; ++n) {
    const double node = grid.connectivity[first + found->order[n]];
    if (!(node >= 0.0 && node < static_cast<double>(grid.points)) || node != std::floor(node))
      broken(file, fmt::format("element {} has the node {:.16g}, and there are nodes 0 to {}", cell,
                               node, grid.points - 1));
    ours[n] = static_cast<std::int32_t>(node);
  }
  parts.add_cell(found->kind, std::span(ours).first(count), region);
  return true;
}

Point vector_of(const std::vector<double>& values, std::size_t cell) {
  return {values[3 * cell], values[3 * cell + 1], values[3 * cell + 2]};
}

/// The cell arrays that a mesh takes; empty where there is none.
struct CellArrays {
  const VtkArray *region, *fibre, *sheet, *factor;
  std::vector<double> regions, fibres, sheets, factors;

  CellArrays(const VtkGrid& grid, const fs::path& file, std::vector<std::string>& remarks)
      : region(array_called(grid.cell_arrays, region_names())),
        fibre(array_called(grid.cell_arrays, fibre_names())),
        sheet(array_called(grid.cell_arrays, sheet_names())),
        factor(array_called(grid.cell_arrays, conductivity_factor_names())),
        regions(values_of(region, grid.cells, 1, file)),
        fibres(values_of(fibre, grid.cells, 3, file)),
        sheets(values_of(sheet, grid.cells, 3, file)),
        factors(values_of(factor, grid.cells, 1, file)) {
    if (sheet && !fibre) broken(file, "the file has sheets and no fibres; give both, or fibres alone");
    if (!region)
      remarks.push_back(
          fmt::format("no cell array has the name of a region ({} ...), so all elements are in "
                      "region 0; cell arrays are: {}",
                      region_names()[0], names_of(grid.cell_arrays)));
    if (!fibre && array_called(grid.point_arrays, fibre_names()))
      remarks.push_back(
          "the fibres are a point array, and a mesh takes them from a cell array: it has none");
  }
};

MeshParts parts_of(const VtkGrid& grid, const fs::path& file, double unit,
                   std::vector<std::string>& remarks) {
  if (grid.points > std::numeric_limits<std::int32_t>::max() ||
      grid.cells > std::numeric_limits<std::int32_t>::max() / 8)
    broken(file, "the mesh has more than 2^31 nodes, or nodes of elements");
  MeshParts parts;
  parts.node_places.file = parts.cell_places.file = parts.fibre_places.file = file.string();
  for (std::size_t n = 0; n < grid.coordinates.size(); n += 3)
    parts.nodes.push_back(
        {unit * grid.coordinates[n], unit * grid.coordinates[n + 1], unit * grid.coordinates[n + 2]});
  const CellArrays arrays(grid, file, remarks);
  for (std::size_t c = 0; c < grid.types.size(); ++c) {
    const std::int32_t region = arrays.region ? tag_of(*arrays.region, arrays.regions[c], c, file) : 0;
    if (!add_cell(grid, c, region, file, parts)) continue;
    if (arrays.fibre) parts.fibres.push_back(vector_of(arrays.fibres, c));
    if (arrays.sheet) parts.sheets.push_back(vector_of(arrays.sheets, c));
    if (arrays.factor) parts.conductivity_factors.push_back(arrays.factors[c]);
  }
  return parts;
}

/// Turns nodes around the image's origin, as its axes are.
void turn(const VtkImage& image, double unit, std::vector<Point>& nodes) {
  for (Point& node : nodes) {
    Point from{};
    for (std::size_t a = 0; a < 3; ++a) from[a] = node[a] - unit * image.origin[a];
    for (std::size_t a = 0; a < 3; ++a)
      node[a] =
          std::inner_product(from.begin(), from.end(), &image.direction[3 * a], unit * image.origin[a]);
  }
}

MeshParts parts_of(const VtkImage& image, const fs::path& file, double unit) {
  const VtkArray* const of_cells = array_called(image.cell_arrays, region_names());
  const VtkArray* const region = of_cells ? of_cells : array_called(image.point_arrays, region_names());
  if (!region)
    broken(file, fmt::format(
                     "no array has the name of a region ({} ...); cell arrays are: {}, point arrays: {}",
                     region_names()[0], names_of(image.cell_arrays), names_of(image.point_arrays)));
  // Voxels lie around points, or between them; a flat image has one layer of them.
  VoxelImage voxels;
  std::int64_t count = 1;
  for (std::size_t a = 0; a < 3; ++a) {
    const std::int32_t points = image.extent[2 * a + 1] - image.extent[2 * a] + 1;
    const double first = image.origin[a] + image.extent[2 * a] * image.spacing[a];
    voxels.flat[a] = points == 1;
    voxels.voxels[a] = of_cells ? std::max(1, points - 1) : points;
    voxels.origin[a] = unit * (of_cells || voxels.flat[a] ? first : first - 0.5 * image.spacing[a]);
    voxels.spacing[a] = unit * image.spacing[a];
    count *= voxels.voxels[a];
  }
  const std::vector<double> values = values_of(region, count, 1, file);
  for (std::size_t v = 0; v < values.size(); ++v)
    voxels.region.push_back(tag_of(*region, values[v], v, file));
  MeshParts parts = parts_of(voxels);
  if (image.direction != VtkImage().direction) turn(image, unit, parts.nodes);
  parts.node_places.file = parts.cell_places.file = file.string();
  return parts;
}

}  // namespace

MeshParts parse_vtk(std::string_view text, const fs::path& file, double unit,
                    std::vector<std::string>& remarks) {
  if (file.extension() == ".vti") return parts_of(parse_vti(text, file.string()), file, unit);
  const VtkGrid grid = file.extension() == ".vtu" ? parse_vtu(text, file.string())
                                                  : parse_legacy_vtk(text, file.string());
  return parts_of(grid, file, unit, remarks);
}

}  // namespace myowave
