// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <benchmark/benchmark.h>

#include <algorithm>
#include <string>
#include <vector>

#include "surrogates/network.hpp"

/// Evaluation of networks, beside oneDNN where it is there.
namespace myowave {

/// A multilayer perceptron: widths from the inputs to the outputs, the activation of all layers but the
/// last.
struct NetworkShape {
  std::vector<int> widths;
  surrogates::Activation activation;
};

/// "20-64-64-64-20/tanh"
std::string name_of(const NetworkShape& shape);
/// Products of a weight and a value for one cell.
double products(const NetworkShape& shape);
/// Random weights of the usual size.
surrogates::Network network_of(const NetworkShape& shape);
/// Time that this thread has had a core, in ns: other programs do not count.
double thread_ns();
/// Fused products and sums per ns of this core just now, measured.
double peak_products();

/// Runs the benchmark's loop over `cells` cells: ns per cell and the fraction of the measured peak.
template <class Body>
void measure_network(benchmark::State& state, const NetworkShape& shape, double cells, Body body) {
  const double before = peak_products();
  const double start = thread_ns();
  for (auto _ : state) body();
  const double ns = (thread_ns() - start) / (cells * static_cast<double>(state.iterations()));
  const double peak = std::max(before, peak_products());
  state.counters["ns_per_cell"] = ns;
  state.counters["of_peak"] = products(shape) / (ns * peak);
  state.counters["peak_gflops"] = 2.0 * peak;
}

/// networks_onednn.cpp, where it is built: oneDNN's inner products on one thread.
void onednn(benchmark::State& state, const NetworkShape& shape, int cells);

void register_networks();
/// conductances.cpp
void register_conductances();

}  // namespace myowave
