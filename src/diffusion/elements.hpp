// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "diffusion/operator.hpp"
#include "field/layout.hpp"
#include "tissue/tissue.hpp"

namespace myowave {

/// Linear finite elements:
///   K_ij = int grad N_i . D grad N_j,   M = (1 - c) diag(int N_i) + c int N_i N_j
/// with the share c of the consistent mass from 0 (lumped: diagonal, fit for explicit steps) to 1. K is
/// symmetric, K 1 = 0, and no current crosses the boundary of the mesh. K, and M + a K for the last a,
/// are assembled in PETSc's matrices.
class ElementOperator : public DiffusionOperator {
 public:
  /// D of a cell [mm^2/ms].
  using Diffusivity = std::function<Tensor(std::int32_t cell)>;

  /// Collective. The layout is that of a Mesh of these elements and must outlive this.
  ElementOperator(const ElementMesh& mesh, const Layout& layout, const Diffusivity& diffusivity,
                  double consistent_share);
  ~ElementOperator() override;

  void stiffness(std::span<const double> x, std::span<double> y) const override;
  void shifted(double a, std::span<const double> x, std::span<double> y) const override;
  void euler_step(double a, std::span<const double> x, std::span<double> y) const override;
  void add_rate(double a, std::span<const double> x, std::span<double> y) const override;
  void shifted_diagonal(double a, std::span<double> diagonal) const override;
  /// int N_i, also where M is not diagonal.
  std::span<const double> mass() const override { return mass_; }
  double largest_rate() const override { return largest_rate_; }
  bool has_diagonal_mass() const override { return consistent_share_ == 0.0; }

  struct Petsc;  ///< elements_petsc.hpp
  /// The matrices, of which `shifted` is M + a K until the next call with another a.
  const Petsc& shift_to(double a) const;

 private:
  std::unique_ptr<Petsc> petsc_;
  double consistent_share_;
  std::vector<double> mass_;  ///< int N_i by owned node [mm^d]
  double largest_rate_ = 0.0;
  mutable std::vector<double> rate_;  ///< K x by owned node
};

}  // namespace myowave
