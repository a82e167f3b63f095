// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/onnx_layers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.hpp"
#include "surrogates/card.hpp"
#include "surrogates/learn/onnx_patterns.hpp"

namespace myowave::learn {
namespace {

using surrogates::Activation;
using surrogates::Layer;
using surrogates::Network;

constexpr std::size_t widest_identity = 512;
constexpr std::size_t most_numbers = 33'554'432;  // of all layers, 128 MiB

/// A layer as the graph has it: after(activation(before(norm(in(linear input))))), of which anything may
/// be missing.
struct Found {
  Affine after, before, in;  // in: of the layer's linear, or of its input
  std::optional<Bent> bent;
  std::optional<Normed> norm;
  const OnnxValue* linear = nullptr;
  std::size_t input = 0;  // index of a value
  bool anything = false;
};

/// From the output of a graph back to its input.
class LayerReader {
 public:
  explicit LayerReader(const OnnxGraph& graph) : graph_(graph) {}

  Network read() {
    std::size_t at = graph_.output;
    while (value(at).op != OnnxOp::input) {
      if (network_.layers.size() == surrogates::most_layers)
        throw InputError(fmt::format("the graph has more than {} layers; take a smaller network",
                                     surrogates::most_layers));
      at = value(at).op == OnnxOp::sum ? residual(at) : plain(at);
    }
    if (network_.layers.empty())
      throw InputError("the graph gives its input back; a network has at least one layer");
    std::reverse(network_.layers.begin(), network_.layers.end());
    return std::move(network_);
  }

 private:
  const OnnxValue& value(std::size_t index) const { return graph_.values[index]; }

  Found find(std::size_t at) const;
  std::size_t plain(std::size_t at);
  std::size_t residual(std::size_t at);
  void append(const Found& found, const Affine& seen, bool adds);

