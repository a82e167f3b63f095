// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cmath>
#include <functional>

#include "meshes/element_mesh.hpp"

namespace myowave::testing {

/// Boxes made of one kind of elements, with corner 0 and the sides `size` [mm], and `cells` along each
/// axis of the kind. Squares are cut into two triangles, cubes into six tetrahedra around their
/// diagonal.
class BoxMesh {
 public:
  BoxMesh(CellKind kind, const std::array<int, 3>& cells, const Point& size)
      : kind_(kind), cells_(cells) {
    const int dimension = dimension_of(kind);
    for (std::size_t a = static_cast<std::size_t>(dimension); a < 3; ++a) cells_[a] = 0;
    for (int k = 0; k <= cells_[2]; ++k)
      for (int j = 0; j <= cells_[1]; ++j)
        for (int i = 0; i <= cells_[0]; ++i) {
          const std::array<int, 3> at = {i, j, k};
          Point point{};
          for (std::size_t a = 0; a < static_cast<std::size_t>(dimension); ++a)
            point[a] = size[a] * at[a] / cells_[a];
          parts.nodes.push_back(point);
        }
    for (int k = 0; k < std::max(1, cells_[2]); ++k)
      for (int j = 0; j < std::max(1, cells_[1]); ++j)
        for (int i = 0; i < cells_[0]; ++i) add_box(i, j, k);
  }

  /// Moves every node.
  BoxMesh& map(const std::function<Point(const Point&)>& to) {
    for (Point& node : parts.nodes) node = to(node);
    return *this;
  }
  /// Gives every cell a fibre, and a sheet if there is one.
  BoxMesh& directions(const Point& fibre) {
    parts.fibres.assign(parts.kinds.size(), fibre);
    return *this;
  }
  BoxMesh& directions(const Point& fibre, const Point& sheet) {
    parts.sheets.assign(parts.kinds.size(), sheet);
    return directions(fibre);
  }
  ElementMesh mesh() const { return ElementMesh(parts); }

  MeshParts parts;

 private:
  std::int32_t node(int i, int j, int k) const {
    return i + (cells_[0] + 1) * (j + (cells_[1] + 1) * k);
  }
  void add(std::initializer_list<std::int32_t> nodes) {
    parts.add_cell(kind_, std::span(nodes.begin(), nodes.size()), 0);
  }

  void add_box(int i, int j, int k) {
    const std::int32_t a = node(i, j, k), b = node(i + 1, j, k), c = node(i + 1, j + 1, k),
                       d = node(i, j + 1, k), e = node(i, j, k + 1), f = node(i + 1, j, k + 1),
                       g = node(i + 1, j + 1, k + 1), h = node(i, j + 1, k + 1);
    switch (kind_) {
      case CellKind::segment:
        return add({a, b});
      case CellKind::triangle:
        add({a, b, c});
        return add({a, c, d});
      case CellKind::quadrilateral:
        return add({a, b, c, d});
      case CellKind::tetrahedron:
        for (const auto& [x, y] : {std::array{b, c}, {c, d}, {d, h}, {h, e}, {e, f}, {f, b}})
          add({a, x, y, g});
        return;
      case CellKind::hexahedron:
        return add({a, b, c, d, e, f, g, h});
    }
  }

  CellKind kind_;
  std::array<int, 3> cells_;
};

}  // namespace myowave::testing
