// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "postprocess/neighbour_lists.hpp"

namespace myowave {

using Matrix3 = std::array<std::array<double, 3>, 3>;

double dot(const Point& a, const Point& b);

/// Eigenvalues of a symmetric matrix, ascending, and unit eigenvectors: vectors[k] belongs to values[k].
struct SymmetricEigen {
  std::array<double, 3> values;
  std::array<Point, 3> vectors;
};
SymmetricEigen symmetric_eigen(Matrix3 matrix);

/// The directions in which a set of points extends: unit vectors, the widest first.
struct LocalFrame {
  int dimension = 0;  ///< 0 a point, 1 a line, 2 a plane, 3 a volume
  std::array<Point, 3> axes{};

  /// A direction counts if the points' rms extent along it is more than 2 % of that along the widest.
  explicit LocalFrame(std::span<const Point> points);
  /// (x . axes[0], ...); 0 in the directions that do not count.
  Point to_local(const Point& x) const;
  Point to_global(const Point& local) const;
  /// A symmetric matrix of local coordinates in global ones.
  Matrix3 to_global(const Matrix3& local) const;
};

/// Least-squares polynomials of degree 1 or 2 on fixed points. The monomials 1, x, y, z, xx, yy, zz, xy,
/// xz, yz (those of the frame's dimension) are orthogonalised in this order (Gram-Schmidt, twice); one
/// that the points cannot tell from those before it, as zz on two layers, is left out.
class PolynomialFit {
 public:
  /// The value's derivatives at the origin, in the coordinates of the points.
  struct Surface {
    double value = 0.0;
    Point gradient{};
    Matrix3 hessian{};
    std::vector<double> residual;  ///< [points] value minus polynomial
  };

  /// `points` are local coordinates about the node of interest.
  PolynomialFit(std::span<const Point> points, int dimension, int degree);

  /// `values` is [points].
  Surface fit(std::span<const double> values) const;

  /// Monomials of a degree: 1 + d for 1, (d + 1) (d + 2) / 2 for 2.
  static std::size_t monomials(int dimension, int degree);

 private:
  struct Monomial {
    int a, b;  ///< coordinates multiplied, -1 for none
  };
  static std::vector<Monomial> list(int dimension, int degree);
  void add(const Monomial& monomial, std::span<const Point> points);

  std::size_t points_;
  double scale_;  ///< [mm] the farthest point's distance
  std::vector<Monomial> kept_;
  std::vector<std::vector<double>> orthonormal_;  ///< [kept][points]
  std::vector<std::vector<double>> triangle_;     ///< column k = sum_l triangle_[k][l] orthonormal_[l]
};

}  // namespace myowave
