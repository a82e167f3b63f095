// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

/// Which rank owns each node of a mesh that every rank holds: parts of equal size with few elements
/// across, by PTScotch on the graph of nodes that share an element. Collective; the same on all ranks.
/// Throws InputError if there are fewer nodes than ranks.
std::vector<std::int32_t> node_owners(const ElementMesh& mesh);

}  // namespace myowave
