// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/fallbacks.hpp"

#include <fmt/format.h>

#include "field/session.hpp"
#include "record/checkpoint.hpp"

namespace myowave {
namespace {

std::string name_of_evaluations(std::size_t region) {
  return fmt::format("surrogate_evaluations_{}", region);
}

}  // namespace

FallbackCount count_fallbacks(const RegionCells& region) {
  return {parallel::sum(region.evaluations), parallel::sum(region.fallback_count())};
}

std::string fallback_failure(const Reaction& reaction, double t) {
  for (const RegionCells& region : reaction.regions()) {
    if (!region.model->is_guarded()) continue;
    const FallbackCount count = count_fallbacks(region);
    const double limit = region.surrogate.fallback_limit;
    if (count.fraction() <= limit) continue;
    std::string ranges;
    for (const surrogates::Input& input : region.surrogate.content->inputs)
      ranges += fmt::format("{}{} {:g} to {:g}{}", ranges.empty() ? "" : ", ", input.name, input.min,
                            input.max, input.unit == "1" ? "" : " " + input.unit);
    return fmt::format(
        "the surrogate of region '{}' ({}) was left to {} in {} of {} evaluations by t = {:g} ms, a "
        "share "
        "of {:.3g}, more than fallback_limit = {:g}. Its trained range is {}. Take a surrogate that was "
        "trained on such tissue, the model itself, or allow a larger fallback_limit.",
        region.name, region.surrogate.path, region.model->info().name, count.fallbacks,
        count.evaluations, t, count.fraction(), limit, ranges);
  }
  return "";
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
