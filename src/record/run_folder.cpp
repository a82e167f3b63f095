// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/run_folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "field/session.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;

/// Everything a run writes; nothing else in a folder is ever removed.
bool written_by_a_run(const fs::path& file) {
  const std::string name = file.filename().string();
  for (const char* known :
       {"run.json",   "config.toml",    "log.txt",       "probes.csv",        "ecg.csv",
        "tips.csv",   "filaments.csv",  "trace.csv",     "final_state.toml",  "restitution.csv",
        "dataset.h5", "dataset.h5.new", "checkpoint.h5", "checkpoint.h5.new", "V",
        "V.pvd",      "maps.vti",       "maps.pvti",     "maps.vtu",          "maps.pvtu",
        "maps",       "report.html"})
    if (name == known) return true;
  return false;
}

/// The resolved configuration is the first file that a run writes, and begins with these words.
bool holds_a_run(const fs::path& folder) {
  std::ifstream file(folder / "config.toml");
  std::string first;
  std::getline(file, first);
  return first.starts_with("# Resolved by Myowave");
}

}  // namespace

std::string folder_fault(const fs::path& folder, bool force, bool continues) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (!fs::exists(status)) return new_folder_fault(folder);
  if (!fs::is_directory(status))
    return fmt::format("output {} is a file, not a folder", folder.string());
  if (access(folder.c_str(), W_OK) != 0)
    return fmt::format("output folder {} is not writable", folder.string());
  if (continues || fs::is_empty(folder, error)) return "";
  if (force)
    return holds_a_run(folder) ? ""
                               : fmt::format(
                                     "output folder {} holds files but no run, and --force overwrites "
                                     "runs only; choose another with --output",
                                     folder.string());
  if (fs::exists(folder / "run.json", error))
    return fmt::format(
        "output folder {} holds a run; choose another with --output, or --force to overwrite it",
        folder.string());
  if (fs::exists(folder / "checkpoint.h5", error))
    return fmt::format(
        "output folder {0} holds an unfinished run; continue it with --restart {0}/checkpoint.h5, "
        "choose another with --output, or --force to overwrite it",
        folder.string());
  return fmt::format("output folder {} is in use (not empty); choose another with --output",
                     folder.string());
}

std::string space_fault(const fs::path& folder, double needed_bytes) {
  const fs::path place = existing_parent(folder);
  std::error_code error;
  const fs::space_info space = fs::space(place, error);
  if (error) return "";
  if (static_cast<double>(space.available) >= needed_bytes) return "";
  return fmt::format(
      "the output needs up to {:.1f} MB and {} has {:.1f} MB free; write fewer frames "
      "(output.fields.every), or choose another disk with --output",
      needed_bytes / 1e6, place.string(), static_cast<double>(space.available) / 1e6);
}

void prepare_folder(const fs::path& folder, bool force) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw InputError(
        fmt::format("output folder {} cannot be made: {}", folder.string(), error.message()));
  if (!force) return;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (written_by_a_run(entry.path())) fs::remove_all(entry.path());
}

void on_first_rank(const std::function<void()>& write) {
  std::string message;
  try {
    if (parallel::rank() == 0) write();
  } catch (const RunError& error) {
    message = error.what();
  }
  if (!parallel::any(!message.empty())) return;
  throw RunError(parallel::rank() == 0 ? message : "the first rank cannot write its output");
}

}  // namespace myowave
