// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

/// Leaves out the cells of lower dimension than the highest, and the nodes that only they have: files
/// often hold the boundary of a volume beside it. Node numbers that are out of range stay for the checks
/// of ElementMesh. Says in `remarks` what it has done.
MeshParts without_lower_cells(MeshParts parts, std::vector<std::string>& remarks);

/// Mends what has one way to be mended: nodes of no element are left out, inverted elements get their
/// nodes the other way round, fibres and sheets become unit vectors and sheets are turned to lie across
/// the fibre. Says in `remarks` how often. Everything else stays for the checks of ElementMesh.
MeshParts repaired(MeshParts parts, std::vector<std::string>& remarks);

}  // namespace myowave
