// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>

#include <cmath>

#include "surrogates/learn/conductance_rollout.hpp"

/// What the training of a conductance surrogate costs for each step of a recorded cell.
namespace myowave::learn {
namespace {

constexpr ConductanceShape shape{8, 5, 64, -100.0, 57.5};
constexpr std::size_t steps = 20000;

/// V that runs up and down, free in two thirds of the steps.
std::vector<RecordedStep> some_cell(std::size_t c) {
  std::vector<RecordedStep> all;
  for (std::size_t n = 0; n < steps; ++n) {
    const double t = static_cast<double>(n) * (0.01 + 0.001 * static_cast<double>(c));
    all.push_back({0.3f, static_cast<float>(-20.0 + 60.0 * std::sin(t)), 0.0f, 0.0f, 1e-3f,
                   n / 500 % 3 > 0 ? bounded : 0});
  }
  return all;
}

template <class T>
void rollout(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  const bool backward = state.range(1) != 0;
  std::vector<T> parameters(shape.count());
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const bool tau = k >= shape.log_tau() && k < shape.g();
    parameters[k] = static_cast<T>((tau ? 3.0 : 0.0) + 0.3 * std::sin(static_cast<double>(k * k)));
  }
  ConductanceRollout<T> surrogate(shape, 1.0);
  surrogate.set(parameters);
  std::vector<typename ConductanceRollout<T>::Work> works(count, surrogate.work());
  std::vector<std::vector<RecordedStep>> recorded;
  std::vector<std::vector<T>> gradients(count, std::vector<T>(8));
  const std::vector<T> z(8, T(0.1));
  std::vector<typename ConductanceRollout<T>::Cell> cells;
  for (std::size_t c = 0; c < count; ++c) recorded.push_back(some_cell(c));
  for (std::size_t c = 0; c < count; ++c)
    cells.push_back(
        {&surrogate, recorded[c], z.data(), backward ? gradients[c].data() : nullptr, &works[c]});
  for (auto _ : state) ConductanceRollout<T>::run(cells);
  state.counters["step"] =
      benchmark::Counter(static_cast<double>(count * steps),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

// Cells at once; with the gradient or without.
BENCHMARK(rollout<float>)->Args({1, 0})->Args({1, 1})->Args({side_by_side, 0})->Args({side_by_side, 1});
BENCHMARK(rollout<double>)->Args({1, 0})->Args({side_by_side, 0});

}  // namespace
}  // namespace myowave::learn

BENCHMARK_MAIN();
