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

struct NodePartition;

/// A box of grid nodes: corner and extent along x, y, z.
struct NodeBox {
  std::array<int, 3> start{}, count{1, 1, 1};

  std::int32_t size() const { return count[0] * count[1] * count[2]; }
};

/// Who owns which node. Of a grid, from PETSc's DMDA, every rank owns a box of nodes, numbered locally
/// with x fastest; long runs in x are kept on one rank where the grid allows it. Of elements, every rank
/// owns a part of the nodes by PTScotch, numbered locally tag by tag, so that the nodes of a cell model
/// lie together, and neighbours near each other in a tag.
class Layout {
 public:
  /// Collective. Throws InputError if there are too many ranks for the mesh.
  explicit Layout(const Mesh& mesh);
  ~Layout();
  Layout(const Layout&) = delete;
  Layout& operator=(const Layout&) = delete;

  /// Nodes owned by this rank.
  std::int32_t owned() const { return owned_; }
  std::int64_t global_size() const { return global_size_; }
  /// Of a grid only.
  const NodeBox& owned_box() const;
  /// The owned box and one layer around it; it reaches outside the mesh at the mesh's faces. Of a grid
  /// only.
  const NodeBox& ghosted_box() const;
  /// Nodes that this rank sees: those of its ghosted box; of elements its own and then `ghosts`.
  std::int32_t ghosted() const { return ghosted_; }

  /// Global number (as in Mesh) of an owned node.
  std::int64_t global_node(std::int32_t local) const;
  /// Local number of a global node, -1 if another rank owns it.
  std::int32_t local_node(std::int64_t global) const;

  /// Of elements: row of a global node in PETSc's vectors and matrices, where a rank's nodes lie
  /// together.
  std::int64_t row(std::int64_t global) const { return row_[static_cast<std::size_t>(global)]; }
  /// Of elements: global numbers, ascending, of nodes that others own and that share an element with an
  /// owned node.
  std::span<const std::int32_t> ghosts() const { return ghosts_; }

  /// Copies owned values [owned()] into `ghosted` [ghosted()] and fills the rest from the other ranks;
  /// values outside the mesh stay as they are. Collective.
  void exchange(std::span<const double> owned, std::span<double> ghosted) const;

 private:
  friend class DeepHalo;  // cuts the grid alike

  void cut_grid(const Mesh& mesh);
  void cut_elements(const ElementMesh& mesh);
  void number_nodes(const ElementMesh& mesh, const NodePartition& partition);
  void find_ghosts(const ElementMesh& mesh);

  struct Petsc;
  std::unique_ptr<Petsc> petsc_;
  NodeBox owned_box_, ghosted_box_;
  std::array<int, 3> mesh_nodes_{};
  std::int32_t owned_ = 0, ghosted_ = 0;
  std::int64_t global_size_ = 0;
  // Of elements only; empty for a grid.
  std::int32_t first_row_ = 0;
  std::vector<std::int32_t> row_;     ///< [node of the mesh]
  std::vector<std::int32_t> node_;    ///< [owned node], its global number
  std::vector<std::int32_t> ghosts_;  ///< global numbers
};

}  // namespace myowave
