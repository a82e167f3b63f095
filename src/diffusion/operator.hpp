// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "diffusion/exponential.hpp"
#include "diffusion/settings.hpp"

namespace myowave {

/// An explicit step (see Stages) on an operator.
class ExplicitStages {
 public:
  virtual ~ExplicitStages() = default;
  /// V <- V + q(h L) (-h L V) with L = M^-1 K; h in ms. Collective.
  virtual void advance(double h, std::span<double> V) = 0;
};

/// One discretisation of -div(D grad V) with zero flux: M dV/dt = -K V, where M is symmetric, positive
/// definite (diagonal unless it says otherwise: node volumes [mm^d]) and K symmetric, positive
/// semi-definite, K 1 = 0 [mm^d/ms]. Arrays hold one value per owned node; nodes in holes have zero mass
/// and an identity row in `shifted`. All calls are collective.
///
/// The time steppers know only this interface, so that stencils on a grid and finite elements on any
/// mesh stand side by side in one program.
class DiffusionOperator {
 public:
  virtual ~DiffusionOperator() = default;

  /// y = K x
  virtual void stiffness(std::span<const double> x, std::span<double> y) const = 0;
  /// y = (M + a K) x
  virtual void shifted(double a, std::span<const double> x, std::span<double> y) const = 0;
  /// y = x - a M^-1 K x, one explicit Euler step of length a [ms]
  virtual void euler_step(double a, std::span<const double> x, std::span<double> y) const = 0;
  /// y <- y - a M^-1 K x
  virtual void add_rate(double a, std::span<const double> x, std::span<double> y) const = 0;
  /// Diagonal of M + a K.
  virtual void shifted_diagonal(double a, std::span<double> diagonal) const = 0;
  /// Node volumes: M where it is diagonal, its row sums where it is not.
  virtual std::span<const double> mass() const = 0;
  /// Whether M is diagonal. If not, there are no explicit steps: `euler_step` and `add_rate` are not to
  /// be called.
  virtual bool has_diagonal_mass() const { return true; }
  /// An upper bound of the spectrum of M^-1 K [1/ms] with M = mass(); explicit steps are stable up to 2
  /// / bound.
  virtual double largest_rate() const = 0;
  /// An explicit step on this operator, which must outlive it: by `euler_step` and `add_rate`, in
  /// double, if there is nothing better. `increments`: floats where the operator has a faster way with
  /// them.
  virtual std::unique_ptr<ExplicitStages> stages(const Stages& stages, Increments increments) const;
};

}  // namespace myowave
