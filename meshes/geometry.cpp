// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/geometry.hpp"

#include <cmath>

namespace myowave {

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
  return std::holds_alternative<Everywhere>(shape);
}

}  // namespace myowave
