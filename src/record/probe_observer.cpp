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

ProbeObserver::ProbeObserver(const Layout& layout, std::vector<PlacedProbe> probes,
                             const std::filesystem::path& folder, const OutputSettings& settings)
    : probes_(std::move(probes)),
      file_(folder / "probes.csv"),
      values_(probes_.size()),
      beats_(probes_.size(), beat_settings(settings, 1'000'000)) {
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
  out_.reset(std::fopen(file_.c_str(), mode));
  if (!out_) throw RunError(fmt::format("{} cannot be written", file_.string()));
}

void ProbeObserver::observe(double t, const Potential& V) {
  if (probes_.empty()) return;
  // Every rank learns all values: few numbers, and the beats are found alike everywhere.
  // The last number tells of a row that the first rank could not write.
  std::vector<double> mine(probes_.size() + 1, 0.0), all(mine.size());
  for (std::size_t p = 0; p < probes_.size(); ++p)
    if (local_[p] >= 0) mine[p] = V.values()[static_cast<std::size_t>(local_[p])];
  mine.back() = write_failed_ ? 1.0 : 0.0;
  parallel::sum(mine, all);
  if (all.back() > 0.0) fail_to_write();
  std::copy_n(all.begin(), values_.size(), values_.begin());
  beats_.update(t, values_);
  bool due = false;
  std::vector<bool> print(probes_.size());
  for (std::size_t p = 0; p < probes_.size(); ++p) {
    print[p] = schedules_[p].due(t);
    due = due || print[p];
  }
  if (!due || parallel::rank() != 0) return;
  if (!out_) {
    out_.reset(std::fopen(file_.c_str(), "w"));
    write_failed_ = !out_ || std::fputs(header().c_str(), out_.get()) < 0;
    if (!out_) return;
  }
  std::string row = fmt::format("{:.15g}", t);
  for (std::size_t p = 0; p < probes_.size(); ++p)
    row += print[p] ? fmt::format(",{:.6f}", values_[p]) : ",";
  row += '\n';
  write_failed_ = write_failed_ || std::fputs(row.c_str(), out_.get()) < 0;
}

void ProbeObserver::fail_to_write() const {
  throw RunError(fmt::format("{} cannot be written; is the disk full?", file_.string()));
}

void ProbeObserver::save(CheckpointWriter& out) const {
  // The rows up to here must be on the disk when the checkpoint is.
  if (parallel::any(write_failed_ || (out_ && std::fflush(out_.get()) != 0))) fail_to_write();
  if (!probes_.empty()) save_beats(out, "probes/", beats_);
}

void ProbeObserver::restore(const CheckpointReader& in) {
  if (probes_.empty()) return;
  restore_beats(in, "probes/", beats_);
  const double t = in.number("time_ms");
  for (Schedule& schedule : schedules_) schedule.skip_to(t);
  on_first_rank([&] {
    const bool exists = std::filesystem::exists(file_);
    if (exists) truncate(t);
    open(exists ? "a" : "w");
    if (!exists) write_failed_ = std::fputs(header().c_str(), out_.get()) < 0;
  });
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
    if (whole && (header_row || row_time <= t * (1.0 + 1e-12) + 1e-9))
      kept.append(line, static_cast<std::size_t>(length));
  }
  std::free(line);
  std::fclose(in);
  write_atomically(file_, kept);
}

void ProbeObserver::finish() {
  const bool closed = !out_ || std::fclose(out_.release()) == 0;
  if (parallel::any(write_failed_ || !closed)) fail_to_write();
}

}  // namespace myowave
