// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "field/session.hpp"
#include "reaction/reaction.hpp"

namespace myowave {
namespace {

/// Whether nodes lie in a shape.
class Place {
 public:
  Place(const Shape& shape, const Mesh& mesh) : shape_(shape) {
    if (std::holds_alternative<Tags>(shape)) tagged_ = mesh.nodes_in(shape);
  }
  bool holds(std::int64_t node, const Point& point) const {
    return tagged_.empty() ? contains(shape_, point) : tagged_[static_cast<std::size_t>(node)];
  }

 private:
  const Shape& shape_;
  std::vector<bool> tagged_;  ///< by global node; empty if the shape is one of points
};

/// The first region that holds the node, -1 if none does.
int region_of(std::int64_t node, const Point& point, const std::vector<Place>& regions) {
  for (std::size_t r = 0; r < regions.size(); ++r)
    if (regions[r].holds(node, point)) return static_cast<int>(r);
  return -1;
}

}  // namespace

NodeSets find_nodes(const Mesh& mesh, const Layout& layout, const std::vector<RegionSettings>& regions,
                    const std::vector<StimulusSettings>& stimuli) {
  NodeSets sets;
  sets.regions.resize(regions.size());
  sets.stimuli.resize(stimuli.size());
  std::vector<Place> region_places, stimulus_places;
  for (const RegionSettings& region : regions) region_places.emplace_back(region.where, mesh);
  for (const StimulusSettings& stimulus : stimuli) stimulus_places.emplace_back(stimulus.where, mesh);
  std::int64_t first_unassigned = -1;
  for (std::int32_t node = 0; node < layout.owned(); ++node) {
    const std::int64_t global = layout.global_node(node);
    if (!mesh.node_is_tissue(global)) continue;
    const Point point = mesh.position(global);
    const int region = region_of(global, point, region_places);
    if (region < 0) {
      ++sets.unassigned;
      if (first_unassigned < 0) first_unassigned = global;
      continue;
    }
    sets.regions[static_cast<std::size_t>(region)].push_back(node);
    for (std::size_t s = 0; s < stimuli.size(); ++s) {
      const bool hit = stimuli[s].region.empty()
                           ? stimulus_places[s].holds(global, point)
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
