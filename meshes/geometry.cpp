// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/geometry.hpp"

#include <algorithm>
#include <cmath>

namespace myowave {
namespace {

/// Square of the distance [mm] from the segment from a to b; axes that are NaN in it do not count.
double square_distance(const Point& point, const Point& a, const Point& b) {
  double length = 0.0, along = 0.0;
  for (std::size_t k = 0; k < 3; ++k) {
    if (std::isnan(a[k])) continue;
    length += (b[k] - a[k]) * (b[k] - a[k]);
    along += (point[k] - a[k]) * (b[k] - a[k]);
  }
  const double share = length > 0.0 ? std::clamp(along / length, 0.0, 1.0) : 0.0;
  double square = 0.0;
  for (std::size_t k = 0; k < 3; ++k) {
    if (std::isnan(a[k])) continue;
    const double distance = point[k] - a[k] - share * (b[k] - a[k]);
    square += distance * distance;
  }
  return square;
}

bool contains(const Wall& wall, const Point& point, double tolerance) {
  const double reach = 0.5 * wall.width + tolerance;
  for (std::size_t n = 0; n + 1 < wall.points.size(); ++n)
    if (square_distance(point, wall.points[n], wall.points[n + 1]) <= reach * reach) return true;
  return square_distance(point, wall.points.back(), wall.points.back()) <= reach * reach;
}

}  // namespace

bool contains(const Shape& shape, const Point& point, double tolerance) {
  if (const Box* box = std::get_if<Box>(&shape)) {
    for (std::size_t a = 0; a < 3; ++a)
      if (point[a] < box->low[a] - tolerance || point[a] > box->high[a] + tolerance) return false;
    return true;
  }
  if (const Sphere* sphere = std::get_if<Sphere>(&shape)) {
    double square = 0.0;
    for (std::size_t a = 0; a < 3; ++a) {
      const double distance = std::isnan(sphere->centre[a]) ? 0.0 : point[a] - sphere->centre[a];
      square += distance * distance;
    }
    const double reach = sphere->radius + tolerance;
    return square <= reach * reach;
  }
  if (const Wall* wall = std::get_if<Wall>(&shape)) return contains(*wall, point, tolerance);
  return std::holds_alternative<Everywhere>(shape);
}

}  // namespace myowave
