// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "surrogates/learn/onnx_graph.hpp"

/// What exporters write as several nodes and is one thing.
namespace myowave::learn {

/// scale * value + shift, one by one; without numbers: the value itself.
struct Affine {
  std::size_t of = 0;  ///< index of the value
  std::vector<double> scales, shifts;

  double scale(std::size_t i) const { return scales.empty() ? 1.0 : scales[i]; }
  double shift(std::size_t i) const { return shifts.empty() ? 0.0 : shifts[i]; }
  void multiply(double factor);
  /// Whether it is a factor for all.
  bool uniform() const;
};

/// Takes additions and factors away from a value.
Affine affine_at(const OnnxGraph& graph, std::size_t at);

/// outer * activation(inner * value)
struct Bent {
  surrogates::Activation activation;
  double inner = 1.0, outer = 1.0;
  std::size_t of = 0;
};

/// An activation, also as x * Sigmoid(x) and x * (1 + Erf(x / sqrt 2)) / 2.
std::optional<Bent> bent_at(const OnnxGraph& graph, std::size_t at);

/// Layer norm of inner * value with a variance plus 1e-5, which is what any other addend comes to.
struct Normed {
  std::size_t of = 0;
  double inner = 1.0;
  OnnxNumbers weights, biases;  ///< may be missing

  double weight(std::size_t i) const { return weights ? weights->at(i) : 1.0; }
  double bias(std::size_t i) const { return biases ? biases->at(i) : 0.0; }
};

/// A layer norm, also as (x - mean) / Sqrt(mean of squares + epsilon). Throws InputError for an epsilon
/// that is not above 0.
std::optional<Normed> norm_at(const OnnxGraph& graph, std::size_t at);

}  // namespace myowave::learn
