// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/element_matrices.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace myowave {
namespace {

using Matrix = ElementMatrices::Matrix;

const Tensor unit = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

/// A cell of the kind with corners near those of the unit one, moved at random in its own dimension.
std::vector<Point> skewed(CellKind kind, unsigned seed) {
  static const std::vector<Point> cells[] = {
      {{0, 0, 0}, {1, 0, 0}},
      {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}},
      {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}},
      {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
      {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}, {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}}};
  std::vector<Point> points = cells[static_cast<std::size_t>(kind)];
  std::mt19937 generator(seed);
  std::uniform_real_distribution<double> shift(-0.15, 0.15);
  for (Point& point : points)
    for (int a = 0; a < dimension_of(kind); ++a) point[static_cast<std::size_t>(a)] += shift(generator);
  return points;
}

/// Turned by 0.7 around (1, 2, 3) / |(1, 2, 3)|.
Point turned(const Point& p) {
  const double n = std::sqrt(14.0), c = std::cos(0.7), s = std::sin(0.7);
  const Point u = {1 / n, 2 / n, 3 / n};
  const double along = u[0] * p[0] + u[1] * p[1] + u[2] * p[2];
  const Point across = {u[1] * p[2] - u[2] * p[1], u[2] * p[0] - u[0] * p[2], u[0] * p[1] - u[1] * p[0]};
  Point q;
  for (std::size_t a = 0; a < 3; ++a) q[a] = c * p[a] + s * across[a] + (1 - c) * along * u[a];
  return q;
}

std::vector<Point> turned(std::vector<Point> points) {
  for (Point& point : points) point = turned(point);
  return points;
}

double sum(const Matrix& matrix) {
  double total = 0.0;
  for (const auto& row : matrix)
    for (const double entry : row) total += entry;
  return total;
}

class ElementMatrix : public ::testing::TestWithParam<CellKind> {
 protected:
  const CellKind kind = GetParam();
  const std::size_t nodes = node_count_of(GetParam());
  const Tensor D = orthotropic_tensor(0.3, 0.2, 0.1, {1, 2, 3}, {3, 0, -1});
};

TEST_P(ElementMatrix, StiffnessIsSymmetricAndTakesConstantsToZero) {
  const Matrix K = element_matrices(kind, skewed(kind, 1), D).stiffness;

  for (std::size_t i = 0; i < nodes; ++i) {
    double row = 0.0;
    for (std::size_t j = 0; j < nodes; ++j) {
      EXPECT_EQ(K[i][j], K[j][i]);
      row += K[i][j];
    }
    EXPECT_NEAR(row, 0.0, 1e-15);
    EXPECT_GT(K[i][i], 0.0);
  }
}

TEST_P(ElementMatrix, MassIsSymmetricAndSumsToTheMeasure) {
  const std::vector<Point> points = skewed(kind, 2);

  const Matrix M = element_matrices(kind, points, D).mass;

  EXPECT_NEAR(sum(M), measure_of(kind, points), 1e-15);
  for (std::size_t i = 0; i < nodes; ++i)
    for (std::size_t j = 0; j < nodes; ++j) {
      EXPECT_NEAR(M[i][j], M[j][i], 1e-17);
      EXPECT_GT(M[i][j], 0.0);
    }
}

/// u = g . x has the energy g . D g times the measure, where g is the part of the gradient in the cell.
TEST_P(ElementMatrix, LinearFunctionsHaveTheirEnergy) {
  const std::vector<Point> points = skewed(kind, 3);
  const Point gradient = {0.7, dimension_of(kind) > 1 ? -1.1 : 0.0, dimension_of(kind) > 2 ? 0.4 : 0.0};

  const Matrix K = element_matrices(kind, points, D).stiffness;

  double energy = 0.0, expected = 0.0;
  for (std::size_t i = 0; i < nodes; ++i)
    for (std::size_t j = 0; j < nodes; ++j) {
      auto u = [&](std::size_t n) {
        return gradient[0] * points[n][0] + gradient[1] * points[n][1] + gradient[2] * points[n][2];
      };
      energy += u(i) * K[i][j] * u(j);
    }
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b)
      expected += gradient[a] * D[a][b] * gradient[b] * measure_of(kind, points);
  EXPECT_NEAR(energy, expected, 1e-14);
}

