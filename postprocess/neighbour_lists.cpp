// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/neighbour_lists.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace myowave {
namespace {

std::array<int, 3> grid_index(const GridShape& grid, std::size_t node) {
  const auto n = static_cast<std::size_t>(grid.nodes[0]);
  const auto m = static_cast<std::size_t>(grid.nodes[1]);
  return {static_cast<int>(node % n), static_cast<int>(node / n % m), static_cast<int>(node / (n * m))};
}

/// The first and last of 2 radius + 1 nodes of an axis, `at` in the middle unless the border is near.
std::array<int, 2> window(int at, int radius, int nodes) {
  const int first = std::max(std::min(at - radius, nodes - 1 - 2 * radius), 0);
  return {first, std::min(first + 2 * radius, nodes - 1)};
}

/// The nodes of the box around `centre` that are tissue, `centre` left out.
void append_box(const GridShape& grid, std::size_t centre, int radius,
                std::span<const std::uint8_t> tissue, std::vector<std::int32_t>& indices) {
  const auto at = grid_index(grid, centre);
  const auto [x0, x1] = window(at[0], radius, grid.nodes[0]);
  const auto [y0, y1] = window(at[1], radius, grid.nodes[1]);
  const auto [z0, z1] = window(at[2], radius, grid.nodes[2]);
  for (int k = z0; k <= z1; ++k)
    for (int j = y0; j <= y1; ++j)
      for (int i = x0; i <= x1; ++i) {
        const auto row = static_cast<std::size_t>(grid.nodes[1]) * static_cast<std::size_t>(k) +
                         static_cast<std::size_t>(j);
        const std::size_t node =
            row * static_cast<std::size_t>(grid.nodes[0]) + static_cast<std::size_t>(i);
        if (node != centre && (tissue.empty() || tissue[node] != 0))
          indices.push_back(static_cast<std::int32_t>(node));
      }
}

}  // namespace

std::size_t GridShape::size() const {
  return static_cast<std::size_t>(nodes[0]) * static_cast<std::size_t>(nodes[1]) *
         static_cast<std::size_t>(nodes[2]);
}

Point GridShape::position(std::size_t node) const {
  const auto at = grid_index(*this, node);
  return {at[0] * spacing[0], at[1] * spacing[1], at[2] * spacing[2]};
}

std::vector<Point> grid_positions(const GridShape& grid) {
  std::vector<Point> positions(grid.size());
  for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = grid.position(i);
  return positions;
}

NeighbourLists grid_neighbours(const GridShape& grid, int radius, std::span<const std::uint8_t> tissue) {
  MYOWAVE_ASSERT(radius >= 1);
  MYOWAVE_ASSERT(tissue.empty() || tissue.size() == grid.size());
  NeighbourLists lists;
  lists.offsets.reserve(grid.size() + 1);
  lists.offsets.push_back(0);
  for (std::size_t node = 0; node < grid.size(); ++node) {
    if (tissue.empty() || tissue[node] != 0) append_box(grid, node, radius, tissue, lists.indices);
    lists.offsets.push_back(static_cast<std::int64_t>(lists.indices.size()));
  }
  return lists;
}

}  // namespace myowave
