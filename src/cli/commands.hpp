// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace myowave {

/// The command line, as text.
struct Arguments {
  std::string config, output, restart, folder;
  std::vector<std::string> overrides;
  bool force = false, quiet = false, reference = false;
  std::string model, variant, bcl, beats, stimulus, stimulus_duration;
  std::string mesh, converted_mesh, unit;
  int dimension = 0;
  bool repair = false;
  std::vector<std::string> command_line;
};

/// Each returns the exit status of the program.
int command_run(const Arguments& arguments);
int command_restitution(const Arguments& arguments);
int command_dataset(const Arguments& arguments);
int command_cell(const Arguments& arguments);
int command_post(const Arguments& arguments);
int command_report(const Arguments& arguments);
int command_check(const Arguments& arguments);
int command_models(const Arguments& arguments);
int command_settings();
int command_mesh_info(const Arguments& arguments);
int command_mesh_convert(const Arguments& arguments);

std::string version_text();

/// Runs the command and turns its errors into messages and exit status: 2 wrong input, 3 failed numbers,
/// 1 a bug. An error that only some ranks have met ends all of them.
int guarded(const std::function<int()>& command);

}  // namespace myowave
