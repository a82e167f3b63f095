// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "config/config.hpp"
#include "record/log.hpp"
#include "simulation/simulation.hpp"

namespace myowave {

/// Makes data that surrogates are trained on, as `config.dataset` says: writes dataset.h5 (see
/// docs/datasets.md) and run.json. Returns the signal that stopped it, 0 if it finished; a dataset that
/// is not whole is not kept. Collective.
/// Throws InputError before anything is written, RunError if the numbers or the output fail.
int run_dataset(const Config& config, const RunOptions& options, Log& log);

/// Checks what `run_dataset` would check, and runs nothing; without an output folder in the options all
/// but that. Collective.
void check_dataset(const Config& config, const RunOptions& options, Log& log);

}  // namespace myowave
