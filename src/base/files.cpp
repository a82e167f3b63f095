// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "base/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/error.hpp"

namespace myowave {

namespace fs = std::filesystem;

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

void write_atomically(const fs::path& file, std::string_view bytes, bool to_disk) {
  const fs::path temporary = file.string() + ".new";
  const int descriptor = open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  bool good = descriptor >= 0;
  for (std::size_t done = 0; good && done < bytes.size();) {
    const ssize_t count = write(descriptor, bytes.data() + done, bytes.size() - done);
    good = count > 0;
    done += good ? static_cast<std::size_t>(count) : 0;
  }
  good = good && (!to_disk || fsync(descriptor) == 0);
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

}  // namespace myowave
