// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/restart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "ionic/kernel.hpp"
#include "ionic/registry.hpp"
#include "record/checkpoint.hpp"

namespace myowave {
namespace {

/// Lines of a resolved configuration that must not change in a restart.
std::vector<std::string> fixed_lines(const std::string& resolved) {
  std::vector<std::string> lines;
  std::string section;
  std::istringstream text(resolved);
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("[")) section = line;
    const bool mesh =
        (section == "[mesh]" || section == "[[fibrosis]]") && line.find('=') != std::string::npos;
    const bool region =
        section == "[[region]]" &&
        (line.starts_with("name") || line.starts_with("model") || line.starts_with("where"));
    const bool step = section == "[time]" && line.starts_with("step");
    const bool probe = section == "[[probe]]" && (line.starts_with("name") || line.starts_with("at"));
    const bool maps =
        section == "[output]" && line.find('=') != std::string::npos && !line.starts_with("fields");
    if (mesh || region || step || probe || maps) lines.push_back(section + " " + line);
  }
  return lines;
}

/// Not the name of a state of any model.
constexpr const char* V_before = "V before";

NodeSetView region_set(const Layout& layout, const RegionCells& region, std::size_t index,
                       std::vector<std::int64_t>& globals) {
  globals.clear();
  for (const std::int32_t node : region.nodes) globals.push_back(layout.global_node(node));
  return {fmt::format("region/{}", index), globals};
}

}  // namespace

void write_checkpoint(const std::filesystem::path& file, const Config& config, Problem& problem,
                      const Potential& V, std::int64_t step, double t,
                      const std::vector<Observer*>& observers) {
  CheckpointWriter out(file, problem.layout);
  out.write_text("config", resolved_toml(config));
  out.write_text("instruction_set", ionic::name_of(ionic::instruction_set()));
  out.write_number("time_ms", t);
  out.write_number("step", static_cast<double>(step));
  out.write(out.nodes(), "V", V.values(), "mV");
  std::vector<std::int64_t> globals;
  for (std::size_t r = 0; r < problem.reaction->regions().size(); ++r) {
    const RegionCells& region = problem.reaction->regions()[r];
    const NodeSetView set = region_set(problem.layout, region, r, globals);
    out.begin_set(set);
    const auto states = region.model->info().states;
    std::vector<double> values(region.nodes.size());
    for (std::size_t s = 0; s < states.size(); ++s) {
      for (std::size_t i = 0; i < values.size(); ++i) values[i] = region.states.get(s, i);
      out.write(set, states[s].name, values, states[s].unit);
    }
    if (problem.reaction->adaptive()) out.write(set, V_before, region.V_before, "mV");
  }
  for (const Observer* observer : observers) observer->save(out);
  out.commit();
}

std::int64_t read_checkpoint(const std::filesystem::path& file, Problem& problem, Potential& V,
                             const std::vector<Observer*>& observers) {
  const CheckpointReader in(file, problem.layout);
  if (in.text("instruction_set") != ionic::name_of(ionic::instruction_set()))
    problem.warnings.push_back(fmt::format(
        "the checkpoint was computed with {} kernels, this run with {}: the last digits will differ",
        in.text("instruction_set"), ionic::name_of(ionic::instruction_set())));
  in.read(in.nodes(), "V", V.values());
  std::vector<std::int64_t> globals;
  for (std::size_t r = 0; r < problem.reaction->regions().size(); ++r) {
    RegionCells& region = problem.reaction->regions()[r];
    const NodeSetView set = region_set(problem.layout, region, r, globals);
    const auto states = region.model->info().states;
    std::vector<double> values(region.nodes.size());
    for (std::size_t s = 0; s < states.size(); ++s) {
      in.read(set, states[s].name, values);
      for (std::size_t i = 0; i < values.size(); ++i) region.states.set(s, i, values[i]);
    }
    region.states.pad(values.size());
    if (!problem.reaction->adaptive()) continue;
    if (in.has(set.group + "/" + V_before))
      in.read(set, V_before, region.V_before);
    else  // of a run without quiet steps: all cells count as active in the first step
      std::fill(region.V_before.begin(), region.V_before.end(), std::nan(""));
  }
  for (Observer* observer : observers) observer->restore(in);
  return static_cast<std::int64_t>(in.number("step"));
}

void check_restart(const std::filesystem::path& file, const Config& config) {
  const CheckpointHead head = read_checkpoint_head(file);
  std::vector<Fault> faults;
  const std::vector<std::string> then = fixed_lines(head.config),
                                 now = fixed_lines(resolved_toml(config));
  for (std::size_t i = 0; i < std::max(then.size(), now.size()); ++i) {
    const std::string before = i < then.size() ? then[i] : "nothing",
                      after = i < now.size() ? now[i] : "nothing";
    if (before != after)
      faults.push_back(
          {file.string(), fmt::format("the checkpoint belongs to another run: it has '{}', the "
                                      "configuration has '{}'; mesh, fibrosis, regions, models, probes, "
                                      "the map settings of [output] "
                                      "and time.step must not change in a restart",
                                      before, after)});
  }
  std::vector<std::string> needed = {"nodes/global", "nodes/V", "nodes/map_phase", "step",
                                     "extremes_mV"};
  for (std::size_t r = 0; r < config.regions.size(); ++r)
    for (const ionic::Quantity& state : region_info(config.regions[r]).states)
      needed.push_back(fmt::format("region/{}/{}", r, state.name));
  for (const std::string& name : needed)
    if (faults.empty() &&
        std::find(head.datasets.begin(), head.datasets.end(), name) == head.datasets.end())
      faults.push_back(
          {file.string(),
           fmt::format("the checkpoint has no '{}': it is damaged or of another version", name)});
  if (head.time_ms >= config.time.end - 1e-9)
    faults.push_back({file.string(),
                      fmt::format("the checkpoint is at t = {:g} ms and the run ends at {:g} ms; raise "
                                  "time.end to continue it",
                                  head.time_ms, config.time.end)});
  if (!faults.empty()) throw InputError(std::move(faults));
}

}  // namespace myowave
