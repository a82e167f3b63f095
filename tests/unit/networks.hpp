// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "surrogates/compiled_network.hpp"
#include "tests/unit/reference.hpp"

/// Networks, surrogates and blocks of cells for the tests of their evaluation.
namespace myowave::surrogates {

using ionic::InstructionSet;
inline constexpr double nan = std::numeric_limits<double>::quiet_NaN();

inline constexpr Activation activations[] = {
    Activation::identity,   Activation::tanh, Activation::sigmoid,
    Activation::softplus,   Activation::silu, Activation::relu,
    Activation::leaky_relu, Activation::elu,  Activation::gelu};

inline Activation activation_of(const std::string& name) {
  for (const Activation activation : activations)
    if (name == name_of(activation)) return activation;
  throw std::runtime_error("no activation " + name);
}

inline std::vector<float> uniform(std::mt19937& random, int count, double half_width,
                                  double centre = 0.0) {
  std::uniform_real_distribution<double> numbers(centre - half_width, centre + half_width);
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& v : values) v = static_cast<float>(numbers(random));
  return values;
}

inline Layer random_layer(std::mt19937& random, int inputs, int outputs, Activation activation) {
  Layer layer;
  layer.inputs = inputs;
  layer.outputs = outputs;
  layer.weight = uniform(random, inputs * outputs, 2.0 / std::sqrt(inputs));
  layer.bias = uniform(random, outputs, 1.0);
  layer.activation = activation;
  return layer;
}

inline void add_norm(std::mt19937& random, Layer& layer) {
  layer.norm_weight = uniform(random, layer.outputs, 0.5, 1.0);
  layer.norm_bias = uniform(random, layer.outputs, 0.5);
}

/// A network of one input and one output that is the activation alone, without any rounding.
inline Network activation_alone(Activation activation) {
  Layer layer;
  layer.inputs = layer.outputs = 1;
  layer.weight = {1.0f};
  layer.bias = {0.0f};
  layer.activation = activation;
  return {{layer}};
}

/// A surrogate of one part with this network and no normalisation.
inline Surrogate surrogate_of(Network network) {
  Surrogate surrogate;
  Part part = {"network", {}, {}, std::move(network)};
  for (int i = 0; i < part.network.inputs(); ++i) {
    surrogate.inputs.push_back({fmt::format("x{}", i), "", 0.0, 1.0, -1.0, 1.0});
    part.inputs.push_back(i);
  }
  for (int o = 0; o < part.network.outputs(); ++o) {
    surrogate.outputs.push_back(
        {fmt::format("y{}", o), "", Form::value, Transform::identity, 0.0, 1.0, false, 0.0});
    part.outputs.push_back(o);
  }
  surrogate.parts.push_back(std::move(part));
  return surrogate;
}

/// Any offsets and scales.
inline void normalise(std::mt19937& random, Surrogate& surrogate) {
  std::uniform_real_distribution<double> offset(-3.0, 3.0), scale(0.5, 2.0);
  for (Input& input : surrogate.inputs) input.offset = offset(random), input.scale = scale(random);
  for (Output& output : surrogate.outputs) output.offset = offset(random), output.scale = scale(random);
}

inline double transformed(Transform transform, double x) {
  switch (transform) {
    case Transform::identity:
      return x;
    case Transform::sigmoid:
      return 1.0 / (1.0 + std::exp(-x));
    case Transform::softplus:
      return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
    case Transform::exp:
      return std::exp(x);
  }
  return nan;
}

/// Physical outputs of the first part for one cell, in double.
inline std::vector<double> expected(const Surrogate& surrogate, const std::vector<double>& x) {
  const Part& part = surrogate.parts[0];
  std::vector<double> normalised;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Input& input = surrogate.inputs[static_cast<std::size_t>(part.inputs[i])];
    normalised.push_back((x[i] - input.offset) / input.scale);
  }
  std::vector<double> y = evaluate(part.network, normalised);
  for (std::size_t o = 0; o < y.size(); ++o) {
    const Output& output = surrogate.outputs[static_cast<std::size_t>(part.outputs[o])];
    y[o] = output.offset + output.scale * transformed(output.transform, y[o]);
  }
  return y;
}

