// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/surrogate_keys.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/units.hpp"
#include "config/keys.hpp"
#include "surrogates/conductance_model.hpp"
#include "surrogates/surrogate_file.hpp"
#include "surrogates/surrogate_model.hpp"

namespace myowave::schema {
namespace {

/// Printed only in regions that have a surrogate.
Key<RegionSettings> of_surrogate(const Key<SurrogateSettings>& key) {
  Key<RegionSettings> row = within(&RegionSettings::surrogate, key);
  row.print = [print = row.print](const RegionSettings& region) {
    return region.surrogate.path.empty() ? std::string() : print(region);
  };
  return row;
}

bool divides(double dt, double step) {
  const double ratio = step / dt;
  return ratio > 1.0 - 1e-9 && std::abs(ratio - std::round(ratio)) < 1e-6;
}

}  // namespace

Keys<RegionSettings> surrogate_keys() {
  return {
      of_surrogate(
          text("surrogate", &SurrogateSettings::path, "gates.safetensors",
               "file of a surrogate in the place of `model`; it says which model it stands for")),
      of_surrogate(
          boolean("guard", &SurrogateSettings::guard,
                  "whether nodes outside of the surrogate's trained range take the steps of the "
                  "model it stands for")),
      of_surrogate(number("fallback_limit", &SurrogateSettings::fallback_limit, 0.0, 1.0 + 1e-12,
                          "share of the evaluations that may be left to the model; above it the run "
                          "stops with exit status 3")),
  };
}

const Keys<BatchSettings>& batch_keys() {
  static const Keys<BatchSettings> keys = {
      text("cases", &BatchSettings::cases, "cases.csv",
           "CSV file with a row for each case and a column for each input of the surrogate but time, "
           "named with its unit, \"V.0_mV\""),
      duration_or_none("end", &BatchSettings::end, "20 ms", "last time", Presence::required),
      duration_or_none("every", &BatchSettings::every, "0.1 ms", "time between two rows of a case",
                       Presence::required),
  };
  return keys;
}

namespace {

/// With parameters outside of what a conductance surrogate was trained on, the model takes its place.
bool leave_to_model(RegionSettings& region) {
  const auto content = region.surrogate.content;
  if (!content->conductance || !region.surrogate.guard || !surrogates::faults_of(*content, {}).empty())
    return false;
  region.surrogate.left = surrogates::outside_of_factors(*content, region.cell);
  if (region.surrogate.left.empty()) return false;
  region.cell = surrogates::host_spec(*content, region.cell);
  region.surrogate.path.clear(), region.surrogate.content.reset();
  return true;
}

}  // namespace

void load_surrogate(RegionSettings& region, const std::string& path, const Config& config,
                    const Context& context) {
  if (region.surrogate.path.empty()) {
    if (region.cell.model.empty())
      context.faults.push_back(
          config.fault(path,
                       "the key 'model' is missing (what computes the nodes); write for example "
                       "model = \"ten_tusscher_2006\", or surrogate = \"file.safetensors\""));
    return;
  }
  const std::string key = path + ".surrogate";
  try {
    region.surrogate.content =
        std::make_shared<const surrogates::Surrogate>(surrogates::read_surrogate(region.surrogate.path));
  } catch (const InputError& error) {
    for (const Fault& fault : error.faults())
      context.faults.push_back(
          config.fault(key, fault.where.empty() ? fault.message : fault.where + ": " + fault.message));
    region.cell.model.clear();
    return;
  }
  if (leave_to_model(region)) return;
  const surrogates::Surrogate& surrogate = *region.surrogate.content;
  if (surrogate.conductance && surrogates::faults_of(surrogate, {}).empty())
    if (const std::string wrong = surrogates::expand_paced_state(surrogate, region.cell);
        !wrong.empty()) {
      context.faults.push_back(config.fault(path + ".initial_state.bcl", wrong));
      region.cell.initial_state.erase("bcl");
    }
  const bool batch = surrogate.kind == surrogates::Kind::trajectory && config.purpose == Purpose::cell;
  const auto faults = batch ? surrogates::trajectory_faults(surrogate, region.cell)
                            : surrogates::faults_of(surrogate, region.cell);
  for (const auto& [at, message] : faults)
    context.faults.push_back(config.fault(
        path + "." + at,
        at == "surrogate" ? fmt::format("{}: {}", region.surrogate.path, message) : message));
  if (!region.fields.empty() && surrogate.kind != surrogates::Kind::gate &&
      surrogate.kind != surrogates::Kind::residual)
    context.faults.push_back(
        config.fault(path + (region.fields.front().scale ? ".scale" : ".parameters"),
                     fmt::format("a {} surrogate has no parameters that could differ from node to node",
                                 name_of(surrogate.kind))));
  if (faults.empty() && surrogate.conductance) {
    region.cell.model = surrogate.model;
    region.surrogate.info = surrogates::own_info(surrogate);
  } else if (faults.empty())
    region.cell = surrogates::host_spec(surrogate, region.cell);
  else
    region.cell.model.clear();  // nothing more can be said of the cell
}

void check_surrogate_steps(const Config& config, const Context& context) {
  const bool strang = config.splitting == Splitting::strang;
  const double whole = strang ? 0.5 * config.time.step : config.time.step;
  for (std::size_t r = 0; r < config.regions.size(); ++r) {
    const auto& content = config.regions[r].surrogate.content;
    if (!content || content->dt == 0.0 || divides(content->dt, whole)) continue;
    context.faults.push_back(
        config.fault(fmt::format("region.{}.surrogate", r),
                     fmt::format("it takes steps of {}, which do not fit {} = {}; take time.step = {}",
                                 format_quantity(content->dt, "ms"),
                                 strang ? "half of the splitting step time.step (strang)" : "time.step",
                                 format_quantity(config.time.step, "ms"),
                                 format_quantity(strang ? 2.0 * content->dt : content->dt, "ms"))));
  }
}

void use_surrogate_step(Config& config, const Context& context) {
  const auto& content = config.regions.front().surrogate.content;
  if (content && content->kind == surrogates::Kind::trajectory && config.batch.end == 0.0)
    context.faults.push_back(
        config.fault("region.0.surrogate",
                     "a trajectory surrogate is evaluated in a batch; write for example [batch] cases = "
                     "\"cases.csv\", end = \"20 ms\", every = \"0.1 ms\""));
  if (!content || content->dt == 0.0) return;
  if (config.reaction.step == 0.0) config.reaction.step = content->dt;
  if (std::abs(config.reaction.step - content->dt) > 1e-9 * content->dt)
    context.faults.push_back(config.fault(
        "reaction.step",
        fmt::format("{} is not the step of the surrogate, {}; leave it out",
                    format_quantity(config.reaction.step, "ms"), format_quantity(content->dt, "ms"))));
  if (config.pacing.reference)
    context.faults.push_back(config.fault(
        "pacing.reference", "a step surrogate has no rates that CVODE could integrate; leave it out"));
}

}  // namespace myowave::schema
