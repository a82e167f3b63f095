// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/sample_table.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "base/error.hpp"
#include "base/files.hpp"
#include "field/session.hpp"
#include "record/run_folder.hpp"

namespace myowave {

SampleTable::SampleTable(std::filesystem::path file, std::string header)
    : file_(std::move(file)), header_(std::move(header)) {}

void SampleTable::open(const char* mode) {
  out_.reset(std::fopen(file_.c_str(), mode));
  if (!out_) throw RunError(fmt::format("{} cannot be written", file_.string()));
}

void SampleTable::append(const std::string& row) {
  if (parallel::rank() != 0 || failed_) return;
  if (!out_) {
    out_.reset(std::fopen(file_.c_str(), "w"));
    failed_ = !out_ || std::fputs((header_ + "\n").c_str(), out_.get()) < 0;
  }
  failed_ = failed_ || std::fputs((row + "\n").c_str(), out_.get()) < 0;
}

void SampleTable::fail_to_write() const {
  throw RunError(fmt::format("{} cannot be written; is the disk full?", file_.string()));
}

void SampleTable::flush() const {
  if (parallel::any(failed_ || (out_ && std::fflush(out_.get()) != 0))) fail_to_write();
}

void SampleTable::resume(double t) {
  on_first_rank([&] {
    const bool exists = std::filesystem::exists(file_);
    if (exists) truncate(t);
    open(exists ? "a" : "w");
    if (!exists) failed_ = std::fputs((header_ + "\n").c_str(), out_.get()) < 0;
  });
}

void SampleTable::truncate(double t) const {
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

void SampleTable::finish() {
  const bool closed = !out_ || std::fclose(out_.release()) == 0;
  if (parallel::any(failed_ || !closed)) fail_to_write();
}

}  // namespace myowave
