// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/local_fit.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace myowave {
namespace {

/// Smallest extent of a direction that counts, against the widest one.
constexpr double thinnest = 0.02;
/// Smallest part of a monomial that must be new, against its size.
constexpr double smallest_new_part = 0.02;

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// One Jacobi rotation that makes matrix[p][q] zero.
void rotate(Matrix3& matrix, Matrix3& vectors, std::size_t p, std::size_t q) {
  if (matrix[p][q] == 0.0) return;
  const double theta = (matrix[q][q] - matrix[p][p]) / (2.0 * matrix[p][q]);
  const double t = std::copysign(1.0, theta) / (std::abs(theta) + std::hypot(theta, 1.0));
  const double c = 1.0 / std::hypot(t, 1.0), s = t * c;
  for (std::size_t k = 0; k < 3; ++k) {
    const double kp = matrix[k][p], kq = matrix[k][q];
    matrix[k][p] = c * kp - s * kq;
    matrix[k][q] = s * kp + c * kq;
  }
  for (std::size_t k = 0; k < 3; ++k) {
    const double pk = matrix[p][k], qk = matrix[q][k];
    matrix[p][k] = c * pk - s * qk;
    matrix[q][k] = s * pk + c * qk;
    const double vp = vectors[p][k], vq = vectors[q][k];
    vectors[p][k] = c * vp - s * vq;
    vectors[q][k] = s * vp + c * vq;
  }
}

Matrix3 covariance(std::span<const Point> points) {
  Point mean{};
  for (const Point& x : points)
    for (std::size_t a = 0; a < 3; ++a) mean[a] += x[a] / static_cast<double>(points.size());
  Matrix3 matrix{};
  for (const Point& x : points)
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t b = 0; b < 3; ++b) matrix[a][b] += (x[a] - mean[a]) * (x[b] - mean[b]);
  return matrix;
}

}  // namespace

