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
  /// For log and results: "explicit, 1 sub-step of 6 stages".
  virtual std::string description() const = 0;
  /// Iterations of the linear solver so far; 0 for an explicit method.
  virtual long iterations() const { return 0; }
};

/// Explicit steps of dt [ms] by polynomials in L = M^-1 K (see ExponentialStep), of order 2: the
/// cheapest whose own error stays below that of the splitting, of at most `max_pairs` pairs of stages in
/// a step; the closest one where none does. dt must be stable with as many midpoint sub-steps.
std::unique_ptr<Diffusion> make_explicit(const DiffusionOperator& op, double dt, int max_pairs,
                                         Increments increments = Increments::doubles);

/// (M + theta dt K) dV = -dt K V, solved for the increment by conjugate gradients on the operator. The
/// preconditioner is Jacobi's where M is diagonal, else an incomplete Cholesky factorisation on each
/// rank, which halves the time of hexahedra. theta = 1: backward Euler, 1/2: Crank-Nicolson. Starts from
/// zero each step, so a restarted run repeats the same numbers.
std::unique_ptr<Diffusion> make_implicit(const DiffusionOperator& op, double theta, double tolerance);

/// Sub-steps that the midpoint rule, the shortest explicit step, needs for a step of dt [ms].
int explicit_substeps(const DiffusionOperator& op, double dt);

/// The largest step [ms] at which the midpoint rule is stable (as for Euler: 2 / largest rate).
double explicit_limit(const DiffusionOperator& op);

/// The method that the settings ask for, at the splitting step dt. Throws InputError if `explicit` needs
/// more sub-steps than allowed.
std::unique_ptr<Diffusion> make_diffusion(const DiffusionOperator& op, const DiffusionSettings& settings,
                                          double dt);

}  // namespace myowave
