// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.hpp"
#include "field/session.hpp"
#include "record/beat_archive.hpp"
#include "record/checkpoint.hpp"
#include "record/observers.hpp"
#include "record/run_folder.hpp"

namespace myowave {
namespace {

std::string header(const std::vector<PlacedProbe>& probes) {
  std::string text = "t_ms";
  for (const PlacedProbe& probe : probes) text += fmt::format(",V_{}_mV", probe.settings.name);
  return text;
}

}  // namespace

ProbeObserver::ProbeObserver(const Layout& layout, std::vector<PlacedProbe> probes,
                             const std::filesystem::path& folder, const OutputSettings& settings)
    : probes_(std::move(probes)),
      values_(probes_.size()),
      beats_(probes_.size(), beat_settings(settings, 1'000'000)),
      table_(folder / "probes.csv", header(probes_)) {
  for (const PlacedProbe& probe : probes_) {
    local_.push_back(layout.local_node(probe.node));
    schedules_.emplace_back(probe.settings.every);
  }
}

void ProbeObserver::observe(double t, const Potential& V) {
  if (probes_.empty()) return;
  // Every rank learns all values: few numbers, and the beats are found alike everywhere.
  // The last number tells of a row that the first rank could not write.
  std::vector<double> mine(probes_.size() + 1, 0.0), all(mine.size());
  for (std::size_t p = 0; p < probes_.size(); ++p)
    if (local_[p] >= 0) mine[p] = V.values()[static_cast<std::size_t>(local_[p])];
  mine.back() = table_.failed() ? 1.0 : 0.0;
  parallel::sum(mine, all);
  if (all.back() > 0.0) table_.fail_to_write();
  std::copy_n(all.begin(), values_.size(), values_.begin());
  beats_.update(t, values_);
  bool due = false;
  std::vector<bool> print(probes_.size());
  for (std::size_t p = 0; p < probes_.size(); ++p) {
    print[p] = schedules_[p].due(t);
    due = due || print[p];
  }
  if (!due || parallel::rank() != 0) return;
  std::string row = fmt::format("{:.15g}", t);
  for (std::size_t p = 0; p < probes_.size(); ++p)
    row += print[p] ? fmt::format(",{:.6f}", values_[p]) : ",";
  table_.append(row);
}

void ProbeObserver::save(CheckpointWriter& out) const {
  // The rows up to here must be on the disk when the checkpoint is.
  table_.flush();
  if (!probes_.empty()) save_beats(out, "probes/", beats_);
}

void ProbeObserver::restore(const CheckpointReader& in) {
  if (probes_.empty()) return;
  restore_beats(in, "probes/", beats_);
  const double t = in.number("time_ms");
  for (Schedule& schedule : schedules_) schedule.skip_to(t);
  table_.resume(t);
}

void ProbeObserver::finish() { table_.finish(); }

}  // namespace myowave
