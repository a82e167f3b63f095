// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>

#include "diffusion/operator.hpp"
#include "diffusion/settings.hpp"
#include "field/potential.hpp"

namespace myowave {

/// Advances V in place by dt under diffusion alone: V in, V at t + dt out. Collective.
class Diffusion {
 public:
  virtual ~Diffusion() = default;

  /// Throws RunError, on all ranks, if a linear solve does not converge.
  virtual void advance(Potential& V, double dt) = 0;
  /// For log and results: "explicit, 2 sub-steps".
  virtual std::string description() const = 0;
  /// Iterations of the linear solver so far; 0 for an explicit method.
  virtual long iterations() const { return 0; }
};

/// Explicit midpoint rule in `substeps` equal steps: V - h L V + h^2/2 L^2 V with L = M^-1 K. Order 2;
/// explicit Euler would cost half as much and, at the same step, make waves several per cent too fast.
std::unique_ptr<Diffusion> make_explicit(const DiffusionOperator& op, int substeps);

/// (M + theta dt K) dV = -dt K V, solved for the increment by conjugate gradients on the operator. The
/// preconditioner is Jacobi's where M is diagonal, else an incomplete Cholesky factorisation on each
/// rank, which halves the time of hexahedra. theta = 1: backward Euler, 1/2: Crank-Nicolson. Starts from
/// zero each step, so a restarted run repeats the same numbers.
std::unique_ptr<Diffusion> make_implicit(const DiffusionOperator& op, double theta, double tolerance);

/// Sub-steps that the explicit method needs for a step of dt [ms].
int explicit_substeps(const DiffusionOperator& op, double dt);

/// Sub-steps with which its error stays below that of the splitting; at least as many as stability
/// needs.
int accurate_substeps(const DiffusionOperator& op, double dt);

/// The largest step [ms] at which the explicit method is stable (as for Euler: 2 / largest rate).
double explicit_limit(const DiffusionOperator& op);

/// The method that the settings ask for, at the splitting step dt. Throws InputError if `explicit` needs
/// more sub-steps than allowed.
std::unique_ptr<Diffusion> make_diffusion(const DiffusionOperator& op, const DiffusionSettings& settings,
                                          double dt);

}  // namespace myowave