double dot(const Point& a, const Point& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

SymmetricEigen symmetric_eigen(Matrix3 matrix) {
  Matrix3 vectors = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  // Convergence is quadratic: eight sweeps are more than 3 by 3 ever needs.
  for (int sweep = 0; sweep < 8; ++sweep) {
    rotate(matrix, vectors, 0, 1);
    rotate(matrix, vectors, 0, 2);
    rotate(matrix, vectors, 1, 2);
  }
  std::array<std::size_t, 3> order = {0, 1, 2};
  std::sort(order.begin(), order.end(),
            [&matrix](std::size_t a, std::size_t b) { return matrix[a][a] < matrix[b][b]; });
  SymmetricEigen eigen{};
  for (std::size_t k = 0; k < 3; ++k) {
    eigen.values[k] = matrix[order[k]][order[k]];
    eigen.vectors[k] = vectors[order[k]];
  }
  return eigen;
}

LocalFrame::LocalFrame(std::span<const Point> points) {
  const SymmetricEigen eigen = symmetric_eigen(covariance(points));
  const double widest = eigen.values[2];
  for (std::size_t k = 0; k < 3; ++k) {
    const double extent = eigen.values[2 - k];
    if (extent > 0.0 && extent > thinnest * thinnest * widest)
      axes[static_cast<std::size_t>(dimension++)] = eigen.vectors[2 - k];
  }
}

Point LocalFrame::to_local(const Point& x) const {
  Point local{};
  for (std::size_t k = 0; k < static_cast<std::size_t>(dimension); ++k) local[k] = dot(x, axes[k]);
  return local;
}

Point LocalFrame::to_global(const Point& local) const {
  Point x{};
  for (std::size_t k = 0; k < static_cast<std::size_t>(dimension); ++k)
    for (std::size_t a = 0; a < 3; ++a) x[a] += local[k] * axes[k][a];
  return x;
}

Matrix3 LocalFrame::to_global(const Matrix3& local) const {
  Matrix3 matrix{};
  for (std::size_t k = 0; k < static_cast<std::size_t>(dimension); ++k)
    for (std::size_t l = 0; l < static_cast<std::size_t>(dimension); ++l)
      for (std::size_t a = 0; a < 3; ++a)
        for (std::size_t b = 0; b < 3; ++b) matrix[a][b] += axes[k][a] * local[k][l] * axes[l][b];
  return matrix;
}

std::size_t PolynomialFit::monomials(int dimension, int degree) {
  const auto d = static_cast<std::size_t>(dimension);
  return degree == 1 ? 1 + d : (d + 1) * (d + 2) / 2;
}

std::vector<PolynomialFit::Monomial> PolynomialFit::list(int dimension, int degree) {
  std::vector<Monomial> monomials = {{-1, -1}};
  for (int a = 0; a < dimension; ++a) monomials.push_back({a, -1});
  if (degree == 1) return monomials;
  for (int a = 0; a < dimension; ++a) monomials.push_back({a, a});
  for (int a = 0; a < dimension; ++a)
    for (int b = a + 1; b < dimension; ++b) monomials.push_back({a, b});
  return monomials;
}

PolynomialFit::PolynomialFit(std::span<const Point> points, int dimension, int degree)
    : points_(points.size()), scale_(0.0) {
  for (const Point& x : points) scale_ = std::max(scale_, std::sqrt(myowave::dot(x, x)));
  for (const Monomial& monomial : list(dimension, degree)) add(monomial, points);
}

void PolynomialFit::add(const Monomial& monomial, std::span<const Point> points) {
  std::vector<double> column(points_, 1.0);
  for (const int axis : {monomial.a, monomial.b})
    for (std::size_t i = 0; axis >= 0 && i < points_; ++i)
      column[i] *= points[i][static_cast<std::size_t>(axis)] / scale_;
  const double size = std::sqrt(dot(column, column));
  std::vector<double> part(kept_.size() + 1, 0.0);
  for (int pass = 0; pass < 2; ++pass)
    for (std::size_t l = 0; l < kept_.size(); ++l) {
      const double overlap = dot(orthonormal_[l], column);
      part[l] += overlap;
      for (std::size_t i = 0; i < points_; ++i) column[i] -= overlap * orthonormal_[l][i];
    }
  const double rest = std::sqrt(dot(column, column));
  if (!(rest > smallest_new_part * size)) return;
  for (double& value : column) value /= rest;
  part.back() = rest;
  kept_.push_back(monomial);
  orthonormal_.push_back(std::move(column));
  triangle_.push_back(std::move(part));
}

PolynomialFit::Surface PolynomialFit::fit(std::span<const double> values) const {
  Surface surface;
  surface.residual.assign(values.begin(), values.end());
  std::vector<double> coefficient(kept_.size());
  for (std::size_t l = 0; l < kept_.size(); ++l) {
    coefficient[l] = dot(orthonormal_[l], surface.residual);
    for (std::size_t i = 0; i < points_; ++i) surface.residual[i] -= coefficient[l] * orthonormal_[l][i];
  }
  for (std::size_t k = kept_.size(); k-- > 0;) {  // back substitution, column by column
    coefficient[k] /= triangle_[k][k];
    for (std::size_t l = 0; l < k; ++l) coefficient[l] -= triangle_[k][l] * coefficient[k];
  }
  for (std::size_t k = 0; k < kept_.size(); ++k) {
    const auto a = static_cast<std::size_t>(kept_[k].a), b = static_cast<std::size_t>(kept_[k].b);
    if (kept_[k].a < 0) {
      surface.value = coefficient[k];
    } else if (kept_[k].b < 0) {
      surface.gradient[a] = coefficient[k] / scale_;
    } else {
      surface.hessian[a][b] += coefficient[k] / (scale_ * scale_);
      surface.hessian[b][a] += coefficient[k] / (scale_ * scale_);
    }
  }
  return surface;
}

}  // namespace myowave