TEST_P(ElementMatrix, ATurnedElementWithTurnedFibresIsTheSame) {
  const std::vector<Point> points = skewed(kind, 4);
  const Tensor turned_D = orthotropic_tensor(0.3, 0.2, 0.1, turned({1, 2, 3}), turned({3, 0, -1}));

  const ElementMatrices a = element_matrices(kind, points, D),
                        b = element_matrices(kind, turned(points), turned_D);

  for (std::size_t i = 0; i < nodes; ++i)
    for (std::size_t j = 0; j < nodes; ++j) {
      EXPECT_NEAR(a.stiffness[i][j], b.stiffness[i][j], 1e-15);
      EXPECT_NEAR(a.mass[i][j], b.mass[i][j], 1e-15);
    }
}

INSTANTIATE_TEST_SUITE_P(Kinds, ElementMatrix, ::testing::ValuesIn(all_cell_kinds),
                         [](const auto& kind) { return name_of(kind.param); });

TEST(ElementMatrixValues, ConductivityOutOfASurfaceOrACableDoesNotCount) {
  for (const CellKind kind : {CellKind::segment, CellKind::triangle, CellKind::quadrilateral}) {
    Tensor other = unit;
    other[2][2] = 100.0;
    if (dimension_of(kind) == 1) other[1][1] = 50.0;

    const Matrix a = element_matrices(kind, skewed(kind, 5), unit).stiffness,
                 b = element_matrices(kind, skewed(kind, 5), other).stiffness;

    for (std::size_t i = 0; i < node_count_of(kind); ++i)
      for (std::size_t j = 0; j < node_count_of(kind); ++j) EXPECT_NEAR(a[i][j], b[i][j], 1e-15);
  }
}

TEST(ElementMatrixValues, SegmentByHand) {
  const std::vector<Point> points = {{1, 1, 1}, {1, 3, 1}};  // of 2 mm

  const ElementMatrices m = element_matrices(CellKind::segment, points, unit);

  EXPECT_NEAR(m.stiffness[0][0], 0.5, 1e-16);
  EXPECT_NEAR(m.stiffness[0][1], -0.5, 1e-16);
  EXPECT_NEAR(m.mass[0][0], 2.0 / 3.0, 1e-16);
  EXPECT_NEAR(m.mass[0][1], 1.0 / 3.0, 1e-16);
  EXPECT_NEAR(largest_rate(CellKind::segment, m), 1.0, 1e-15);  // 4 D / h^2
}

TEST(ElementMatrixValues, TriangleByHand) {
  const std::vector<Point> points = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}};

  const ElementMatrices m = element_matrices(CellKind::triangle, points, unit);

  const double K[3][3] = {{1, -0.5, -0.5}, {-0.5, 0.5, 0}, {-0.5, 0, 0.5}};
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      EXPECT_NEAR(m.stiffness[i][j], K[i][j], 1e-16);
      EXPECT_NEAR(m.mass[i][j], (i == j ? 2.0 : 1.0) / 24.0, 1e-17);
    }
}

TEST(ElementMatrixValues, SquareByHand) {
  const std::vector<Point> points = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0}};

  const ElementMatrices m = element_matrices(CellKind::quadrilateral, points, unit);

  const double K[] = {4.0 / 6, -1.0 / 6, -2.0 / 6, -1.0 / 6},
               M[] = {4.0 / 36, 2.0 / 36, 1.0 / 36, 2.0 / 36};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j) {
      EXPECT_NEAR(m.stiffness[i][j], K[(j + 4 - i) % 4], 1e-15);
      EXPECT_NEAR(m.mass[i][j], M[(j + 4 - i) % 4], 1e-16);
    }
}

}  // namespace
}  // namespace myowave
