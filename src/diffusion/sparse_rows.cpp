// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/sparse_rows.hpp"

#include <algorithm>

namespace myowave {
namespace {

/// The cells around each owned node, as rows.
struct CellsOfNodes {
  std::vector<std::int32_t> begin, cells;

  CellsOfNodes(const ElementMesh& mesh, const Layout& layout)
      : begin(static_cast<std::size_t>(layout.owned()) + 1) {
    auto for_owned = [&](auto visit) {
      for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell)
        for (const std::int32_t node : mesh.nodes_of(cell))
          if (const std::int32_t local = layout.local_node(node); local >= 0)
            visit(static_cast<std::size_t>(local), cell);
    };
    for_owned([this](std::size_t local, std::int32_t) { ++begin[local + 1]; });
    for (std::size_t row = 1; row < begin.size(); ++row) begin[row] += begin[row - 1];
    cells.resize(static_cast<std::size_t>(begin.back()));
    std::vector<std::int32_t> next(begin.begin(), begin.end() - 1);
    for_owned([&](std::size_t local, std::int32_t cell) {
      cells[static_cast<std::size_t>(next[local]++)] = cell;
    });
  }
};

}  // namespace

SparseRows::SparseRows(const ElementMesh& mesh, const Layout& layout) {
  const CellsOfNodes around(mesh, layout);
  begin_.push_back(0);
  std::vector<std::int32_t> row;
  for (std::size_t local = 0; local + 1 < around.begin.size(); ++local) {
    row.clear();
    for (std::int32_t c = around.begin[local]; c < around.begin[local + 1]; ++c)
      for (const std::int32_t node : mesh.nodes_of(around.cells[static_cast<std::size_t>(c)]))
        row.push_back(static_cast<std::int32_t>(layout.row(node)));
    std::sort(row.begin(), row.end());
    columns_.insert(columns_.end(), row.begin(), std::unique(row.begin(), row.end()));
    begin_.push_back(static_cast<std::int32_t>(columns_.size()));
  }
  values_.resize(columns_.size());
}

void SparseRows::add(std::int32_t local, std::int32_t column, double value) {
  const auto row = static_cast<std::size_t>(local);
  const auto first = columns_.begin() + begin_[row], last = columns_.begin() + begin_[row + 1];
  values_[static_cast<std::size_t>(std::lower_bound(first, last, column) - columns_.begin())] += value;
}

}  // namespace myowave
