// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "field/session.hpp"
#include "reaction/reaction.hpp"

namespace myowave {
namespace {

/// The first region whose shape holds the point, -1 if none does.
int region_at(const Point& point, const std::vector<RegionSettings>& regions) {
  for (std::size_t r = 0; r < regions.size(); ++r)
    if (contains(regions[r].where, point)) return static_cast<int>(r);
  return -1;
}

}  // namespace

NodeSets find_nodes(const Mesh& mesh, const Layout& layout, const std::vector<RegionSettings>& regions,
                    const std::vector<StimulusSettings>& stimuli) {
  NodeSets sets;
  sets.regions.resize(regions.size());
  sets.stimuli.resize(stimuli.size());
  std::int64_t first_unassigned = -1;
  for (std::int32_t node = 0; node < layout.owned(); ++node) {
    const std::int64_t global = layout.global_node(node);
    if (!mesh.node_is_tissue(global)) continue;
    const Point point = mesh.position(global);
    const int region = region_at(point, regions);
    if (region < 0) {
      ++sets.unassigned;
      if (first_unassigned < 0) first_unassigned = global;
      continue;
    }
    sets.regions[static_cast<std::size_t>(region)].push_back(node);
    for (std::size_t s = 0; s < stimuli.size(); ++s) {
      const bool hit = stimuli[s].region.empty()
                           ? contains(stimuli[s].where, point)
                           : stimuli[s].region == regions[static_cast<std::size_t>(region)].name;
      if (hit) sets.stimuli[s].push_back(node);
    }
  }
  sets.unassigned = parallel::sum(sets.unassigned);
  const std::int64_t at = parallel::max(first_unassigned);
  if (at >= 0) sets.unassigned_at = mesh.position(at);
  return sets;
}

}  // namespace myowave
