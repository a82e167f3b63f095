// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/vtk_output.hpp"

#include <vtkDataSet.h>
#include <vtkFloatArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>

#include <cmath>

#include "record/vtk_field.hpp"

namespace myowave::vtk_output {

void add_fields(vtkDataSet* data, const std::vector<NamedField>& fields, const FillComponent& fill) {
  for (const NamedField& field : fields) {
    const int components = field.components();
    vtkNew<vtkFloatArray> array;
    array->SetName(field.name.c_str());
    array->SetNumberOfComponents(components);
    array->SetNumberOfTuples(data->GetNumberOfPoints());
    float* const to = array->GetPointer(0);
    fill(field.values, components, to);
    if (components > 1) {
      fill(field.y, components, to + 1);
      fill(field.z, components, to + 2);
    }
    data->GetPointData()->AddArray(array);
  }
  if (!fields.empty()) data->GetPointData()->SetActiveScalars(fields.front().name.c_str());
}

float stored(double value, int components) {
  return components > 1 && std::isnan(value) ? 0.0F : static_cast<float>(value);
}

void silence() { vtkObject::GlobalWarningDisplayOff(); }

}  // namespace myowave::vtk_output
