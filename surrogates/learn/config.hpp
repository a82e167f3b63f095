// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>

#include "surrogates/learn/settings.hpp"

namespace myowave::learn {

/// Reads and checks a configuration, with `overrides` ("key.path=value") over the file. Throws one
/// InputError with all faults.
TrainingConfig read_training_config(const std::string& path, std::span<const std::string> overrides);

/// The configuration as TOML, every value filled in. `exact` leaves out what may differ when a training
/// is continued: iterations, threads, checkpoints, early stopping.
std::string resolved_text(const TrainingConfig& config, bool exact = false);

/// The section of a search.
std::string search_text(const TrainingConfig& config);

/// The page docs/recipes.md, from the same tables that read the file.
std::string settings_page();

/// Names of the terms of the loss of a kind, which can be weighted.
std::vector<std::string> loss_terms(surrogates::Kind kind);

}  // namespace myowave::learn
