// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <vector>

#include "config/config.hpp"
#include "postprocess/biomarkers.hpp"
#include "record/log.hpp"
#include "simulation/simulation.hpp"

namespace myowave {

/// Paces one cell (the model of the first region) at a fixed cycle length and writes trace.csv (t_ms,
/// V_mV and every state by name) and run.json (results.beats[]). Serial. Throws InputError before
/// anything is written, RunError if V fails.
void run_cell(const Config& config, const RunOptions& options, Log& log);

}  // namespace myowave
