// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "surrogates/learn/conductance_rollout.hpp"
#include "surrogates/learn/settings.hpp"
#include "surrogates/learn/trajectories.hpp"

namespace myowave::learn {

/// A recorded cell in steps that are long where nothing happens. Weights are the length of a step [ms]
/// over the squared scale of its error.
struct RecordedCell {
  int group = 0;                      ///< of cells that start from the same state
  std::vector<double> factors;        ///< on the scaled parameters of the model
  std::vector<RecordedStep> clamped;  ///< V is the recorded one throughout: the target is I_rest
  std::vector<RecordedStep> free;     ///< V follows the surrogate but in upstrokes: there it is V
  /// The onset of an action potential is the 10 ms behind its upstroke: a premature wave rises in two
  /// steps, and its velocity hangs on the second.
  enum class Phase : std::uint8_t { upstroke, onset, repolarisation, diastole };
  static constexpr std::size_t phases = 4;
  std::vector<Phase> phase;  ///< of each step
};

/// The current of the sodium gates [uA/uF] at a V [mV].
using SodiumCurrent = std::function<double(const double* gates, double V)>;

/// The cells of a file. I_rest is I_ion less the sodium current, with the surrogate's reversal
/// potential. What a free step adds to V besides I_rest (diffusion, stimulus, sodium) is taken from the
/// recorded V, so that the recorded I_rest would give the recorded V.
std::vector<RecordedCell> recorded_cells(const RecordedCells& data, const ConductanceSettings& settings,
                                         const SodiumCurrent& sodium, std::size_t gates, int group);

/// Scales the weights so that each phase has its share of the loss, whose sum over the cells of a batch
/// is their mean.
void weigh_phases(std::vector<RecordedCell>& training, std::vector<RecordedCell>& validation);

}  // namespace myowave::learn
