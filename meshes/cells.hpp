// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <vector>

#include "meshes/mesh.hpp"

namespace myowave {

/// The cells of a grid [x fastest], or elements in their order, as shapes see them. What it was made
/// from must outlive it.
struct Cells {
  std::function<Point(std::size_t)> centre;  ///< mm, of a cell
  std::vector<std::int32_t> tags;            ///< [cell]
  std::vector<bool> tissue;                  ///< [cell], false in holes
  Point size{};  ///< mm, of the box around all; 0 along an axis that is not used

  std::size_t count() const { return tags.size(); }
  /// Whether the cell is tissue and its centre lies in the shape, or it has one of its tags.
  bool in(const Shape& shape, std::size_t cell) const;
};

Cells cells_of(const ElementMesh& mesh);
/// All have the tag 0.
Cells cells_of(const Mesh& grid);

/// Of elements: the first shape of the list that holds each, -1 where none does.
std::vector<int> first_shapes(const ElementMesh& mesh, const std::vector<Shape>& shapes);

/// Largest distance [mm] of a node from the centre of its cell, twice: no way from cell to cell by
/// common nodes leads through a wall of holes that is as wide.
double widest_cell(const Mesh& mesh);

}  // namespace myowave
