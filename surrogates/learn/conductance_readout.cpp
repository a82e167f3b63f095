// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/conductance_readout.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "ionic/registry.hpp"
#include "surrogates/learn/random.hpp"

namespace myowave::learn {
namespace {

constexpr double amplitude = 52.0, duration = 1.0;  // uA/uF, ms
constexpr double length = 40e3, every = 1.0;        // ms, of a cell and between its samples
constexpr double step = 0.02;                       // ms

/// Times of the stimuli of cells [ms].
using Starts = std::vector<std::vector<double>>;

std::vector<double> steady(double cycle) {
  std::vector<double> starts;
  for (double t = 10.0; t < length; t += cycle) starts.push_back(t);
  return starts;
}

/// Intervals from 290 to 1500 ms, short ones as often as long ones.
std::vector<double> at_random(std::uint64_t seed) {
  constexpr double shortest = 290.0, longest = 1500.0;
  Random random(seed, Stream::probes);
  std::vector<double> starts;
  for (double t = 10.0; t < length;
       t += shortest * std::pow(longest / shortest, random.uniform(0.0, 1.0)))
    starts.push_back(t);
  return starts;
}

Starts fitted() {
  Starts all;
  for (const double cycle : {350.0, 400.0, 500.0, 600.0, 800.0, 1000.0, 1500.0, 2000.0})
    all.push_back(steady(cycle));
  for (std::uint64_t seed = 1; seed <= 4; ++seed) all.push_back(at_random(seed));
  return all;
}

Starts apart() { return {steady(375.0), steady(450.0), steady(700.0), steady(1200.0), at_random(5)}; }

/// Latents at each of the samples, [times][latents], from the surrogate's initial state on.
std::vector<double> latents_along(const surrogates::Conductance& c, const std::vector<double>& V) {
  const auto count = static_cast<std::size_t>(c.latents);
  std::vector<double> z(c.initial.end() - c.latents, c.initial.end()), all = z;
  std::vector<double> inf(count), rate(count), g(static_cast<std::size_t>(c.terms) + 1);
  for (std::size_t n = 1; n < V.size(); ++n) {
    c.functions(0.5 * (V[n - 1] + V[n]), inf.data(), rate.data(), g.data());
    for (std::size_t k = 0; k < count; ++k) z[k] = inf[k] + (z[k] - inf[k]) * std::exp(-every * rate[k]);
    all.insert(all.end(), z.begin(), z.end());
  }
  return all;
}

}  // namespace

PacedTraces::PacedTraces(const ionic::CellSpec& host, std::vector<std::string> names)
    : names_(std::move(names)) {
  const ionic::ModelInfo& info = *ionic::find_model(host.model).info;
  std::vector<std::size_t> states;
  for (const std::string& name : names_) {
    std::size_t s = 0;
    while (name != info.states[s].name) ++s;
    states.push_back(s);
    units_.emplace_back(info.states[s].unit);
  }
  if (names_.empty()) return;
  fitted_ = paced(host, states, fitted());
  apart_ = paced(host, states, apart());
}

std::vector<PacedTraces::Cell> PacedTraces::paced(const ionic::CellSpec& host,
                                                  const std::vector<std::size_t>& states,
                                                  const Starts& starts) {
  const auto model =
      ionic::make_cell_model(host, {ionic::Method::midpoint, ionic::Precision::double_, true});
  const std::size_t count = starts.size();
  const std::size_t lanes = (count + ionic::lane_padding - 1) / ionic::lane_padding *
                            static_cast<std::size_t>(ionic::lane_padding);
  ionic::CellStates all = model->make_states(lanes);
  std::vector<double> V(lanes, model->initial_V()), stimulus(lanes, 0.0);
  std::vector<Cell> cells(count);
  std::vector<std::size_t> next(count, 0);
  const auto record = [&] {
    for (std::size_t c = 0; c < count; ++c) {
      cells[c].V.push_back(V[c]);
      for (const std::size_t s : states) cells[c].states.push_back(all.get(s, c));
    }
  };
  record();
  const long steps = std::lround(length / step), between = std::lround(every / step);
  for (long n = 0; n < steps; ++n) {
    const double t = static_cast<double>(n) * step + 0.5 * step;
    for (std::size_t c = 0; c < count; ++c) {
      while (next[c] < starts[c].size() && starts[c][next[c]] <= t) ++next[c];
      stimulus[c] = next[c] > 0 && t < starts[c][next[c] - 1] + duration ? amplitude : 0.0;
    }
    model->step({all.rows(V.data(), 0), lanes, stimulus.data()}, step);
    if ((n + 1) % between == 0) record();
  }
  return cells;
}

void PacedTraces::fit(surrogates::Conductance& surrogate) const {
  const auto size = static_cast<std::int64_t>(surrogate.readout_size());
  const auto count = static_cast<std::int64_t>(names_.size());
  if (count == 0) return;
  torch::Tensor square = torch::zeros({size, size}, torch::kDouble),
                right = torch::zeros({size, count}, torch::kDouble);
  double samples = 0.0;
  for (const Cell& cell : fitted_) {
    const std::vector<double> z = latents_along(surrogate, cell.V);
    std::vector<double> terms, wanted;
    for (std::size_t n = 0; n < cell.V.size(); ++n) {
      const std::vector<double> row =
          surrogate.readout_terms(z.data() + n * static_cast<std::size_t>(surrogate.latents));
      terms.insert(terms.end(), row.begin(), row.end());
    }
    for (const double state : cell.states) wanted.push_back(std::log(state));
    const auto times = static_cast<std::int64_t>(cell.V.size());
    const torch::Tensor rows = torch::from_blob(terms.data(), {times, size}, torch::kDouble);
    square += torch::mm(rows.t(), rows);
    right += torch::mm(rows.t(), torch::from_blob(wanted.data(), {times, count}, torch::kDouble));
    samples += static_cast<double>(times);
  }
  // Latents that are alike share their weight.
  constexpr double ridge = 1e-8;
  square += ridge * samples * torch::eye(size, torch::kDouble);
  const torch::Tensor weights =
      torch::linalg_solve(square, right).t().to(torch::kFloat).contiguous();  // [count][size]
  surrogate.readout_weights.assign(weights.data_ptr<float>(),
                                   weights.data_ptr<float>() + weights.numel());
  surrogate.readouts.clear();
  for (std::size_t k = 0; k < names_.size(); ++k) surrogate.readouts.push_back({names_[k], units_[k]});
}

std::vector<OutputError> PacedTraces::errors(const surrogates::Conductance& surrogate) const {
  std::vector<OutputError> all;
  for (std::size_t k = 0; k < names_.size(); ++k) {
    OutputError error{names_[k], units_[k]};
    double samples = 0.0;
    for (const Cell& cell : apart_) {
      const std::vector<double> z = latents_along(surrogate, cell.V);
      for (std::size_t n = 0; n < cell.V.size(); ++n) {
        const double off =
            std::abs(surrogate.readout(k, z.data() + n * static_cast<std::size_t>(surrogate.latents)) -
                     cell.states[n * names_.size() + k]);
        error.mean += off, error.rms += off * off;
        error.largest = std::max(error.largest, off);
        samples += 1.0;
      }
    }
    error.mean /= samples, error.rms = std::sqrt(error.rms / samples);
    all.push_back(error);
  }
  return all;
}

}  // namespace myowave::learn
