// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/parts.hpp"

#include <numeric>

namespace myowave {

Parts::Parts(const ElementMesh& mesh, const std::function<bool(std::int32_t)>& connects)
    : of_node_(static_cast<std::size_t>(mesh.node_count())) {
  std::iota(of_node_.begin(), of_node_.end(), 0);
  std::vector<bool> connected(of_node_.size());
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
    if (connects && !connects(cell)) continue;
    for (const std::int32_t node : mesh.nodes_of(cell)) {
      connected[static_cast<std::size_t>(node)] = true;
      join(mesh.nodes_of(cell)[0], node);
    }
  }
  number(connected);
}

Parts::Parts(const Mesh& mesh) : of_node_(static_cast<std::size_t>(mesh.node_count())) {
  const Grid& grid = mesh.grid();
  std::iota(of_node_.begin(), of_node_.end(), 0);
  std::vector<bool> connected(of_node_.size());
  const int dy_count = grid.dimension > 1 ? 2 : 1, dz_count = grid.dimension > 2 ? 2 : 1;
  auto node = [&grid](int i, int j, int k) { return i + grid.nodes[0] * (j + grid.nodes[1] * k); };
  for (int k = 0; k < grid.cells(2); ++k)
    for (int j = 0; j < grid.cells(1); ++j)
      for (int i = 0; i < grid.cells(0); ++i)
        if (mesh.cell_is_tissue(i, j, k))
          for (int corner = 0; corner < 2 * dy_count * dz_count; ++corner) {
            const int at = node(i + (corner & 1), j + (corner >> 1 & 1), k + (corner >> 2));
            connected[static_cast<std::size_t>(at)] = true;
            join(node(i, j, k), at);
          }
  number(connected);
}

std::int32_t Parts::root(std::int32_t node) {
  while (of_node_[static_cast<std::size_t>(node)] != node) {
    std::int32_t& above = of_node_[static_cast<std::size_t>(node)];
    above = of_node_[static_cast<std::size_t>(above)];  // halves the way of the next
    node = above;
  }
  return node;
}

void Parts::join(std::int32_t a, std::int32_t b) {
  a = root(a), b = root(b);
  of_node_[static_cast<std::size_t>(b)] = a;
}

void Parts::number(const std::vector<bool>& connected) {
  for (std::size_t n = 0; n < connected.size(); ++n) {
    const auto node = static_cast<std::int32_t>(n);
    of_node_[n] = root(node);
    count_ += connected[n] && of_node_[n] == node;
  }
  for (std::size_t n = 0; n < connected.size(); ++n)
    if (!connected[n]) of_node_[n] = -1;
}

}  // namespace myowave
