// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/fallbacks.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "field/session.hpp"
#include "record/checkpoint.hpp"

namespace myowave {
namespace {

std::string name_of_evaluations(std::size_t region) {
  return fmt::format("surrogate_evaluations_{}", region);
}

/// What the card says of a surrogate, as far as a reader of results asks for it.
nlohmann::ordered_json about(const surrogates::Surrogate& surrogate) {
  nlohmann::ordered_json json = {{"name", surrogate.name},
                                 {"summary", surrogate.summary},
                                 {"kind", surrogates::name_of(surrogate.kind)},
                                 {"model", surrogate.model},
                                 {"variant", surrogate.variant}};
  json["inputs"] = nlohmann::ordered_json::array();
  for (const surrogates::Input& input : surrogate.inputs)
    json["inputs"].push_back(
        {{"name", input.name}, {"unit", input.unit}, {"range", {input.min, input.max}}});
  if (surrogate.conductance)
    for (const surrogates::Conductance::Scaled& each : surrogate.conductance->scaled)
      json["scaled"].push_back({{"name", each.name}, {"factors", {each.low, each.high}}});
  if (!surrogate.accuracy.empty()) json["accuracy"] = surrogate.accuracy;
  return json;
}

}  // namespace

std::vector<SurrogateUse> surrogate_uses(const Reaction& reaction) {
  std::vector<SurrogateUse> uses;
  for (const RegionCells& region : reaction.regions())
    if (region.surrogate.content)
      uses.push_back({region.name, &region.surrogate, region.model.get(),
                      parallel::sum(region.evaluations), parallel::sum(region.fallback_count())});
  return uses;
}

std::string fallback_failure(const std::vector<SurrogateUse>& uses, double t) {
  for (const SurrogateUse& use : uses) {
    const double limit = use.settings->fallback_limit;
    if (!use.model->is_guarded() || use.fraction() <= limit) continue;
    std::string ranges;
    for (const surrogates::Input& input : use.settings->content->inputs)
      ranges += fmt::format("{}{} {:g} to {:g}{}", ranges.empty() ? "" : ", ", input.name, input.min,
                            input.max, input.unit == "1" ? "" : " " + input.unit);
    // Conductances have no other model to fall back to; they go on at the end of their range.
    const bool goes_on = use.settings->content->kind == surrogates::Kind::conductance;
    const std::string instead =
        goes_on ? "outside of its range" : fmt::format("left to {}", use.model->info().name);
    return fmt::format(
        "the surrogate of region '{}' ({}) was {} in {} of {} evaluations by t = {:g} ms, a share of "
        "{:.3g}, more than fallback_limit = {:g}. Its trained range is {}. Take a surrogate that was "
        "trained on such beats, a milder stimulus, the model itself, or a larger fallback_limit.",
        use.region, use.settings->path, instead, use.fallbacks, use.evaluations, t, use.fraction(),
        limit, ranges);
  }
  return "";
}

std::string surrogate_results(const std::vector<SurrogateUse>& uses) {
  auto all = nlohmann::ordered_json::object();
  for (const SurrogateUse& use : uses) {
    auto& region = all[use.region] = about(*use.settings->content);
    region["file"] = use.settings->path;
    region["guarded"] = use.model->is_guarded();
    region["evaluations"] = use.evaluations;
    region["fallbacks"] = use.fallbacks;
    region["fallback_fraction"] = use.fraction();
  }
  return all.dump();
}

std::vector<double> fallback_map(const Reaction& reaction, std::size_t owned) {
  std::vector<double> map(owned, 0.0);
  for (const RegionCells& region : reaction.regions())
    for (std::size_t i = 0; i < region.nodes.size() && !region.fallbacks.empty(); ++i)
      map[static_cast<std::size_t>(region.nodes[i])] = region.fallbacks[i];
  return map;
}

bool has_guard(const Reaction& reaction) {
  for (const RegionCells& region : reaction.regions())
    if (region.model->is_guarded()) return true;
  return false;
}

void FallbackObserver::save(CheckpointWriter& out) const {
  if (!has_guard(reaction_)) return;
  out.write(out.nodes(), "surrogate_fallbacks", fallback_map(reaction_, out.nodes().globals.size()),
            "1");
  std::size_t index = 0;
  for (const RegionCells& region : reaction_.regions())
    out.write_number(name_of_evaluations(index++),
                     static_cast<double>(parallel::sum(region.evaluations)));
}

void FallbackObserver::restore(const CheckpointReader& in) {
  // A run may be continued with another model in the place of the surrogate, or the other way round.
  if (!has_guard(reaction_) || !in.has("nodes/surrogate_fallbacks")) return;
  std::vector<double> map(in.nodes().globals.size());
  in.read(in.nodes(), "surrogate_fallbacks", map);
  std::size_t index = 0;
  for (RegionCells& region : reaction_.regions()) {
    const auto evaluations = static_cast<std::int64_t>(in.number(name_of_evaluations(index++)));
    region.evaluations = parallel::rank() == 0 ? evaluations : 0;
    for (std::size_t i = 0; i < region.nodes.size() && !region.fallbacks.empty(); ++i)
      region.fallbacks[i] = static_cast<std::uint32_t>(map[static_cast<std::size_t>(region.nodes[i])]);
  }
}

}  // namespace myowave
