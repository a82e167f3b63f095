// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "cli/commands.hpp"

#include <fmt/format.h>

#include <map>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "config/config.hpp"
#include "field/session.hpp"
#include "ionic/cell_model.hpp"
#include "ionic/registry.hpp"
#include "ionic/tables.hpp"
#include "protocols/cell_pacing.hpp"
#include "protocols/dataset.hpp"
#include "protocols/post.hpp"
#include "protocols/report.hpp"
#include "protocols/restitution.hpp"
#include "protocols/trajectories.hpp"
#include "simulation/simulation.hpp"
#include "surrogates/surrogate_file.hpp"
#include "surrogates/surrogate_model.hpp"

namespace myowave {
namespace {

constexpr int signal_status = 128;

RunOptions run_options(const Arguments& arguments, const std::string& name) {
  RunOptions options;
  options.restart = arguments.restart;
  // A restart continues in the folder of its checkpoint unless told otherwise.
  options.output = !arguments.output.empty() ? std::filesystem::path(arguments.output)
                   : !arguments.restart.empty()
                       ? std::filesystem::absolute(options.restart).parent_path()
                       : std::filesystem::path("out") / name;
  options.force = arguments.force;
  options.command = fmt::format("{}", fmt::join(arguments.command_line, " "));
  return options;
}

/// The options of `cell` as overrides of a configuration.
struct CellOverrides {
  std::vector<std::string> assignments;
  std::map<std::string, std::string> options;  ///< by the place of the override: what the user wrote

  explicit CellOverrides(const Arguments& arguments) : assignments(arguments.overrides) {
    if (!arguments.model.empty()) add("region.0.name", "--model", "cell", true);
    const bool surrogate = surrogates::is_surrogate_file(arguments.model);
    add(surrogate ? "region.0.surrogate" : "region.0.model", "--model", arguments.model, true);
    add("region.0.variant", "--variant", arguments.variant, true);
    add("pacing.bcl", "--bcl", arguments.bcl, true);
    add("pacing.beats", "--beats", arguments.beats, false);
    add("pacing.stimulus", "--stimulus", arguments.stimulus, true);
    add("pacing.duration", "--stimulus-duration", arguments.stimulus_duration, true);
    if (arguments.reference) add("pacing.reference", "--reference", "true", false);
  }

  void add(const char* key, const char* option, const std::string& value, bool text) {
    if (value.empty()) return;
    assignments.push_back(fmt::format("{}={}", key, text ? '"' + value + '"' : value));
    options["--set " + assignments.back()] = fmt::format("{} {}", option, value);
  }

