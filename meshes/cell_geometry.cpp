// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/cell_geometry.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace myowave {
namespace {

Point minus(const Point& a, const Point& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }
double dot(const Point& a, const Point& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Point cross(const Point& a, const Point& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
double length(const Point& a) { return std::sqrt(dot(a, a)); }

/// Corners of the reference quadrilateral and hexahedron [-1, 1]^d in the order of their nodes.
constexpr double corners[8][3] = {{-1, -1, -1}, {1, -1, -1}, {1, 1, -1}, {-1, 1, -1},
                                  {-1, -1, 1},  {1, -1, 1},  {1, 1, 1},  {-1, 1, 1}};

/// The columns of a Jacobian, dx / d(reference axis) [mm]; unused ones are 0.
using Jacobian = std::array<Point, 3>;

/// Of a quadrilateral or a hexahedron at a point of [-1, 1]^d.
Jacobian jacobian_at(CellPoints points, const double* at) {
  const std::size_t dimension = points.size() == 4 ? 2 : 3;
  Jacobian columns{};
  for (std::size_t n = 0; n < points.size(); ++n)
    for (std::size_t axis = 0; axis < dimension; ++axis) {
      double slope = corners[n][axis] / static_cast<double>(points.size());
      for (std::size_t other = 0; other < dimension; ++other)
        if (other != axis) slope *= 1.0 + corners[n][other] * at[other];
      for (std::size_t a = 0; a < 3; ++a) columns[axis][a] += slope * points[n][a];
    }
  return columns;
}

/// Of a segment, triangle or tetrahedron: its edges from node 0.
Jacobian simplex_jacobian(CellPoints points) {
  Jacobian columns{};
  for (std::size_t n = 1; n < points.size(); ++n) columns[n - 1] = minus(points[n], points[0]);
  return columns;
}

bool is_simplex(CellKind kind) {
  return kind != CellKind::quadrilateral && kind != CellKind::hexahedron;
}

/// Determinant in three dimensions; in two the area, with a sign by `normal`; in one the length.
double determinant(const Jacobian& J, int dimension, const Point& normal) {
  if (dimension == 1) return length(J[0]);
  const Point area = cross(J[0], J[1]);
  if (dimension == 2) return std::copysign(length(area), dot(area, normal));
  return dot(area, J[2]);
}

/// Twice the area vector of a triangle or quadrilateral.
Point mean_normal(CellKind kind, CellPoints points) {
  if (kind == CellKind::triangle) return cross(minus(points[1], points[0]), minus(points[2], points[0]));
  return cross(minus(points[2], points[0]), minus(points[3], points[1]));  // of the diagonals
}

/// Gauss points of order 2 of [-1, 1]^d lie at the corners of a smaller square or cube.
std::array<double, 3> gauss_point(std::size_t corner) {
  std::array<double, 3> at{};
  for (std::size_t a = 0; a < 3; ++a) at[a] = corners[corner][a] * std::numbers::inv_sqrt3;
  return at;
}

/// The determinant's values that decide whether a cell is sound, and their mean over Gauss points.
struct Determinants {
  double smallest = std::numeric_limits<double>::infinity(), mean = 0.0;
};

Determinants determinants_of(CellKind kind, CellPoints points) {
  const int dimension = dimension_of(kind);
  const Point normal = dimension == 2 ? mean_normal(kind, points) : Point{};
  if (is_simplex(kind)) {
    const double value = determinant(simplex_jacobian(points), dimension, normal);
    return {value, value};
  }
  Determinants found;
  for (std::size_t n = 0; n < points.size(); ++n) {
    const double corner = determinant(jacobian_at(points, corners[n]), dimension, normal);
    const double inside = determinant(jacobian_at(points, gauss_point(n).data()), dimension, normal);
    found.smallest = std::min({found.smallest, corner, inside});
    found.mean += inside / static_cast<double>(points.size());
  }
  return found;
}

/// Of a simplex |J|^2 is a multiple of the sum of its squared edges, so that no Jacobian is needed.
double simplex_quality(CellKind kind, CellPoints points) {
  if (kind == CellKind::segment) return 1.0;
  double squares = 0.0;
  for (const auto& [a, b] : edges_of(kind)) {
    const Point edge = minus(points[static_cast<std::size_t>(a)], points[static_cast<std::size_t>(b)]);
    squares += dot(edge, edge);
  }
  const double measure = measure_of(kind, points);
  if (!(measure > 0.0)) return 0.0;
  if (kind == CellKind::triangle) return 4.0 * std::numbers::sqrt3 * measure / squares;
  return 12.0 * std::cbrt(9.0 * measure * measure) / squares;
}

double corner_quality(const Jacobian& J, int dimension, const Point& normal) {
  const double det = determinant(J, dimension, normal);
  if (!(det > 0.0)) return 0.0;
  const double squares = dot(J[0], J[0]) + dot(J[1], J[1]) + dot(J[2], J[2]);
  return dimension * std::pow(det, 2.0 / dimension) / squares;
}

}  // namespace

double measure_of(CellKind kind, CellPoints points) {
  constexpr double reference[] = {1.0, 1.0 / 2.0, 4.0, 1.0 / 6.0, 8.0};  // of the reference cell
  return reference[static_cast<std::size_t>(kind)] * determinants_of(kind, points).mean;
}

Point area_vector(CellPoints points) {
  Point vector = mean_normal(points.size() == 3 ? CellKind::triangle : CellKind::quadrilateral, points);
  for (double& component : vector) component *= 0.5;
  return vector;
}

double smallest_jacobian(CellKind kind, CellPoints points) {
  double longest = 0.0;
  for (const auto& [a, b] : edges_of(kind))
    longest = std::max(longest, length(minus(points[static_cast<std::size_t>(a)],
                                             points[static_cast<std::size_t>(b)])));
  if (!(longest > 0.0)) return 0.0;
  const int dimension = dimension_of(kind);
  // The reference quadrilateral and hexahedron have edges of 2.
  const double scale = is_simplex(kind) ? longest : longest / 2.0;
  return determinants_of(kind, points).smallest / std::pow(scale, dimension);
}

double quality_of(CellKind kind, CellPoints points) {
  if (is_simplex(kind)) return simplex_quality(kind, points);
  const int dimension = dimension_of(kind);
  const Point normal = dimension == 2 ? mean_normal(kind, points) : Point{};
  double smallest = 1.0;
  for (std::size_t n = 0; n < points.size(); ++n)
    smallest = std::min(smallest, corner_quality(jacobian_at(points, corners[n]), dimension, normal));
  return smallest;
}

}  // namespace myowave
