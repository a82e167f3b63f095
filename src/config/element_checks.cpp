// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/element_checks.hpp"

#include <fmt/format.h>

namespace myowave::schema {

void check_elements(const Config& config, const Context& context) {
  auto fault = [&](const std::string& key, const std::string& message) {
    context.faults.push_back(config.fault(key, message));
  };
  const bool file = config.mesh.kind == MeshKind::file;
  if (file && config.diffusion.discretisation == Discretisation::finite_differences)
    fault("solver.discretisation", "finite differences need a grid; leave it out or take \"fe\"");
  if (!config.has_elements() && config.diffusion.consistent_share > 0.0)
    fault("solver.mass",
          "finite differences have no mass to choose; set solver.discretisation = \"fe\"");
  if (!file && config.tissue.normal > 0.0)
    fault("tissue.conductivity.normal", "it needs a mesh from a file with sheets; leave it out");
  if (file && config.tissue.normal > 0.0 && !config.tissue.fibre_of_mesh)
    fault("tissue.fibre",
          "with a conductivity across the sheets, fibres come from the mesh too; leave it out");
  auto check_tag = [&](const Shape& shape, const std::string& key) {
    if (!file && std::holds_alternative<Tags>(shape))
      fault(key, "only a mesh from a file has tags; give a box or a sphere");
  };
  for (std::size_t r = 0; r < config.regions.size(); ++r)
    check_tag(config.regions[r].where, fmt::format("region.{}.where", r));
  for (std::size_t s = 0; s < config.stimuli.size(); ++s)
    check_tag(config.stimuli[s].where, fmt::format("stimulus.{}.where", s));
}

}  // namespace myowave::schema
