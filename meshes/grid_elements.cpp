// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/grid_elements.hpp"

namespace myowave {
namespace {

/// Corners of a cell in CellKind's order, by axis.
constexpr int corners[8][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},
                               {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}};

void add_cell(CellKind kind, const std::array<int, 3>& at, const Grid& grid,
              const std::vector<std::int32_t>& number, std::int32_t tag, MeshParts& parts) {
  std::array<std::int32_t, max_cell_nodes> nodes;
  for (std::size_t n = 0; n < node_count_of(kind); ++n) {
    const std::int64_t i = at[0] + corners[n][0], j = at[1] + corners[n][1], k = at[2] + corners[n][2];
    nodes[n] = number[static_cast<std::size_t>(i + grid.nodes[0] * (j + grid.nodes[1] * k))];
  }
  parts.add_cell(kind, std::span(nodes).first(node_count_of(kind)), tag);
}

}  // namespace

ElementMesh elements_of(const Mesh& mesh, std::span<const std::int32_t> tags) {
  MYOWAVE_ASSERT(tags.empty() || static_cast<std::int64_t>(tags.size()) == mesh.grid().cell_count());
  const Grid& grid = mesh.grid();
  const CellKind kind = grid.dimension == 1   ? CellKind::segment
                        : grid.dimension == 2 ? CellKind::quadrilateral
                                              : CellKind::hexahedron;
  MeshParts parts;
  std::vector<std::int32_t> number(static_cast<std::size_t>(grid.node_count()), -1);
  for (std::int64_t node = 0; node < grid.node_count(); ++node)
    if (mesh.node_is_tissue(node)) {
      number[static_cast<std::size_t>(node)] = static_cast<std::int32_t>(parts.nodes.size());
      parts.nodes.push_back(mesh.position(node));
    }
  std::size_t cell = 0;
  for (int k = 0; k < grid.cells(2); ++k)
    for (int j = 0; j < grid.cells(1); ++j)
      for (int i = 0; i < grid.cells(0); ++i, ++cell)
        if (mesh.cell_is_tissue(i, j, k))
          add_cell(kind, {i, j, k}, grid, number, tags.empty() ? 0 : tags[cell], parts);
  return ElementMesh(std::move(parts));
}

}  // namespace myowave
