// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/log.hpp"

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include "base/error.hpp"

namespace myowave::learn {

struct Log::Sinks {
  std::unique_ptr<spdlog::logger> terminal, file;
};

Log::Log(bool quiet)
    : sinks_(std::make_unique<Sinks>()), terminal_(!quiet && isatty(STDOUT_FILENO) != 0) {
  if (quiet) return;
  sinks_->terminal =
      std::make_unique<spdlog::logger>("terminal", std::make_shared<spdlog::sinks::stdout_sink_st>());
  sinks_->terminal->set_pattern("%v");
}

Log::~Log() {
  if (open_line_ && sinks_->terminal) sinks_->terminal->info("");
}

void Log::open(const std::filesystem::path& file, bool append) {
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
  if (open_line_) overwrite("");
  open_line_ = false;
  if (sinks_->terminal) {
    sinks_->terminal->info(line);
    sinks_->terminal->flush();
  }
  if (sinks_->file) sinks_->file->info(line);
}

void Log::warning(const std::string& line) { info("warning: " + line); }

void Log::progress(const std::string& line) {
  if (sinks_->terminal && !terminal_) {
    sinks_->terminal->info(line);
    sinks_->terminal->flush();
  }
  if (sinks_->file) sinks_->file->info(line);
}

void Log::overwrite(const std::string& line) {
  if (!terminal_) return;
  const std::string text = "\r" + line + "\033[K";
  open_line_ = true;
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = write(STDOUT_FILENO, text.data() + done, text.size() - done);
    if (count <= 0) return;
    done += static_cast<std::size_t>(count);
  }
}

Progress::Progress(Log& log, long first, long total)
    : log_(log),
      first_(first),
      total_(total),
      start_(Clock::now()),
      last_(start_),
      next_percent_(static_cast<int>(100 * first / (5 * total)) * 5 + 5) {}

std::string Progress::line(long done, const std::string& text) const {
  const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
  const double rate = elapsed > 0.0 ? static_cast<double>(done - first_) / elapsed : 0.0;
  const auto left = rate > 0.0 ? static_cast<long>(static_cast<double>(total_ - done) / rate) : 0;
  return fmt::format("{} of {}  {:3} %  ETA {}:{:02}:{:02}  {:.0f}/s  {}", done, total_,
                     100 * done / total_, left / 3600, left / 60 % 60, left % 60, rate, text);
}

void Progress::update(long done, const std::string& text) {
  const auto now = Clock::now();
  if (log_.is_terminal() && (now - last_ >= std::chrono::milliseconds(200) || done == total_)) {
    last_ = now;
    log_.overwrite(line(done, text));
  }
  if (100 * done < next_percent_ * total_) return;
  while (next_percent_ * total_ <= 100 * done) next_percent_ += 5;
  log_.progress(line(done, text));
}

}  // namespace myowave::learn
