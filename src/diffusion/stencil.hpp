// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "diffusion/operator.hpp"
#include "diffusion/stencil_rows.hpp"
#include "field/layout.hpp"
#include "meshes/mesh.hpp"
#include "tissue/tissue.hpp"

namespace myowave {

/// Finite differences on a grid: 3, 5 or 7 points where D is diagonal in the axes, 9 or 19 points for a
/// full tensor. The stencils come from the discrete energy
///   E(V) = 1/2 sum over cells and their corners c of  vol/2^d  g_c . D g_c,
/// g_c being the difference quotients along the cell's edges that meet in c. So K is symmetric, K 1 = 0,
/// no current crosses a face without tissue behind it (the mirrored boundary of node-centred finite
/// differences), and holes need no special case: a node's row depends only on which of the cells around
/// it are tissue.
class StencilOperator : public DiffusionOperator {
 public:
  StencilOperator(const Mesh& mesh, const Layout& layout, const Tensor& diffusivity);

  void stiffness(std::span<const double> x, std::span<double> y) const override;
  void shifted(double a, std::span<const double> x, std::span<double> y) const override;
  void euler_step(double a, std::span<const double> x, std::span<double> y) const override;
  void add_rate(double a, std::span<const double> x, std::span<double> y) const override;
  void shifted_diagonal(double a, std::span<double> diagonal) const override;
  std::span<const double> mass() const override { return mass_; }
  double largest_rate() const override { return largest_rate_; }
  /// By a StageSweep on sheets and slabs, where a rank's box is thick enough.
  std::unique_ptr<ExplicitStages> stages(const Stages& stages, Increments increments) const override;

  /// Points of an interior row: 3, 5, 7, 9 or 19.
  int points() const;

 private:
  /// y = W x, or y += W x, with the weights that `weights_of` makes of each row.
  template <bool add, class WeightsOf>
  void apply(WeightsOf weights_of, std::span<const double> x, std::span<double> y) const;

  const Mesh& mesh_;
  const Layout& layout_;
  Tensor diffusivity_;
  StencilRows rows_;  ///< those that occur on this rank
  std::vector<StencilRows::Run> runs_;
  std::vector<double> mass_;  ///< M by owned node
  double largest_rate_ = 0.0;
  mutable std::vector<double> ghosted_;
};

}  // namespace myowave
