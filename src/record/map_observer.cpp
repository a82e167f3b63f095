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

namespace myowave {

MapObserver::MapObserver(const FieldWriter& writer, std::filesystem::path folder,
                         const OutputSettings& settings, std::size_t owned,
                         std::vector<std::int32_t> tissue_nodes)
    : writer_(writer),
      folder_(std::move(folder)),
      settings_(settings),
      tissue_nodes_(std::move(tissue_nodes)),
      maps_(owned, settings.activation_threshold, settings.apd_level,
            static_cast<std::size_t>(settings.map_beats)) {}

void MapObserver::observe(double t, const Potential& V) { maps_.update(t, V.values()); }

std::size_t MapObserver::all_beats() const {
  return static_cast<std::size_t>(parallel::max(static_cast<std::int64_t>(maps_.beats())));
}

void MapObserver::save(CheckpointWriter& out) const {
  save_beats(out, out.nodes(), "map_", maps_, all_beats());
}

void MapObserver::restore(const CheckpointReader& in) { restore_beats(in, in.nodes(), "map_", maps_); }

void MapObserver::finish() {
  const std::size_t beats = all_beats();
  const std::vector<double> none(maps_.points(), std::numeric_limits<double>::quiet_NaN());
  std::vector<NamedField> fields;
  for (std::size_t b = 0; b < std::max<std::size_t>(beats, 1); ++b) {
    const bool stored = b < maps_.beats();
    fields.push_back({fmt::format("activation_beat{}_ms", b + 1),
                      stored ? maps_.activation(b) : std::span<const double>(none)});
    fields.push_back({fmt::format("apd{:g}_beat{}_ms", settings_.apd_level, b + 1),
                      stored ? maps_.apd(b) : std::span<const double>(none)});
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
