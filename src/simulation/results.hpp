// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "record/observers.hpp"
#include "simulation/problem.hpp"
#include "simulation/split_step.hpp"

namespace myowave {

/// What run.json says besides the configuration.
struct RunRecord {
  std::string status;   ///< finished | stopped | failed
  std::string message;  ///< of a failure
  std::string command;
  double time_ms = 0.0;     ///< reached
  std::int64_t steps = 0;   ///< taken by this process, after a restart without the earlier ones
  double cell_steps = 0.0;  ///< of all ranks
};

/// Writes run.json. Collective; the maps may be absent after a failure.
void write_results(const std::filesystem::path& folder, const Config& config, const Problem& problem,
                   const RunRecord& run, const PhaseTimers& timers, const MapObserver& maps,
                   const ProbeObserver& probes, const ExtremesObserver& extremes,
                   const TipObserver& tips);

/// results.singularities as JSON.
std::string singularities_json(const TipObserver& tips);

}  // namespace myowave
