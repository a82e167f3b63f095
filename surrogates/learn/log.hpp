// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace myowave::learn {

/// Lines for the user: on the terminal unless quiet, and in log.txt once it is opened.
class Log {
 public:
  explicit Log(bool quiet);
  ~Log();

  /// `append` continues an earlier log. Throws RunError if the file cannot be written.
  void open(const std::filesystem::path& file, bool append);
  void info(const std::string& line);
  void warning(const std::string& line);
  /// A line of progress, which a terminal shows by `overwrite`.
  void progress(const std::string& line);
  /// Writes over the line that `overwrite` has left on the terminal.
  void overwrite(const std::string& line);
  bool is_terminal() const { return terminal_; }

 private:
  struct Sinks;
  std::unique_ptr<Sinks> sinks_;
  bool terminal_;
  bool open_line_ = false;
};

/// How far the work is: on a terminal one line that updates, else one line of the log per 5 %.
class Progress {
 public:
  /// `first` of `total` units are done already.
  Progress(Log& log, long first, long total);

  /// `done` units are done; `text` is what else there is to say.
  void update(long done, const std::string& text);

 private:
  using Clock = std::chrono::steady_clock;
  std::string line(long done, const std::string& text) const;

  Log& log_;
  long first_, total_;
  Clock::time_point start_, last_;
  int next_percent_;
};

}  // namespace myowave::learn
