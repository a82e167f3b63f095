// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "config/config.hpp"
#include "record/log.hpp"
#include "simulation/simulation.hpp"

namespace myowave {

/// Whether the cell of the first region is a surrogate of whole trajectories.
bool has_trajectories(const Config& config);

/// Evaluates a `trajectory` surrogate for a batch of cases, each a row of inputs, at the times of
/// [batch], and writes trajectories.csv (case, t_ms and the outputs with their units) and run.json.
/// Cases outside of the trained range are left out of the table and counted. Serial. Throws InputError
/// before anything is written.
void run_trajectories(const Config& config, const RunOptions& options, Log& log);

}  // namespace myowave
