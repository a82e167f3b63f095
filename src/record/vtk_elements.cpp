// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/vtk_elements.hpp"

#include <fmt/format.h>
#include <vtkCellData.h>
#include <vtkCellType.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkSmartPointer.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLUnstructuredGridWriter.h>

#include <algorithm>
#include <unordered_map>

#include "record/element_reader.hpp"
#include "record/vtk_field.hpp"
#include "record/vtk_output.hpp"

namespace myowave {
namespace {

/// By CellKind, with the same order of nodes.
constexpr int cell_types[] = {VTK_LINE, VTK_TRIANGLE, VTK_QUAD, VTK_TETRA, VTK_HEXAHEDRON};

/// The cells, with their nodes by number among `nodes`, the numbers of these, and the regions.
vtkSmartPointer<vtkUnstructuredGrid> grid_of(const ElementMesh& elements,
                                             const std::vector<std::int32_t>& nodes,
                                             const std::vector<std::int32_t>& cells,
                                             const std::vector<std::int32_t>& cell_nodes) {
  const auto grid = vtkSmartPointer<vtkUnstructuredGrid>::New();
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  vtkNew<vtkIntArray> numbers;
  numbers->SetName(node_number_array);
  for (const std::int32_t node : nodes) {
    points->InsertNextPoint(elements.position(node).data());
    numbers->InsertNextValue(node);
  }
  grid->SetPoints(points);
  grid->GetPointData()->AddArray(numbers);
  vtkNew<vtkIntArray> regions;
  regions->SetName("region");
  auto from = cell_nodes.begin();
  for (const std::int32_t cell : cells) {
    std::array<vtkIdType, max_cell_nodes> ids;
    const auto count = static_cast<std::ptrdiff_t>(node_count_of(elements.kind(cell)));
    std::copy(from, from + count, ids.begin());
    from += count;
    grid->InsertNextCell(cell_types[static_cast<std::size_t>(elements.kind(cell))], count, ids.data());
    regions->InsertNextValue(elements.region(cell));
  }
  grid->GetCellData()->AddArray(regions);
  return grid;
}

}  // namespace

ElementPiece::ElementPiece(const Mesh& mesh, const Layout& layout) : mesh_(mesh), layout_(layout) {
  const ElementMesh& elements = mesh.elements();
  std::unordered_map<std::int32_t, std::int32_t> number;
  for (std::int32_t cell = 0; cell < elements.cell_count(); ++cell) {
    if (layout.local_node(elements.nodes_of(cell)[0]) < 0) continue;
    cells_.push_back(cell);
    for (const std::int32_t node : elements.nodes_of(cell)) {
      const auto [at, is_new] = number.emplace(node, static_cast<std::int32_t>(number.size()));
      if (is_new) nodes_.push_back(node);
      cell_nodes_.push_back(at->second);
    }
  }
  const std::span<const std::int32_t> ghosts = layout.ghosts();
  for (const std::int32_t node : nodes_) {
    const std::int32_t local = layout.local_node(node);
    const auto ghost = std::lower_bound(ghosts.begin(), ghosts.end(), node) - ghosts.begin();
    seen_.push_back(local >= 0 ? local : layout.owned() + static_cast<std::int32_t>(ghost));
  }
}

bool ElementPiece::write(const std::filesystem::path& file,
                         const std::vector<NamedField>& fields) const {
  const auto grid = grid_of(mesh_.elements(), nodes_, cells_, cell_nodes_);
  std::vector<double> ghosted(static_cast<std::size_t>(layout_.ghosted()));
  vtk_output::add_fields(grid, fields, [&](std::span<const double> values, int components, float* to) {
    layout_.exchange(values, ghosted);
    for (const std::int32_t place : seen_) {
      *to = vtk_output::stored(ghosted[static_cast<std::size_t>(place)], components);
      to += components;
    }
  });
  vtkNew<vtkXMLUnstructuredGridWriter> writer;
  return vtk_output::write(*writer, grid.Get(), file);
}

std::string ElementPiece::index_text(const std::string& piece_folder, int ranks,
                                     const std::vector<NamedField>& fields) {
  std::string text = fmt::format(
      "<?xml version=\"1.0\"?>\n<VTKFile type=\"PUnstructuredGrid\" version=\"1.0\" "
      "byte_order=\"LittleEndian\" header_type=\"UInt32\">\n  <PUnstructuredGrid GhostLevel=\"0\">\n    "
      "<PPointData Scalars=\"{}\">\n",
      fields.empty() ? "" : fields.front().name);
  for (const NamedField& field : fields)
    text += fmt::format("      <PDataArray type=\"Float32\" Name=\"{}\" NumberOfComponents=\"{}\"/>\n",
                        field.name, field.components());
  text += fmt::format("      <PDataArray type=\"Int32\" Name=\"{}\"/>\n", node_number_array);
  text +=
      "    </PPointData>\n    <PCellData>\n      <PDataArray type=\"Int32\" Name=\"region\"/>\n    "
      "</PCellData>\n    <PPoints>\n      <PDataArray type=\"Float64\" NumberOfComponents=\"3\"/>\n    "
      "</PPoints>\n";
  for (int rank = 0; rank < ranks; ++rank)
    text += fmt::format("    <Piece Source=\"{}/{}_{}.vtu\"/>\n", piece_folder, piece_folder, rank);
  return text + "  </PUnstructuredGrid>\n</VTKFile>\n";
}

double ElementPiece::bytes() const {
  // Base64 takes four bytes for three.
  return 4.0 / 3.0 *
         (28.0 * static_cast<double>(nodes_.size()) + 8.0 * static_cast<double>(cell_nodes_.size()) +
          13.0 * static_cast<double>(cells_.size()));
}

}  // namespace myowave
