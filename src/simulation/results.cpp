// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/results.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "base/version.hpp"
#include "field/session.hpp"
#include "ionic/kernel.hpp"
#include "record/run_folder.hpp"
#include "simulation/fallbacks.hpp"

namespace myowave {
namespace {

using Json = nlohmann::ordered_json;  // NaN is written as null

Json probe_results(const ProbeObserver& observer, int dimension) {
  Json all = Json::object();
  for (std::size_t p = 0; p < observer.probes().size(); ++p) {
    const PlacedProbe& probe = observer.probes()[p];
    const std::vector<double>& levels = observer.beats().settings().levels;
    Json activation = Json::array(), apd = Json::array();
    std::vector<Json> by_level(levels.size(), Json::array());
    for (std::size_t b = 0; b < observer.beats().beats(); ++b) {
      const double t = observer.beats().activation(b)[p];
      if (std::isnan(t)) break;
      activation.push_back(t);
      apd.push_back(observer.beats().apd(b)[p]);
      for (std::size_t l = 0; l < levels.size(); ++l)
        by_level[l].push_back(observer.beats().apd(b, l)[p]);
    }
    Json position = Json::array();
    for (std::size_t a = 0; a < static_cast<std::size_t>(dimension); ++a)
      position.push_back(probe.position[a]);
    all[probe.settings.name] = {{"node", probe.node},
                                {"position_mm", position},
                                {"activation_ms", activation},
                                {"apd_ms", apd},
                                {"V_mV", observer.values()[p]}};
    // `apd_ms` is at the highest level.
    for (std::size_t l = 0; levels.size() > 1 && l < levels.size(); ++l)
      all[probe.settings.name][fmt::format("apd{:g}_ms", levels[l])] = by_level[l];
  }
  return all;
}

Json tip_results(const TipObserver& tips) {
  Json all = Json::array();
  for (std::size_t id = 0; id < tips.trajectories().size(); ++id) {
    const Trajectory& each = tips.trajectories()[id];
    all.push_back({{"id", id + 1},
                   {"layer", each.layer},
                   {"charge", each.charge},
                   {"birth_ms", each.birth()},
                   {"death_ms", each.alive ? Json() : Json(each.death())},
                   {"lifetime_ms", each.lifetime()}});
  }
  Json json = {{"most_at_once", tips.most_at_once()}, {"trajectories", all}};
  if (tips.has_filaments())
    json["filaments"] = {{"most_at_once", tips.most_filaments()},
                         {"longest_mm", tips.longest_filament()}};
  return json;
}

/// What the regions compute in: a model without gates takes double where mixed is asked for.
const char* precision_of(const Reaction& reaction) {
  for (const RegionCells& region : reaction.regions())
    if (region.model->precision() == ionic::Precision::mixed) return "mixed";
  return "double";
}

/// Time of a phase summed over the ranks.
double summed(const Timer& timer) { return parallel::sum(timer.seconds()); }

}  // namespace

void write_results(const std::filesystem::path& folder, const Config& config, const Problem& problem,
                   const RunRecord& run, const PhaseTimers& timers, const MapObserver& maps,
                   const ProbeObserver& probes, const ExtremesObserver& extremes,
                   const TipObserver& tips) {
  const double ranks = parallel::size();
  const double reaction = summed(timers.reaction), diffusion = summed(timers.diffusion);
  const double node_steps =
      static_cast<double>(problem.layout.global_size()) * static_cast<double>(run.steps);
  Json json;
  json["status"] = run.status;
  if (!run.message.empty()) json["message"] = run.message;
  json["version"] = version;
  json["commit"] = commit;
  json["command"] = run.command;
  json["ranks"] = parallel::size();
  json["precision"] = precision_of(*problem.reaction);
  json["instruction_set"] = ionic::name_of(ionic::instruction_set());
  json["mesh"] = {{"nodes", problem.layout.global_size()}, {"tissue_nodes", problem.cell_count()}};
  json["time"] = {{"steps", run.steps}, {"reached_ms", run.time_ms}};
  json["diffusion"] = {{"method", problem.diffusion->description()},
                       {"iterations", problem.diffusion->iterations()}};
  json["timing"] = {{"total_s", timers.total.seconds()},
                    {"setup_s", summed(timers.setup) / ranks},
                    {"reaction_s", reaction / ranks},
                    {"diffusion_s", diffusion / ranks},
                    {"output_s", summed(timers.output) / ranks}};
  json["performance"] = {{"cell_steps", run.cell_steps},
                         {"cell_steps_per_s", run.cell_steps / timers.total.seconds()},
                         {"reaction_ns_per_cell_step", 1e9 * reaction / run.cell_steps},
                         {"diffusion_ns_per_node_step", 1e9 * diffusion / node_steps}};
  json["results"] = {{"V", {{"min_mV", extremes.lowest()}, {"max_mV", extremes.highest()}}},
                     {"activated_fraction", maps.activated_fraction()},
                     {"last_activation_ms", maps.last_activation()},
                     {"probes", probe_results(probes, problem.mesh.space_dimension())}};
  const Json surrogate = Json::parse(surrogate_results(surrogate_uses(*problem.reaction)));
  if (!surrogate.empty()) json["results"]["surrogate"] = surrogate;
  if (config.output.tips.every > 0.0) json["results"]["singularities"] = tip_results(tips);
  json["config"] = resolved_toml(config);
  on_first_rank([&] { write_atomically(folder / "run.json", json.dump(2) + "\n"); });
}

std::string singularities_json(const TipObserver& tips) { return tip_results(tips).dump(); }

}  // namespace myowave
