// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/check_pairs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

#include "surrogates/card.hpp"
#include "surrogates/safetensors.hpp"
#include "surrogates/surrogate_file.hpp"

namespace myowave::surrogates {
namespace {

constexpr std::size_t made_pairs = 16;

/// How far an output may be from its sample: a part of its variation over the samples, and what the
/// rounding of floats makes.
double allowed_error(const Surrogate& surrogate, std::size_t o) {
  constexpr double of_variation = 1e-4, of_scale = 1e-5, of_value = 1e-6;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const std::vector<double>& row : surrogate.check_outputs) {
    low = std::min(low, row[o]);
    high = std::max(high, row[o]);
  }
  return std::max(of_variation * (high - low), of_scale * std::abs(surrogate.outputs[o].scale)) +
         of_value * std::max(std::abs(low), std::abs(high));
}

/// How many samples are evaluated: all, but no more than takes a second or so of a large network.
std::size_t samples_to_check(const Surrogate& surrogate) {
  constexpr std::size_t multiply_adds = 1'000'000'000;
  std::size_t parameters = 1;
  for (const Part& part : surrogate.parts) parameters += part.network.parameters();
  return std::clamp(multiply_adds / parameters, std::size_t{1}, surrogate.check_inputs.size());
}

}  // namespace

std::vector<Fault> check_pair_faults(const Surrogate& surrogate) {
  std::vector<std::vector<double>> computed;
  for (std::size_t i = 0; i < samples_to_check(surrogate); ++i)
    computed.push_back(evaluate(surrogate, surrogate.check_inputs[i]));
  std::vector<Fault> faults;
  for (std::size_t o = 0; o < surrogate.outputs.size(); ++o) {
    const double allowed = allowed_error(surrogate, o);
    std::size_t worst = 0;
    double largest = 0.0;
    for (std::size_t i = 0; i < computed.size(); ++i) {
      const double error = std::abs(computed[i][o] - surrogate.check_outputs[i][o]);
      if (error <= largest) continue;
      worst = i;
      largest = error;
      if (std::isnan(error)) break;
    }
    if (largest <= allowed && std::isfinite(allowed)) continue;
    faults.push_back(
        {"", fmt::format(
                 "the networks do not reproduce their samples: {} of row {} of check.inputs is {:.6g}, "
                 "check.outputs has {:.6g}, {:.1e} apart where {:.1e} is allowed; weights, "
                 "normalisation, activations or the order of inputs are not those of the "
                 "training",
                 reference_of(surrogate.outputs[o]), worst, computed[worst][o],
                 surrogate.check_outputs[worst][o], largest, allowed)});
  }
  return faults;
}

void make_check_pairs(Surrogate& surrogate) {
  std::mt19937_64 random(20260101);
  surrogate.check_inputs.assign(made_pairs, {});
  for (const Input& input : surrogate.inputs) {
    std::vector<std::size_t> order(made_pairs);
    for (std::size_t i = 0; i < made_pairs; ++i) {
      const std::size_t j = random() % (i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    for (std::size_t i = 0; i < made_pairs; ++i) {
      const double share = (static_cast<double>(order[i]) + 0.5) / made_pairs;
      surrogate.check_inputs[i].push_back(input.min + share * (input.max - input.min));
    }
  }
  surrogate.check_outputs.clear();
  for (const std::vector<double>& inputs : surrogate.check_inputs)
    surrogate.check_outputs.push_back(evaluate(surrogate, inputs));
}

void require_pairs(const Surrogate& surrogate, const std::string& path) {
  auto rectangular = [](const std::vector<std::vector<double>>& rows, std::size_t columns) {
    return std::all_of(rows.begin(), rows.end(), [&](const auto& row) { return row.size() == columns; });
  };
  if (surrogate.check_inputs.size() != surrogate.check_outputs.size() ||
      !rectangular(surrogate.check_inputs, surrogate.inputs.size()) ||
      !rectangular(surrogate.check_outputs, surrogate.outputs.size()))
    refuse(
        {{path, "the samples to check the networks with must be pairs of all inputs and all outputs"}});
}

}  // namespace myowave::surrogates
