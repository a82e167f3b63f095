// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "surrogates/learn/settings.hpp"

namespace myowave::learn {

/// V and the states of cells at equidistant times, in the units of the model.
struct Trajectories {
  std::vector<std::string> variables, units;  ///< V first, then the states in the model's order
  std::int64_t runs = 0, times = 0;
  double every = 0.0;          ///< ms
  std::vector<double> values;  ///< [runs][times][variables]
  std::vector<double> J;       ///< [runs][times - 1] uA/uF over each interval; empty: 0
  /// The part of J that acts over the interval; the rest of it has changed V at once, at its start.
  /// Empty: all of J acts over the interval.
  std::vector<double> stimulus;
  std::vector<std::string> parameters;  ///< of the model, that differ from run to run
  std::vector<std::string> parameter_units;
  std::vector<double> parameter_values;  ///< [runs][parameters]

  std::size_t width() const { return variables.size(); }
  const double* at(std::int64_t run, std::int64_t time) const {
    return values.data() + (run * times + time) * static_cast<std::int64_t>(width());
  }
};

/// The trajectories that [data] asks for: those of the file, or else computed by an integrator of order
/// 5 with step control, in as many threads as the training has. `cache` as for make_task. Throws
/// InputError if a file does not fit the model, RunError if a trajectory cannot be computed.
Trajectories make_trajectories(const TrainingConfig& config, const std::string& cache);

/// Short runs of some intervals of `data.every` from data.scatter starts.
Trajectories make_scatter(const TrainingConfig& config, std::int64_t intervals,
                          const std::string& cache);

/// Computes what a task of these settings needs and keeps it in `cache`.
void fill_cache(const TrainingConfig& config, const std::string& cache);

/// A data set of `myowave dataset` (docs/datasets.md) from cells or tissue.
Trajectories read_trajectories(const std::string& path, const ionic::CellSpec& cell);

/// Nodes of a tissue at equidistant times, as `myowave dataset` records them with `ionic_current`.
struct RecordedCells {
  std::int64_t cells = 0, times = 0;
  double every = 0.0;         ///< ms
  std::vector<double> V;      ///< [cells][times] mV
  std::vector<double> I_ion;  ///< [cells][times] uA/uF
  std::vector<double> gates;  ///< [cells][times][gates]
  /// [cells][parameters], of those asked for; NaN where the file does not say.
  std::vector<double> parameters;
};

/// With these states and parameters of the model. Throws InputError if the file does not hold the
/// states.
RecordedCells read_recorded_cells(const std::string& path, const ionic::CellSpec& cell,
                                  const std::vector<std::string>& gates,
                                  const std::vector<std::string>& parameters);

/// A `fraction` of the runs, drawn, is apart; of less than two runs none.
struct Split {
  std::vector<std::int64_t> training, validation;
};
Split split_runs(std::int64_t runs, double fraction, int seed);

}  // namespace myowave::learn