/// Inputs of a block of cells: x[i][c], every second row in float or all in double.
struct Block {
  std::vector<std::vector<double>> doubles;
  std::vector<std::vector<float>> floats;
  std::vector<InputRow> rows;

  Block(const std::vector<std::vector<double>>& x, bool with_floats) : doubles(x), floats(x.size()) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      floats[i].assign(x[i].begin(), x[i].end());
      const bool is_float = with_floats && i % 2 == 0;
      rows.push_back(
          {is_float ? static_cast<const void*>(floats[i].data()) : doubles[i].data(), is_float});
    }
  }
};

inline std::vector<std::vector<double>> random_cells(std::mt19937& random, int inputs, std::size_t cells,
                                                     double half_width = 3.0) {
  std::vector<std::vector<double>> x;
  for (int i = 0; i < inputs; ++i) {
    const std::vector<float> row = uniform(random, static_cast<int>(cells), half_width);
    x.emplace_back(row.begin(), row.end());
  }
  return x;
}

/// Outputs [output][cell]; what lies beyond the cells must stay untouched.
inline std::vector<std::vector<float>> run(const CompiledNetwork& network, const Block& block,
                                           std::size_t cells) {
  const std::size_t stride = cells + 16;
  constexpr float untouched = 12345.0f;
  std::vector<float> out(static_cast<std::size_t>(network.outputs()) * stride, untouched);
  network.evaluate(block.rows, cells, out.data(), stride);
  std::vector<std::vector<float>> result;
  for (auto row = out.begin(); row != out.end(); row += static_cast<std::ptrdiff_t>(stride)) {
    const auto end = row + static_cast<std::ptrdiff_t>(cells);
    result.emplace_back(row, end);
    EXPECT_TRUE(std::all_of(end, end + 16, [](float y) { return y == untouched; }));
  }
  return result;
}

/// The kernel against the plain evaluation in double, in units of the largest output of each kind.
inline void expect_agreement(const Surrogate& surrogate, InstructionSet set, std::size_t cells,
                             bool with_floats, double tolerance = 1e-5) {
  std::mt19937 random(11);
  const CompiledNetwork network(surrogate, surrogate.parts[0], set);
  const auto x = random_cells(random, network.inputs(), cells);
  const auto out = run(network, Block(x, with_floats), cells);
  std::vector<double> scale(out.size(), 0.0), error(out.size(), 0.0);
  for (std::size_t c = 0; c < cells; ++c) {
    std::vector<double> cell;
    for (const auto& row : x) cell.push_back(row[c]);
    const std::vector<double> exact = expected(surrogate, cell);
    for (std::size_t o = 0; o < out.size(); ++o) {
      scale[o] = std::max(scale[o], std::abs(exact[o]));
      // Not with std::max, which loses a NaN.
      const double e = std::abs(static_cast<double>(out[o][c]) - exact[o]);
      if (!(e <= error[o])) error[o] = e;
    }
  }
  for (std::size_t o = 0; o < out.size(); ++o)
    EXPECT_LE(error[o], tolerance * scale[o]) << "output " << o;
}

/// tests/data/network_reference.json
struct Case {
  std::string name;
  Network network;
  std::vector<std::vector<double>> inputs, outputs;
};

inline std::vector<Case> reference_cases() {
  std::vector<Case> cases;
  const nlohmann::json table = ionic::read_json("network_reference.json");
  for (const nlohmann::json& each : table.at("networks")) {
    Case c = {each.at("name"), {}, each.at("inputs"), each.at("outputs")};
    for (const nlohmann::json& its : each.at("layers")) {
      Layer layer;
      layer.bias = its.at("bias").get<std::vector<float>>();
      for (const std::vector<float> row : its.at("weight")) {
        layer.inputs = static_cast<int>(row.size());
        layer.weight.insert(layer.weight.end(), row.begin(), row.end());
      }
      layer.outputs = static_cast<int>(layer.bias.size());
      layer.activation = activation_of(its.at("activation"));
      layer.gain = its.at("gain");
      layer.residual = its.at("residual");
      layer.norm_weight = its.at("norm_weight").get<std::vector<float>>();
      layer.norm_bias = its.at("norm_bias").get<std::vector<float>>();
      c.network.layers.push_back(std::move(layer));
    }
    cases.push_back(std::move(c));
  }
  return cases;
}

}  // namespace myowave::surrogates
