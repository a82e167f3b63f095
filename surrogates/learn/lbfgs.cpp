// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/lbfgs.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

namespace myowave::learn {
namespace {

using torch::Tensor;

constexpr double least_fall = 1e-4,
                 largest_slope = 0.9;  // of the slope at the start
constexpr int most_trials = 25;

double product(const Tensor& a, const Tensor& b) { return a.dot(b).item<double>(); }

/// Where the cubic with the values and slopes of two points has its minimum; NaN if it has none.
template <class Point>
double cubic_minimum(const Point& a, const Point& b) {
  const double width = b.length - a.length;
  const double mean = a.slope + b.slope - 3.0 * (b.loss - a.loss) / width;
  const double root = std::copysign(std::sqrt(mean * mean - a.slope * b.slope), width);
  return b.length - width * (b.slope + root - mean) / (b.slope - a.slope + 2.0 * root);
}

}  // namespace

void Lbfgs::put(const Tensor& weights) {
  const torch::NoGradGuard no_gradient;
  networks_.values().copy_(weights);
}

Lbfgs::Point Lbfgs::moved(const Evaluate& evaluate, double length) {
  put(weights_ + length * along_);
  Point point{length, evaluate(), 0.0,
              networks_.gradients().to(torch::kCPU, torch::kDouble, false, true)};
  point.slope = product(point.gradient, along_);
  return point;
}

bool Lbfgs::falls_enough(const Point& point) const {
  return point.loss <= at_.loss + least_fall * point.length * at_.slope;  // false for NaN
}

bool Lbfgs::is_flat_enough(const Point& point) const {
  return std::abs(point.slope) <= -largest_slope * at_.slope;
}

/// Minus the inverse of the Hessian, as the last steps know it, times the gradient.
Tensor Lbfgs::direction() const {
  Tensor q = -at_.gradient;
  std::vector<double> shares(pairs_.size());
  for (std::size_t k = pairs_.size(); k-- > 0;) {
    shares[k] = product(pairs_[k].step, q) / pairs_[k].curvature;
    q.sub_(pairs_[k].change, shares[k]);
  }
  if (!pairs_.empty()) {
    const Pair& last = pairs_.back();
    q.mul_(last.curvature / product(last.change, last.change));
  }
  for (std::size_t k = 0; k < pairs_.size(); ++k)
    q.add_(pairs_[k].step, shares[k] - product(pairs_[k].change, q) / pairs_[k].curvature);
  return q;
}

/// A point between `low`, which falls enough and is the lowest known, and `high`.
std::optional<Lbfgs::Point> Lbfgs::narrowed(const Evaluate& evaluate, Point low, Point high) {
  for (int trial = 0; trial < most_trials; ++trial) {
    const double width = high.length - low.length;
    double length = cubic_minimum(low, high);
    const double inside = (length - low.length) / width;
    // Away from the ends, so that the interval shrinks; NaN too.
    if (!(inside > 0.1 && inside < 0.9))
      length = low.length + width * (inside >= 0.9 ? 0.9 : inside <= 0.1 ? 0.1 : 0.5);
    Point now = moved(evaluate, length);
    if (!falls_enough(now) || now.loss >= low.loss) {
      high = std::move(now);
      continue;
    }
    if (is_flat_enough(now)) return now;
    if (now.slope * width >= 0.0) high = std::move(low);
    low = std::move(now);
  }
  if (low.length == 0.0) return std::nullopt;
  return low;
}

std::optional<Lbfgs::Point> Lbfgs::searched(const Evaluate& evaluate, double length) {
  Point before = at_;
  for (int trial = 0; trial < most_trials; ++trial) {
    Point now = moved(evaluate, length);
    if (!falls_enough(now) || (trial > 0 && now.loss >= before.loss))
      return narrowed(evaluate, before, now);
    if (is_flat_enough(now)) return now;
    if (now.slope >= 0.0) return narrowed(evaluate, now, before);
    const double beyond = now.length + 0.01 * (now.length - before.length);
    const double next = cubic_minimum(before, now);
    length = next > beyond      ? std::min(next, 10.0 * now.length)
             : std::isnan(next) ? 2.0 * now.length
                                : beyond;
    before = std::move(now);
  }
  return before;
}

void Lbfgs::remember(const Point& reached) {
  Pair pair{along_ * reached.length, reached.gradient - at_.gradient, 0.0};
  pair.curvature = product(pair.step, pair.change);
  // Rounding can spoil the curvature of a very short step.
  if (!(pair.curvature > 1e-10 * product(pair.change, pair.change))) return;
  if (pairs_.size() == static_cast<std::size_t>(history_)) pairs_.erase(pairs_.begin());
  pairs_.push_back(std::move(pair));
}

bool Lbfgs::step(const Evaluate& evaluate) {
  if (!weights_.defined()) {
    weights_ = networks_.values().detach().to(torch::kCPU, torch::kDouble, false, true);
    at_.loss = evaluate();
    at_.gradient = networks_.gradients().to(torch::kCPU, torch::kDouble, false, true);
  }
  for (;;) {
    along_ = direction();
    at_.slope = product(at_.gradient, along_);
    const double first =
        pairs_.empty() ? std::min(1.0, 1.0 / at_.gradient.abs().sum().item<double>()) : 1.0;
    const auto reached = at_.slope < 0.0 ? searched(evaluate, first) : std::nullopt;
    if (reached) {
      remember(*reached);
      weights_ = weights_ + reached->length * along_;
      at_ = *reached;
      at_.length = 0.0;
      put(weights_);
      return true;
    }
    put(weights_);
    if (pairs_.empty()) return false;
    pairs_.clear();  // once more, straight down
  }
}

TensorsByName Lbfgs::state() const {
  if (!weights_.defined()) return {};
  std::vector<Tensor> steps, changes;
  for (const Pair& pair : pairs_) steps.push_back(pair.step), changes.push_back(pair.change);
  const Tensor none = torch::empty({0, weights_.size(0)}, torch::kDouble);
  return {{"lbfgs.weights", weights_},
          {"lbfgs.gradient", at_.gradient},
          {"lbfgs.loss", torch::full({}, at_.loss, torch::kDouble)},
          {"lbfgs.steps", steps.empty() ? none : torch::stack(steps)},
          {"lbfgs.changes", changes.empty() ? none : torch::stack(changes)}};
}

void Lbfgs::restore(const TensorsByName& state) {
  const auto found = state.find("lbfgs.weights");
  if (found == state.end()) return;
  weights_ = found->second.clone();
  at_.gradient = state.at("lbfgs.gradient").clone();
  at_.loss = state.at("lbfgs.loss").item<double>();
  const Tensor &steps = state.at("lbfgs.steps"), &changes = state.at("lbfgs.changes");
  pairs_.clear();
  for (std::int64_t k = 0; k < steps.size(0); ++k) {
    Pair pair{steps.select(0, k).clone(), changes.select(0, k).clone(), 0.0};
    pair.curvature = product(pair.step, pair.change);
    pairs_.push_back(std::move(pair));
  }
}

}  // namespace myowave::learn