  const OnnxGraph& graph_;
  Network network_;
};

Found LayerReader::find(std::size_t at) const {
  Found found;
  found.after = affine_at(graph_, at);
  found.bent = bent_at(graph_, found.after.of);
  if (found.bent) {
    found.before = affine_at(graph_, found.bent->of);
    found.before.multiply(found.bent->inner);
    found.after.multiply(found.bent->outer);
  } else {
    found.before = std::exchange(found.after, {});
  }
  found.norm = norm_at(graph_, found.before.of);
  if (found.norm) {
    found.in = affine_at(graph_, found.norm->of);
    found.in.multiply(found.norm->inner);
  } else {
    found.in = std::exchange(found.before, {});
  }
  const OnnxValue& last = value(found.in.of);
  if (last.op == OnnxOp::linear) found.linear = &last;
  found.input = found.linear ? last.x : found.in.of;
  found.anything = found.input != at;
  return found;
}

const char* advice(OnnxOp op) {
  switch (op) {
    case OnnxOp::product:
      return "two values of the network are multiplied, which is known only as x * Sigmoid(x) (SiLU) "
             "and "
             "x * (1 + Erf(x / sqrt 2)) / 2 (GELU)";
    case OnnxOp::erf:
      return "Erf is known only in x * (1 + Erf(x / sqrt 2)) / 2 (GELU)";
    default:
      return "this is known only in a layer norm, (x - mean) / Sqrt(mean of the squares + epsilon)";
  }
}

/// Returns the value from which the layer computes.
std::size_t LayerReader::plain(std::size_t at) {
  Found found = find(at);
  if (!found.anything) throw InputError(fmt::format("{}: {}", value(at).label, advice(value(at).op)));
  if (found.bent && !found.after.uniform()) {
    // A factor for each output has no place behind an activation: it is a layer of its own.
    Found own;
    own.in = found.after;
    own.input = found.after.of;
    found = std::move(own);
  }
  const Affine seen = affine_at(graph_, found.input);
  append(found, seen, false);
  return seen.of;
}

std::size_t LayerReader::residual(std::size_t at) {
  const std::size_t terms[] = {value(at).x, value(at).y};
  for (const int body : {0, 1}) {
    const std::size_t other = terms[1 - body];
    const Found found = find(terms[body]);
    if (!found.anything || found.input != other || (found.bent && !found.after.uniform())) continue;
    append(found, {}, true);
    return other;
  }
  throw InputError(fmt::format(
      "{}: it adds two values of which neither is the input of the layer that gives the other; "
      "a residual layer is x + gain * activation(norm(weight x + bias)), and there are no other "
      "branches",
      value(at).label));
}

/// [outputs][inputs] in double, of the linear alone; a layer without one passes its input on.
std::vector<double> matrix_of(const OnnxValue* linear, std::size_t outputs, std::size_t inputs) {
  std::vector<double> matrix(outputs * inputs);
  for (std::size_t o = 0; o < outputs; ++o)
    for (std::size_t i = 0; i < inputs; ++i)
      matrix[o * inputs + i] =
          !linear ? (o == i ? 1.0 : 0.0)
                  : linear->factor *
                        linear->weight->numbers[linear->input_major ? i * outputs + o : o * inputs + i];
  return matrix;
}

std::vector<float> floats(const std::vector<double>& numbers, const std::string& label) {
  std::vector<float> result;
  for (const double each : numbers) {
    result.push_back(static_cast<float>(each));
    if (!std::isfinite(result.back()))
      throw InputError(fmt::format(
          "{}: a weight becomes {:g}, which no float holds; is there a division by 0?", label, each));
  }
  return result;
}

double gain_of(const Affine& after, const std::string& label) {
  constexpr double most = 1e30;  // as in the surrogate's file
  const double gain = after.scale(0);
  if (std::abs(gain) <= most) return gain;
  throw InputError(
      fmt::format("{}: its activation is multiplied by {:g}; is there a division by 0?", label, gain));
}

void LayerReader::append(const Found& found, const Affine& seen, bool adds) {
  const std::size_t outputs = value(found.in.of).width, inputs = value(found.input).width;
  const std::string& label = value(found.in.of).label;
  if (!found.linear && outputs > widest_identity)
    throw InputError(
        fmt::format("{}: it comes without weights before it, and has {} values; at most {} can be "
                    "passed on by a layer of their own",
                    label, outputs, widest_identity));
  if (network_.parameters() + outputs * inputs > most_numbers)
    throw InputError(fmt::format("the layers have more than {} weights together; take a smaller network",
                                 most_numbers));
  std::vector<double> weight = matrix_of(found.linear, outputs, inputs), bias(outputs);
  for (std::size_t o = 0; o < outputs; ++o) {
    if (found.linear && found.linear->bias)
      bias[o] = found.linear->bias_factor * found.linear->bias->at(o);
    for (std::size_t i = 0; i < inputs; ++i) {
      double& w = weight[o * inputs + i];
      bias[o] += w * seen.shift(i);  // the input of the linear is itself scale * value + shift
      w *= seen.scale(i) * found.in.scale(o);
    }
    bias[o] = found.in.scale(o) * bias[o] + found.in.shift(o);
  }
  Layer layer;
  layer.outputs = static_cast<int>(outputs);
  layer.inputs = static_cast<int>(inputs);
  layer.weight = floats(weight, label);
  layer.bias = floats(bias, label);
  if (found.norm) {
    std::vector<double> norm_weight(outputs), norm_bias(outputs);
    for (std::size_t o = 0; o < outputs; ++o) {
      norm_weight[o] = found.before.scale(o) * found.norm->weight(o);
      norm_bias[o] = found.before.scale(o) * found.norm->bias(o) + found.before.shift(o);
    }
    layer.norm_weight = floats(norm_weight, label);
    layer.norm_bias = floats(norm_bias, label);
  }
  if (found.bent) layer.activation = found.bent->activation;
  if (found.bent) layer.gain = gain_of(found.after, label);
  layer.residual = adds;
  network_.layers.push_back(std::move(layer));
}

}  // namespace

Network layers_of(const OnnxGraph& graph) { return LayerReader(graph).read(); }

}  // namespace myowave::learn
