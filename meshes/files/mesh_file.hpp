// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

struct MeshReadSettings {
  double unit = 0.0;    ///< of the file's coordinates, in mm; 0: the format's own (CARP um, others mm)
  bool repair = false;  ///< see repaired()
  int dimension = 0;    ///< that the mesh must have; 0: any
};

/// A mesh as it was read, and what the user should know of that.
struct MeshFromFile {
  ElementMesh mesh;
  std::vector<std::string> remarks;
};

/// Reads a mesh by the ending of its name: .vtu, .vtk, .vti, .msh, and CARP's .pts, .elem and .lon by
/// one of them or by their name without an ending. Cells of lower dimension than the highest are left
/// out. Throws InputError with the place of what is wrong.
MeshFromFile read_mesh(const std::filesystem::path& file, const MeshReadSettings& settings = {});

/// Writes .vtu, .vtk, .msh or CARP's files, by the ending. Nothing is left half written. Throws
/// InputError if the ending is none of these, RunError if the file cannot be written.
void write_mesh(const ElementMesh& mesh, const std::filesystem::path& file);

/// What the format of this name does not hold of the mesh, as remarks. Throws InputError as write_mesh.
std::vector<std::string> losses_of(const ElementMesh& mesh, const std::filesystem::path& file);

/// What write_mesh would write for this name. Throws InputError as it does.
std::vector<std::filesystem::path> files_of_mesh(const std::filesystem::path& file);

}  // namespace myowave
