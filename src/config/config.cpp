// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "base/text.hpp"
#include "base/units.hpp"
#include "config/dataset.hpp"
#include "config/element_checks.hpp"
#include "config/keys.hpp"
#include "config/restitution.hpp"
#include "config/surrogate_keys.hpp"
#include "ionic/registry.hpp"
#include "surrogates/surrogate_model.hpp"

namespace myowave {
namespace {

using namespace schema;

const std::vector<std::string>& section_names() {
  static const std::vector<std::string> names = {
      "title", "mesh",       "tissue",   "fibrosis", "region",      "stimulus",
      "time",  "solver",     "reaction", "output",   "probe",       "electrode",
      "start", "checkpoint", "pacing",   "batch",    "restitution", "dataset"};
  return names;
}

/// Reads one section; `required` sections that are missing are a fault.
template <class S>
void read_section(const Node& document, const std::string& name, const Keys<S>& keys, S& settings,
                  bool required, const Context& context) {
  if (const Node* section = document.find(name)) {
    context.places[name] = section->where;
    read_keys(*section, name, keys, settings, context);
  } else if (required && !is_misspelt(document, name, section_names())) {
    context.faults.push_back({document.where, fmt::format("the section [{}] is missing", name)});
  }
}

/// Reads an array of tables.
template <class S>
void read_list(const Node& document, const std::string& name, const Keys<S>& keys, std::vector<S>& list,
               const Context& context) {
  const Node* section = document.find(name);
  if (!section) return;
  if (!section->array()) {
    context.fault(
        *section, name,
        section->where.starts_with("--set")
            ? fmt::format("must be a list: write [[{}]] in the file, then --set its keys", name)
            : fmt::format("must be a list: write [[{}]]", name));
    return;
  }
  std::set<std::string> names;
  for (const Node& entry : *section->array()) {
    S settings;
    const std::string path = fmt::format("{}.{}", name, list.size());
    context.places[path] = entry.where;
    read_keys(entry, path, keys, settings, context);
    if (!settings.name.empty() && !names.insert(settings.name).second)
      context.fault(entry, path,
                    fmt::format("the name '{}' is taken by an earlier [[{}]]", settings.name, name));
    list.push_back(std::move(settings));
  }
}

/// uA/uF from the amplitude's own reference.
double membrane_amplitude(const StimulusEntry& entry, const TissueSettings& tissue) {
  using Per = StimulusEntry::Per;
  if (entry.per == Per::volume) return entry.amplitude / (tissue.surface_to_volume * tissue.capacitance);
  if (entry.per == Per::membrane_area) return entry.amplitude / tissue.capacitance;
  return entry.amplitude;
}

void read_stimuli(const Node& document, Config& config, const Context& context) {
  std::vector<StimulusEntry> entries;
  read_list(document, "stimulus", stimulus_keys(), entries, context);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    StimulusEntry& entry = entries[i];
    entry.amplitude = membrane_amplitude(entry, config.tissue);
    const std::string path = fmt::format("stimulus.{}", i);
    if (entry.pulses > 1 && entry.period == 0.0)
      context.faults.push_back(
          config.fault(path + ".count", "a train needs a period, for example period = \"1000 ms\""));
    if (entry.period > 0.0 && entry.period < entry.duration)
      context.faults.push_back(config.fault(
          path + ".period",
          fmt::format("{} is shorter than the pulse ({})", format_quantity(entry.period, "ms"),
                      format_quantity(entry.duration, "ms"))));
    const double room = config.time.end - entry.start;
    entry.count =
        entry.pulses > 0 ? entry.pulses
        : entry.period > 0.0
            ? std::max(1, static_cast<int>(std::min(1e9, std::ceil(room / entry.period - 1e-9))))
            : 1;
    entry.fills_run = entry.pulses == 0 && entry.period > 0.0;
    config.stimuli.push_back(entry);
  }
}

/// The largest step that every model allows.
double largest_reaction_step(const Config& config) {
  double largest = 0.05;
  for (const RegionSettings& region : config.regions)
    largest = std::min(largest, ionic::find_model(region.cell.model).info->step_max_ms);
  return largest;
}

/// The largest divisor of the splitting step that every model allows.
double default_reaction_step(double step, double largest) {
  return step / std::max(1.0, std::ceil(step / largest - 1e-9));
}

void resolve_reaction(Config& config, const Context& context) {
  ReactionSettings& reaction = config.reaction;
  const double step = config.time.step;
  const double preset = default_reaction_step(step, largest_reaction_step(config));
  if (reaction.step == 0.0) reaction.step = preset;
  const double ratio = step / reaction.step;
  if (ratio < 1.0 - 1e-9 || std::abs(ratio - std::round(ratio)) > 1e-6)
    context.faults.push_back(config.fault(
        "reaction.step",
        fmt::format("{} does not divide time.step = {}; take {} or {} divided by an integer",
                    format_quantity(reaction.step, "ms"), format_quantity(step, "ms"),
                    format_quantity(preset, "ms"), format_quantity(step, "ms"))));
  if (reaction.quiet_step > 0.0 && config.splitting == Splitting::strang)
    context.faults.push_back(config.fault(
        "reaction.quiet_step",
        "quiet cells are found from the change of V over a whole splitting step, which strang "
        "cuts in two; take solver.splitting = \"godunov\" or leave quiet_step out"));
  if (reaction.quiet_step > 0.0 &&
      (reaction.quiet_step < reaction.step * (1.0 - 1e-9) || reaction.quiet_step > step * (1.0 + 1e-9)))
    context.faults.push_back(
        config.fault("reaction.quiet_step",
                     fmt::format("{} is not between reaction.step = {} and time.step = {}",
                                 format_quantity(reaction.quiet_step, "ms"),
                                 format_quantity(reaction.step, "ms"), format_quantity(step, "ms"))));
}

/// `restitution` works out the end by itself; every other run of tissue must be told.
void require_end(const Node& section, const Context& context) {
  const std::vector<std::string> names = {"end", "step"};
  if (section.table() && !section.find("end") && !is_misspelt(section, "end", names))
    context.fault(section, "time",
                  "the key 'end' is missing (simulated time); write for example end = \"60 ms\"");
}

void check_time(const Config& config, const Context& context) {
  const double steps = config.time.end / config.time.step;
  if (config.time.step > config.time.end * (1.0 + 1e-9))
    context.faults.push_back(config.fault(
        "time.step",
        fmt::format("{} is longer than time.end = {}; take a shorter step or a "
                    "later end",
                    format_quantity(config.time.step, "ms"), format_quantity(config.time.end, "ms"))));
  else if (std::abs(steps - std::round(steps)) > 1e-6 * std::max(1.0, steps / 1e6))
    context.faults.push_back(config.fault(
        "time.end",
        fmt::format("{} is no multiple of time.step = {}; take {}",
                    format_quantity(config.time.end, "ms"), format_quantity(config.time.step, "ms"),
                    fmt::format("{:.10g} ms", std::ceil(steps) * config.time.step))));
}

/// Names that head columns of CSV files.
void check_probe_names(const Config& config, const Context& context) {
  auto check = [&](const std::string& name, const std::string& key, const char* file) {
    if (name.find_first_of(",\"\n\r") != std::string::npos)
      context.faults.push_back(config.fault(
          key,
          fmt::format("the name heads a column of {}; leave out commas, quotes and line ends", file)));
  };
  for (std::size_t p = 0; p < config.probes.size(); ++p)
    check(config.probes[p].name, fmt::format("probe.{}.name", p), "probes.csv");
  for (std::size_t e = 0; e < config.electrodes.size(); ++e)
    check(config.electrodes[e].name, fmt::format("electrode.{}.name", e), "ecg.csv");
}

/// Waves turn in the plane; whether the mesh has one, and the place to turn, is looked at with it.
void check_waves(const Config& config, const Context& context) {
  if (config.start.period > 0.0 && config.purpose != Purpose::restitution) {
    if (config.mesh.kind == MeshKind::cable)
      context.faults.push_back(
          config.fault("start.spiral", "waves do not turn on a cable; take a sheet or a slab"));
    if (config.pacing.duration >= config.start.period)
      context.faults.push_back(config.fault(
          "start.spiral.period", fmt::format("{} is not longer than the pulse ({}, pacing.duration)",
                                             format_quantity(config.start.period, "ms"),
                                             format_quantity(config.pacing.duration, "ms"))));
  }
  if (config.output.tips.every > 0.0 && config.mesh.kind == MeshKind::cable)
    context.faults.push_back(
        config.fault("output.tips", "waves do not turn on a cable; look for tips on sheets and slabs"));
}

void check_pacing(const Config& config, const Context& context) {
  if (config.pacing.duration > config.pacing.bcl)
    context.faults.push_back(config.fault(
        "pacing.duration",
        fmt::format("{} is longer than the cycle ({})", format_quantity(config.pacing.duration, "ms"),
                    format_quantity(config.pacing.bcl, "ms"))));
}

/// Paths in a file are relative to its folder, wherever the program is called.
void resolve_paths(Config& config, const std::filesystem::path& folder) {
  auto resolve = [&](std::string& path) {
    path = std::filesystem::absolute(folder / path).lexically_normal().string();
  };
  if (!config.batch.cases.empty()) resolve(config.batch.cases);
  if (!config.mesh.path.empty()) resolve(config.mesh.path);
  for (RegionSettings& region : config.regions) {
    if (ionic::is_shared_object(region.cell.model)) resolve(region.cell.model);
    if (!region.state_file.empty()) resolve(region.state_file);
    if (!region.surrogate.path.empty()) resolve(region.surrogate.path);
    for (ParameterField& field : region.fields)
      if (!field.file.empty()) resolve(field.file);
  }
}

/// The states of a file that `myowave cell` has written for the same model.
void read_state_file(RegionSettings& region, const std::string& key, const Config& config,
                     const Context& context) {
  auto fault = [&](const std::string& message) {
    context.faults.push_back(config.fault(key, region.state_file + ": " + message));
  };
  Node document;
  try {
    document = read_document(region.state_file);
  } catch (const InputError& error) {
    return fault(error.faults().front().message);
  }
  const Node* model = document.find("model");
  const Node* states = document.find("state");
  if (!model || !model->string() || !states || !states->table())
    return fault("this is no state file; write one with `myowave cell`");
  const ionic::ModelInfo& info = region_info(region);
  const std::string wanted = info.name;
  if (*model->string() != wanted)
    return fault(fmt::format("these are states of {}, the region has {}", *model->string(), wanted));
  for (const auto& [name, value] : *states->table())
    region.cell.initial_state[name] = value.string() ? *value.string() : value.text();
  if (!states->find("V")) fault("the state 'V' is missing");
  for (const ionic::Quantity& state : info.states)
    if (!states->find(state.name)) fault(fmt::format("the state '{}' is missing", state.name));
}

/// What a field says must fit the parameter.
void check_field(const ParameterField& field, const std::string& path, const RegionSettings& region,
                 const Config& config, const Context& context) {
  const std::string key =
      fmt::format("{}.{}.{}", path, field.scale ? "scale" : "parameters", field.parameter);
  const ionic::ModelInfo& info = region_info(region);
  std::vector<std::string> names;
  const ionic::Quantity* parameter = nullptr;
  for (const ionic::Quantity& each : info.parameters) {
    names.emplace_back(each.name);
    if (field.parameter == each.name) parameter = &each;
  }
  if (!parameter) {
    context.faults.push_back(config.fault(
        key, fmt::format("{} has no parameter '{}'{}; it has: {}", info.name, field.parameter,
                         suggestion(field.parameter, names), list_of(names))));
    return;
  }
  const std::string unit = field.scale ? "1" : parameter->unit;
  try {
    if (field.file.empty())
      parse_quantity(field.from, unit), parse_quantity(field.to, unit);
    else
      parse_quantity(fmt::format("1 {}", field.unit), unit);
  } catch (const InputError& error) {
    context.faults.push_back(config.fault(key, error.faults().front().message));
  }
}

std::vector<std::pair<std::string, std::string>> cell_faults(const RegionSettings& region) {
  return region.surrogate.info ? surrogates::faults_of(*region.surrogate.content, region.cell)
                               : ionic::check_cell_spec(region.cell);
}

void check_cells(Config& config, const Context& context) {
  for (std::size_t i = 0; i < config.regions.size(); ++i) {
    const std::string path = fmt::format("region.{}", i);
    RegionSettings& region = config.regions[i];
    load_surrogate(region, path, config, context);
    if (region.cell.model.empty()) continue;  // already reported as missing
    const std::size_t before = context.faults.size();
    for (const auto& [key, message] : cell_faults(region))
      context.faults.push_back(config.fault(path + "." + key, message));
    if (context.faults.size() > before) continue;
    if (!region.state_file.empty()) {
      read_state_file(region, path + ".initial_state", config, context);
      for (const auto& [key, message] : cell_faults(region))
        context.faults.push_back(
            config.fault(path + ".initial_state", region.state_file + ": " + message));
    }
    for (const ParameterField& field : region.fields) check_field(field, path, region, config, context);
  }
}

void check_mesh(const Config& config, const Context& context) {
  if (config.mesh.kind == MeshKind::file) return;
  for (const auto& [key, message] : Mesh::faults_of(config.mesh))
    context.faults.push_back(config.fault("mesh." + key, message));
  const auto dimension = static_cast<std::size_t>(dimension_of(config.mesh.kind));
  for (std::size_t a = config.tissue.rule ? 3 : dimension; a < 3; ++a)
    if (std::abs(config.tissue.fibre[a]) > 1e-12) {
      context.faults.push_back(config.fault(
          "tissue.fibre",
          fmt::format("the fibre leaves the {}-dimensional mesh along {}", dimension, "xyz"[a])));
      return;
    }
}

/// Stimuli on a region must name one that exists.
void check_stimulus_regions(const Config& config, const Context& context) {
  std::vector<std::string> names;
  for (const RegionSettings& region : config.regions) names.push_back(region.name);
  for (std::size_t i = 0; i < config.stimuli.size(); ++i) {
    const std::string& wanted = config.stimuli[i].region;
    if (wanted.empty()) continue;
    if (std::find(names.begin(), names.end(), wanted) == names.end())
      context.faults.push_back(
          config.fault(fmt::format("stimulus.{}.where", i),
                       fmt::format("there is no region '{}'{}; there are: '{}'", wanted,
                                   suggestion(wanted, names), fmt::join(names, "', '"))));
  }
}

/// What holds for the commands that compute one cell.
void check_cell_only(Config& config, const Context& context) {
  if (!context.faults.empty()) return;
  use_surrogate_step(config, context);
  if (config.reaction.step == 0.0) config.reaction.step = std::min(0.02, largest_reaction_step(config));
  for (const ParameterField& field : config.regions.front().fields) {
    const std::string key =
        fmt::format("region.0.{}.{}", field.scale ? "scale" : "parameters", field.parameter);
    context.faults.push_back(config.fault(
        key,
        fmt::format("it differs from node to node, and this command computes one cell; choose a value, "
                    "for example --set {}={}",
                    key, field.scale ? "1.0" : "\"1 mS/uF\"")));
  }
}

bool is_file_mesh(const Node& document) {
  const Node* mesh = document.find("mesh");
  const Node* kind = mesh && mesh->table() ? mesh->find("kind") : nullptr;
  return kind && kind->string() && *kind->string() == "file";
}

Config interpret(const Node& document, const std::string& name, const std::filesystem::path& folder,
                 std::vector<Fault> faults, Purpose purpose) {
  Config config;
  config.name = name;
  const Context context{faults, config.places};
  check_names(document, "", section_names(), context);
  if (const Node* title = document.find("title"))
    config.title = as_string(*title, "title", context).value_or("");
  if (purpose == Purpose::any)
    purpose = document.find("dataset")                            ? Purpose::dataset
              : document.find("restitution")                      ? Purpose::restitution
              : document.find("pacing") && !document.find("mesh") ? Purpose::cell
                                                                  : Purpose::tissue;
  config.purpose = purpose;
  const bool restitution = purpose == Purpose::restitution;
  read_section(document, "restitution", restitution_keys(), config.restitution, restitution, context);
  const bool dataset = purpose == Purpose::dataset;
  read_section(document, "dataset", dataset_keys(), config.dataset, dataset, context);
  const bool cable = restitution && config.restitution.on == Preparation::cable;
  const bool space = config.has_tissue(), tissue = space && !cable;
  const bool given_time = tissue && !restitution;
  read_section(document, "mesh", is_file_mesh(document) ? file_mesh_keys() : mesh_keys(), config.mesh,
               tissue, context);
  read_section(document, "tissue", tissue_keys(), config.tissue, tissue, context);
  read_list(document, "fibrosis", fibrosis_keys(), config.fibrosis, context);
  read_list(document, "region", region_keys(), config.regions, context);
  read_section(document, "time", time_keys(), config.time, given_time, context);
  if (given_time && document.find("time")) require_end(*document.find("time"), context);
  read_section(document, "start", start_keys(), config.start, false, context);
  read_stimuli(document, config, context);
  read_section(document, "solver", solver_keys(), config, false, context);
  read_section(document, "reaction", reaction_keys(), config.reaction, false, context);
  read_section(document, "output", output_keys(), config.output, false, context);
  read_list(document, "probe", probe_keys(), config.probes, context);
  read_list(document, "electrode", electrode_keys(), config.electrodes, context);
  read_section(document, "checkpoint", checkpoint_keys(), config.checkpoint, false, context);
  read_section(document, "pacing", pacing_keys(), config.pacing, false, context);
  read_section(document, "batch", batch_keys(), config.batch, false, context);
  if (cable) fill_in_cable(config, document);
  // From here on it is decided, so that what is printed resolved says it.
  config.tissue.fibre_of_mesh =
      config.mesh.kind == MeshKind::file && !config.places.contains("tissue.fibre");
  if (config.diffusion.discretisation == Discretisation::automatic)
    config.diffusion.discretisation = config.mesh.kind == MeshKind::file
                                          ? Discretisation::finite_elements
                                          : Discretisation::finite_differences;
  const Node* regions = document.find("region");
  const bool reported = regions ? !regions->array() : is_misspelt(document, "region", section_names());
  if (config.regions.empty() && !reported)
    faults.push_back({document.where,
                      "no [[region]] says which cell model to use; write for example [[region]] name = "
                      "\"myocardium\", model = \"ten_tusscher_2006\""});
  resolve_paths(config, folder);
  check_cells(config, context);
  check_probe_names(config, context);
  check_pacing(config, context);
  if (restitution && faults.empty()) resolve_restitution(config, context);
  // A later check needs the values of its sections: they must be there and without a fault.
  const auto sound = [&](const std::string& section) {
    return document.find(section) && std::none_of(faults.begin(), faults.end(), [&](const Fault& fault) {
             return fault.message.starts_with(section + ".") || fault.message.starts_with(section + ":");
           });
  };
  const auto sound_if_there = [&](const std::string& section) {
    return !document.find(section) || sound(section);
  };
  if (dataset && sound("region") && sound("dataset")) resolve_dataset(config, folder, context);
  if (space) {
    const bool mesh = sound(cable && !document.find("mesh") ? "region" : "mesh");
    const bool conductor = cable ? sound_if_there("tissue") : sound("tissue");
    const bool time = restitution ? sound_if_there("time") && config.time.end > 0.0 : sound("time");
    const bool reaction = time && sound("region") && sound_if_there("reaction");
    if (mesh && conductor) check_mesh(config, context);
    if (mesh && conductor && sound_if_there("output") && sound_if_there("solver"))
      check_elements(config, context);
    if (mesh && sound_if_there("output")) check_waves(config, context);
    if (time) check_time(config, context);
    if (sound("region")) check_stimulus_regions(config, context);
    if (reaction) resolve_reaction(config, context);
    if (reaction) check_surrogate_steps(config, context);
  } else {
    check_cell_only(config, context);
  }
  if (!faults.empty()) throw InputError(std::move(faults));
  return config;
}

template <class S>
std::string section_text(const std::string& header, const Keys<S>& keys, const S& settings) {
  const std::string body = print_keys(keys, settings);
  return body.empty() ? "" : "\n" + header + "\n" + body;
}

}  // namespace

