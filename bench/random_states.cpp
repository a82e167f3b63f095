// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause

// Where cells of a surrogate go from random states: V uniform in [-95, 40] mV, all other states in
// [0, 1], by the kernels of a run, without a stimulus.
//   myowave_random_states FILE.safetensors [--states 10000] [--duration 3000] [--step 0.05]
// prints one JSON object.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "surrogates/surrogate_file.hpp"
#include "surrogates/surrogate_model.hpp"

namespace {

using namespace myowave;

int run(const std::string& file, std::size_t states, double duration, double dt) {
  const auto surrogate = std::make_shared<const surrogates::Surrogate>(surrogates::read_surrogate(file));
  const auto model = surrogates::make_surrogate_model(
      surrogate, {}, {ionic::Method::midpoint, ionic::Precision::mixed, true}, true);
  // The first cell starts at rest: it says where that is.
  ionic::CellStates cells = model->make_states(states + 1);
  std::vector<double> V(cells.stride(), model->initial_V()), stimulus(cells.stride(), 0.0);
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(0.0, 1.0);
  for (std::size_t c = 1; c <= states; ++c) {
    V[c] = -95.0 + 135.0 * uniform(random);
    for (std::size_t s = 0; s < cells.state_count(); ++s) cells.set(s, c, uniform(random));
  }
  const auto steps = static_cast<long>(std::llround(duration / dt));
  for (long n = 0; n < steps; ++n) model->step({cells.rows(V.data(), 0), V.size(), stimulus.data()}, dt);
  constexpr double near = 2.0;  // mV
  const double rest = V[0];
  long returned = 0, finite = 0;
  double furthest = 0.0;
  for (std::size_t c = 1; c <= states; ++c) {
    returned += std::abs(V[c] - rest) < near ? 1 : 0;
    finite += std::isfinite(V[c]) ? 1 : 0;
    furthest = std::max(furthest, std::abs(V[c] - rest));
  }
  const nlohmann::ordered_json result = {{"states", states}, {"after_ms", duration},
                                         {"rest_mV", rest},  {"returned", returned},
                                         {"finite", finite}, {"furthest_mV", furthest}};
  std::cout << result.dump() << "\n";
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  CLI::App app("Where cells of a surrogate go from random states");
  std::string file;
  std::size_t states = 10000;
  double duration = 3000.0, dt = 0.05;
  app.add_option("file", file, "surrogate")->required();
  app.add_option("--states", states, "cells");
  app.add_option("--duration", duration, "ms")->check(CLI::PositiveNumber);
  app.add_option("--step", dt, "ms")->check(CLI::PositiveNumber);
  CLI11_PARSE(app, count, arguments);
  try {
    return run(file, states, duration, dt);
  } catch (const InputError& error) {
    for (const Fault& fault : error.faults()) std::cerr << fault.where << ": " << fault.message << "\n";
    return 2;
  }
}
