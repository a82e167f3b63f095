// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

/// Reads the content of a .vtu, .vtk (legacy, unstructured grid) or .vti file, whose path decides by its
/// ending and is for messages; `unit` is that of the coordinates in mm. Regions, fibres and sheets are
/// cell arrays by the names of array_names.hpp. Of an image, voxels with a region other than 0 become
/// hexahedra (in two dimensions quadrilaterals); the voxels are its cells where the region is a cell
/// array, and lie around its points where it is a point array. Throws InputError. Notes on what was read
/// otherwise than it stands are appended to `remarks`.
MeshParts parse_vtk(std::string_view text, const std::filesystem::path& file, double unit,
                    std::vector<std::string>& remarks);

/// The content of a .vtu file, or of a legacy .vtk file (both binary, double precision).
std::string vtk_bytes(const ElementMesh& mesh, bool legacy);

}  // namespace myowave