Fault Config::fault(const std::string& key, const std::string& message) const {
  // The nearest enclosing key that was written: "time.step" may stand nowhere, "time" does.
  for (std::string path = key; !path.empty();) {
    const auto found = places.find(path);
    if (found != places.end()) return {found->second, key + ": " + message};
    const std::size_t dot = path.rfind('.');
    path = dot == std::string::npos ? "" : path.substr(0, dot);
  }
  return {"", key + ": " + message};
}

Config read_config(const std::string& path, const std::vector<std::string>& overrides, Purpose purpose) {
  Node document = read_document(path);
  std::vector<Fault> faults;
  for (const std::string& assignment : overrides) apply_override(document, assignment, faults);
  const std::filesystem::path file = path;
  return interpret(document, file.stem().string(), file.parent_path(), std::move(faults), purpose);
}

Config config_from(const std::vector<std::string>& overrides, Purpose purpose) {
  Node document{Node::Table{}, "command line"};
  std::vector<Fault> faults;
  for (const std::string& assignment : overrides) {
    // The cell commands build one region from their options.
    if (assignment.starts_with("region.0.") && !document.find("region"))
      std::get<Node::Table>(document.value)
          .emplace_back("region",
                        Node{Node::Array{Node{Node::Table{}, "command line"}}, "command line"});
    apply_override(document, assignment, faults);
  }
  return interpret(document, "cell", "", std::move(faults), purpose);
}

