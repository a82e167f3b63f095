// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "meshes/mesh.hpp"

namespace myowave {

/// A box of grid nodes: corner and extent along x, y, z.
struct NodeBox {
  std::array<int, 3> start{}, count{1, 1, 1};

  std::int32_t size() const { return count[0] * count[1] * count[2]; }
};

/// Who owns which node, from PETSc's DMDA. Every rank owns a box of nodes, numbered locally with x
/// fastest; long runs in x are kept on one rank where the grid allows it.
class Layout {
 public:
  /// Collective.
  explicit Layout(const Mesh& mesh);
  ~Layout();
  Layout(const Layout&) = delete;
  Layout& operator=(const Layout&) = delete;

  /// Nodes owned by this rank.
  std::int32_t owned() const { return owned_box_.size(); }
  std::int64_t global_size() const { return global_size_; }
  const NodeBox& owned_box() const { return owned_box_; }
  /// The owned box and one layer around it; it reaches outside the mesh at the mesh's faces.
  const NodeBox& ghosted_box() const { return ghosted_box_; }

  /// Global number (as in Mesh) of an owned node.
  std::int64_t global_node(std::int32_t local) const;
  /// Local number of a global node, -1 if another rank owns it.
  std::int32_t local_node(std::int64_t global) const;

  /// Copies owned values [owned()] into `ghosted` [ghosted_box().size()] and fills the layer around
  /// from the other ranks; values outside the mesh stay as they are. Collective.
  void exchange(std::span<const double> owned, std::span<double> ghosted) const;

 private:
  struct Petsc;
  std::unique_ptr<Petsc> petsc_;
  NodeBox owned_box_, ghosted_box_;
  std::array<int, 3> mesh_nodes_{};
  std::int64_t global_size_ = 0;
};

}  // namespace myowave
