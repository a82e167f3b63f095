// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

/// The point array that says which node of the mesh a point is, in every file of elements that a run
/// writes: pieces share nodes, and ranks number theirs on their own.
inline constexpr const char* node_number_array = "node";

/// Node values of a piece of a file of elements. NaN where a file has it.
struct ElementValues {
  std::vector<std::int32_t> nodes;         ///< [point], number in the mesh
  std::vector<Point> positions;            ///< [point] mm
  std::vector<std::string> arrays;         ///< those of one component that are wanted
  std::vector<std::vector<float>> values;  ///< [array][point]
};

using ArrayChoice = std::function<bool(const std::string& name)>;

/// Visits a .vtu, or the pieces of a .pvtu one after the other, with the arrays of one component that
/// are wanted. Throws InputError that names the file that is missing or broken.
void read_element_values(const std::filesystem::path& file, const ArrayChoice& wanted,
                         const std::function<void(const ElementValues&)>& visit);

/// The mesh of a .vtu or .pvtu, its nodes numbered as in the run and its regions; without fibres. Throws
/// InputError as above.
ElementMesh read_elements(const std::filesystem::path& file);

}  // namespace myowave
