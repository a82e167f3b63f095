// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "config/config.hpp"
#include "record/log.hpp"
#include "simulation/simulation.hpp"

namespace myowave {

/// S1S2 or dynamic pacing as `config.restitution` says: writes run.json (results.curve, results.erp_ms,
/// results.max_slope, see docs/output.md) and restitution.csv. Returns the signal that stopped it, 0 if
/// it finished; then the files hold the points so far. Collective.
/// Throws InputError before anything is written, RunError if the numbers fail or the train does not
/// excite the preparation.
int run_restitution(const Config& config, const RunOptions& options, Log& log);

}  // namespace myowave
