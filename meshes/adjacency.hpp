// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

/// The cells around each node of a mesh, ascending.
class CellsAround {
 public:
  explicit CellsAround(const ElementMesh& mesh);
  std::span<const std::int32_t> of(std::int32_t node) const;

 private:
  std::vector<std::int64_t> first_;  ///< [node + 1], where its cells begin
  std::vector<std::int32_t> cells_;
};

/// By node, whether a cable or a surface branches there: whether it lies on a facet (an end, an edge) of
/// more than two cells. No node of a volume does.
std::vector<bool> branching_nodes(const ElementMesh& mesh);

/// The side from which each cell of a surface is looked at, by cell: +1 if its nodes go around
/// anticlockwise when seen from there, -1 if clockwise. Neighbours are looked at from the same side,
/// whatever the order of their nodes (as far as that can be: a Moebius strip has one side, and where a
/// surface branches each branch has its own). A connected part that is nearly flat (the mean of its
/// normals is longer than 0.9) is looked at from the side where z grows, or y if it stands upright, or
/// x; any other part from outside, where a closed surface has no inside and an open one bulges.
std::vector<std::int8_t> sides_of_surface(const ElementMesh& mesh);

}  // namespace myowave
