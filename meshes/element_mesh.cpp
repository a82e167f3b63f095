// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/element_mesh.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "meshes/element_faults.hpp"

namespace myowave {

std::string Places::of(std::size_t number) const {
  return number < line.size() ? fmt::format("{}:{}", file, line[number]) : file;
}

void MeshParts::add_cell(CellKind kind, std::span<const std::int32_t> its_nodes, std::int32_t region) {
  MYOWAVE_ASSERT(its_nodes.size() == node_count_of(kind));
  kinds.push_back(kind);
  cell_nodes.insert(cell_nodes.end(), its_nodes.begin(), its_nodes.end());
  regions.push_back(region);
}

ElementMesh::ElementMesh(MeshParts parts) : parts_(std::move(parts)) {
  if (auto faults = faults_of(parts_); !faults.empty()) throw InputError(std::move(faults));
  dimension_ = dimension_of(parts_.kinds.front());
  first_.reserve(parts_.kinds.size() + 1);
  std::int64_t first = 0;
  for (const CellKind kind : parts_.kinds) {
    first_.push_back(first);
    first += static_cast<std::int64_t>(node_count_of(kind));
  }
  first_.push_back(first);
  // The lines of the file have served their messages.
  for (Places* places : {&parts_.node_places, &parts_.cell_places, &parts_.fibre_places})
    places->line = {};
}

std::span<const std::int32_t> ElementMesh::nodes_of(std::int32_t cell) const {
  const auto c = static_cast<std::size_t>(cell);
  return std::span(parts_.cell_nodes)
      .subspan(static_cast<std::size_t>(first_[c]), static_cast<std::size_t>(first_[c + 1] - first_[c]));
}

std::span<const Point> ElementMesh::points_of(std::int32_t cell,
                                              std::array<Point, max_cell_nodes>& points) const {
  const std::span<const std::int32_t> nodes = nodes_of(cell);
  for (std::size_t n = 0; n < nodes.size(); ++n) points[n] = position(nodes[n]);
  return std::span(points).first(nodes.size());
}

Point ElementMesh::centre(std::int32_t cell) const {
  const std::span<const std::int32_t> nodes = nodes_of(cell);
  Point sum{};
  for (const std::int32_t node : nodes)
    for (std::size_t a = 0; a < 3; ++a) sum[a] += position(node)[a];
  for (double& each : sum) each /= static_cast<double>(nodes.size());
  return sum;
}

std::string ElementMesh::region_name(std::int32_t tag) const {
  const auto found = parts_.region_names.find(tag);
  return found == parts_.region_names.end() ? "" : found->second;
}

}  // namespace myowave
