// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

bool in_range(const MeshParts& parts, std::span<const std::int32_t> nodes);
/// Which nodes belong to cells; numbers out of range are passed over.
std::vector<bool> used_nodes(const MeshParts& parts);

/// Keeps the nodes that `kept` [node] says and renumbers those of the cells.
void keep_nodes(MeshParts& parts, const std::vector<bool>& kept);
/// Keeps the cells that `kept` [cell] says, with all that belongs to them. Nodes stay.
void keep_cells(MeshParts& parts, const std::vector<bool>& kept);

/// The cells that `kept` [cell] says, with their nodes; both keep their order. At least one must be
/// kept. `regions` [cell of the mesh] are their tags.
ElementMesh submesh(const ElementMesh& mesh, const std::vector<bool>& kept,
                    std::vector<std::int32_t> regions);

}  // namespace myowave
