// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/error.hpp"

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

fs::path existing_parent(fs::path folder) {
  folder = fs::absolute(folder).lexically_normal();
  std::error_code error;
  while (!fs::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

std::string new_folder_fault(const fs::path& folder) {
  const fs::path parent = existing_parent(folder);
  std::error_code error;
  if (!fs::is_directory(parent, error))
    return fmt::format("output folder {} cannot be made: {} is not a folder", folder.string(),
                       parent.string());
  if (access(parent.c_str(), W_OK) != 0)
    return fmt::format("output folder {} cannot be made: {} is not writable", folder.string(),
                       parent.string());
  return "";
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

void write_atomically(const fs::path& file, std::string_view bytes) {
  const fs::path temporary = file.string() + ".new";
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  bool good = descriptor >= 0;
  for (std::size_t done = 0; good && done < bytes.size();) {
    const ssize_t count = write(descriptor, bytes.data() + done, bytes.size() - done);
    good = count > 0;
    done += good ? static_cast<std::size_t>(count) : 0;
  }
  good = good && fsync(descriptor) == 0;
  const int reason = errno;
  if (descriptor >= 0) close(descriptor);
  if (good && rename(temporary.c_str(), file.c_str()) == 0) return;
  const int why = good ? errno : reason;
  unlink(temporary.c_str());
  throw RunError(fmt::format("{} cannot be written: {}", file.string(), std::strerror(why)));
}

std::string read_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (!stream || stream.bad()) throw RunError(fmt::format("{} cannot be read", file.string()));
  return text;
}

}  // namespace myowave::learn
