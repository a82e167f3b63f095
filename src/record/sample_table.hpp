// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace myowave {

/// A CSV file that grows while the run goes on, each row beginning with its time in ms; written by the
/// first rank. What goes wrong there is kept until the next collective call throws it on all ranks.
class SampleTable {
 public:
  /// `header` without its line's end. Nothing is written before the first row.
  SampleTable(std::filesystem::path file, std::string header);

  /// Adds a row. Not collective: other ranks than the first ignore it.
  void append(const std::string& row);
  bool failed() const { return failed_; }
  [[noreturn]] void fail_to_write() const;

  /// The rows so far are handed to the system: for a checkpoint. Collective; throws RunError.
  void flush() const;
  /// Goes on after time t: rows after it will come again and are removed. Collective; throws RunError.
  void resume(double t);
  /// Closes the file. Collective; throws RunError.
  void finish();

 private:
  void open(const char* mode);
  void truncate(double t) const;

  std::filesystem::path file_;
  std::string header_;
  bool failed_ = false;
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> out_;
};

}  // namespace myowave
