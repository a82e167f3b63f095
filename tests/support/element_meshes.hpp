// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>

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

/// A sphere of triangles: an octahedron whose triangles are cut in four `times` times.
inline MeshParts sphere(int times, double radius) {
  MeshParts parts;
  parts.nodes = {{1, 0, 0}, {-1, 0, 0}, {0, 1, 0}, {0, -1, 0}, {0, 0, 1}, {0, 0, -1}};
  std::vector<std::array<std::int32_t, 3>> triangles = {{0, 2, 4}, {2, 1, 4}, {1, 3, 4}, {3, 0, 4},
                                                        {2, 0, 5}, {1, 2, 5}, {3, 1, 5}, {0, 3, 5}};
  for (int t = 0; t < times; ++t) {
    std::map<std::array<std::int32_t, 2>, std::int32_t> middles;
    auto middle = [&](std::int32_t a, std::int32_t b) {
      const auto [at, is_new] = middles.try_emplace({std::min(a, b), std::max(a, b)},
                                                    static_cast<std::int32_t>(parts.nodes.size()));
      if (is_new) {
        Point p;
        for (std::size_t k = 0; k < 3; ++k)
          p[k] =
              parts.nodes[static_cast<std::size_t>(a)][k] + parts.nodes[static_cast<std::size_t>(b)][k];
        parts.nodes.push_back(p);
      }
      return at->second;
    };
    std::vector<std::array<std::int32_t, 3>> finer;
    for (const auto& [a, b, c] : triangles) {
      const std::int32_t d = middle(a, b), e = middle(b, c), f = middle(c, a);
      for (const std::array<std::int32_t, 3>& each :
           {std::array{a, d, f}, {d, b, e}, {f, e, c}, {d, e, f}})
        finer.push_back(each);
    }
    triangles = finer;
    for (Point& p : parts.nodes) {
      const double length = std::hypot(p[0], p[1], p[2]);
      for (double& x : p) x /= length;
    }
  }
  for (Point& p : parts.nodes)
    for (double& x : p) x *= radius;
  for (const auto& triangle : triangles) parts.add_cell(CellKind::triangle, triangle, 0);
  return parts;
}

}  // namespace myowave::testing
