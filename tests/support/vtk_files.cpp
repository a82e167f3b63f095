// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/support/vtk_files.hpp"

#include <vtkCellData.h>
#include <vtkCellType.h>
#include <vtkDoubleArray.h>
#include <vtkFieldData.h>
#include <vtkFloatArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkShortArray.h>
#include <vtkStringArray.h>
#include <vtkUnstructuredGrid.h>
#include <vtkUnstructuredGridWriter.h>
#include <vtkXMLUnstructuredGridWriter.h>

#include "base/error.hpp"

namespace myowave::testing {
namespace {

constexpr int cell_types[] = {VTK_LINE, VTK_TRIANGLE, VTK_QUAD, VTK_TETRA, VTK_HEXAHEDRON};

void add_points(const ElementMesh& mesh, vtkUnstructuredGrid* grid) {
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  vtkNew<vtkFloatArray> potential;
  potential->SetName("V");
  for (std::int32_t node = 0; node < mesh.node_count(); ++node) {
    points->InsertNextPoint(mesh.position(node).data());
    potential->InsertNextValue(0.1f * static_cast<float>(node));
  }
  grid->SetPoints(points);
  grid->GetPointData()->SetScalars(potential);
}

void add_text(vtkUnstructuredGrid* grid) {
  vtkNew<vtkStringArray> text;
  text->SetName("who wrote it");
  text->InsertNextValue("a test, in words");
  text->InsertNextValue("");
  text->InsertNextValue(std::string(100, 'x'));
  grid->GetFieldData()->AddArray(text);
}

void fill(const ElementMesh& mesh, vtkUnstructuredGrid* grid) {
  add_points(mesh, grid);
  add_text(grid);
  vtkNew<vtkShortArray> regions;
  vtkNew<vtkDoubleArray> fibres, sheets;
  regions->SetName("tag");
  fibres->SetName("fibre");
  sheets->SetName("sheet");
  for (vtkDoubleArray* const directions : {fibres.Get(), sheets.Get()})
    directions->SetNumberOfComponents(3);
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
    std::array<vtkIdType, max_cell_nodes> nodes;
    const std::span<const std::int32_t> ours = mesh.nodes_of(cell);
    std::copy(ours.begin(), ours.end(), nodes.begin());
    grid->InsertNextCell(cell_types[static_cast<std::size_t>(mesh.kind(cell))],
                         static_cast<vtkIdType>(ours.size()), nodes.data());
    regions->InsertNextValue(static_cast<short>(mesh.region(cell)));
    fibres->InsertNextTuple(mesh.fibre(cell).data());
    sheets->InsertNextTuple(mesh.sheet(cell).data());
  }
  grid->GetCellData()->AddArray(regions);
  grid->GetCellData()->SetVectors(fibres);
  grid->GetCellData()->AddArray(sheets);
}

}  // namespace

std::string vtu_text(const ElementMesh& mesh, const XmlForm& form) {
  vtkNew<vtkUnstructuredGrid> grid;
  fill(mesh, grid);
  vtkNew<vtkXMLUnstructuredGridWriter> writer;
  writer->SetInputData(grid);
  writer->SetDataMode(form.mode == XmlForm::ascii    ? vtkXMLWriter::Ascii
                      : form.mode == XmlForm::binary ? vtkXMLWriter::Binary
                                                     : vtkXMLWriter::Appended);
  writer->SetEncodeAppendedData(form.mode == XmlForm::appended_base64);
  constexpr vtkXMLWriter::CompressorType compressors[] = {vtkXMLWriter::NONE, vtkXMLWriter::ZLIB,
                                                          vtkXMLWriter::LZ4, vtkXMLWriter::LZMA};
  writer->SetCompressorType(compressors[form.compressor]);
  writer->SetHeaderType(form.wide_header ? vtkXMLWriter::UInt64 : vtkXMLWriter::UInt32);
  writer->SetByteOrder(form.big_endian ? vtkXMLWriter::BigEndian : vtkXMLWriter::LittleEndian);
  writer->SetBlockSize(form.block);
  writer->WriteToOutputStringOn();
  MYOWAVE_ASSERT(writer->Write() == 1);
  return writer->GetOutputString();
}

std::string legacy_text(const ElementMesh& mesh, const LegacyForm& form) {
  vtkNew<vtkUnstructuredGrid> grid;
  fill(mesh, grid);
  vtkNew<vtkUnstructuredGridWriter> writer;
  writer->SetInputData(grid);
  writer->SetFileType(form.binary ? VTK_BINARY : VTK_ASCII);
  writer->SetFileVersion(form.version);
  writer->WriteToOutputStringOn();
  MYOWAVE_ASSERT(writer->Write() == 1);
  return writer->GetOutputStdString();
}

}  // namespace myowave::testing
