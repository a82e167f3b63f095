// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "field/node_partition.hpp"

#include <fmt/format.h>
#include <petscmat.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <numeric>

#include "base/error.hpp"
#include "field/petsc.hpp"
#include "field/session.hpp"

namespace myowave {
namespace {

/// The neighbours of the nodes, ascending, as rows of a sparse matrix.
struct Graph {
  std::vector<PetscInt> begin, neighbour;
};

/// Cells of all nodes: those of node n from begin[n] to begin[n + 1].
struct CellsOfNodes {
  std::vector<std::int32_t> begin, cells;

  explicit CellsOfNodes(const ElementMesh& mesh)
      : begin(static_cast<std::size_t>(mesh.node_count()) + 1) {
    for (const std::int32_t node : mesh.parts().cell_nodes) ++begin[static_cast<std::size_t>(node) + 1];
    std::partial_sum(begin.begin(), begin.end(), begin.begin());
    cells.resize(mesh.parts().cell_nodes.size());
    std::vector<std::int32_t> next(begin.begin(), begin.end() - 1);
    for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell)
      for (const std::int32_t node : mesh.nodes_of(cell))
        cells[static_cast<std::size_t>(next[static_cast<std::size_t>(node)]++)] = cell;
  }
};

Graph graph_of(const ElementMesh& mesh) {
  const CellsOfNodes around(mesh);
  Graph graph;
  graph.begin.push_back(0);
  std::vector<std::int32_t> row;
  for (std::int32_t node = 0; node < mesh.node_count(); ++node) {
    row.clear();
    const auto n = static_cast<std::size_t>(node);
    for (std::int32_t c = around.begin[n]; c < around.begin[n + 1]; ++c)
      std::ranges::remove_copy(mesh.nodes_of(around.cells[static_cast<std::size_t>(c)]),
                               std::back_inserter(row), node);
    std::ranges::sort(row);
    graph.neighbour.insert(graph.neighbour.end(), row.begin(), std::unique(row.begin(), row.end()));
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

void copy(IS from, std::vector<std::int32_t>& to) {
  const PetscInt* values = nullptr;
  check(ISGetIndices(from, &values));
  std::copy(values, values + to.size(), to.begin());
  check(ISRestoreIndices(from, &values));
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
  copy(parts, owners);
  check(ISDestroy(&parts));
  check(MatPartitioningDestroy(&partitioning));
  check(MatDestroy(&adjacency));
}

/// Reverse Cuthill-McKee: neighbours come near each other. PETSc orders matrices with values alone.
std::vector<std::int32_t> places_of(Graph& graph) {
  const std::size_t nodes = graph.begin.size() - 1;
  std::vector<PetscScalar> values(graph.neighbour.size());
  Mat matrix;
  check(MatCreateSeqAIJWithArrays(PETSC_COMM_SELF, static_cast<PetscInt>(nodes),
                                  static_cast<PetscInt>(nodes), graph.begin.data(),
                                  graph.neighbour.data(), values.data(), &matrix));
  IS rows, columns;
  check(MatGetOrdering(matrix, MATORDERINGRCM, &rows, &columns));
  std::vector<std::int32_t> order(nodes), places(nodes);
  copy(rows, order);
  check(ISDestroy(&rows));
  check(ISDestroy(&columns));
  check(MatDestroy(&matrix));
  for (std::size_t place = 0; place < nodes; ++place)
    places[static_cast<std::size_t>(order[place])] = static_cast<std::int32_t>(place);
  return places;
}

}  // namespace

NodePartition partition_nodes(const ElementMesh& mesh) {
  const std::int32_t nodes = mesh.node_count();
  const int ranks = parallel::size();
  if (ranks > 1 && nodes < 2 * ranks)
    throw InputError(
        fmt::format("{} ranks are too many for a mesh of {} nodes; start fewer", ranks, nodes));
  const auto count = static_cast<std::size_t>(nodes);
  NodePartition partition{std::vector<std::int32_t>(count), std::vector<std::int32_t>(count)};
  if (parallel::rank() == 0) {
    Graph graph = graph_of(mesh);
    if (ranks > 1) cut(graph, ranks, partition.owners);
    partition.places = places_of(graph);
  }
  parallel::broadcast(partition.owners.data(), count, 0);
  parallel::broadcast(partition.places.data(), count, 0);
  return partition;
}

}  // namespace myowave
