// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/structure_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace myowave::schema {
namespace {

constexpr const char* take_elements = "set solver.discretisation = \"fe\"";

void add(const Config& config, const Context& context, const std::string& key,
         const std::string& message) {
  context.faults.push_back(config.fault(key, message));
}

/// Tags are those of elements.
void check_tags(const Config& config, const Context& context) {
  auto check = [&](const Shape& shape, const std::string& key) {
    if (!config.has_elements() && std::holds_alternative<Tags>(shape))
      add(config, context, key,
          fmt::format("only elements have tags; give a box, a sphere or a wall, or {}", take_elements));
  };
  for (std::size_t r = 0; r < config.regions.size(); ++r)
    check(config.regions[r].where, fmt::format("region.{}.where", r));
  for (std::size_t s = 0; s < config.stimuli.size(); ++s)
    check(config.stimuli[s].where, fmt::format("stimulus.{}.where", s));
  for (std::size_t f = 0; f < config.fibrosis.size(); ++f)
    check(config.fibrosis[f].where, fmt::format("fibrosis.{}.where", f));
  if (config.mesh.kind != MeshKind::file &&
      std::any_of(config.mesh.holes.begin(), config.mesh.holes.end(),
                  [](const Shape& hole) { return std::holds_alternative<Tags>(hole); }))
    add(config, context, "mesh.holes",
        "only the elements of a mesh from a file have tags here; give a box, a sphere or a wall");
}

void check_fibrosis(const Config& config, const Context& context) {
  for (std::size_t f = 0; f < config.fibrosis.size(); ++f) {
    const FibrosisSettings& fibrosis = config.fibrosis[f];
    if (fibrosis.tag && !config.has_elements())
      add(config, context, fmt::format("fibrosis.{}.tag", f),
          fmt::format("only elements have tags; leave it out, so that the cells become holes, or {}",
                      take_elements));
    const std::size_t count = fibrosis.lengths.size();
    const auto axes = static_cast<std::size_t>(dimension_of(config.mesh.kind));
    if (count > 1 && count != axes)
      add(config, context, fmt::format("fibrosis.{}.length", f),
          fmt::format("give one length or {}, one per axis; these are {}", axes, count));
  }
}

/// A conductivity across fibre and sheet needs sheets.
void check_normal(const Config& config, const Context& context, const std::string& key) {
  if (config.tissue.rule) return;
  if (config.mesh.kind != MeshKind::file)
    add(config, context, key + ".normal",
        "it needs sheets, of a mesh from a file or of fibres by a rule; leave it out");
  else if (!config.tissue.fibre_of_mesh)
    add(config, context, "tissue.fibre",
        "with a conductivity across the sheets, fibres come from the mesh too; leave it out");
}

void check_conductivities(const Config& config, const Context& context) {
  if (config.tissue.normal > 0.0) check_normal(config, context, "tissue.conductivity");
  for (std::size_t r = 0; r < config.regions.size(); ++r) {
    if (!config.regions[r].conductivity) continue;
    const std::string key = fmt::format("region.{}.conductivity", r);
    if (!config.has_elements())
      return add(
          config, context, key,
          fmt::format("finite differences have one conductivity for the whole grid; {}", take_elements));
    if (config.regions[r].conductivity->normal) check_normal(config, context, key);
  }
}

void check_rule(const Config& config, const Context& context) {
  if (!config.tissue.rule) return;
  if (config.mesh.kind == MeshKind::cable || config.mesh.kind == MeshKind::sheet)
    add(config, context, "tissue.fibre",
        "fibres turn along an axis of a volume; take a slab or a mesh from a file");
  else if (!config.has_elements())
    add(config, context, "tissue.fibre",
        fmt::format("finite differences have one fibre direction for the whole grid; {}",
                    take_elements));
}

}  // namespace

void check_structure(const Config& config, const Context& context) {
  check_tags(config, context);
  check_fibrosis(config, context);
  check_conductivities(config, context);
  check_rule(config, context);
}

}  // namespace myowave::schema
