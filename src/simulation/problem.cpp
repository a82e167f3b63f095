// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/problem.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/units.hpp"
#include "field/session.hpp"
#include "simulation/connection.hpp"
#include "simulation/make_operator.hpp"
#include "simulation/node_parameters.hpp"

namespace myowave {
namespace {

std::string point_text(const Point& point, int dimension) {
  std::string text;
  for (std::size_t a = 0; a < static_cast<std::size_t>(dimension); ++a)
    text += (a ? ", " : "") + fmt::format("{:g}", point[a]);
  return fmt::format("({}) mm", text);
}

/// Why nothing of the mesh lies in a shape.
std::string missed_text(const Shape& shape, const Mesh& mesh) {
  if (!std::holds_alternative<Tags>(shape) || mesh.is_grid())
    return fmt::format("the mesh reaches from {} to {}", point_text(mesh.low(), mesh.space_dimension()),
                       point_text(mesh.high(), mesh.space_dimension()));
  std::set<std::int32_t> tags;
  for (std::int32_t cell = 0; cell < mesh.elements().cell_count(); ++cell)
    tags.insert(mesh.elements().region(cell));
  return fmt::format("the elements of the mesh have the tags {}", fmt::join(tags, ", "));
}

}  // namespace

Problem::Problem(const Config& config)
    : mesh(load_mesh(config, mesh_notes)),
      layout(mesh),
      tissue(config.tissue),
      nodes(find_nodes(mesh, layout, config.regions, config.stimuli)),
      element_diffusivity(make_diffusivity(config, mesh)),
      diffusion_operator(make_operator(config, mesh, layout, tissue, element_diffusivity.get())) {
  mesh.check();
  warnings = mesh_notes.warnings;
  std::vector<Fault> faults;
  check_regions(config, faults);
  check_stimuli(config, faults);
  place_probes(config, faults);
  check_waves(config, faults);
  choose_diffusion(config, faults);
  if (const std::string warning = connection_warning(*this); !warning.empty())
    warnings.push_back(warning);
  auto varying = node_parameters(config, mesh, layout, nodes, faults);
  // Files are read on every rank: what one could not read stops all.
  if (parallel::any(!faults.empty())) {
    if (faults.empty()) faults.push_back({"", "another rank could not read its input"});
    throw InputError(std::move(faults));
  }
  reaction = std::make_unique<Reaction>(nodes, config.regions, config.stimuli, config.reaction,
                                        std::move(varying));
}

void Problem::check_regions(const Config& config, std::vector<Fault>& faults) {
  if (nodes.unassigned > 0)
    faults.push_back(config.fault(
        fmt::format("region.{}", config.regions.size() - 1),
        fmt::format(
            "{} tissue nodes lie in no region, one of them at {}; let the last [[region]] leave out "
            "'where'",
            nodes.unassigned, point_text(nodes.unassigned_at, mesh.space_dimension()))));
  std::int64_t all = 0;
  for (std::size_t r = 0; r < config.regions.size(); ++r) {
    const std::int64_t count = parallel::sum(static_cast<std::int64_t>(nodes.regions[r].size()));
    all += count;
    if (count == 0)
      faults.push_back(config.fault(
          fmt::format("region.{}", r),
          std::holds_alternative<Tags>(config.regions[r].where)
              ? fmt::format(
                    "region '{}' has no node: no element has its tag or earlier regions take all its "
                    "nodes; {}",
                    config.regions[r].name, missed_text(config.regions[r].where, mesh))
              : fmt::format("region '{}' has no node: its shape lies outside the mesh ({} to {}) or "
                            "earlier regions take all its nodes",
                            config.regions[r].name, point_text(mesh.low(), mesh.space_dimension()),
                            point_text(mesh.high(), mesh.space_dimension()))));
  }
  cell_count_ = all;
  for (const RegionSettings& region : config.regions)
    for (std::string& warning : cell_warnings(region, config.reaction))
      warnings.push_back(std::move(warning));
}

void Problem::check_stimuli(const Config& config, std::vector<Fault>& faults) {
  for (std::size_t s = 0; s < config.stimuli.size(); ++s) {
    const StimulusSettings& stimulus = config.stimuli[s];
    if (parallel::sum(static_cast<std::int64_t>(nodes.stimuli[s].size())) == 0)
      faults.push_back(config.fault(fmt::format("stimulus.{}.where", s),
                                    fmt::format("stimulus '{}' hits no node; {}", stimulus.name,
                                                missed_text(stimulus.where, mesh))));
    if (stimulus.start >= config.time.end)
      warnings.push_back(fmt::format("stimulus '{}' starts at {} ms, after the end of the run",
                                     stimulus.name, stimulus.start));
    if (stimulus.amplitude < 0.0)
      warnings.push_back(fmt::format("stimulus '{}' is negative: it hyperpolarises", stimulus.name));
  }
}

void Problem::place_probes(const Config& config, std::vector<Fault>& faults) {
  for (std::size_t p = 0; p < config.probes.size(); ++p) {
    const ProbeSettings& probe = config.probes[p];
    const std::int64_t node = mesh.nearest_node(probe.at);
    if (node < 0 || !mesh.node_is_tissue(node))
      faults.push_back(config.fault(
          fmt::format("probe.{}.at", p),
          node < 0 ? fmt::format(
                         "probe '{}' lies outside the mesh{}, which reaches from {} to {}", probe.name,
                         config.mesh.holes.empty() && config.fibrosis.empty() ? "" : " or in a hole",
                         point_text(mesh.low(), mesh.space_dimension()),
                         point_text(mesh.high(), mesh.space_dimension()))
                   : fmt::format("probe '{}' lies in a hole of the tissue", probe.name)));
    else
      probes.push_back({probe, node, mesh.position(node)});
  }
}

/// Where waves turn there must be room for it. The configuration knows that of cables that are grids.
void Problem::check_waves(const Config& config, std::vector<Fault>& faults) const {
  const bool start = config.start.period > 0.0 && config.purpose != Purpose::restitution;
  if (mesh.dimension() == 1 && config.mesh.kind == MeshKind::file) {
    if (start) faults.push_back(config.fault("start.spiral", "waves do not turn on a cable"));
    if (config.output.tips.every > 0.0)
      faults.push_back(config.fault("output.tips", "waves do not turn on a cable; leave it out"));
    return;
  }
  for (std::size_t a = 0; start && a < 3; ++a) {
    const double low = mesh.low()[a], high = mesh.high()[a], at = config.start.centre[a];
    // Along the axis, or where the mesh is flat, the place does not matter.
    if (std::abs(config.start.axis[a]) == 1.0 || low == high || (at >= low && at <= high)) continue;
    faults.push_back(config.fault(
        "start.spiral.centre",
        fmt::format("it lies outside the mesh or lacks a coordinate along {}; the mesh reaches from {} "
                    "to {}",
                    "xyz"[a], point_text(mesh.low(), mesh.space_dimension()),
                    point_text(mesh.high(), mesh.space_dimension()))));
    return;
  }
}

void Problem::choose_diffusion(const Config& config, std::vector<Fault>& faults) {
  try {
    DiffusionSettings settings = config.diffusion;
    if (config.reaction.precision == ionic::Precision::mixed) settings.increments = Increments::floats;
    diffusion = make_diffusion(*diffusion_operator, settings, config.time.step);
  } catch (const InputError& error) {
    faults.push_back(config.fault("time.step", error.faults().front().message));
  }
}

std::vector<std::int32_t> Problem::tissue_nodes() const {
  std::vector<std::int32_t> all;
  for (const std::vector<std::int32_t>& region : nodes.regions)
    all.insert(all.end(), region.begin(), region.end());
  std::sort(all.begin(), all.end());
  return all;
}

std::string mesh_text(const Problem& problem) {
  const Mesh& mesh = problem.mesh;
  if (mesh.is_grid()) {
    const std::array<int, 3>& n = mesh.grid().nodes;
    return fmt::format("{} x {} x {} = {} nodes, {} tissue nodes", n[0], n[1], n[2], mesh.node_count(),
                       problem.cell_count());
  }
  return fmt::format("{} nodes, {} elements of {} dimension{}", mesh.node_count(),
                     mesh.elements().cell_count(), mesh.dimension(), mesh.dimension() > 1 ? "s" : "");
}

std::string failure_text(const Config& config, const Problem& problem, double t) {
  const std::optional<Failure>& failure = problem.reaction->failure();
  const int from = parallel::rank_of_min(failure ? 0.0 : 1.0);
  std::int64_t node = failure ? problem.layout.global_node(failure->node) : 0;
  std::int64_t region = failure ? failure->region : 0, state = failure ? failure->state : -1;
  double value = failure ? failure->value : 0.0;
  parallel::broadcast(&node, 1, from);
  parallel::broadcast(&region, 1, from);
  parallel::broadcast(&state, 1, from);
  parallel::broadcast(&value, 1, from);
  const Point at = problem.mesh.position(node);
  const Reaction& reaction = *problem.reaction;
  const RegionCells& cells = reaction.regions()[static_cast<std::size_t>(region)];
  const ionic::ModelInfo& info = cells.model->info();
  const std::string what =
      state < 0
          ? fmt::format("V = {:g} mV", value)
          : fmt::format("state {} = {:g}", info.states[static_cast<std::size_t>(state)].name, value);
  return fmt::format(
      "the computation failed: {} at t = {:g} ms, node {} at ({:g}, {:g}, {:g}) mm, region '{}' ({}). "
      "Likely causes: reaction.step = {:g} ms or time.step = {:g} ms is too large for the model, or a "
      "stimulus is far too strong.",
      what, t, node, at[0], at[1], at[2], cells.name, info.name, config.reaction.step, config.time.step);
}

}  // namespace myowave
