// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "meshes/adjacency.hpp"
#include "postprocess/neighbour_lists.hpp"

namespace myowave {

/// Windows of nodes of elements for local fits, in the place of the box of five nodes a side on grids.
///
/// A window grows from its node in rings, each of all nodes that share an element with one of the ring
/// before: two rings, at borders up to four, until it has as many nodes as a window of two needs
/// (4 on cables, 16 on surfaces, 40 in volumes). Inside grids of quadrilaterals and hexahedra that is
/// the box. A window ends where a cable or a surface branches, and a node there has none.
///
/// The windows of cables and surfaces are laid out in the tangent of the middle node: of cables along
/// the line at the distance that the cable itself has, of surfaces in the plane at the distance in
/// space. The tangent is the mean of the elements around the node.
class ElementWindows {
 public:
  explicit ElementWindows(const ElementMesh& mesh);

  /// A row for each of the nodes, by their numbers in the mesh.
  NeighbourLists of(std::span<const std::int32_t> nodes);

 private:
  /// A node of a window and the one of the ring before through which it was found first.
  struct Member {
    std::int32_t node, parent;  ///< the latter by number in the window
  };

  void grow(std::int32_t centre);
  void add_ring(std::size_t first, std::size_t last);
  void lay_out(std::vector<Point>& places) const;
  std::vector<Point> along_cable() const;
  std::vector<Point> in_tangent_plane() const;
  Point offset(std::int32_t from, std::int32_t to) const;
  /// Of a surface at the middle node, with either sign.
  Point normal() const;

  const ElementMesh& mesh_;
  CellsAround cells_;
  std::vector<bool> branching_;
  std::vector<std::int32_t> seen_;  ///< [node], the last window that has it
  std::int32_t window_number_ = 0;
  std::vector<Member> window_;  ///< the middle node first
};

}  // namespace myowave
