// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <vector>

#include "surrogates/learn/conductance_rollout.hpp"
#include "surrogates/learn/random.hpp"
#include "surrogates/learn/recorded_steps.hpp"
#include "surrogates/learn/task.hpp"

namespace myowave::learn {

/// What recorded cells are off by, weighted by time.
struct ConductanceJudgement {
  double V_square = 0.0, V_mean = 0.0, V_largest = 0.0, V_ms = 0.0;  ///< where V is free
  double I_square = 0.0, I_mean = 0.0, I_largest = 0.0, I_ms = 0.0;  ///< elsewhere
  double APD_sum = 0.0, APD_largest = 0.0;          ///< ms, |difference| of when V falls below -70 mV
  double V_capped = 0.0;                            ///< as V_square, with errors cut off at 5 mV
  std::array<double, RecordedCell::phases> loss{};  ///< by phase, of all cells
  double cells = 0.0;
  long beats = 0;
  double stuck = 0.0;  ///< share of random states that do not come to rest
  double paced = 0.0;  ///< ms, see PacedCells::largest_error

  void add(const RecordedCell& cell, const ConductanceRollout<double>::Work& work);
  void add(const ConductanceJudgement& other);
  double rms() const;         ///< of V, mV
  double capped_rms() const;  ///< one beat that is lost does not decide
  Metrics metrics() const;
};

/// Two seconds without a stimulus; V counts in the last half second, 5 mV from rest
/// as 1.
std::vector<RecordedStep> steps_to_rest(double V_rest);

/// Random latents before the sigmoid; V of the first step is set at random, up to the last knot: that
/// far a stimulus and the sodium current lead.
std::vector<double> random_state(const ConductanceShape& shape, Random& random,
                                 std::vector<RecordedStep>& steps);

}  // namespace myowave::learn