std::string resolved_toml(const Config& config) {
  std::string text = "# Resolved by Myowave: every default is filled in.\n";
  if (!config.title.empty()) text += "title = " + quoted(config.title) + "\n";
  if (const bool file = config.mesh.kind == MeshKind::file; file || !config.mesh.size.empty()) {
    text += section_text("[mesh]", file ? file_mesh_keys() : mesh_keys(), config.mesh);
    text += section_text("[tissue]", tissue_keys(), config.tissue);
  }
  for (const FibrosisSettings& fibrosis : config.fibrosis)
    text += section_text("[[fibrosis]]", fibrosis_keys(), fibrosis);
  for (const RegionSettings& region : config.regions)
    text += section_text("[[region]]", region_keys(), region);
  for (const StimulusSettings& stimulus : config.stimuli) {
    StimulusEntry entry;
    static_cast<StimulusSettings&>(entry) = stimulus;
    text += section_text("[[stimulus]]", stimulus_keys(), entry);
  }
  if (config.time.end > 0.0) {
    text += section_text("[start]", start_keys(), config.start);
    text += section_text("[time]", time_keys(), config.time);
    text += section_text("[solver]", solver_keys(), config);
  }
  text += section_text("[reaction]", reaction_keys(), config.reaction);
  if (config.time.end > 0.0) {
    text += section_text("[output]", output_keys(), config.output);
    for (const ProbeSettings& probe : config.probes)
      text += section_text("[[probe]]", probe_keys(), probe);
    for (const ElectrodeSettings& electrode : config.electrodes)
      text += section_text("[[electrode]]", electrode_keys(), electrode);
    text += section_text("[checkpoint]", checkpoint_keys(), config.checkpoint);
  }
  text += section_text("[pacing]", pacing_keys(), config.pacing);
  if (config.batch.end > 0.0) text += section_text("[batch]", batch_keys(), config.batch);
  if (config.purpose == Purpose::restitution)
    text += section_text("[restitution]", restitution_keys(), config.restitution);
  if (config.purpose == Purpose::dataset)
    text += section_text("[dataset]", dataset_keys(), config.dataset);
  return text;
}

}  // namespace myowave
