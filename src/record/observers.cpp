// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/observers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "field/session.hpp"
#include "record/beat_archive.hpp"
#include "record/checkpoint.hpp"

namespace myowave {

// ----------------------------------------------------------------------------------------- FieldSeries
FieldSeries::FieldSeries(const FieldWriter& writer, std::filesystem::path folder, double every)
    : writer_(writer), folder_(std::move(folder)), schedule_(every), collection_(folder_ / "V.pvd") {}

void FieldSeries::observe(double t, const Potential& V) {
  if (!schedule_.due(t)) return;
  writer_.write(folder_ / "V" / fmt::format("V_{:06}", times_.size()), {{"V", V.values()}});
  frame(t);
  if (parallel::rank() == 0) collection_.write();
}

void FieldSeries::frame(double t) {
  collection_.add(t, fmt::format("V/V_{:06}.{}", times_.size(), parallel::size() > 1 ? "pvti" : "vti"));
  times_.push_back(t);
}

void FieldSeries::save(CheckpointWriter& out) const { out.write_list("series/times", times_); }

void FieldSeries::restore(const CheckpointReader& in) {
  if (!in.has("series/times")) return;
  for (const double t : in.list("series/times")) {
    frame(t);
    schedule_.skip_to(t);
  }
}

// ----------------------------------------------------------------------------------------- MapObserver
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

// --------------------------------------------------------------------------------------- ProbeObserver
ProbeObserver::ProbeObserver(const Layout& layout, std::vector<PlacedProbe> probes,
                             const std::filesystem::path& folder, const OutputSettings& settings)
    : probes_(std::move(probes)),
      file_(folder / "probes.csv"),
      values_(probes_.size()),
      beats_(probes_.size(), settings.activation_threshold, settings.apd_level, 1'000'000) {
  for (const PlacedProbe& probe : probes_) {
    local_.push_back(layout.local_node(probe.node));
    schedules_.emplace_back(probe.settings.every);
  }
}

std::string ProbeObserver::header() const {
  std::string text = "t_ms";
  for (const PlacedProbe& probe : probes_) text += fmt::format(",V_{}_mV", probe.settings.name);
  return text + "\n";
}

void ProbeObserver::open(const char* mode) {
  if (parallel::rank() != 0) return;
  out_.reset(std::fopen(file_.c_str(), mode));
  if (!out_) throw RunError(fmt::format("{} cannot be written", file_.string()));
}

void ProbeObserver::observe(double t, const Potential& V) {
  // Every rank learns all values: few numbers, and the beats are found alike everywhere.
  std::vector<double> mine(probes_.size(), 0.0);
  for (std::size_t p = 0; p < probes_.size(); ++p)
    if (local_[p] >= 0) mine[p] = V.values()[static_cast<std::size_t>(local_[p])];
  parallel::sum(mine, values_);
  beats_.update(t, values_);
  bool due = false;
  std::vector<bool> print(probes_.size());
  for (std::size_t p = 0; p < probes_.size(); ++p) {
    print[p] = schedules_[p].due(t);
    due = due || print[p];
  }
  if (!due || parallel::rank() != 0) return;
  if (!out_) {
    open("w");
    std::fputs(header().c_str(), out_.get());
  }
  std::string row = fmt::format("{:.10g}", t);
  for (std::size_t p = 0; p < probes_.size(); ++p)
    row += print[p] ? fmt::format(",{:.6f}", values_[p]) : ",";
  row += '\n';
  if (std::fputs(row.c_str(), out_.get()) < 0)
    throw RunError(fmt::format("{} cannot be written; is the disk full?", file_.string()));
}

void ProbeObserver::save(CheckpointWriter& out) const {
  // The rows up to here must be on the disk when the checkpoint is.
  if (out_ && std::fflush(out_.get()) != 0)
    throw RunError(fmt::format("{} cannot be written; is the disk full?", file_.string()));
  save_beats(out, "probes/", beats_);
}

void ProbeObserver::restore(const CheckpointReader& in) {
  restore_beats(in, "probes/", beats_);
  const double t = in.number("time_ms");
  for (Schedule& schedule : schedules_) schedule.skip_to(t);
  if (parallel::rank() != 0) return;
  if (!std::filesystem::exists(file_)) {
    open("w");
    std::fputs(header().c_str(), out_.get());
    return;
  }
  truncate(t);
  open("a");
}

void ProbeObserver::truncate(double t) const {
  // Rows after the checkpoint will be computed again; a row cut short by a crash goes too.
  std::FILE* in = std::fopen(file_.c_str(), "r");
  if (!in) throw RunError(fmt::format("{} cannot be read", file_.string()));
  std::string kept;
  char* line = nullptr;
  std::size_t capacity = 0;
  for (ssize_t length; (length = getline(&line, &capacity, in)) > 0;) {
    const bool whole = line[length - 1] == '\n';
    char* end = nullptr;
    const double row_time = std::strtod(line, &end);
    const bool header_row = end == line;
    if (whole && (header_row || row_time <= t + 1e-9))
      kept.append(line, static_cast<std::size_t>(length));
  }
  std::free(line);
  std::fclose(in);
  std::FILE* out = std::fopen(file_.c_str(), "w");
  if (!out || std::fputs(kept.c_str(), out) < 0 || std::fclose(out) != 0)
    throw RunError(fmt::format("{} cannot be written", file_.string()));
}

void ProbeObserver::finish() {
  if (out_ && std::fclose(out_.release()) != 0)
    throw RunError(fmt::format("{} cannot be written; is the disk full?", file_.string()));
}

// ------------------------------------------------------------------------------------ ExtremesObserver
ExtremesObserver::ExtremesObserver(std::vector<std::int32_t> tissue_nodes)
    : tissue_nodes_(std::move(tissue_nodes)),
      lowest_(std::numeric_limits<double>::infinity()),
      highest_(-std::numeric_limits<double>::infinity()) {}

void ExtremesObserver::observe(double, const Potential& V) {
  const std::span<const double> values = V.values();
  double low = lowest_, high = highest_;
  if (tissue_nodes_.size() == values.size()) {
    for (const double value : values) {
      low = std::min(low, value);
      high = std::max(high, value);
    }
  } else {
    for (const std::int32_t node : tissue_nodes_) {
      low = std::min(low, values[static_cast<std::size_t>(node)]);
      high = std::max(high, values[static_cast<std::size_t>(node)]);
    }
  }
  lowest_ = low;
  highest_ = high;
}

double ExtremesObserver::lowest() const { return parallel::min(lowest_); }
double ExtremesObserver::highest() const { return parallel::max(highest_); }

void ExtremesObserver::save(CheckpointWriter& out) const {
  const double extremes[] = {lowest(), highest()};
  out.write_list("extremes_mV", extremes);
}

void ExtremesObserver::restore(const CheckpointReader& in) {
  const std::vector<double> extremes = in.list("extremes_mV");
  lowest_ = extremes.at(0);
  highest_ = extremes.at(1);
}

}  // namespace myowave
