// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>

namespace myowave {

/// Lines for the user: on the terminal unless quiet, and in log.txt once it is opened. Only the first
/// rank writes.
class Log {
 public:
  /// `prefix` stands before every line on the terminal.
  explicit Log(bool quiet, const std::string& prefix = "");
  ~Log();

  /// Adds the file; earlier lines are not repeated there. `append` continues an earlier run's log.
  void open(const std::filesystem::path& file, bool append);
  void info(const std::string& line);
  void warning(const std::string& line);
  void flush();
  /// Writes to the terminal as it is, without a line's end: for a line that is written over.
  void terminal(const std::string& text);

  bool quiet() const { return quiet_; }

 private:
  struct Sinks;
  std::unique_ptr<Sinks> sinks_;
  bool quiet_;
  bool open_line_ = false;  ///< the terminal shows a line that is written over
};

/// How far the run is: on a terminal one line that updates, else one line of the log per 5 %. mpirun
/// gives its processes a pseudo-terminal for the standard output alone, so both outputs are asked.
class Progress {
 public:
  Progress(Log& log, double t_start, double t_end);
  ~Progress();

  /// At time t [ms] after `cell_steps` steps of cells on all ranks.
  void update(double t, double cell_steps);
  /// Ends the updating line.
  void close();

 private:
  using Clock = std::chrono::steady_clock;
  std::string line(double t, double cell_steps) const;

  Log& log_;
  bool terminal_, shown_ = false;
  double t_start_, t_end_;
  Clock::time_point start_, last_;
  int next_percent_ = 5;
};

}  // namespace myowave
