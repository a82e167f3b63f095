// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/vtk_input.hpp"

#include <fmt/format.h>
#include <vtkObject.h>
#include <vtkXMLDataElement.h>
#include <vtkXMLUtilities.h>

#include "base/error.hpp"

namespace myowave::vtk_input {

namespace fs = std::filesystem;

Quiet::Quiet() : before_(vtkObject::GetGlobalWarningDisplay()) { vtkObject::GlobalWarningDisplayOff(); }
Quiet::~Quiet() { vtkObject::SetGlobalWarningDisplay(before_); }

void broken(const fs::path& file, const std::string& what) {
  throw InputError(fmt::format("{} {}; repeat the run", file.string(), what));
}

void must_exist(const fs::path& file) {
  if (!fs::is_regular_file(file)) broken(file, "is missing");
}

std::shared_ptr<vtkXMLDataElement> parse(const fs::path& file) {
  must_exist(file);
  const Quiet quiet;
  vtkXMLDataElement* const root = vtkXMLUtilities::ReadElementFromFile(file.string().c_str());
  if (!root) broken(file, "is cut off or damaged");
  return {root, [](vtkXMLDataElement* element) { element->Delete(); }};
}

std::vector<vtkXMLDataElement*> children(vtkXMLDataElement* parent, const char* name) {
  std::vector<vtkXMLDataElement*> all;
  for (int k = 0; parent && k < parent->GetNumberOfNestedElements(); ++k)
    if (std::string(parent->GetNestedElement(k)->GetName()) == name)
      all.push_back(parent->GetNestedElement(k));
  return all;
}

std::vector<std::string> array_names(vtkXMLDataElement* index) {
  std::vector<std::string> names;
  for (vtkXMLDataElement* data : children(index, "PPointData"))
    for (vtkXMLDataElement* array : children(data, "PDataArray")) {
      int components = 1;
      array->GetScalarAttribute("NumberOfComponents", components);
      const char* const name = array->GetAttribute("Name");
      if (name && components == 1) names.emplace_back(name);
    }
  return names;
}

std::vector<fs::path> pieces(vtkXMLDataElement* index, const fs::path& file) {
  std::vector<fs::path> files;
  for (vtkXMLDataElement* piece : children(index, "Piece")) {
    const char* const source = piece->GetAttribute("Source");
    if (!source) broken(file, "names no file for a piece");
    files.push_back(file.parent_path() / source);
  }
  return files;
}

}  // namespace myowave::vtk_input