  /// The error with the places that the user knows.
  InputError translated(const InputError& error) const {
    std::vector<Fault> faults = error.faults();
    for (Fault& fault : faults)
      if (const auto found = options.find(fault.where); found != options.end())
        fault.where = found->second;
    return InputError(std::move(faults));
  }
};

/// How well tables stand for the functions of V, for the default parameters and a step of 0.02 ms.
void print_table_errors(const ionic::ModelCode& code) {
  std::vector<double> parameters;
  for (const ionic::Quantity& parameter : code.info->parameters) parameters.push_back(parameter.value);
  const std::vector<ionic::TableError> errors = ionic::table_errors(code, parameters, 0.02);
  if (errors.empty()) {
    fmt::print("\ntables: none, the model has no smooth functions of V\n");
    return;
  }
  fmt::print(
      "\ntables: {} functions of V, from {:g} to {:g} mV at {:g} mV, linear; outside, functions are "
      "evaluated\n  error over the function's largest value (99 % of the intervals are below the "
      "first figure; the second, the largest, shows jumps)\n",
      errors.size(), ionic::table_V_first,
      ionic::table_V_first + ionic::table_spacing * ionic::table_intervals, ionic::table_spacing);
  for (const ionic::TableError& error : errors)
    fmt::print("  {:<26} {:>9.1e} {:>9.1e}\n", error.column, error.typical, error.largest);
}

void print_model(const ionic::ModelCode& code) {
  const ionic::ModelInfo& info = *code.info;
  fmt::print("{}: {}\n{}\n", info.name, info.summary, info.citation);
  auto rows = [](const char* title, std::span<const ionic::Quantity> quantities) {
    if (!quantities.empty()) fmt::print("\n{}\n", title);
    for (const ionic::Quantity& q : quantities)
      fmt::print("  {:<14} {:>12.6g} {:<12} {}\n", q.name, q.value,
                 std::string(q.unit) == "1" ? "" : q.unit, q.meaning);
  };
  fmt::print("\ninitial V {:g} mV\n", info.V_initial_mV);
  rows("states (initial value)", info.states);
  rows("parameters (default)", info.parameters);
  fmt::print("\nvariants\n");
  for (const ionic::Variant& variant : info.variants) {
    fmt::print("  {:<14} {}\n", variant.name, variant.meaning);
    for (const ionic::Setting& setting : variant.settings)
      fmt::print("  {:<14}   {} = {:g}\n", "", setting.parameter, setting.value);
  }
  print_table_errors(code);
}

}  // namespace

std::string version_text() { return fmt::format("myowave {} ({})", version, commit); }

int command_run(const Arguments& arguments) {
  const Config config = read_config(arguments.config, arguments.overrides);
  Log log(arguments.quiet);
  const int signal = run_simulation(config, run_options(arguments, config.name), log);
  return signal == 0 ? 0 : signal_status + signal;
}

int command_cell(const Arguments& arguments) {
  if (parallel::size() > 1) throw InputError("`myowave cell` computes one cell and runs on one rank");
  if (arguments.config.empty() && arguments.model.empty())
    throw InputError("`myowave cell` needs a configuration file or --model NAME; see `myowave models`");
  const CellOverrides overrides(arguments);
  try {
    const Config config = arguments.config.empty()
                              ? config_from(overrides.assignments, Purpose::cell)
                              : read_config(arguments.config, overrides.assignments, Purpose::cell);
    Log log(arguments.quiet);
    const RunOptions options = run_options(arguments, config.name);
    if (has_trajectories(config))
      run_trajectories(config, options, log);
    else
      run_cell(config, options, log);
  } catch (const InputError& error) {
    throw overrides.translated(error);
  }
  return 0;
}

int command_restitution(const Arguments& arguments) {
  const Config config = read_config(arguments.config, arguments.overrides, Purpose::restitution);
  if (config.restitution.on == Preparation::cell && parallel::size() > 1)
    throw InputError("restitution of a cell runs on one rank, with its intervals in the vector lanes");
  Log log(arguments.quiet);
  const int signal = run_restitution(config, run_options(arguments, config.name), log);
  return signal == 0 ? 0 : signal_status + signal;
}

int command_dataset(const Arguments& arguments) {
  const Config config = read_config(arguments.config, arguments.overrides, Purpose::dataset);
  Log log(arguments.quiet);
  const int signal = run_dataset(config, run_options(arguments, config.name), log);
  return signal == 0 ? 0 : signal_status + signal;
}

int command_post(const Arguments& arguments) {
  Log log(arguments.quiet);
  run_post({arguments.folder, arguments.overrides, arguments.output,
            fmt::format("{}", fmt::join(arguments.command_line, " "))},
           log);
  return 0;
}

int command_report(const Arguments& arguments) {
  if (parallel::size() > 1) throw InputError("`myowave report` runs on one rank");
  const std::filesystem::path file = write_report(arguments.folder, arguments.output);
  Log log(arguments.quiet);
  log.info(fmt::format("{}: {:.1f} MB; open it in a browser", file.string(),
                       static_cast<double>(std::filesystem::file_size(file)) / 1e6));
  return 0;
}

int command_check(const Arguments& arguments) {
  const Config config = read_config(arguments.config, arguments.overrides, Purpose::any);
  RunOptions options = run_options(arguments, config.name);
  options.output = arguments.output;  // a folder is checked only if it is named
  Log log(arguments.quiet, "# ");     // comments before the configuration
  if (config.purpose == Purpose::tissue) check_simulation(config, options, log);
  if (config.purpose == Purpose::dataset) check_dataset(config, options, log);
  if (parallel::rank() == 0) fmt::print("{}", resolved_toml(config));
  return 0;
}

int command_models(const Arguments& arguments) {
  if (parallel::rank() != 0) return 0;
  if (surrogates::is_surrogate_file(arguments.model)) {
    const surrogates::Surrogate surrogate = surrogates::read_surrogate(arguments.model);
    fmt::print("{}", surrogates::card_text(surrogate));
    if (surrogates::faults_of(surrogate, {}).empty())
      if (const std::string tables = surrogates::table_summary(surrogate); !tables.empty())
        fmt::print("  {}\n", tables);
    return 0;
  }
  if (!arguments.model.empty()) {
    print_model(ionic::find_model(arguments.model));
    return 0;
  }
  for (const ionic::ModelCode* code : ionic::built_in_models())
    fmt::print("{:<26} {}\n", code->info->name, code->info->summary);
  return 0;
}

int command_settings() {
  if (parallel::rank() != 0) return 0;
  fmt::print("{}", settings_page());
  return 0;
}

}  // namespace myowave
