// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "field/potential.hpp"
#include "record/observer.hpp"
#include "simulation/problem.hpp"

namespace myowave {

/// Writes V, all states and what the observers keep. Collective; the old file stays until the new one is
/// whole.
void write_checkpoint(const std::filesystem::path& file, const Config& config, Problem& problem,
                      const Potential& V, std::int64_t step, double t,
                      const std::vector<Observer*>& observers);

/// Restores them and returns the number of the step that the checkpoint was written after. Collective.
std::int64_t read_checkpoint(const std::filesystem::path& file, Problem& problem, Potential& V,
                             const std::vector<Observer*>& observers);

/// Throws InputError if the checkpoint cannot be continued with this configuration: another mesh, other
/// regions or models, another step, or a time that is not before the end.
void check_restart(const std::filesystem::path& file, const Config& config);

}  // namespace myowave
