// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <new>
#include <string>
#include <vector>

class vtkXMLDataElement;

/// What the readers of VTK's files share.
namespace myowave::vtk_input {

/// VTK prints about broken files; our message says it.
class Quiet {
 public:
  Quiet();
  ~Quiet();
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;

 private:
  int before_;
};

/// Throws the InputError of a file of a run: "FILE is missing; repeat the run".
[[noreturn]] void broken(const std::filesystem::path& file, const std::string& what);
void must_exist(const std::filesystem::path& file);

/// The root of an XML file, whole.
std::shared_ptr<vtkXMLDataElement> parse(const std::filesystem::path& file);
std::vector<vtkXMLDataElement*> children(vtkXMLDataElement* parent, const char* name);
/// Arrays of one component that an index announces for the nodes.
std::vector<std::string> array_names(vtkXMLDataElement* index);
/// The files of the pieces of an index.
std::vector<std::filesystem::path> pieces(vtkXMLDataElement* index, const std::filesystem::path& file);

/// Lets one of VTK's readers read the file.
template <class Reader>
void update(Reader& reader, const std::filesystem::path& file) {
  const Quiet quiet;
  try {
    reader.Update();
  } catch (const std::bad_alloc&) {  // a damaged size
    broken(file, "is damaged");
  }
  if (reader.GetErrorCode() != 0) broken(file, "is cut off or damaged");
}

}  // namespace myowave::vtk_input
