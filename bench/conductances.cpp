// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <memory>

#include "bench/networks.hpp"
#include "surrogates/conductance_kernel.hpp"
#include "surrogates/surrogate_model.hpp"

namespace myowave {
namespace {

/// Tables without meaning: what a step costs does not depend on them.
std::shared_ptr<const surrogates::Surrogate> surrogate_of(const surrogates::ConductanceKernel& kernel,
                                                          int knots) {
  surrogates::Conductance c;
  c.latents = kernel.latents, c.terms = kernel.terms, c.knots = knots;
  c.V_first = -100.0, c.V_last = 60.0, c.reversal = 55.0;
  const auto latents = static_cast<std::size_t>(c.latents), terms = static_cast<std::size_t>(c.terms);
  const auto count = static_cast<std::size_t>(knots);
  c.inf.assign(latents * count, 0.5f), c.rate.assign(latents * count, 0.1f);
  c.currents.assign((terms + 1) * count, 1e-3f), c.factors.assign(3 * terms * (latents + 1), 0.1f);
  c.initial.assign(1 + kernel.layout->states.size(), 0.5);
  c.initial[0] = -85.0;
  auto surrogate = std::make_shared<surrogates::Surrogate>();
  surrogate->kind = surrogates::Kind::conductance;
  surrogate->name = "tables", surrogate->model = kernel.host;
  surrogate->inputs = {{"V", "mV", 0.0, 1.0, -95.0, 55.0}};
  surrogate->conductance = std::move(c);
  return surrogate;
}

/// Blocks of 128 cells, as tissue steps them; the least of some rounds, and their mean, which is what a
/// run can be compared with.
void conductance(benchmark::State& state, const surrogates::ConductanceKernel& kernel,
                 const ionic::Numerics& numerics, ionic::InstructionSet set, std::size_t cells,
                 int knots) {
  const auto model =
      surrogates::make_surrogate_model(surrogate_of(kernel, knots), {}, numerics, true, {}, set);
  ionic::CellStates states = model->make_states(cells);
  std::vector<double> V(cells), stimulus(cells, 0.0);
  std::vector<std::uint32_t> fallbacks(cells);
  double least = std::numeric_limits<double>::infinity(), sum = 0.0;
  for (auto _ : state) {
    for (std::size_t i = 0; i < cells; ++i)
      V[i] = -85.0 + 100.0 * static_cast<double>(i) / static_cast<double>(cells);
    const double start = thread_ns();
    for (std::size_t first = 0; first < cells; first += 128)
      model->step({states.rows(V.data() + first, first), 128, stimulus.data(), {}, &fallbacks[first]},
                  0.02);
    const double taken = thread_ns() - start;
    least = std::min(least, taken), sum += taken;
  }
  state.counters["ns_per_cell_step"] = least / static_cast<double>(cells);
  state.counters["mean_ns_per_cell_step"] =
      sum / static_cast<double>(cells) / static_cast<double>(state.iterations());
}

}  // namespace

void register_conductances() {
  const std::pair<const char*, ionic::Numerics> modes[] = {
      {"double", {ionic::Method::rush_larsen, ionic::Precision::double_, true}},
      {"mixed", {ionic::Method::rush_larsen, ionic::Precision::mixed, true}},
      {"mixed_midpoint", {ionic::Method::midpoint, ionic::Precision::mixed, true}}};
  for (const ionic::InstructionSet set : ionic::runnable_instruction_sets())
    for (const surrogates::ConductanceKernel& kernel : surrogates::conductance_kernels(set))
      for (const auto& [mode, numerics] : modes)
        for (const std::size_t cells :
             {std::size_t{1} << 14, std::size_t{1} << 16, std::size_t{1} << 20})
          for (const int knots : {32, 64})
            benchmark::RegisterBenchmark(
                fmt::format("conductance/{}/{}-{}-{}/{}/{}/{}k", kernel.host, kernel.latents,
                            kernel.terms, knots, mode, ionic::name_of(set), cells >> 10)
                    .c_str(),
                [=, n = numerics](benchmark::State& state) {
                  conductance(state, kernel, n, set, cells, knots);
                });
}

}  // namespace myowave
