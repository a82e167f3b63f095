// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/connection.hpp"

#include <fmt/format.h>

#include "field/session.hpp"
#include "meshes/parts.hpp"

namespace myowave {
namespace {

Parts parts_of(const Problem& problem) {
  if (problem.mesh.is_grid()) return Parts(problem.mesh);
  return Parts(problem.mesh.elements(),
               [&](std::int32_t cell) { return problem.element_diffusivity->conducts(cell); });
}

/// By number of a part, how many of its nodes are stimulated. Collective.
std::vector<double> stimulated_nodes(const Problem& problem, const std::vector<std::int32_t>& part) {
  std::vector<double> mine(part.size()), all(part.size());
  for (const std::vector<std::int32_t>& stimulus : problem.nodes.stimuli)
    for (const std::int32_t local : stimulus) {
      const auto node = static_cast<std::size_t>(problem.layout.global_node(local));
      if (part[node] >= 0) ++mine[static_cast<std::size_t>(part[node])];
    }
  parallel::sum(mine, all);
  return all;
}

}  // namespace

std::string connection_warning(const Problem& problem) {
  if (problem.mesh.is_grid() && !problem.mesh.has_holes()) return "";
  const Parts parts = parts_of(problem);
  if (parts.count() < 2) return "";
  std::string text =
      fmt::format("the tissue falls into {} parts that no current connects", parts.count());
  if (problem.nodes.stimuli.empty()) return text;
  const std::vector<double> stimulated = stimulated_nodes(problem, parts.of_node());
  std::int64_t nodes = 0, unreached = 0;
  for (const std::int32_t part : parts.of_node()) {
    if (part < 0) continue;
    ++nodes;
    unreached += stimulated[static_cast<std::size_t>(part)] == 0.0;
  }
  return text + fmt::format("; {} of its {} nodes lie in parts without a stimulus", unreached, nodes);
}

}  // namespace myowave
