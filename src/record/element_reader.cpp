// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/element_reader.hpp"

#include <fmt/format.h>
#include <vtkCellData.h>
#include <vtkCellType.h>
#include <vtkDataArray.h>
#include <vtkDataArraySelection.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkSmartPointer.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLDataElement.h>
#include <vtkXMLUnstructuredGridReader.h>

#include <algorithm>
#include <limits>

#include "base/error.hpp"
#include "record/vtk_input.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;
using vtk_input::broken;

/// One .vtu file; of the node arrays the wanted ones and the numbers are read.
vtkSmartPointer<vtkUnstructuredGrid> read_piece(const fs::path& file, const ArrayChoice& wanted) {
  vtk_input::must_exist(file);
  vtkNew<vtkXMLUnstructuredGridReader> reader;
  {
    const vtk_input::Quiet quiet;
    if (!reader->CanReadFile(file.string().c_str()))
      broken(file, "is no VTK file of elements, or cut off");
    reader->SetFileName(file.string().c_str());
    reader->UpdateInformation();
  }
  vtkDataArraySelection* const arrays = reader->GetPointDataArraySelection();
  for (int k = 0; k < arrays->GetNumberOfArrays(); ++k) {
    const std::string name = arrays->GetArrayName(k);
    if (name != node_number_array && !wanted(name)) arrays->DisableArray(name.c_str());
  }
  vtk_input::update(*reader, file);
  vtkSmartPointer<vtkUnstructuredGrid> grid = reader->GetOutput();
  // A rank may have no elements; a file that is cut off has no end.
  if (grid->GetNumberOfPoints() == 0) vtk_input::parse(file);
  return grid;
}

std::vector<std::int32_t> node_numbers(vtkUnstructuredGrid* grid, const fs::path& file) {
  vtkDataArray* const array = grid->GetPointData()->GetArray(node_number_array);
  const vtkIdType count = grid->GetNumberOfPoints();
  if (!array || array->GetNumberOfTuples() != count || array->GetNumberOfComponents() != 1)
    broken(file, fmt::format("has no whole array '{}' of the numbers of the nodes", node_number_array));
  std::vector<std::int32_t> numbers;
  for (vtkIdType n = 0; n < count; ++n) {
    const double number = array->GetComponent(n, 0);
    if (!(number >= 0.0 && number < std::numeric_limits<std::int32_t>::max()))
      broken(file, fmt::format("has a node of the number {:g}", number));
    numbers.push_back(static_cast<std::int32_t>(number));
  }
  return numbers;
}

ElementValues values_of(vtkUnstructuredGrid* grid, const ArrayChoice& wanted, const fs::path& file) {
  ElementValues piece;
  const vtkIdType count = grid->GetNumberOfPoints();
  piece.nodes = node_numbers(grid, file);
  piece.positions.resize(piece.nodes.size());
  for (vtkIdType n = 0; n < count; ++n)
    grid->GetPoint(n, piece.positions[static_cast<std::size_t>(n)].data());
  vtkPointData* const data = grid->GetPointData();
  for (int k = 0; k < data->GetNumberOfArrays(); ++k) {
    vtkDataArray* const array = data->GetArray(k);
    const std::string name = array && array->GetName() ? array->GetName() : "";
    if (name.empty() || name == node_number_array || array->GetNumberOfComponents() != 1 ||
        !wanted(name))
      continue;
    if (array->GetNumberOfTuples() != count) broken(file, fmt::format("has no whole array '{}'", name));
    piece.arrays.push_back(name);
    std::vector<float>& values = piece.values.emplace_back();
    for (vtkIdType n = 0; n < count; ++n)
      values.push_back(static_cast<float>(array->GetComponent(n, 0)));
  }
  return piece;
}

/// The .vtu files of a .vtu or .pvtu.
std::vector<fs::path> files_of(const fs::path& file) {
  if (file.extension() != ".pvtu") return {file};
  const auto root = vtk_input::parse(file);
  const auto index = vtk_input::children(root.get(), "PUnstructuredGrid");
  if (index.size() != 1) broken(file, "is no index of VTK files of elements");
  std::vector<fs::path> files = vtk_input::pieces(index[0], file);
  if (files.empty()) broken(file, "names no pieces");
  return files;
}

CellKind kind_of(int vtk_type, const fs::path& file) {
  constexpr std::array types = {VTK_LINE, VTK_TRIANGLE, VTK_QUAD, VTK_TETRA, VTK_HEXAHEDRON};
  const auto* const found = std::find(types.begin(), types.end(), vtk_type);
  if (found == types.end()) broken(file, "has elements of a kind that no run writes");
  return all_cell_kinds[static_cast<std::size_t>(found - types.begin())];
}

void add_cells(vtkUnstructuredGrid* grid, const std::vector<std::int32_t>& numbers, const fs::path& file,
               MeshParts& parts) {
  vtkDataArray* const regions = grid->GetCellData()->GetArray("region");
  if (regions && regions->GetNumberOfTuples() != grid->GetNumberOfCells())
    broken(file, "has no whole array 'region'");
  for (vtkIdType c = 0; c < grid->GetNumberOfCells(); ++c) {
    const CellKind kind = kind_of(grid->GetCellType(c), file);
    vtkIdType count = 0;
    const vtkIdType* ids = nullptr;
    grid->GetCellPoints(c, count, ids);
    std::array<std::int32_t, max_cell_nodes> nodes;
    if (static_cast<std::size_t>(count) != node_count_of(kind)) broken(file, "has a broken element");
    for (vtkIdType n = 0; n < count; ++n) {
      if (ids[n] < 0 || ids[n] >= grid->GetNumberOfPoints()) broken(file, "has a broken element");
      nodes[static_cast<std::size_t>(n)] = numbers[static_cast<std::size_t>(ids[n])];
    }
    const auto region = static_cast<std::int32_t>(regions ? regions->GetComponent(c, 0) : 0.0);
    parts.add_cell(kind, std::span(nodes).first(node_count_of(kind)), region);
  }
}

}  // namespace

void read_element_values(const fs::path& file, const ArrayChoice& wanted,
                         const std::function<void(const ElementValues&)>& visit) {
  for (const fs::path& part : files_of(file)) {
    const vtkSmartPointer<vtkUnstructuredGrid> grid = read_piece(part, wanted);
    if (grid->GetNumberOfPoints() > 0) visit(values_of(grid, wanted, part));
  }
}

ElementMesh read_elements(const fs::path& file) {
  MeshParts parts;
  for (const fs::path& part : files_of(file)) {
    const vtkSmartPointer<vtkUnstructuredGrid> grid =
        read_piece(part, [](const std::string&) { return false; });
    if (grid->GetNumberOfPoints() == 0) continue;
    const std::vector<std::int32_t> numbers = node_numbers(grid, part);
    const auto most = static_cast<std::size_t>(*std::max_element(numbers.begin(), numbers.end()));
    if (most >= parts.nodes.size()) parts.nodes.resize(most + 1);
    for (std::size_t n = 0; n < numbers.size(); ++n)
      grid->GetPoint(static_cast<vtkIdType>(n),
                     parts.nodes[static_cast<std::size_t>(numbers[n])].data());
    add_cells(grid, numbers, part, parts);
  }
  if (parts.kinds.empty()) broken(file, "has no elements");
  try {
    return ElementMesh(std::move(parts));
  } catch (const InputError& error) {
    broken(file, fmt::format("is damaged ({})", error.faults().front().message));
  }
}

}  // namespace myowave
