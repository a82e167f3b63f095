// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "field/potential.hpp"
#include "reaction/settings.hpp"
#include "tissue/stimulus.hpp"

namespace myowave {

/// Local node lists of the regions and of the stimuli, found from their shapes.
struct NodeSets {
  std::vector<std::vector<std::int32_t>> regions;  ///< ascending local nodes of each region
  std::vector<std::vector<std::int32_t>> stimuli;  ///< ascending local tissue nodes of each stimulus
  std::int64_t unassigned = 0;                     ///< tissue nodes of all ranks in no region
  Point unassigned_at{};                           ///< one of them
};

/// Collective.
NodeSets find_nodes(const Mesh& mesh, const Layout& layout, const std::vector<RegionSettings>& regions,
                    const std::vector<StimulusSettings>& stimuli);

/// The cells of one region: the model and the states of its nodes.
struct RegionCells {
  std::string name;
  std::unique_ptr<ionic::CellModel> model;
  std::vector<std::int32_t> nodes;  ///< local numbers, ascending
  std::size_t stride = 0;           ///< state s of node i at states[s * stride + i]
  std::vector<double> states;

  std::span<double> state(std::size_t s) { return {states.data() + s * stride, nodes.size()}; }
  std::span<const double> state(std::size_t s) const {
    return {states.data() + s * stride, nodes.size()};
  }
};

/// A node at which V left the range of its model.
struct Failure {
  std::int32_t node;  ///< local
  double V;           ///< mV
  std::string region;
};

/// Owns the states of all cells; advances V and states in place, with the stimuli. Knows no geometry
/// beyond the node lists. Calls are local to the rank.
class Reaction {
 public:
  Reaction(const NodeSets& nodes, const std::vector<RegionSettings>& regions,
           const std::vector<StimulusSettings>& stimuli, const ReactionSettings& settings);

  /// Sets V and the states to each model's initial values; V of nodes in no region to 0.
  void rest(Potential& V);
  /// From t to t + dt [ms], in equal sub-steps of at most the settings' step.
  void advance(Potential& V, double t, double dt);

  std::span<RegionCells> regions() { return regions_; }
  std::span<const RegionCells> regions() const { return regions_; }
  /// Set once V of a node is NaN or out of its model's range; the numbers are worthless from then on.
  const std::optional<Failure>& failure() const { return failure_; }
  /// Cell steps taken by this rank.
  std::int64_t cell_steps() const { return cell_steps_; }
  /// The V range check for all nodes, for a failure outside the reaction step.
  void check_range(std::span<const double> V);

 private:
  /// Stimulated cells of one block: position in the block, index of the stimulus.
  struct Pulse {
    std::int32_t position;
    std::int32_t stimulus;
  };
  struct BlockPulses {
    std::size_t block;
    std::vector<Pulse> pulses;
  };

  /// Where the stimuli, given by their nodes, lie in the blocks of a region; ascending blocks.
  static std::vector<BlockPulses> find_pulses(const RegionCells& cells,
                                              const std::vector<std::vector<std::int32_t>>& stimuli);
  void advance_region(RegionCells& region, const std::vector<BlockPulses>& stimulated,
                      std::span<double> V, double t, double dt, int substeps);
  bool fill_stimulus(const BlockPulses& pulses, double t, double dt, std::span<double> stimulus) const;

  std::vector<RegionCells> regions_;
  std::vector<std::vector<BlockPulses>> stimulated_;  ///< by region
  std::vector<StimulusSettings> stimuli_;
  double step_;
  std::optional<Failure> failure_;
  std::int64_t cell_steps_ = 0;
};

}  // namespace myowave
