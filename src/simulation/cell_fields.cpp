// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/cell_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"

namespace myowave {
namespace {

std::vector<std::string> names_of(const ionic::CellModel& model) {
  std::vector<std::string> names;
  for (const ionic::Quantity& state : model.info().states) names.emplace_back(state.name);
  for (const ionic::Readout& each : model.readouts()) names.push_back(each.name);
  return names;
}

/// Among the states, then the read-outs.
std::optional<std::size_t> place_of(const ionic::CellModel& model, const std::string& name) {
  const std::vector<std::string> names = names_of(model);
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

void check_cell_fields(const Config& config, const Reaction& reaction) {
  std::vector<std::string> all = {"V"};
  for (const RegionCells& region : reaction.regions())
    for (const std::string& name : names_of(*region.model))
      if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
  std::vector<Fault> faults;
  for (const std::string& name : config.output.cell_fields)
    if (std::find(all.begin(), all.end(), name) == all.end())
      faults.push_back(config.fault("output.fields.names",
                                    fmt::format("no region has cells with a state '{}'{}; there are: {}",
                                                name, suggestion(name, all), list_of(all))));
  if (!faults.empty()) throw InputError(std::move(faults));
}

std::vector<double> cell_field(const Reaction& reaction, const std::string& name, std::size_t owned) {
  std::vector<double> values(owned, std::numeric_limits<double>::quiet_NaN());
  for (const RegionCells& region : reaction.regions()) {
    const std::optional<std::size_t> at = place_of(*region.model, name);
    if (!at) continue;
    const std::size_t count = region.states.state_count();
    std::vector<double> states(count);
    for (std::size_t i = 0; i < region.nodes.size(); ++i) {
      double& value = values[static_cast<std::size_t>(region.nodes[i])];
      if (*at < count) {
        value = region.states.get(*at, i);
        continue;
      }
      for (std::size_t s = 0; s < count; ++s) states[s] = region.states.get(s, i);
      value = region.model->readout(*at - count, states);
    }
  }
  return values;
}

}  // namespace myowave
