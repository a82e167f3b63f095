// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include "base/error.hpp"
#include "field/session.hpp"

namespace myowave {

struct Log::Sinks {
  std::unique_ptr<spdlog::logger> terminal, file;
};

Log::Log(bool quiet, const std::string& prefix) : sinks_(std::make_unique<Sinks>()), quiet_(quiet) {
  if (parallel::rank() != 0) return;
  sinks_->terminal =
      std::make_unique<spdlog::logger>("terminal", std::make_shared<spdlog::sinks::stdout_sink_st>());
  sinks_->terminal->set_pattern(prefix + "%v");
}

Log::~Log() { flush(); }

void Log::open(const std::filesystem::path& file, bool append) {
  if (parallel::rank() != 0) return;
  try {
    sinks_->file = std::make_unique<spdlog::logger>(
        "file", std::make_shared<spdlog::sinks::basic_file_sink_st>(file.string(), !append));
  } catch (const spdlog::spdlog_ex& error) {
    throw RunError(fmt::format("{} cannot be written: {}", file.string(), error.what()));
  }
  sinks_->file->set_pattern("%Y-%m-%d %H:%M:%S  %v");
  sinks_->file->flush_on(spdlog::level::info);
}

void Log::info(const std::string& line) {
  if (open_line_) terminal("\r\033[K");
  open_line_ = false;
  if (sinks_->terminal && !quiet_) sinks_->terminal->info(line);
  if (sinks_->file) sinks_->file->info(line);
  if (sinks_->terminal) sinks_->terminal->flush();
}

void Log::warning(const std::string& line) { info("warning: " + line); }

void Log::flush() {
  if (sinks_->terminal) sinks_->terminal->flush();
  if (sinks_->file) sinks_->file->flush();
}

void Log::terminal(const std::string& text) {
  if (!sinks_->terminal || quiet_) return;
  open_line_ = !text.ends_with('\n');
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = write(STDOUT_FILENO, text.data() + done, text.size() - done);
    if (count <= 0) return;
    done += static_cast<std::size_t>(count);
  }
}

Progress::Progress(Log& log, double t_start, double t_end)
    : log_(log),
      terminal_(parallel::rank() == 0 && !log.quiet() && isatty(STDOUT_FILENO) && isatty(STDERR_FILENO)),
      t_start_(t_start),
      t_end_(t_end),
      start_(Clock::now()),
      last_(start_) {}

Progress::~Progress() { close(); }

std::string Progress::line(double t, double cell_steps) const {
  const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
  const double done = (t - t_start_) / (t_end_ - t_start_);
  const double left = done > 0.0 ? elapsed * (1.0 - done) / done : 0.0;
  const auto minutes = static_cast<long>(left) / 60;
  return fmt::format("t = {:.2f} of {:.2f} ms  {:3.0f} %  ETA {}:{:02}  {:.1f} M cell-steps/s", t,
                     t_end_, 100.0 * t / t_end_, minutes, static_cast<long>(left) % 60,
                     elapsed > 0.0 ? cell_steps / elapsed / 1e6 : 0.0);
}

void Progress::update(double t, double cell_steps) {
  if (parallel::rank() != 0) return;
  if (terminal_) {
    const auto now = Clock::now();
    if (now - last_ < std::chrono::milliseconds(200) && t < t_end_) return;
    last_ = now;
    log_.terminal(fmt::format("\r{}\033[K", line(t, cell_steps)));
    shown_ = true;
    return;
  }
  const double percent = 100.0 * (t - t_start_) / (t_end_ - t_start_);
  if (percent + 1e-9 < next_percent_) return;
  while (next_percent_ <= percent + 1e-9) next_percent_ += 5;
  log_.info(line(t, cell_steps));
}

void Progress::close() {
  if (shown_) log_.terminal("\n");
  shown_ = false;
}

}  // namespace myowave
