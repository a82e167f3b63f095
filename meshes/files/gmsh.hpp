// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

/// Reads a mesh in Gmsh's text format, version 2 (2.0 to 2.2) or 4.1; `path` is for messages and `unit`
/// that of the coordinates in mm. Regions are the physical groups, fibres and sheets the element data of
/// these names. Cells of lower dimension are read too. Throws InputError at the line that is wrong.
/// Notes on what was read otherwise than it stands are appended to `remarks`.
MeshParts parse_gmsh(std::string_view text, const std::string& path, double unit,
                     std::vector<std::string>& remarks);

/// The mesh in version 2.2, which every program that knows Gmsh's format reads.
std::string gmsh_text(const ElementMesh& mesh);

}  // namespace myowave
