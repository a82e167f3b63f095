// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "surrogates/learn/settings.hpp"

namespace myowave::learn {

/// What the command line says besides the configuration.
struct TrainOptions {
  std::string output;  ///< folder
  std::string device = "cpu";
  std::string cache;  ///< file of computed data, shared by the members of a search; "" for none
  bool force = false, resume = false, quiet = false;
  std::vector<std::string> command_line;
};

/// Trains and writes the run folder: run.json, config.toml, log.txt, training.csv, checkpoint.pt,
/// surrogate.safetensors. Returns the exit status: 0, or 128 + the signal that stopped it. Throws
/// InputError before anything is written, RunError when the numbers fail.
int train(const TrainingConfig& config, const TrainOptions& options);

}  // namespace myowave::learn
