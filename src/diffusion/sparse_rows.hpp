// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

#include "field/layout.hpp"

namespace myowave {

/// The rows that this rank owns of a matrix on the nodes of a mesh, with an entry for each pair of nodes
/// that share an element. Columns are numbered as Layout::row does, ascending in a row.
class SparseRows {
 public:
  SparseRows(const ElementMesh& mesh, const Layout& layout);

  /// Adds to an entry of the pattern. `local` is an owned node, `column` a row of the layout.
  void add(std::int32_t local, std::int32_t column, double value);

  /// [owned + 1], where a row begins.
  const std::vector<std::int32_t>& begin() const { return begin_; }
  const std::vector<std::int32_t>& columns() const { return columns_; }
  const std::vector<double>& values() const { return values_; }

 private:
  std::vector<std::int32_t> begin_, columns_;
  std::vector<double> values_;
};

}  // namespace myowave
