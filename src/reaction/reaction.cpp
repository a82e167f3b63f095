// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "reaction/reaction.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.hpp"

namespace myowave {
namespace {

/// Cells per call of a model: the states of a block stay in the first-level cache over its sub-steps.
constexpr std::size_t block_size = 128;

std::size_t padded(std::size_t count) {
  const std::size_t full = (count + ionic::lane_padding - 1) / ionic::lane_padding * ionic::lane_padding;
  // Strides that are multiples of a page make the states of a cell compete for the same cache sets.
  return full % 512 == 0 ? full + ionic::lane_padding : full;
}

}  // namespace

Reaction::Reaction(const NodeSets& nodes, const std::vector<RegionSettings>& regions,
                   const std::vector<StimulusSettings>& stimuli, const ReactionSettings& settings)
    : stimulated_(regions.size()), stimuli_(stimuli), step_(settings.step) {
  for (std::size_t r = 0; r < regions.size(); ++r) {
    RegionCells cells;
    cells.name = regions[r].name;
    cells.model = ionic::make_cell_model(regions[r].cell, settings.method);
    cells.nodes = nodes.regions[r];
    cells.stride = padded(cells.nodes.size());
    cells.states.resize(cells.stride * cells.model->info().states.size());
    stimulated_[r] = find_pulses(cells, nodes.stimuli);
    regions_.push_back(std::move(cells));
  }
}

std::vector<Reaction::BlockPulses> Reaction::find_pulses(
    const RegionCells& cells, const std::vector<std::vector<std::int32_t>>& stimuli) {
  std::vector<BlockPulses> blocks;
  std::vector<std::int32_t> entry_of(cells.nodes.size() / block_size + 1, -1);
  for (std::size_t s = 0; s < stimuli.size(); ++s)
    for (const std::int32_t node : stimuli[s]) {
      const auto found = std::lower_bound(cells.nodes.begin(), cells.nodes.end(), node);
      if (found == cells.nodes.end() || *found != node) continue;
      const auto index = static_cast<std::size_t>(found - cells.nodes.begin());
      std::int32_t& entry = entry_of[index / block_size];
      if (entry < 0) {
        entry = static_cast<std::int32_t>(blocks.size());
        blocks.push_back({index / block_size, {}});
      }
      blocks[static_cast<std::size_t>(entry)].pulses.push_back(
          {static_cast<std::int32_t>(index % block_size), static_cast<std::int32_t>(s)});
    }
  std::sort(blocks.begin(), blocks.end(),
            [](const BlockPulses& a, const BlockPulses& b) { return a.block < b.block; });
  return blocks;
}

void Reaction::rest(Potential& V) {
  std::fill(V.values().begin(), V.values().end(), 0.0);
  for (RegionCells& region : regions_) {
    const double V_rest = region.model->initial_V();
    for (const std::int32_t node : region.nodes) V.values()[static_cast<std::size_t>(node)] = V_rest;
    const std::vector<double> initial = region.model->initial_states();
    for (std::size_t s = 0; s < initial.size(); ++s)
      std::fill_n(region.states.begin() + static_cast<std::ptrdiff_t>(s * region.stride), region.stride,
                  initial[s]);
  }
}

void Reaction::advance(Potential& V, double t, double dt) {
  const int substeps = std::max(1, static_cast<int>(std::ceil(dt / step_ - 1e-6)));
  for (std::size_t r = 0; r < regions_.size(); ++r)
    advance_region(regions_[r], stimulated_[r], V.values(), t, dt, substeps);
}

bool Reaction::fill_stimulus(const BlockPulses& pulses, double t, double dt,
                             std::span<double> stimulus) const {
  std::fill(stimulus.begin(), stimulus.end(), 0.0);
  bool active = false;
  int last = -1;
  double amplitude = 0.0;
  for (const Pulse& pulse : pulses.pulses) {
    if (pulse.stimulus != last) {
      last = pulse.stimulus;
      amplitude = mean_amplitude(stimuli_[static_cast<std::size_t>(last)], t, dt);
      active = active || amplitude != 0.0;
    }
    stimulus[static_cast<std::size_t>(pulse.position)] += amplitude;
  }
  return active;
}

void Reaction::advance_region(RegionCells& region, const std::vector<BlockPulses>& stimulated,
                              std::span<double> V, double t, double dt, int substeps) {
  static constexpr std::array<double, block_size> no_stimulus{};
  alignas(64) std::array<double, block_size> block_V;
  alignas(64) std::array<double, block_size> stimulus{};
  const double low = region.model->info().V_min_mV, high = region.model->info().V_max_mV;
  const double h = dt / substeps;
  auto pulses = stimulated.begin();
  const std::size_t count = region.nodes.size();
  for (std::size_t first = 0, block = 0; first < count; first += block_size, ++block) {
    const std::size_t in_block = std::min(block_size, count - first);
    const std::size_t in_lanes = padded(in_block);
    const std::int32_t* nodes = region.nodes.data() + first;
    for (std::size_t i = 0; i < in_block; ++i) block_V[i] = V[static_cast<std::size_t>(nodes[i])];
    std::fill(block_V.begin() + static_cast<std::ptrdiff_t>(in_block),
              block_V.begin() + static_cast<std::ptrdiff_t>(in_lanes), block_V[0]);
    while (pulses != stimulated.end() && pulses->block < block) ++pulses;
    const bool here = pulses != stimulated.end() && pulses->block == block;
    for (int s = 0; s < substeps; ++s) {
      const bool active = here && fill_stimulus(*pulses, t + s * h, h, stimulus);
      region.model->step({block_V.data(), region.states.data() + first, region.stride, in_lanes,
                          active ? stimulus.data() : no_stimulus.data()},
                         h);
    }
    bool good = true;
    for (std::size_t i = 0; i < in_block; ++i) {
      good = good && block_V[i] > low && block_V[i] < high;  // false for NaN
      V[static_cast<std::size_t>(nodes[i])] = block_V[i];
    }
    if (!good && !failure_)
      for (std::size_t i = 0; i < in_block && !failure_; ++i)
        if (!(block_V[i] > low && block_V[i] < high))
          failure_ = Failure{nodes[i], block_V[i], region.name};
  }
  cell_steps_ += static_cast<std::int64_t>(count) * substeps;
}

void Reaction::check_range(std::span<const double> V) {
  for (const RegionCells& region : regions_)
    for (const std::int32_t node : region.nodes) {
      const double value = V[static_cast<std::size_t>(node)];
      if (!failure_ && !(value > region.model->info().V_min_mV && value < region.model->info().V_max_mV))
        failure_ = Failure{node, value, region.name};
    }
}

}  // namespace myowave
