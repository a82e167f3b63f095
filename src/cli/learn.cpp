// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "cli/learn.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace myowave {

const std::vector<std::string>& learn_commands() {
  static const std::vector<std::string> names = {"train", "search", "convert"};
  return names;
}

bool is_learn_command(const std::string& name) {
  const std::vector<std::string>& names = learn_commands();
  return std::find(names.begin(), names.end(), name) != names.end();
}

int run_learn(char** argv) {
  constexpr int wrong_input = 2, failed = 3;
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path program = self.parent_path() / "myowave-learn";
  if (!error && std::filesystem::exists(program)) {
    execv(program.c_str(), argv);
    fmt::print(stderr, "error: {} cannot be started: {}\n", program.string(), std::strerror(errno));
    return failed;
  }
  fmt::print(
      stderr,
      "`myowave {}` needs the program myowave-learn, which is not built beside this one. Install "
      "libtorch and libonnx (Debian: libtorch-dev libopenblas0-openmp libhdf5-dev libonnx-dev "
      "libprotobuf-dev; ./setup.sh does), then: cmake --preset release -DMYOWAVE_LEARN=ON && cmake "
      "--build --preset release\n",
      argv[1]);
  return wrong_input;
}

}  // namespace myowave
