// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/phase_start.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "tissue/stimulus.hpp"

namespace myowave {
namespace {

/// Samples of the cycle.
constexpr std::size_t phases = 720;

/// V and the states of a cell over one cycle: [phases][1 + states].
using Cycle = std::vector<std::vector<double>>;

/// One cell in all lanes.
class Cell {
 public:
  Cell(const Config& config, const ionic::CellModel& model)
      : config_(config),
        model_(model),
        V_(ionic::lane_padding, model.initial_V()),
        stimulus_(ionic::lane_padding),
        states_(model.make_states(ionic::lane_padding)) {}

  /// One pulse and the time to the next; `see` is called before every step with the time since the
  /// pulse.
  template <class See>
  void beat(double cycle, See see) {
    const StimulusSettings pulse{"",  {}, {}, config_.pacing.stimulus, 0.0, config_.pacing.duration,
                                 0.0, 1};
    const double steps = std::ceil(cycle / config_.reaction.step - 1e-9), dt = cycle / steps;
    for (double k = 0.0; k < steps; k += 1.0) {
      see(k * dt);
      std::fill(stimulus_.begin(), stimulus_.end(), mean_amplitude(pulse, k * dt, dt));
      model_.step({states_.rows(V_.data(), 0), ionic::lane_padding, stimulus_.data()}, dt);
      if (!(V() > model_.info().V_min_mV && V() < model_.info().V_max_mV))
        throw RunError(fmt::format("the paced cell of start.spiral failed: V = {:g} mV ({})", V(),
                                   model_.info().name));
    }
  }
  double V() const { return V_.front(); }
  std::vector<double> numbers() const {
    std::vector<double> all = {V()};
    for (std::size_t s = 0; s < states_.state_count(); ++s) all.push_back(states_.get(s, 0));
    return all;
  }

 private:
  const Config& config_;
  const ionic::CellModel& model_;
  std::vector<double> V_, stimulus_;
  ionic::CellStates states_;
};

/// Times the period that a beat lasts: a cell at rest follows a short cycle only if it is led there.
double stretch(int beat, int beats) { return std::max(1.0, 2.0 - 2.0 * beat / beats); }

Cycle paced_cycle(const Config& config, const ionic::CellModel& model) {
  const StartSettings& start = config.start;
  Cell cell(config, model);
  for (int b = 0; b + 1 < start.beats; ++b)
    cell.beat(start.period * stretch(b, start.beats), [](double) {});
  Cycle cycle;
  double highest = -1e300;
  const double V_at_pulse = cell.V();
  cell.beat(start.period, [&](double t) {
    while (cycle.size() < phases &&
           t >= static_cast<double>(cycle.size()) * start.period / phases - 1e-9)
      cycle.push_back(cell.numbers());
    highest = std::max(highest, cell.V());
  });
  while (cycle.size() < phases) cycle.push_back(cell.numbers());
  const double threshold = config.output.activation_threshold;
  if (!(V_at_pulse < threshold - 0.5 * (highest - threshold) && highest > threshold &&
        cell.V() < threshold))
    throw RunError(fmt::format(
        "the cell of start.spiral ({}) does not follow pulses every {:g} ms: V is {:.1f} mV at the last "
        "pulse, {:.1f} mV at most after it and {:.1f} mV at the end; take a longer start.spiral.period "
        "or "
        "change [pacing]",
        model.info().name, start.period, V_at_pulse, highest, cell.V()));
  return cycle;
}

}  // namespace

void start_spiral(const Config& config, Problem& problem, Potential& V) {
  const double sense = config.start.rotation == Rotation::clockwise ? 1.0 : -1.0;
  for (RegionCells& region : problem.reaction->regions()) {
    const Cycle cycle = paced_cycle(config, *region.model);
    for (std::size_t i = 0; i < region.nodes.size(); ++i) {
      const Point at = problem.mesh.position(problem.layout.global_node(region.nodes[i]));
      const double angle =
          sense * std::atan2(at[1] - config.start.centre[1], at[0] - config.start.centre[0]);
      const double turn = angle / (2.0 * std::numbers::pi);
      const auto phase = static_cast<std::size_t>((turn - std::floor(turn)) * phases) % phases;
      V.values()[static_cast<std::size_t>(region.nodes[i])] = cycle[phase][0];
      for (std::size_t s = 0; s < region.states.state_count(); ++s)
        region.states.set(s, i, cycle[phase][1 + s]);
    }
    region.states.pad(region.nodes.size());
  }
}

}  // namespace myowave
