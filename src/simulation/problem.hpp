// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "config/config.hpp"
#include "diffusion/diffusion.hpp"
#include "field/layout.hpp"
#include "meshes/mesh.hpp"
#include "reaction/reaction.hpp"
#include "record/observers.hpp"
#include "simulation/load_mesh.hpp"
#include "tissue/element_diffusivity.hpp"
#include "tissue/tissue.hpp"

namespace myowave {

/// The parts of a tissue simulation, built from a configuration and ready to step. Building them is the
/// second half of checking the input. Collective.
struct Problem {
  /// Throws InputError, on all ranks, with every fault that needs the mesh to be seen: tissue in no
  /// region, a stimulus that hits no node, a probe outside, an unstable explicit step.
  explicit Problem(const Config& config);

  std::vector<std::string> warnings;
  MeshNotes mesh_notes;  ///< its warnings are among those above
  Mesh mesh;
  Layout layout;
  Tissue tissue;
  NodeSets nodes;
  std::unique_ptr<const ElementDiffusivity> element_diffusivity;  ///< null on a grid
  std::unique_ptr<DiffusionOperator> diffusion_operator;
  std::unique_ptr<Diffusion> diffusion;
  std::vector<PlacedProbe> probes;
  std::unique_ptr<Reaction> reaction;

  /// Local numbers of the nodes that are tissue, ascending.
  std::vector<std::int32_t> tissue_nodes() const;
  /// Tissue nodes of all ranks.
  std::int64_t cell_count() const { return cell_count_; }

 private:
  void check_regions(const Config& config, std::vector<Fault>& faults);
  void check_stimuli(const Config& config, std::vector<Fault>& faults);
  void place_probes(const Config& config, std::vector<Fault>& faults);
  void check_waves(const Config& config, std::vector<Fault>& faults) const;
  void choose_diffusion(const Config& config, std::vector<Fault>& faults);

  std::int64_t cell_count_ = 0;
};

/// "201 x 71 x 31 = 442401 nodes, 442401 tissue nodes", or the counts of elements.
std::string mesh_text(const Problem& problem);

/// What to say of the failure that a rank has met by time t [ms]: the number, the node and its place,
/// the region and the likely causes. Collective; some rank's reaction must have failed.
std::string failure_text(const Config& config, const Problem& problem, double t);

}  // namespace myowave
