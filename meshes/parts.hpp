// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <vector>

#include "meshes/mesh.hpp"

namespace myowave {

/// Sets of nodes that cells connect.
class Parts {
 public:
  /// Those of elements; only cells for which `connects` is true count, all of them by default.
  explicit Parts(const ElementMesh& mesh, const std::function<bool(std::int32_t)>& connects = {});
  /// Those of the tissue of a grid.
  explicit Parts(const Mesh& grid);

  /// Sets of more than one node.
  std::int64_t count() const { return count_; }
  /// By node a number of its set, below the number of nodes; -1 if no cell connects it.
  const std::vector<std::int32_t>& of_node() const { return of_node_; }

 private:
  std::int32_t root(std::int32_t node);
  void join(std::int32_t a, std::int32_t b);
  void number(const std::vector<bool>& connected);

  std::vector<std::int32_t> of_node_;  ///< while it is made: another node of the set, a root itself
  std::int64_t count_ = 0;
};

}  // namespace myowave
