// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/network.hpp"

#include <cmath>
#include <cstddef>

#include "base/error.hpp"

namespace myowave::surrogates {
namespace {

constexpr double norm_epsilon = 1e-5;

/// log(1 + e^x) without overflow.
double softplus(double x) { return (x < 0.0 ? 0.0 : x) + std::log1p(std::exp(-std::abs(x))); }

double activated(Activation activation, double x) {
  switch (activation) {
    case Activation::identity:
      return x;
    case Activation::tanh:
      return std::tanh(x);
    case Activation::sigmoid:
      return 1.0 / (1.0 + std::exp(-x));
    case Activation::softplus:
      return softplus(x);
    case Activation::silu:
      return x / (1.0 + std::exp(-x));
    case Activation::relu:
      return x < 0.0 ? 0.0 : x;
    case Activation::leaky_relu:
      return x < 0.0 ? 0.01 * x : x;
    case Activation::elu:
      return x < 0.0 ? std::expm1(x) : x;
    case Activation::gelu:
      return 0.5 * x * std::erfc(-x / std::sqrt(2.0));
  }
  throw InternalError("an activation that is none");
}

/// Layer norm in place: mean 0 and variance 1 over the outputs, then scale and shift.
void normalise(const Layer& layer, std::vector<double>& y) {
  const double count = static_cast<double>(y.size());
  double mean = 0.0, variance = 0.0;
  for (const double v : y) mean += v / count;
  for (const double v : y) variance += (v - mean) * (v - mean) / count;
  const double scale = 1.0 / std::sqrt(variance + norm_epsilon);
  for (std::size_t o = 0; o < y.size(); ++o)
    y[o] = (y[o] - mean) * scale * static_cast<double>(layer.norm_weight[o]) +
           static_cast<double>(layer.norm_bias[o]);
}

std::vector<double> evaluate(const Layer& layer, const std::vector<double>& x) {
  std::vector<double> y(layer.bias.begin(), layer.bias.end());
  for (std::size_t o = 0; o < y.size(); ++o) {
    const float* row = layer.weight.data() + o * x.size();
    for (std::size_t i = 0; i < x.size(); ++i) y[o] += static_cast<double>(row[i]) * x[i];
  }
  if (!layer.norm_weight.empty()) normalise(layer, y);
  for (std::size_t o = 0; o < y.size(); ++o)
    y[o] = (layer.residual ? x[o] : 0.0) + layer.gain * activated(layer.activation, y[o]);
  return y;
}

}  // namespace

const char* name_of(Activation activation) {
  constexpr const char* names[] = {"identity", "tanh",       "sigmoid", "softplus", "silu",
                                   "relu",     "leaky_relu", "elu",     "gelu"};
  return names[static_cast<int>(activation)];
}

std::size_t Network::parameters() const {
  std::size_t count = 0;
  for (const Layer& layer : layers)
    count += layer.weight.size() + layer.bias.size() + layer.norm_weight.size() + layer.norm_bias.size();
  return count;
}

std::vector<double> evaluate(const Network& network, std::span<const double> x) {
  MYOWAVE_ASSERT(x.size() == static_cast<std::size_t>(network.inputs()));
  std::vector<double> values(x.begin(), x.end());
  for (const Layer& layer : network.layers) values = evaluate(layer, values);
  return values;
}

}  // namespace myowave::surrogates
