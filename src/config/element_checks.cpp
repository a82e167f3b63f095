// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/element_checks.hpp"

#include <fmt/format.h>

#include "config/structure_checks.hpp"

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
  check_structure(config, context);
}

}  // namespace myowave::schema
