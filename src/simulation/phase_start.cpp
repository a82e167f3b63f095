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

/// The angle of a point about an axis through the centre, growing anticlockwise as seen with the axis
/// pointing to the viewer, from x where the axis is z.
class Angle {
 public:
  Angle(const StartSettings& start, const Mesh& mesh) : centre_(start.centre) {
    for (std::size_t a = 0; a < 3; ++a)
      if (std::isnan(centre_[a])) centre_[a] = mesh.low()[a];  // along the axis, or the mesh is flat
    const Point& w = start.axis;
    // The axis of space that is the most oblique to it, x if there are several.
    std::size_t most = 0;
    for (const std::size_t a : {1u, 2u})
      if (std::abs(w[a]) < std::abs(w[most]) - 1e-12) most = a;
    for (std::size_t a = 0; a < 3; ++a) first_[a] = (a == most ? 1.0 : 0.0) - w[most] * w[a];
    const double norm = std::hypot(first_[0], first_[1], first_[2]);
    for (double& component : first_) component /= norm;
    second_ = {w[1] * first_[2] - w[2] * first_[1], w[2] * first_[0] - w[0] * first_[2],
               w[0] * first_[1] - w[1] * first_[0]};
  }

  double of(const Point& at) const {
    double x = 0.0, y = 0.0;
    for (std::size_t a = 0; a < 3; ++a) {
      x += first_[a] * (at[a] - centre_[a]);
      y += second_[a] * (at[a] - centre_[a]);
    }
    return std::atan2(y, x);
  }

 private:
  Point centre_, first_{}, second_{};
};

}  // namespace

void start_spiral(const Config& config, Problem& problem, Potential& V) {
  const double sense = config.start.rotation == Rotation::clockwise ? 1.0 : -1.0;
  const Angle about_axis(config.start, problem.mesh);
  for (RegionCells& region : problem.reaction->regions()) {
    const Cycle cycle = paced_cycle(config, *region.model);
    for (std::size_t i = 0; i < region.nodes.size(); ++i) {
      const Point at = problem.mesh.position(problem.layout.global_node(region.nodes[i]));
      const double turn = sense * about_axis.of(at) / (2.0 * std::numbers::pi);
      const auto phase = static_cast<std::size_t>((turn - std::floor(turn)) * phases) % phases;
      V.values()[static_cast<std::size_t>(region.nodes[i])] = cycle[phase][0];
      for (std::size_t s = 0; s < region.states.state_count(); ++s)
        region.states.set(s, i, cycle[phase][1 + s]);
    }
    region.states.pad(region.nodes.size());
  }
}

}  // namespace myowave
