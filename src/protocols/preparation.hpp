// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "config/config.hpp"
#include "record/log.hpp"
#include "simulation/fallbacks.hpp"

namespace myowave {

/// What one pulse led to where it is measured. Times [ms] count from the pulse's onset; NaN where there
/// is nothing to tell.
struct Response {
  bool captured = false;
  double activation_ms;        ///< of the cell, or mean of the probes `cv.from`
  double repolarisation_ms;    ///< at the highest level, likewise
  std::vector<double> apd_ms;  ///< by level
  double cv_m_per_s;           ///< NaN for a cell
};

/// A response without an action potential.
Response no_response(std::size_t levels);

/// Thrown on all ranks when a signal asks the program to stop.
struct Stopped {
  int signal;
};

/// What is paced: a cell or a piece of tissue, with a place where responses are measured.
class ExcitablePreparation {
 public:
  virtual ~ExcitablePreparation() = default;

  /// A train of pulses every `bcl` ms from the present state on; one response each. The present state is
  /// then that of `bcl` after the last pulse. Collective.
  virtual std::vector<Response> pace(double bcl, int beats) = 0;
  /// What a single premature pulse `interval` ms after the last pulse of the last train leads to, for
  /// each of the intervals by itself, in their order. Leaves the present state undefined. Collective.
  virtual std::vector<Response> premature(std::span<const double> intervals) = 0;
  /// How many intervals are computed side by side.
  virtual std::size_t width() const = 0;

  /// Premature pulses before this are no captures, as their response could not be told from that of the
  /// last pulse [ms].
  virtual double shortest_interval() const = 0;
  /// Whether DI ends with the activation (tissue) or with the pulse (cell).
  virtual bool in_tissue() const = 0;
  /// Simulated time so far, over all copies [ms].
  virtual double simulated_ms() const = 0;
  /// Steps of cells so far, over all ranks.
  virtual double cell_steps() const = 0;
  /// What was asked of surrogates so far, over all ranks; empty if there are none. Collective.
  virtual std::vector<SurrogateUse> surrogate_uses() const = 0;
  /// What the user should know of it.
  virtual std::vector<std::string> description() const = 0;
};

std::unique_ptr<ExcitablePreparation> make_cell_preparation(const Config& config,
                                                            std::function<int()> signal);
/// Collective; the log is told how far a train is. Throws InputError as a run of the tissue would.
std::unique_ptr<ExcitablePreparation> make_tissue_preparation(const Config& config,
                                                              std::function<int()> signal, Log& log);

}  // namespace myowave
