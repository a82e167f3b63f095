// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <iterator>
#include <limits>
#include <numeric>
#include <tuple>

#include "field/layout_petsc.hpp"
#include "field/node_partition.hpp"
#include "field/petsc.hpp"
#include "field/session.hpp"

namespace myowave {
namespace {

/// Of each node the lowest tag of the elements around it.
std::vector<std::int32_t> lowest_tags(const ElementMesh& mesh) {
  std::vector<std::int32_t> tags(static_cast<std::size_t>(mesh.node_count()),
                                 std::numeric_limits<std::int32_t>::max());
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell)
    for (const std::int32_t node : mesh.nodes_of(cell)) {
      std::int32_t& tag = tags[static_cast<std::size_t>(node)];
      tag = std::min(tag, mesh.region(cell));
    }
  return tags;
}

}  // namespace

void Layout::cut_elements(const ElementMesh& mesh) {
  number_nodes(mesh, partition_nodes(mesh));
  find_ghosts(mesh);
  ghosted_ = owned_ + static_cast<std::int32_t>(ghosts_.size());
}

void Layout::number_nodes(const ElementMesh& mesh, const NodePartition& partition) {
  const std::vector<std::int32_t>&owners = partition.owners, &places = partition.places;
  const std::vector<std::int32_t> tags = lowest_tags(mesh);
  std::vector<std::int32_t> order(owners.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    const auto i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
    return std::tuple(owners[i], tags[i], places[i]) < std::tuple(owners[j], tags[j], places[j]);
  });
  row_.resize(owners.size());
  for (std::size_t row = 0; row < order.size(); ++row)
    row_[static_cast<std::size_t>(order[row])] = static_cast<std::int32_t>(row);
  auto owner_of = [&](std::int32_t node) { return owners[static_cast<std::size_t>(node)]; };
  const int me = parallel::rank();
  const auto first = std::partition_point(order.begin(), order.end(),
                                          [&](std::int32_t node) { return owner_of(node) < me; });
  const auto last =
      std::partition_point(first, order.end(), [&](std::int32_t node) { return owner_of(node) == me; });
  first_row_ = static_cast<std::int32_t>(first - order.begin());
  node_.assign(first, last);
  owned_ = static_cast<std::int32_t>(node_.size());
}

void Layout::find_ghosts(const ElementMesh& mesh) {
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
    const std::span<const std::int32_t> nodes = mesh.nodes_of(cell);
    auto is_mine = [this](std::int32_t node) { return local_node(node) >= 0; };
    if (std::none_of(nodes.begin(), nodes.end(), is_mine)) continue;
    std::remove_copy_if(nodes.begin(), nodes.end(), std::back_inserter(ghosts_), is_mine);
  }
  std::sort(ghosts_.begin(), ghosts_.end());
  ghosts_.erase(std::unique(ghosts_.begin(), ghosts_.end()), ghosts_.end());
}

void Layout::Petsc::make_scatter(const std::vector<std::int32_t>& row, std::int32_t first_row,
                                 std::int32_t owned, const std::vector<std::int32_t>& ghosts) {
  std::vector<PetscInt> rows(static_cast<std::size_t>(owned));
  std::iota(rows.begin(), rows.end(), first_row);
  for (const std::int32_t ghost : ghosts) rows.push_back(row[static_cast<std::size_t>(ghost)]);
  IS from;
  check(ISCreateGeneral(PETSC_COMM_SELF, static_cast<PetscInt>(rows.size()), rows.data(),
                        PETSC_COPY_VALUES, &from));
  check(VecScatterCreate(global, from, local, nullptr, &scatter));
  check(ISDestroy(&from));
}

}  // namespace myowave
