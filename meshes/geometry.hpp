// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <variant>
#include <vector>

namespace myowave {

/// Position or direction in mm, x y z; unused axes are 0.
using Point = std::array<double, 3>;

/// Closed box [low, high]; an unused axis spans everything.
struct Box {
  Point low, high;
};

/// A centre with NaN for an axis makes it a cylinder along that axis.
struct Sphere {
  Point centre;
  double radius;
};

/// What lies within half the width of a chain of points: a thin wall. Coordinates that are NaN in all
/// points make it one along those axes.
struct Wall {
  std::vector<Point> points;  ///< mm, at least one
  double width;               ///< mm
};

/// The elements of a mesh that have one of the tags, with their nodes.
struct Tags {
  std::vector<std::int32_t> tags;
};

/// Where a region, a hole or a stimulus lies. Everywhere stands for the whole mesh.
struct Everywhere {};
using Shape = std::variant<Everywhere, Box, Sphere, Tags, Wall>;

/// Whether the point lies in the shape. Faces belong to it, with a tolerance [mm] for positions that
/// are sums of rounded spacings. No point lies in Tags, which only a mesh knows.
bool contains(const Shape& shape, const Point& point, double tolerance = 1e-9);

}  // namespace myowave
