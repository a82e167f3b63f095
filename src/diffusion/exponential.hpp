// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

namespace myowave {

/// Two stages of an explicit step of diffusion: x <- x - outer L (x - inner L x), that is
/// 1 - outer z + outer inner z^2 for a mode that decays by z = (rate times step) in the step.
struct StagePair {
  double inner, outer;  ///< in units of the step
};

/// An explicit step by its increment: V <- V + q(h L) (-h L V), where q(z) = (1 - first z) times the
/// pairs. All but the first of its stages work on increments, which need fewer digits than V.
struct Stages {
  double first = 0.0;  ///< in units of the step
  std::vector<StagePair> pairs;

  std::size_t count() const { return 2 + 2 * pairs.size(); }
};

/// One explicit step as a polynomial of even degree in L = M^-1 K that stands for
/// exp(-z) on all decays 0 <= z <= `decay`: 1 - z + z^2/2 of degree 2 is the midpoint rule, and higher
/// degrees share these terms, so all are of order 2. The further coefficients are those of the least
/// squares of the error over z, at Chebyshev points: each degree reaches twice as far or is a power of
/// ten closer, for the same work as the midpoint rule in shorter steps.
class ExponentialStep {
 public:
  static constexpr int largest_degree = 12;

  /// `degree`: even, from 2 to largest_degree; `decay` > 0: largest rate times step.
  ExponentialStep(int degree, double decay);

  const Stages& stages() const { return stages_; }
  /// Whether no mode grows.
  bool stable() const { return stable_; }
  /// Largest relative error of the rate of decay of modes up to a quarter of `decay`: those that a wave
  /// front consists of. What is faster has no time to matter.
  double error() const { return error_; }

 private:
  double at(double z) const;

  Stages stages_;
  bool stable_ = false;
  double error_ = 0.0;
};

}  // namespace myowave
