// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace myowave {

/// x, y, z [mm]; also a direction or a velocity [mm/ms = m/s].
using Point = std::array<double, 3>;

/// For each node the nodes that a local fit around it may use, itself left out: compressed rows, so that
/// any mesh can fill it. Row i is indices[offsets[i]] .. indices[offsets[i + 1] - 1], in any order.
struct NeighbourLists {
  std::vector<std::int64_t> offsets;  ///< [nodes + 1], starts with 0
  std::vector<std::int32_t> indices;

  std::size_t nodes() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  std::span<const std::int32_t> of(std::size_t node) const {
    const auto first = static_cast<std::size_t>(offsets[node]);
    return {indices.data() + first, static_cast<std::size_t>(offsets[node + 1]) - first};
  }
};

/// A structured grid; node (i, j, k) has the index i + nodes[0] * (j + nodes[1] * k) and lies at
/// (i, j, k) * spacing. An axis with one node is an unused axis: a cable has two, a sheet one.
struct GridShape {
  std::array<int, 3> nodes = {1, 1, 1};
  std::array<double, 3> spacing = {1.0, 1.0, 1.0};  ///< [mm]

  std::size_t size() const;
  Point position(std::size_t node) const;
};

/// [grid.size()] node positions.
std::vector<Point> grid_positions(const GridShape& grid);

/// The tissue nodes in a box of (2 radius + 1)^d nodes around each node; at the grid's border the box is
/// shifted inwards, so that every node has as many (a grid with fewer nodes along an axis gives them
/// all). `tissue` is [grid.size()], 0 for a node that is a hole, or empty where there are none;
/// a hole has no neighbours and is nobody's neighbour. Memory: 4 B for each entry, so that radius 2 in
/// 3-D costs 0.5 kB a node.
NeighbourLists grid_neighbours(const GridShape& grid, int radius,
                               std::span<const std::uint8_t> tissue = {});

}  // namespace myowave
