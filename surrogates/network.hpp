// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <vector>

namespace myowave::surrogates {

enum class Activation { identity, tanh, sigmoid, softplus, silu, relu, leaky_relu, elu, gelu };

const char* name_of(Activation activation);

/// y = [x +] gain * activation(norm(weight x + bias))
struct Layer {
  int inputs = 0, outputs = 0;
  std::vector<float> weight;  ///< [outputs][inputs]
  std::vector<float> bias;    ///< [outputs]
  Activation activation = Activation::identity;
  double gain = 1.0;
  bool residual = false;  ///< adds x; outputs == inputs
  /// Layer norm over the outputs (variance plus 1e-5) with scale and shift; empty: none.
  std::vector<float> norm_weight, norm_bias;
};

/// A multilayer perceptron.
struct Network {
  std::vector<Layer> layers;
  int inputs() const { return layers.front().inputs; }
  int outputs() const { return layers.back().outputs; }
  std::size_t parameters() const;
};

/// Plain evaluation in double of one sample, the reference of all others: [inputs] to [outputs].
std::vector<double> evaluate(const Network& network, std::span<const double> x);

}  // namespace myowave::surrogates
