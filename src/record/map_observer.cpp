// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "field/session.hpp"
#include "record/beat_archive.hpp"
#include "record/checkpoint.hpp"
#include "record/observers.hpp"
#include "record/velocity_fields.hpp"

namespace myowave {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// "V/s" as it can stand in the name of an array.
std::string in_name(const std::string& unit) {
  return unit == "1" ? "" : unit == "V/s" ? "_V_per_s" : "_" + unit;
}

}  // namespace

BeatSettings beat_settings(const OutputSettings& settings, std::size_t max_beats) {
  const bool shape =
      settings.has_map("dvdt_max") || settings.has_map("peak") || settings.has_map("rest");
  return {settings.activation_threshold, settings.apd_levels, max_beats, shape};
}

MapObserver::MapObserver(const Mesh& mesh, const Layout& layout, const FieldWriter& writer,
                         std::filesystem::path folder, const OutputSettings& settings,
                         std::vector<std::int32_t> tissue_nodes)
    : mesh_(mesh),
      layout_(layout),
      writer_(writer),
      folder_(std::move(folder)),
      settings_(settings),
      tissue_nodes_(std::move(tissue_nodes)),
      maps_(static_cast<std::size_t>(layout.owned()),
            beat_settings(settings, static_cast<std::size_t>(settings.map_beats))) {
  if (!settings_.has_map("extremes")) return;
  lowest_.assign(maps_.points(), std::numeric_limits<double>::infinity());
  highest_.assign(maps_.points(), -std::numeric_limits<double>::infinity());
}

void MapObserver::observe(double t, const Potential& V) {
  const std::span<const double> values = V.values();
  maps_.update(t, values);
  for (std::size_t i = 0; i < lowest_.size(); ++i) {
    lowest_[i] = values[i] < lowest_[i] ? values[i] : lowest_[i];
    highest_[i] = values[i] > highest_[i] ? values[i] : highest_[i];
  }
}

std::size_t MapObserver::all_beats() const {
  return static_cast<std::size_t>(parallel::max(static_cast<std::int64_t>(maps_.beats())));
}

void MapObserver::save(CheckpointWriter& out) const {
  save_beats(out, out.nodes(), "map_", maps_, all_beats());
  if (lowest_.empty() && !settings_.has_map("extremes")) return;
  out.write(out.nodes(), "map_lowest", lowest_, "mV");
  out.write(out.nodes(), "map_highest", highest_, "mV");
}

void MapObserver::restore(const CheckpointReader& in) {
  restore_beats(in, in.nodes(), "map_", maps_);
  if (!settings_.has_map("extremes")) return;
  in.read(in.nodes(), "map_lowest", lowest_);
  in.read(in.nodes(), "map_highest", highest_);
}

void MapObserver::add_beat(std::size_t beat, std::vector<NamedField>& fields,
                           std::vector<std::vector<double>>& made) const {
  const std::vector<double> nothing(maps_.points(), none);
  auto add = [&](const std::string& name, const std::string& unit, std::vector<double> values) {
    made.push_back(std::move(values));
    fields.push_back({fmt::format("{}_beat{}{}", name, beat + 1, in_name(unit)), made.back()});
  };
  const bool stored = beat < maps_.beats();
  for (const BeatMaps::Quantity& each : maps_.quantities())
    if (settings_.has_map(each.name.starts_with("apd") ? "apd" : each.name))
      add(each.name, each.unit, stored ? each.beats[beat] : nothing);
  if (settings_.has_map("repolarisation")) {
    std::vector<double> end = nothing;
    for (std::size_t i = 0; stored && i < end.size(); ++i)
      end[i] = maps_.activation(beat)[i] + maps_.apd(beat)[i];
    add("repolarisation", "ms", std::move(end));
  }
  if (settings_.has_map("velocity")) {
    VelocityFields cv = velocity_fields(mesh_, layout_, stored ? maps_.activation(beat) : nothing);
    add("cv", "m_per_s", std::move(cv.speed));
    add("cv_quality", "1", std::move(cv.quality));
    add("cv_status", "1", std::move(cv.status));
    for (std::vector<double>& each : cv.velocity) made.push_back(std::move(each));
    fields.push_back({fmt::format("velocity_beat{}_m_per_s", beat + 1), made[made.size() - 3],
                      made[made.size() - 2], made.back()});
  }
}

void MapObserver::finish() {
  const std::size_t beats = std::max<std::size_t>(all_beats(), 1);
  std::vector<NamedField> fields;
  std::vector<std::vector<double>> made;
  made.reserve(beats * (maps_.quantities().size() + 1 + 6));
  for (std::size_t b = 0; b < beats; ++b) add_beat(b, fields, made);
  if (settings_.has_map("extremes")) {
    fields.push_back({"V_min_mV", lowest_});
    fields.push_back({"V_max_mV", highest_});
  }
  std::vector<std::vector<double>> of_run;
  of_run.reserve(run_maps_.size());
  for (const auto& [name, values] : run_maps_) {
    of_run.push_back(values());
    fields.push_back({name, of_run.back()});
  }
  writer_.write(folder_ / "maps", fields);
}

std::size_t MapObserver::most_beats() const {
  return static_cast<std::size_t>(parallel::max(static_cast<std::int64_t>(maps_.most_beats())));
}

double MapObserver::activated_fraction() const {
  std::int64_t activated = 0;
  if (maps_.beats() > 0)
    for (const std::int32_t node : tissue_nodes_)
      activated += !std::isnan(maps_.activation(0)[static_cast<std::size_t>(node)]);
  const std::int64_t all = parallel::sum(static_cast<std::int64_t>(tissue_nodes_.size()));
  return static_cast<double>(parallel::sum(activated)) / static_cast<double>(all);
}

double MapObserver::last_activation() const {
  double last = -std::numeric_limits<double>::infinity();
  if (maps_.beats() > 0)
    for (const double t : maps_.activation(0))
      if (t > last) last = t;
  return parallel::max(last);
}

}  // namespace myowave
