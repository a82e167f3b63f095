// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "record/log.hpp"

namespace myowave {

struct PostOptions {
  std::filesystem::path run;           ///< folder of a run
  std::vector<std::string> overrides;  ///< of its configuration: output.tips, output.ecg, electrode, ...
  std::filesystem::path output;        ///< folder of the results; empty: `post` in that of the run
  std::string command;                 ///< for post.json
};

/// Computes from the frames and maps of a run folder what the run may not have been asked for: velocity
/// from activation (maps.vti), dominant frequency (maps.vti), phase (phase.pvd), tips (tips.csv),
/// pseudo-ECG (ecg.csv), with a summary in post.json. Reads frame by frame, each rank its own nodes.
/// Collective. Throws InputError if the folder is none of a run, or has neither frames nor maps.
void run_post(const PostOptions& options, Log& log);

}  // namespace myowave
