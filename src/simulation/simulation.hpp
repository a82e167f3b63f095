// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "config/config.hpp"
#include "record/log.hpp"

namespace myowave {

struct RunOptions {
  std::filesystem::path output;   ///< run folder
  std::filesystem::path restart;  ///< checkpoint to continue, or empty
  bool force = false;             ///< overwrite an earlier run
  std::string command;            ///< for run.json
};

/// Runs a tissue simulation from t = 0, or from a checkpoint, to time.end and writes the run folder.
/// Returns the signal that stopped it, 0 if it finished. Collective.
/// Throws InputError before anything is written, RunError if the numbers or the output fail.
int run_simulation(const Config& config, const RunOptions& options, Log& log);

/// Checks what `run_simulation` would check, and runs nothing; without an output folder in the options
/// all but that. Collective.
void check_simulation(const Config& config, const RunOptions& options, Log& log);

/// Whether the program must end without MPI_Finalize, see checkpoint_left_open().
bool must_not_finalise();

}  // namespace myowave
