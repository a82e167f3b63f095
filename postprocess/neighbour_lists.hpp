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

/// For some nodes, or all, the nodes that a local fit around each may use, itself left out: compressed
/// rows, so that any mesh can fill it. Row i is indices[offsets[i]] .. indices[offsets[i + 1] - 1], in
/// any order.
struct NeighbourLists {
  std::vector<std::int64_t> offsets;  ///< [rows + 1], starts with 0
  std::vector<std::int32_t> indices;
  /// [rows] the node of each row; empty: row i is that of node i.
  std::vector<std::int32_t> centres;
  /// [indices] mm, where a neighbour lies seen from its row's node, on the line or plane into which a
  /// bent cable or surface is laid out; empty: as the positions say.
  std::vector<Point> laid_out;

  std::size_t rows() const { return offsets.empty() ? 0 : offsets.size() - 1; }
  std::size_t node(std::size_t row) const {
    return centres.empty() ? row : static_cast<std::size_t>(centres[row]);
  }
  std::span<const std::int32_t> of(std::size_t row) const {
    const auto first = static_cast<std::size_t>(offsets[row]);
    return {indices.data() + first, static_cast<std::size_t>(offsets[row + 1]) - first};
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
