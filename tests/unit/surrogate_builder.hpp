// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "surrogates/surrogate.hpp"

namespace myowave::surrogates {

/// One linear layer: y = weight x + bias.
inline Layer linear(std::vector<std::vector<double>> weight, std::vector<double> bias) {
  Layer layer;
  layer.inputs = static_cast<int>(weight.front().size());
  layer.outputs = static_cast<int>(weight.size());
  for (const auto& row : weight)
    for (const double w : row) layer.weight.push_back(static_cast<float>(w));
  for (const double b : bias) layer.bias.push_back(static_cast<float>(b));
  return layer;
}

inline Input input(const std::string& name, const std::string& unit, double min, double max,
                   double offset = 0.0, double scale = 1.0) {
  return {name, unit, offset, scale, min, max};
}

/// The passive membrane with its published parameters as a network: V moves towards -85 mV with a rate
/// of 0.1 /ms. As a step of `dt` ms it is exact.
inline Surrogate passive_step(double dt, double share) {
  Surrogate s;
  s.kind = Kind::step;
  s.name = "passive_step";
  s.model = "passive";
  s.dt = dt;
  s.inputs = {input("V", "mV", -120.0, 40.0, -85.0, 100.0)};
  s.outputs = {{"V", "mV", Form::increment, Transform::identity, 0.0, 100.0, false, 0.0}};
  s.parts = {{"net", {0}, {0}, {{linear({{-share}}, {0.0})}}}};
  return s;
}

/// The same as a current 0.1 (V + 85) uA/uF, with a conductance and a reversal potential.
inline Surrogate passive_rate() {
  Surrogate s;
  s.kind = Kind::rate;
  s.name = "passive_rate";
  s.model = "passive";
  s.integrator = Integrator::rush_larsen;
  s.inputs = {input("V", "mV", -120.0, 40.0, -85.0, 100.0)};
  s.outputs = {{"leak", "mS/uF", Form::current, Transform::identity, 0.0, 1.0, true, -85.0}};
  s.parts = {{"net", {0}, {0}, {{linear({{0.0}}, {0.1})}}}};
  return s;
}

/// Gates of Hodgkin and Huxley (variant "modern") replaced by sigmoids of V with constant time
/// constants: inf = 1/(1 + exp(-(V + 40)/10)) and tau = 2 ms for m; 1/(1 + exp((V + 60)/8)) and 5 ms for
/// h.
inline Surrogate two_gates() {
  Surrogate s;
  s.kind = Kind::gate;
  s.name = "two_gates";
  s.model = "hodgkin_huxley_1952";
  s.variant = "modern";
  s.inputs = {input("V", "mV", -100.0, 60.0, -40.0, 10.0)};
  s.outputs = {{"m", "1", Form::inf, Transform::sigmoid, 0.0, 1.0, false, 0.0},
               {"m", "ms", Form::tau, Transform::exp, 0.0, 2.0, false, 0.0},
               {"h", "1", Form::inf, Transform::sigmoid, 0.0, 1.0, false, 0.0},
               {"h", "ms", Form::tau, Transform::exp, 0.0, 5.0, false, 0.0}};
  s.parts = {
      {"net", {0}, {0, 1, 2, 3}, {{linear({{1.0}, {0.0}, {-1.25}, {0.0}}, {0.0, 0.0, -2.5, 0.0})}}}};
  return s;
}

/// A correction of 0.01 (V + 60) mV/ms for Hodgkin and Huxley, for V in -80 to 0 mV.
inline Surrogate small_residual() {
  Surrogate s;
  s.kind = Kind::residual;
  s.name = "small_residual";
  s.model = "hodgkin_huxley_1952";
  s.variant = "modern";
  s.inputs = {input("V", "mV", -80.0, 0.0, -60.0, 100.0)};
  s.outputs = {{"V", "mV/ms", Form::derivative, Transform::identity, 0.0, 1.0, false, 0.0}};
  s.parts = {{"net", {0}, {0}, {{linear({{1.0}}, {0.0})}}}};
  return s;
}

}  // namespace myowave::surrogates
