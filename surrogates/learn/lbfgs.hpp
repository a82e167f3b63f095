// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "surrogates/learn/networks.hpp"
#include "surrogates/learn/optimiser.hpp"

namespace myowave::learn {

/// Limited-memory BFGS (Nocedal 1980) on all weights at once, with a line search that ends where the
/// strong Wolfe conditions hold (Nocedal and Wright 2006, 3.5 and 3.6). The loss must be the same
/// function in every call. Weights may be in float; what the method itself computes is in double.
class Lbfgs {
 public:
  /// The loss of the weights that the networks hold; leaves its gradient in their gradients.
  using Evaluate = std::function<double()>;

  /// Keeps the last `history` steps.
  Lbfgs(Networks& networks, int history) : networks_(networks), history_(history) {}

  /// A direction and the search along it. False if the loss cannot be lowered any more: the weights are
  /// then as they were.
  bool step(const Evaluate& evaluate);
  /// Of the weights as they are, once a step was taken.
  double loss() const { return at_.loss; }

  TensorsByName state() const;
  void restore(const TensorsByName& state);

 private:
  /// On the line that is searched.
  struct Point {
    double length = 0.0, loss = 0.0, slope = 0.0;
    torch::Tensor gradient;
  };
  struct Pair {
    torch::Tensor step, change;  ///< of the weights and of the gradient
    double curvature;            ///< their product
  };

  Point moved(const Evaluate& evaluate, double length);
  bool falls_enough(const Point& point) const;
  bool is_flat_enough(const Point& point) const;
  torch::Tensor direction() const;
  std::optional<Point> searched(const Evaluate& evaluate, double length);
  std::optional<Point> narrowed(const Evaluate& evaluate, Point low, Point high);
  void remember(const Point& reached);
  void put(const torch::Tensor& weights);

  Networks& networks_;
  int history_;
  std::vector<Pair> pairs_;  ///< the oldest first
  torch::Tensor weights_;    ///< at the start of the search, in double
  torch::Tensor along_;      ///< its direction
  Point at_;                 ///< its start; the slope is that along the direction
};

}  // namespace myowave::learn
