// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "reaction/reaction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/all_between.hpp"
#include "base/error.hpp"
#include "ionic/registry.hpp"
#include "reaction/region_model.hpp"
#include "reaction/scans.hpp"

namespace myowave {
namespace {

/// Cells per call of a model: the states of a block stay in the first-level cache over its sub-steps.
constexpr std::size_t block_size = 128;

std::size_t padded(std::size_t count) {
  return (count + ionic::lane_padding - 1) / ionic::lane_padding * ionic::lane_padding;
}

int substeps(double dt, double step) {
  return std::max(1, static_cast<int>(std::ceil(dt / step - 1e-6)));
}

/// First node of each whole block of neighbours, -1 of the others: a look at the nodes themselves would
/// fetch two lines of memory for each block.
std::vector<std::int32_t> contiguous_blocks(const std::vector<std::int32_t>& nodes) {
  std::vector<std::int32_t> first;
  for (std::size_t begin = 0; begin < nodes.size(); begin += block_size) {
    const std::size_t end = begin + block_size;
    const bool neighbours = end <= nodes.size() &&
                            nodes[end - 1] - nodes[begin] == static_cast<std::int32_t>(block_size) - 1;
    first.push_back(neighbours ? nodes[begin] : -1);
  }
  return first;
}

}  // namespace

std::vector<std::string> cell_warnings(const RegionSettings& region, const ReactionSettings& settings) {
  std::vector<std::string> all;
  if (!region.surrogate.left.empty())
    all.push_back(fmt::format("region '{}' is computed by {} itself: {}", region.name, region.cell.model,
                              region.surrogate.left));
  if (region.surrogate.content && region.surrogate.content->dt > 0.0) return all;
  const ionic::CellSpec& cell = region.cell;
  const double allowed = ionic::find_model(cell.model).info->step_max_ms;
  if (settings.step > allowed * (1.0 + 1e-9))
    all.push_back(fmt::format(
        "reaction.step = {:g} ms is longer than the {:g} ms up to which {} is known to be stable and "
        "accurate",
        settings.step, allowed, cell.model));
  return all;
}

Reaction::Reaction(const NodeSets& nodes, const std::vector<RegionSettings>& regions,
                   const std::vector<StimulusSettings>& stimuli, const ReactionSettings& settings,
                   std::vector<std::vector<NodeParameter>> varying)
    : stimulated_(regions.size()), stimuli_(stimuli), settings_(settings) {
  varying.resize(regions.size());
  for (std::size_t r = 0; r < regions.size(); ++r) {
    RegionCells cells;
    cells.name = regions[r].name;
    cells.nodes = nodes.regions[r];
    cells.contiguous = contiguous_blocks(cells.nodes);
    cells.varying = std::move(varying[r]);
    std::vector<int> indices;
    for (const NodeParameter& each : cells.varying) indices.push_back(each.parameter);
    cells.model = make_region_model(regions[r], settings.numerics(), indices);
    cells.states = cells.model->make_states(cells.nodes.size());
    cells.surrogate = regions[r].surrogate;
    if (cells.model->is_guarded()) cells.fallbacks.resize(cells.states.stride());
    for (NodeParameter& each : cells.varying)
      each.values.resize(cells.states.stride(), each.values.empty() ? 0.0 : each.values.back());
    if (settings.adaptive()) cells.V_before.resize(cells.nodes.size());
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
    // Nothing is known of the change of V: all cells count as active in the first step.
    std::fill(region.V_before.begin(), region.V_before.end(), std::nan(""));
    region.states = region.model->make_states(region.nodes.size());
    std::fill(region.fallbacks.begin(), region.fallbacks.end(), 0u);
    region.evaluations = 0;
  }
}

std::int64_t RegionCells::fallback_count() const {
  std::int64_t all = 0;
  for (std::size_t i = 0; i < nodes.size() && !fallbacks.empty(); ++i) all += fallbacks[i];
  return all;
}

void Reaction::reschedule(std::size_t stimulus, double start) {
  stimuli_[stimulus].start = start;
  stimuli_[stimulus].count = 1;
}

void Reaction::advance(Potential& V, double t, double dt) {
  for (std::size_t r = 0; r < regions_.size(); ++r)
    advance_region(static_cast<int>(r), V.values(), t, dt);
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

Reaction::SubSteps Reaction::sub_steps(const RegionCells& region, double dt) const {
  const double fixed = region.model->fixed_step();
  if (fixed > 0.0) return {false, substeps(dt, fixed), 0};
  return {settings_.adaptive(), substeps(dt, settings_.step),
          settings_.adaptive() ? substeps(dt, settings_.quiet_step) : 0};
}

void Reaction::step_block(RegionCells& region, const SubSteps& sub_steps, const BlockPulses* pulses,
                          std::size_t first, std::size_t count, double* V, double t, double dt) {
  static constexpr std::array<double, block_size> no_stimulus{};
  alignas(64) std::array<double, block_size> stimulus;  // filled where one is on
  std::vector<ionic::Varying> varying(region.varying.size());
  // A stimulus counts while it is on.
  const bool stimulated = pulses && fill_stimulus(*pulses, t, dt, stimulus);
  std::array<bool, block_size / ionic::lane_padding> calm{};
  const bool alike =
      !sub_steps.adaptive || find_calm(V, region.V_before.data() + first, count, ionic::lane_padding,
                                       settings_.quiet_below * dt, calm.data());
  const std::size_t group = alike ? padded(count) : ionic::lane_padding;
  if (stimulated) calm.fill(false);
  const auto is_quiet = [&](std::size_t begin) { return calm[begin / group]; };
  std::size_t begin = 0;
  while (begin < padded(count)) {
    const bool quiet = is_quiet(begin);
    std::size_t end = begin + group;
    while (end < padded(count) && is_quiet(end) == quiet) end += group;
    for (std::size_t k = 0; k < varying.size(); ++k)
      varying[k] = {region.varying[k].parameter, region.varying[k].values.data() + first + begin};
    const int steps = quiet ? sub_steps.quiet : sub_steps.active;
    for (int s = 0; s < steps; ++s) {
      const double h = dt / steps;
      const bool active = stimulated && fill_stimulus(*pulses, t + s * h, h, stimulus);
      region.model->step({region.states.rows(V + begin, first + begin), end - begin,
                          (active ? stimulus : no_stimulus).data() + begin, varying,
                          region.fallbacks.empty() ? nullptr : region.fallbacks.data() + first + begin},
                         h);
    }
    const std::int64_t taken = static_cast<std::int64_t>(std::min(end, count) - begin) * steps;
    cell_steps_ += taken;
    region.evaluations += taken;
    begin = end;
  }
}

void Reaction::advance_region(int index, std::span<double> V, double t, double dt) {
  RegionCells& region = regions_[static_cast<std::size_t>(index)];
  const std::vector<BlockPulses>& stimulated = stimulated_[static_cast<std::size_t>(index)];
  alignas(64) std::array<double, block_size> block_V;
  const double low = region.model->info().V_min_mV, high = region.model->info().V_max_mV;
  const SubSteps sub_steps_here = sub_steps(region, dt);
  auto pulses = stimulated.begin();
  const std::size_t count = region.nodes.size();
  for (std::size_t first = 0, block = 0; first < count; first += block_size, ++block) {
    const std::size_t in_block = std::min(block_size, count - first);
    const std::int32_t* nodes = region.nodes.data() + first;
    // Whole blocks of neighbours, the usual case, are advanced where they lie.
    const bool in_place = region.contiguous[block] >= 0;
    double* const cells = in_place ? V.data() + region.contiguous[block] : block_V.data();
    if (!in_place) {
      for (std::size_t i = 0; i < in_block; ++i) block_V[i] = V[static_cast<std::size_t>(nodes[i])];
      std::fill(block_V.begin() + static_cast<std::ptrdiff_t>(in_block),
                block_V.begin() + static_cast<std::ptrdiff_t>(padded(in_block)), block_V[in_block - 1]);
    }
    while (pulses != stimulated.end() && pulses->block < block) ++pulses;
    const bool here = pulses != stimulated.end() && pulses->block == block;
    step_block(region, sub_steps_here, here ? &*pulses : nullptr, first, in_block, cells, t, dt);
    const bool good = all_between(cells, in_block, low, high);
    if (!in_place)
      for (std::size_t i = 0; i < in_block; ++i) V[static_cast<std::size_t>(nodes[i])] = cells[i];
    for (std::size_t i = 0; i < in_block && !good && !failure_; ++i)
      if (!(cells[i] > low && cells[i] < high)) failure_ = Failure{nodes[i], -1, cells[i], index};
  }
}

void Reaction::check(std::span<const double> V) {
  for (std::size_t r = 0; r < regions_.size(); ++r) {
    const RegionCells& region = regions_[r];
    const ionic::ModelInfo& info = region.model->info();
    for (std::size_t i = 0; i < region.nodes.size() && !failure_; ++i) {
      const double value = V[static_cast<std::size_t>(region.nodes[i])];
      if (!(value > info.V_min_mV && value < info.V_max_mV))
        failure_ = Failure{region.nodes[i], -1, value, static_cast<int>(r)};
    }
    for (std::size_t s = 0; s < info.states.size() && !failure_; ++s)
      for (std::size_t i = 0; i < region.nodes.size() && !failure_; ++i)
        if (!std::isfinite(region.states.get(s, i)))
          failure_ = Failure{region.nodes[i], static_cast<int>(s), region.states.get(s, i),
                             static_cast<int>(r)};
  }
}

}  // namespace myowave
