// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/phase_start.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "reaction/lane_cells.hpp"
#include "tissue/stimulus.hpp"

namespace myowave {
namespace {

/// Samples of the cycle.
constexpr std::size_t phases = 720;

/// V and the states of a cell over one cycle: [phases][1 + states].
using Cycle = std::vector<std::vector<double>>;

/// One pulse and the time to the next; `see` is called before every step with the time since the pulse.
template <class See>
void beat(const Config& config, const ionic::CellModel& model, LaneCells& cell, double cycle, See see) {
  const StimulusSettings pulse{"", {}, {}, config.pacing.stimulus, 0.0, config.pacing.duration, 0.0, 1};
  const double steps = std::ceil(cycle / config.reaction.step - 1e-9), dt = cycle / steps;
  for (double k = 0.0; k < steps; k += 1.0) {
    see(k * dt);
    const double amplitude = mean_amplitude(pulse, k * dt, dt);
    cell.advance(dt, [=](std::size_t) { return amplitude; });
    if (cell.first_failed() < cell.count())
      throw RunError(fmt::format("the paced cell of start.spiral failed: V = {:g} mV ({})", cell.V(0),
                                 model.info().name));
  }
}

/// Times the period that a beat lasts: a cell at rest follows a short cycle only if it is led there.
double stretch(int beat, int beats) { return std::max(1.0, 2.0 - 2.0 * beat / beats); }

Cycle paced_cycle(const Config& config, const ionic::CellModel& model) {
  const StartSettings& start = config.start;
  LaneCells cell(model, 1);
  for (int b = 0; b + 1 < start.beats; ++b)
    beat(config, model, cell, start.period * stretch(b, start.beats), [](double) {});
  Cycle cycle;
  double highest = -1e300;
  const double V_at_pulse = cell.V(0);
  beat(config, model, cell, start.period, [&](double t) {
    while (cycle.size() < phases &&
           t >= static_cast<double>(cycle.size()) * start.period / phases - 1e-9)
      cycle.push_back(cell.numbers(0));
    highest = std::max(highest, cell.V(0));
  });
  while (cycle.size() < phases) cycle.push_back(cell.numbers(0));
  const double threshold = config.output.activation_threshold;
  if (!(V_at_pulse < threshold - 0.5 * (highest - threshold) && highest > threshold &&
        cell.V(0) < threshold))
    throw RunError(fmt::format(
        "the cell of start.spiral ({}) does not follow pulses every {:g} ms: V is {:.1f} mV at the last "
        "pulse, {:.1f} mV at most after it and {:.1f} mV at the end; take a longer start.spiral.period "
        "or "
        "change [pacing]",
        model.info().name, start.period, V_at_pulse, highest, cell.V(0)));
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
