// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/surrogate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "surrogates/card.hpp"
#include "surrogates/surrogate_file.hpp"

namespace myowave::surrogates {
namespace {

constexpr const char* kind_names[] = {"step", "rate", "gate", "residual", "conductance", "trajectory"};
constexpr const char* form_names[] = {"value", "increment", "derivative", "current", "inf", "tau"};
constexpr const char* transform_names[] = {"identity", "sigmoid", "softplus", "exp"};
constexpr const char* integrator_names[] = {"euler", "heun", "rush_larsen"};

std::size_t index(int i) { return static_cast<std::size_t>(i); }

double transformed(Transform transform, double x) {
  switch (transform) {
    case Transform::identity:
      return x;
    case Transform::sigmoid:
      return 1.0 / (1.0 + std::exp(-x));
    case Transform::softplus:
      return std::max(0.0, x) + std::log1p(std::exp(-std::abs(x)));
    case Transform::exp:
      return std::exp(x);
  }
  return x;
}

}  // namespace

const char* name_of(Kind kind) { return kind_names[static_cast<int>(kind)]; }
const char* name_of(Form form) { return form_names[static_cast<int>(form)]; }
const char* name_of(Transform transform) { return transform_names[static_cast<int>(transform)]; }
const char* name_of(Integrator integrator) { return integrator_names[static_cast<int>(integrator)]; }

std::string reference_of(const Output& output) {
  return fmt::format("{}.{}", output.name, name_of(output.form));
}

std::vector<double> evaluate(const Surrogate& surrogate, const Part& part,
                             std::span<const double> inputs) {
  MYOWAVE_ASSERT(inputs.size() == part.inputs.size());
  std::vector<double> x;
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const Input& input = surrogate.inputs[index(part.inputs[k])];
    x.push_back((inputs[k] - input.offset) / input.scale);
  }
  std::vector<double> y = evaluate(part.network, x);
  for (std::size_t k = 0; k < y.size(); ++k) {
    const Output& output = surrogate.outputs[index(part.outputs[k])];
    y[k] = output.offset + output.scale * transformed(output.transform, y[k]);
  }
  return y;
}

namespace {

std::vector<double> evaluate(const Conductance& c, std::span<const double> inputs) {
  const auto latents = static_cast<std::size_t>(c.latents);
  std::vector<double> inf(latents), rate(latents), g(static_cast<std::size_t>(c.terms) + 1);
  c.functions(inputs[0], inf.data(), rate.data(), g.data());
  std::vector<double> out = {c.current(g.data(), inputs.data() + 1)};
  for (std::size_t k = 0; k < latents; ++k) out.push_back((inf[k] - inputs[1 + k]) * rate[k]);
  return out;
}

}  // namespace

std::vector<double> evaluate(const Surrogate& surrogate, std::span<const double> inputs) {
  MYOWAVE_ASSERT(inputs.size() == surrogate.inputs.size());
  if (surrogate.conductance) return evaluate(*surrogate.conductance, inputs);
  std::vector<double> outputs(surrogate.outputs.size());
  for (const Part& part : surrogate.parts) {
    std::vector<double> x;
    for (const int i : part.inputs) x.push_back(inputs[index(i)]);
    const std::vector<double> y = evaluate(surrogate, part, x);
    for (std::size_t k = 0; k < y.size(); ++k) outputs[index(part.outputs[k])] = y[k];
  }
  return outputs;
}

}  // namespace myowave::surrogates
