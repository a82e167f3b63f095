// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

/// Which rank owns each node of a mesh, and in which order nodes are to be numbered.
struct NodePartition {
  /// [node]: parts of equal size with few elements across, by PTScotch on the graph of nodes that share
  /// an element.
  std::vector<std::int32_t> owners;
  /// [node], its place when neighbours are put near each other (reverse Cuthill-McKee). Generators
  /// number nodes as they make them, and a product with a matrix then jumps through memory.
  std::vector<std::int32_t> places;
};

/// Of a mesh that every rank holds. Collective; the same on all ranks. Throws InputError if there are
/// fewer nodes than ranks.
NodePartition partition_nodes(const ElementMesh& mesh);

}  // namespace myowave
