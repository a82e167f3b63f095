// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/onnx_patterns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace myowave::learn {
namespace {

using surrogates::Activation;

/// Constants stand in files as floats.
bool near(double x, double wanted) { return std::abs(x - wanted) <= 1e-6 * std::abs(wanted); }

/// factor * value
struct Multiple {
  std::size_t of = 0;
  double factor = 1.0;
};

Multiple multiple_at(const OnnxGraph& graph, std::size_t at) {
  Multiple result{at, 1.0};
  for (;;) {
    const OnnxValue& value = graph.values[result.of];
    if (value.op != OnnxOp::scale || !value.weight->single()) return result;
    const double c = value.weight->at(0);
    result.factor = value.inverse ? result.factor / c : result.factor * c;
    result.of = value.x;
  }
}

/// plain * gate, where gate is a sigmoid of the same value.
std::optional<Bent> silu_of(const OnnxGraph& graph, const Multiple& plain, const Multiple& gate) {
  const OnnxValue& value = graph.values[gate.of];
  if (value.op != OnnxOp::activation || value.activation != Activation::sigmoid) return std::nullopt;
  const Multiple inside = multiple_at(graph, value.x);
  if (inside.of != plain.of || inside.factor == 0.0) return std::nullopt;
  return Bent{Activation::silu, inside.factor, plain.factor * gate.factor / inside.factor, plain.of};
}

/// plain * gate, where gate is 1 + Erf(x / sqrt 2) of the same value.
std::optional<Bent> gelu_of(const OnnxGraph& graph, const Multiple& plain, const Multiple& gate) {
  const OnnxValue& sum = graph.values[gate.of];
  if (sum.op != OnnxOp::shift || !sum.weight->single()) return std::nullopt;
  const double one = sum.inverse ? -sum.weight->at(0) : sum.weight->at(0);
  const Multiple bent = multiple_at(graph, sum.x);
  const OnnxValue& erf = graph.values[bent.of];
  if (erf.op != OnnxOp::erf || one == 0.0 || !near(bent.factor, one)) return std::nullopt;
  const Multiple inside = multiple_at(graph, erf.x);
  if (inside.of != plain.of || inside.factor == 0.0) return std::nullopt;
  double inner = inside.factor * std::sqrt(2.0);
  if (near(inner, 1.0)) inner = 1.0;
  return Bent{Activation::gelu, inner, 2.0 * plain.factor * gate.factor * one / inner, plain.of};
}

Normed norm_of(const OnnxValue& value, std::size_t of, double epsilon) {
  constexpr double ours = 1e-5;
  if (!(epsilon > 0.0) || !std::isfinite(epsilon))
    throw InputError(fmt::format("{}: the epsilon of its layer norm is {:g}; it must be above 0",
                                 value.label, epsilon));
  Normed result;
  result.of = of;
  if (!near(epsilon, ours)) result.inner = std::sqrt(ours / epsilon);
  return result;
}

}  // namespace

void Affine::multiply(double factor) {
  if (factor == 1.0) return;
  for (double& each : scales) each *= factor;
  for (double& each : shifts) each *= factor;
}

bool Affine::uniform() const {
  return std::all_of(shifts.begin(), shifts.end(), [](double each) { return each == 0.0; }) &&
         std::all_of(scales.begin(), scales.end(), [&](double each) { return each == scales[0]; });
}

Affine affine_at(const OnnxGraph& graph, std::size_t at) {
  Affine result;
  result.of = at;
  result.scales.assign(graph.values[at].width, 1.0);
  result.shifts.assign(graph.values[at].width, 0.0);
  for (;;) {
    const OnnxValue& value = graph.values[result.of];
    if (value.op != OnnxOp::scale && value.op != OnnxOp::shift) return result;
    for (std::size_t i = 0; i < value.width; ++i) {
      const double c = value.weight->at(i);
      if (value.op == OnnxOp::shift)
        result.shifts[i] += result.scales[i] * (value.inverse ? -c : c);
      else
        result.scales[i] = value.inverse ? result.scales[i] / c : result.scales[i] * c;
    }
    result.of = value.x;
  }
}

std::optional<Bent> bent_at(const OnnxGraph& graph, std::size_t at) {
  const OnnxValue& value = graph.values[at];
  if (value.op == OnnxOp::activation)
    return Bent{value.activation, value.factor, 1.0 / value.factor, value.x};
  if (value.op != OnnxOp::product) return std::nullopt;
  const Multiple x = multiple_at(graph, value.x), y = multiple_at(graph, value.y);
  for (const auto& [plain, gate] : {std::pair(x, y), std::pair(y, x)}) {
    if (const auto silu = silu_of(graph, plain, gate)) return silu;
    if (const auto gelu = gelu_of(graph, plain, gate)) return gelu;
  }
  return std::nullopt;
}

std::optional<Normed> norm_at(const OnnxGraph& graph, std::size_t at) {
  const std::vector<OnnxValue>& values = graph.values;
  const OnnxValue& value = values[at];
  if (value.op == OnnxOp::norm) {
    Normed result = norm_of(value, value.x, value.epsilon);
    result.weights = value.weight;
    result.biases = value.bias;
    return result;
  }
  if (value.op != OnnxOp::quotient) return std::nullopt;
  const OnnxValue &centred = values[value.x], &root = values[value.y];
  if (centred.op != OnnxOp::difference || root.op != OnnxOp::root) return std::nullopt;
  const OnnxValue &mean = values[centred.y], &sum = values[root.x];
  if (mean.op != OnnxOp::mean || mean.x != centred.x || sum.op != OnnxOp::shift || sum.inverse)
    return std::nullopt;
  const OnnxValue& variance = values[sum.x];
  if (variance.op != OnnxOp::mean) return std::nullopt;
  const OnnxValue& square = values[variance.x];
  if (square.op != OnnxOp::square || square.x != value.x) return std::nullopt;
  return norm_of(value, centred.x, sum.weight->at(0));
}

}  // namespace myowave::learn
