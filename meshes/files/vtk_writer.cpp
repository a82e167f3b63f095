// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkCellType.h>
#include <vtkDoubleArray.h>
#include <vtkIntArray.h>
#include <vtkNew.h>
#include <vtkPoints.h>
#include <vtkUnstructuredGrid.h>
#include <vtkUnstructuredGridWriter.h>
#include <vtkXMLUnstructuredGridWriter.h>

#include "base/error.hpp"
#include "meshes/files/array_names.hpp"
#include "meshes/files/vtk.hpp"

namespace myowave {
namespace {

/// By CellKind, with the same order of nodes.
constexpr int cell_types[] = {VTK_LINE, VTK_TRIANGLE, VTK_QUAD, VTK_TETRA, VTK_HEXAHEDRON};

void add_directions(const std::vector<Point>& directions, std::string_view name,
                    vtkUnstructuredGrid* grid) {
  if (directions.empty()) return;
  vtkNew<vtkDoubleArray> array;
  array->SetName(std::string(name).c_str());
  array->SetNumberOfComponents(3);
  array->SetNumberOfTuples(static_cast<vtkIdType>(directions.size()));
  for (std::size_t cell = 0; cell < directions.size(); ++cell)
    array->SetTuple(static_cast<vtkIdType>(cell), directions[cell].data());
  grid->GetCellData()->AddArray(array);
}

void add_factors(const std::vector<double>& factors, vtkUnstructuredGrid* grid) {
  if (factors.empty()) return;
  vtkNew<vtkDoubleArray> array;
  array->SetName(std::string(conductivity_factor_names()[0]).c_str());
  for (const double factor : factors) array->InsertNextValue(factor);
  grid->GetCellData()->AddArray(array);
}

void fill(const ElementMesh& mesh, vtkUnstructuredGrid* grid) {
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  points->SetNumberOfPoints(mesh.node_count());
  for (std::int32_t node = 0; node < mesh.node_count(); ++node)
    points->SetPoint(node, mesh.position(node).data());
  grid->SetPoints(points);
  grid->Allocate(mesh.cell_count());
  vtkNew<vtkIntArray> regions;
  regions->SetName(std::string(region_names()[0]).c_str());
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
    std::array<vtkIdType, max_cell_nodes> nodes;
    const std::span<const std::int32_t> ours = mesh.nodes_of(cell);
    std::copy(ours.begin(), ours.end(), nodes.begin());
    grid->InsertNextCell(cell_types[static_cast<std::size_t>(mesh.kind(cell))],
                         static_cast<vtkIdType>(ours.size()), nodes.data());
    regions->InsertNextValue(mesh.region(cell));
  }
  grid->GetCellData()->AddArray(regions);
  add_directions(mesh.parts().fibres, fibre_names()[0], grid);
  add_directions(mesh.parts().sheets, sheet_names()[0], grid);
  add_factors(mesh.parts().conductivity_factors, grid);
}

}  // namespace

std::string vtk_bytes(const ElementMesh& mesh, bool legacy) {
  vtkNew<vtkUnstructuredGrid> grid;
  fill(mesh, grid);
  if (legacy) {
    vtkNew<vtkUnstructuredGridWriter> writer;
    writer->SetInputData(grid);
    writer->SetFileTypeToBinary();
    writer->SetFileVersion(42);  // 4.2, which readers older than VTK 9 know too
    writer->SetHeader("Mesh in mm");
    writer->WriteToOutputStringOn();
    MYOWAVE_ASSERT(writer->Write() == 1);
    return writer->GetOutputStdString();
  }
  vtkNew<vtkXMLUnstructuredGridWriter> writer;
  writer->SetInputData(grid);
  writer->SetDataModeToBinary();  // inline: see FieldWriter::write_piece
  writer->WriteToOutputStringOn();
  MYOWAVE_ASSERT(writer->Write() == 1);
  return writer->GetOutputString();
}

}  // namespace myowave
