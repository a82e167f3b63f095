// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/folder.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <fstream>

#include "base/error.hpp"
#include "base/files.hpp"

namespace myowave::learn {
namespace {

namespace fs = std::filesystem;

bool written_by_a_training(const fs::path& file) {
  const std::string name = file.filename().string();
  for (const char* known :
       {"run.json", "config.toml", "log.txt", "training.csv", "checkpoint.pt", "checkpoint.pt.new",
        "surrogate.safetensors", "trace.csv", "search.csv", "members", "data.pt", "data.pt.scatter"})
    if (name == known) return true;
  return false;
}

/// The resolved configuration is the first file that a training writes, and begins with these words.
bool holds_a_training(const fs::path& folder) {
  std::ifstream file(folder / "config.toml");
  std::string first;
  std::getline(file, first);
  return first.starts_with("# Resolved by Myowave");
}

}  // namespace

std::string folder_fault(const fs::path& folder, bool force, bool resume) {
  std::error_code error;
  const fs::file_status status = fs::status(folder, error);
  if (resume && !fs::exists(folder / "checkpoint.pt", error))
    return fmt::format("there is no checkpoint.pt in {} to resume from; leave out --resume",
                       folder.string());
  if (!fs::exists(status)) return new_folder_fault(folder);
  if (!fs::is_directory(status))
    return fmt::format("output {} is a file, not a folder", folder.string());
  if (access(folder.c_str(), W_OK) != 0)
    return fmt::format("output folder {} is not writable", folder.string());
  if (resume || fs::is_empty(folder, error)) return "";
  const bool training = holds_a_training(folder);
  if (training && force) return "";
  if (!training)
    return fmt::format("output folder {} holds files but no training; choose another with --output",
                       folder.string());
  if (!fs::exists(folder / "surrogate.safetensors", error) &&
      fs::exists(folder / "checkpoint.pt", error))
    return fmt::format(
        "output folder {} holds an unfinished training; continue it with --resume, choose another with "
        "--output, or --force to overwrite it",
        folder.string());
  return fmt::format(
      "output folder {} holds a training; choose another with --output, or --force to overwrite it",
      folder.string());
}

void prepare_folder(const fs::path& folder, bool force) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw InputError(
        fmt::format("output folder {} cannot be made: {}", folder.string(), error.message()));
  if (!force) return;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder))
    if (written_by_a_training(entry.path())) fs::remove_all(entry.path());
}

}  // namespace myowave::learn
