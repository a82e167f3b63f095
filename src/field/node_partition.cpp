// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "field/node_partition.hpp"

#include <fmt/format.h>
#include <petscmat.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "field/petsc.hpp"
#include "field/session.hpp"

namespace myowave {
namespace {

/// The neighbours of the nodes, ascending, as rows of a sparse matrix.
struct Graph {
  std::vector<PetscInt> begin, neighbour;
};

Graph graph_of(const ElementMesh& mesh) {
  std::vector<std::vector<std::int32_t>> rows(static_cast<std::size_t>(mesh.node_count()));
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell)
    for (const std::int32_t node : mesh.nodes_of(cell))
      for (const std::int32_t other : mesh.nodes_of(cell))
        if (other != node) rows[static_cast<std::size_t>(node)].push_back(other);
  Graph graph;
  graph.begin.push_back(0);
  for (std::vector<std::int32_t>& row : rows) {
    std::sort(row.begin(), row.end());
    row.erase(std::unique(row.begin(), row.end()), row.end());
    graph.neighbour.insert(graph.neighbour.end(), row.begin(), row.end());
    graph.begin.push_back(static_cast<PetscInt>(graph.neighbour.size()));
  }
  return graph;
}

/// A copy that PETSc may free.
PetscInt* lent(const std::vector<PetscInt>& values) {
  PetscInt* copy = nullptr;
  check(PetscMalloc1(std::max<std::size_t>(1, values.size()), &copy));
  std::copy(values.begin(), values.end(), copy);
  return copy;
}

/// By one rank and one thread: on several, Scotch finds another cut each time, and a restarted run could
/// not repeat its numbers.
void cut(const Graph& graph, int ranks, std::vector<std::int32_t>& owners) {
  setenv("SCOTCH_PTHREAD_NUMBER", "1", 0);
  const auto nodes = static_cast<PetscInt>(owners.size());
  Mat adjacency;
  check(MatCreateMPIAdj(PETSC_COMM_SELF, nodes, nodes, lent(graph.begin), lent(graph.neighbour), nullptr,
                        &adjacency));
  MatPartitioning partitioning;
  check(MatPartitioningCreate(PETSC_COMM_SELF, &partitioning));
  check(MatPartitioningSetAdjacency(partitioning, adjacency));
  check(MatPartitioningSetType(partitioning, MATPARTITIONINGPTSCOTCH));
  check(MatPartitioningSetNParts(partitioning, ranks));
  IS parts;
  check(MatPartitioningApply(partitioning, &parts));
  const PetscInt* part = nullptr;
  check(ISGetIndices(parts, &part));
  std::copy(part, part + nodes, owners.begin());
  check(ISRestoreIndices(parts, &part));
  check(ISDestroy(&parts));
  check(MatPartitioningDestroy(&partitioning));
  check(MatDestroy(&adjacency));
}

}  // namespace

std::vector<std::int32_t> node_owners(const ElementMesh& mesh) {
  const std::int32_t nodes = mesh.node_count();
  const int ranks = parallel::size();
  std::vector<std::int32_t> owners(static_cast<std::size_t>(nodes));
  if (ranks == 1) return owners;
  if (nodes < 2 * ranks)
    throw InputError(
        fmt::format("{} ranks are too many for a mesh of {} nodes; start fewer", ranks, nodes));
  if (parallel::rank() == 0) cut(graph_of(mesh), ranks, owners);
  parallel::broadcast(owners.data(), owners.size(), 0);
  return owners;
}

}  // namespace myowave
