// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/aligned.hpp"
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

/// Values of a parameter at the nodes of a region, in the publication's unit.
struct NodeParameter {
  int parameter;               ///< index in ModelInfo::parameters
  std::vector<double> values;  ///< [nodes]
};

/// The cells of one region: the model and the states of its nodes.
struct RegionCells {
  std::string name;
  std::unique_ptr<ionic::CellModel> model;
  std::vector<std::int32_t> nodes;       ///< local numbers, ascending
  std::vector<std::int32_t> contiguous;  ///< by block: its first node if its nodes are neighbours, or -1
  ionic::CellStates states;              ///< in the order of `nodes`, padded
  std::vector<NodeParameter> varying;    ///< padded as the states
  AlignedVector<double> V_before;        ///< at the start of the last step, in adaptive runs only
  SurrogateSettings surrogate;           ///< without a path if the model is an ionic one
  std::vector<std::uint32_t> fallbacks;  ///< steps that the guard left to the model, padded; or empty
  std::int64_t evaluations = 0;          ///< cell steps of this rank

  /// All fallbacks of this rank.
  std::int64_t fallback_count() const;
};

/// A node at which a number left the range of its model.
struct Failure {
  std::int32_t node;  ///< local
  int state;          ///< index in ModelInfo::states, -1 for V
  double value;
  int region;
};

/// Owns the states of all cells; advances V and states in place, with the stimuli. Knows no geometry
/// beyond the node lists. Calls are local to the rank.
class Reaction {
 public:
  Reaction(const NodeSets& nodes, const std::vector<RegionSettings>& regions,
           const std::vector<StimulusSettings>& stimuli, const ReactionSettings& settings,
           std::vector<std::vector<NodeParameter>> varying = {});

  /// Sets V and the states to each model's initial values; V of nodes in no region to 0.
  void rest(Potential& V);
  /// Replaces when a stimulus is given by one pulse at `start` [ms].
  void reschedule(std::size_t stimulus, double start);
  /// From t to t + dt [ms], in equal sub-steps of at most the settings' step.
  void advance(Potential& V, double t, double dt);

  std::span<RegionCells> regions() { return regions_; }
  std::span<const RegionCells> regions() const { return regions_; }
  /// Set once V of a node is NaN or out of its model's range; the numbers are worthless from then on.
  const std::optional<Failure>& failure() const { return failure_; }
  /// Whether quiet cells take longer steps; then the regions have V_before, empty where a rank has no
  /// node of them.
  bool adaptive() const { return settings_.adaptive(); }
  /// Cell steps taken by this rank.
  std::int64_t cell_steps() const { return cell_steps_; }
  /// Looks at V and every state of every node; sets `failure` at the first that is no finite number or,
  /// for V, out of range. The steps themselves look at V only.
  void check(std::span<const double> V);

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
  /// Of one step of a region.
  struct SubSteps {
    bool adaptive;
    int active, quiet;  ///< how many; quiet in adaptive runs only
  };
  SubSteps sub_steps(const RegionCells& region, double dt) const;
  void advance_region(int region, std::span<double> V, double t, double dt);
  /// Runs of a block's cells that take the same number of sub-steps.
  void step_block(RegionCells& region, const SubSteps& sub_steps, const BlockPulses* pulses,
                  std::size_t first, std::size_t count, double* V, double t, double dt);
  bool fill_stimulus(const BlockPulses& pulses, double t, double dt, std::span<double> stimulus) const;

  std::vector<RegionCells> regions_;
  std::vector<std::vector<BlockPulses>> stimulated_;  ///< by region
  std::vector<StimulusSettings> stimuli_;
  ReactionSettings settings_;
  std::optional<Failure> failure_;
  std::int64_t cell_steps_ = 0;
};

}  // namespace myowave
