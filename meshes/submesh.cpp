// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/submesh.hpp"

#include <algorithm>

namespace myowave {
namespace {

template <class T>
void keep(std::vector<T>& values, const std::vector<bool>& kept) {
  if (values.empty()) return;
  std::size_t to = 0;
  for (std::size_t from = 0; from < values.size(); ++from)
    if (kept[from]) values[to++] = values[from];
  values.resize(to);
}

}  // namespace

bool in_range(const MeshParts& parts, std::span<const std::int32_t> nodes) {
  const auto count = static_cast<std::int32_t>(parts.nodes.size());
  return std::all_of(nodes.begin(), nodes.end(), [&](auto n) { return n >= 0 && n < count; });
}

void keep_nodes(MeshParts& parts, const std::vector<bool>& kept) {
  std::vector<std::int32_t> number(kept.size());
  std::int32_t count = 0;
  for (std::size_t n = 0; n < kept.size(); ++n) number[n] = kept[n] ? count++ : -1;
  keep(parts.nodes, kept);
  keep(parts.node_places.line, kept);
  for (std::int32_t& node : parts.cell_nodes) node = number[static_cast<std::size_t>(node)];
}

std::vector<bool> used_nodes(const MeshParts& parts) {
  std::vector<bool> used(parts.nodes.size());
  for (const std::int32_t node : parts.cell_nodes)
    if (in_range(parts, {&node, 1})) used[static_cast<std::size_t>(node)] = true;
  return used;
}

void keep_cells(MeshParts& parts, const std::vector<bool>& kept) {
  std::vector<std::int32_t> nodes;
  std::size_t first = 0;
  for (std::size_t cell = 0; cell < parts.kinds.size(); ++cell) {
    const std::size_t count = node_count_of(parts.kinds[cell]);
    const auto begin = parts.cell_nodes.begin() + static_cast<std::ptrdiff_t>(first);
    if (kept[cell]) nodes.insert(nodes.end(), begin, begin + static_cast<std::ptrdiff_t>(count));
    first += count;
  }
  parts.cell_nodes = std::move(nodes);
  keep(parts.kinds, kept);
  keep(parts.regions, kept);
  keep(parts.fibres, kept);
  keep(parts.sheets, kept);
  keep(parts.conductivity_factors, kept);
  keep(parts.cell_places.line, kept);
  keep(parts.fibre_places.line, kept);
}

ElementMesh submesh(const ElementMesh& mesh, const std::vector<bool>& kept,
                    std::vector<std::int32_t> regions) {
  MeshParts parts = mesh.parts();
  parts.regions = std::move(regions);
  keep_cells(parts, kept);
  keep_nodes(parts, used_nodes(parts));
  return ElementMesh(std::move(parts));
}

}  // namespace myowave
