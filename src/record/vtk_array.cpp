// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/vtk_array.hpp"

#include <fmt/format.h>
#include <vtkDataArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkXMLImageDataReader.h>

#include <cmath>
#include <filesystem>

#include "base/error.hpp"
#include "base/text.hpp"

namespace myowave {
namespace {

/// Whether VTK can read the file; what it would print about a broken one is not for a user's eyes.
bool read_quietly(vtkXMLImageDataReader& reader, const std::string& file) {
  const int display = vtkObject::GetGlobalWarningDisplay();
  vtkObject::SetGlobalWarningDisplay(0);
  const bool image = reader.CanReadFile(file.c_str());
  if (image) {
    reader.SetFileName(file.c_str());
    reader.Update();
  }
  vtkObject::SetGlobalWarningDisplay(display);
  return image && reader.GetErrorCode() == 0;
}

}  // namespace

std::vector<double> read_point_array(const std::string& file, const std::string& array,
                                     const Grid& grid) {
  if (!std::filesystem::exists(file)) throw InputError(fmt::format("there is no file '{}'", file));
  vtkNew<vtkXMLImageDataReader> reader;
  vtkImageData* const image = reader->GetOutput();
  if (!read_quietly(*reader, file) || image->GetNumberOfPoints() == 0)
    throw InputError(fmt::format("'{}' is no VTK image (.vti), or a broken one", file));
  int points[3];
  image->GetDimensions(points);
  for (std::size_t a = 0; a < 3; ++a)
    if (points[a] != grid.nodes[a])
      throw InputError(fmt::format("'{}' has {} x {} x {} points, the mesh has {} x {} x {} nodes", file,
                                   points[0], points[1], points[2], grid.nodes[0], grid.nodes[1],
                                   grid.nodes[2]));
  const double* const first = image->GetBounds();  // of the points, whatever the extent begins with
  for (int a = 0; a < grid.dimension; ++a) {
    const double wanted = grid.spacing[static_cast<std::size_t>(a)];
    if (std::abs(image->GetSpacing()[a] - wanted) > 1e-3 * wanted ||
        std::abs(first[2 * a]) > 1e-3 * wanted)
      throw InputError(
          fmt::format("'{}' has its points at {:g} + k {:g} along {}, the mesh its nodes at k {:g} (mm)",
                      file, first[2 * a], image->GetSpacing()[a], "xyz"[a], wanted));
  }
  vtkDataArray* const values = image->GetPointData()->GetArray(array.c_str());
  if (!values || values->GetNumberOfComponents() != 1) {
    std::vector<std::string> names;
    for (int k = 0; k < image->GetPointData()->GetNumberOfArrays(); ++k)
      if (const char* const name = image->GetPointData()->GetArrayName(k)) names.emplace_back(name);
    throw InputError(fmt::format("'{}' has no point array '{}' of one component{}; it has: {}", file,
                                 array, suggestion(array, names),
                                 names.empty() ? "none" : list_of(names)));
  }
  std::vector<double> result(static_cast<std::size_t>(values->GetNumberOfTuples()));
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = values->GetComponent(static_cast<vtkIdType>(i), 0);
    if (!std::isfinite(result[i]))
      throw InputError(fmt::format("'{}': value {} of '{}' is no finite number", file, i, array));
  }
  return result;
}

}  // namespace myowave
