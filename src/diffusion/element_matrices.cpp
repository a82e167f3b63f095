// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/element_matrices.hpp"

#include <Eigen/Dense>
#include <cmath>
#include <numbers>
#include <vector>

namespace myowave {
namespace {

/// Values and derivatives of the shape functions at one Gauss point of a reference cell with `nodes`
/// nodes and `dimension` axes, and its weight.
template <int nodes, int dimension>
struct GaussPoint {
  Eigen::Matrix<double, nodes, 1> value;
  Eigen::Matrix<double, nodes, dimension> slope;  ///< d N / d reference axis
  double weight;
};

/// Corners of [-1, 1]^d in the order of CellKind.
constexpr double corners[8][3] = {{-1, -1, -1}, {1, -1, -1}, {1, 1, -1}, {-1, 1, -1},
                                  {-1, -1, 1},  {1, -1, 1},  {1, 1, 1},  {-1, 1, 1}};

/// Two Gauss points along each axis of a quadrilateral (4 nodes) or hexahedron (8).
template <int nodes, int dimension>
std::vector<GaussPoint<nodes, dimension>> box_points() {
  std::vector<GaussPoint<nodes, dimension>> points(nodes);
  for (int g = 0; g < nodes; ++g) {
    GaussPoint<nodes, dimension>& point = points[static_cast<std::size_t>(g)];
    point.weight = 1.0;
    for (int n = 0; n < nodes; ++n) {
      point.value[n] = 1.0;
      for (int a = 0; a < dimension; ++a)
        point.value[n] *= 0.5 * (1.0 + corners[n][a] * corners[g][a] * std::numbers::inv_sqrt3);
      for (int a = 0; a < dimension; ++a)
        point.slope(n, a) = 0.5 * corners[n][a] * point.value[n] /
                            (0.5 * (1.0 + corners[n][a] * corners[g][a] * std::numbers::inv_sqrt3));
    }
  }
  return points;
}

/// The middle of a segment (2 nodes), triangle (3) or tetrahedron (4); its slopes are those everywhere.
template <int nodes, int dimension>
std::vector<GaussPoint<nodes, dimension>> simplex_point() {
  GaussPoint<nodes, dimension> point;
  point.value.setConstant(1.0 / nodes);
  point.slope.setZero();
  point.slope.row(0).setConstant(-1.0);
  for (int a = 0; a < dimension; ++a) point.slope(a + 1, a) = 1.0;
  constexpr double measure[] = {1.0, 1.0, 1.0 / 2.0, 1.0 / 6.0};
  point.weight = measure[dimension];
  return {point};
}

/// With the Jacobian J [3, d] and the metric G = J^T J, the gradient in space is J G^-1 times the
/// slopes: in the tangent space of surfaces and cables, and J^-T times the slopes in a volume.
template <int nodes, int dimension>
ElementMatrices integrate(const std::vector<GaussPoint<nodes, dimension>>& gauss_points,
                          CellPoints points, const Tensor& diffusivity) {
  const Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>> D(diffusivity[0].data());
  Eigen::Matrix<double, 3, nodes> x;
  for (int n = 0; n < nodes; ++n)
    x.col(n) = Eigen::Map<const Eigen::Vector3d>(points[static_cast<std::size_t>(n)].data());
  Eigen::Matrix<double, nodes, nodes> stiffness, mass;
  stiffness.setZero();
  mass.setZero();
  for (const GaussPoint<nodes, dimension>& at : gauss_points) {
    const Eigen::Matrix<double, 3, dimension> J = x * at.slope;
    const Eigen::Matrix<double, dimension, dimension> G = J.transpose() * J;
    const double weight = at.weight * std::sqrt(G.determinant());
    const Eigen::Matrix<double, 3, nodes> gradient = J * G.inverse() * at.slope.transpose();
    stiffness += weight * gradient.transpose() * D * gradient;
    if constexpr (nodes == dimension + 1)
      // int N_i N_j of a simplex: its measure times (1 + delta_ij) / ((d + 1) (d + 2)).
      mass = weight / ((dimension + 1.0) * (dimension + 2.0)) *
             (Eigen::Matrix<double, nodes, nodes>::Ones() +
              Eigen::Matrix<double, nodes, nodes>::Identity());
    else
      mass += weight * at.value * at.value.transpose();
  }
  ElementMatrices matrices;
  for (int i = 0; i < nodes; ++i)
    for (int j = 0; j < nodes; ++j) {
      const auto row = static_cast<std::size_t>(i), column = static_cast<std::size_t>(j);
      matrices.stiffness[row][column] = 0.5 * (stiffness(i, j) + stiffness(j, i));
      matrices.mass[row][column] = mass(i, j);
    }
  return matrices;
}

template <int nodes>
double largest_eigenvalue(const ElementMatrices& matrices) {
  Eigen::Matrix<double, nodes, 1> scale;  // lumped mass^-1/2
  for (int i = 0; i < nodes; ++i) {
    double lumped = 0.0;
    for (int j = 0; j < nodes; ++j)
      lumped += matrices.mass[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    scale[i] = 1.0 / std::sqrt(lumped);
  }
  Eigen::Matrix<double, nodes, nodes> scaled;
  for (int i = 0; i < nodes; ++i)
    for (int j = 0; j < nodes; ++j)
      scaled(i, j) = scale[i] * scale[j] *
                     matrices.stiffness[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
  return Eigen::SelfAdjointEigenSolver<Eigen::Matrix<double, nodes, nodes>>(scaled,
                                                                            Eigen::EigenvaluesOnly)
      .eigenvalues()
      .maxCoeff();
}

}  // namespace

ElementMatrices element_matrices(CellKind kind, CellPoints points, const Tensor& diffusivity) {
  static const auto segment = simplex_point<2, 1>();
  static const auto triangle = simplex_point<3, 2>();
  static const auto tetrahedron = simplex_point<4, 3>();
  static const auto quadrilateral = box_points<4, 2>();
  static const auto hexahedron = box_points<8, 3>();
  switch (kind) {
    case CellKind::segment:
      return integrate(segment, points, diffusivity);
    case CellKind::triangle:
      return integrate(triangle, points, diffusivity);
    case CellKind::quadrilateral:
      return integrate(quadrilateral, points, diffusivity);
    case CellKind::tetrahedron:
      return integrate(tetrahedron, points, diffusivity);
    case CellKind::hexahedron:
      return integrate(hexahedron, points, diffusivity);
  }
  return {};
}

double largest_rate(CellKind kind, const ElementMatrices& matrices) {
  switch (node_count_of(kind)) {
    case 2:
      return largest_eigenvalue<2>(matrices);
    case 3:
      return largest_eigenvalue<3>(matrices);
    case 4:
      return largest_eigenvalue<4>(matrices);
    default:
      return largest_eigenvalue<8>(matrices);
  }
}

}  // namespace myowave
