// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

namespace myowave::learn {

/// Where V passes a level upwards, and how high it then goes.
struct Spikes {
  std::vector<double> times;  ///< ms, interpolated
  std::vector<double> peaks;  ///< mV
};

/// `V` at t_first, t_first + dt, ...
Spikes find_spikes(const std::vector<double>& V, double t_first, double dt, double level);

/// Two spike trains, compared. Without a spike to compare a value is NaN.
struct SpikeErrors {
  double phase = 0.0;      ///< ms, mean difference of spike times, in order
  double interval = 0.0;   ///< ms, mean difference of the intervals between spikes, in order
  double amplitude = 0.0;  ///< mV, mean difference of the peaks, in order
  double f1 = 0.0;         ///< harmonic mean of precision and recall of spikes within the tolerance
};

SpikeErrors compare_spikes(const Spikes& truth, const Spikes& found, double tolerance);

}  // namespace myowave::learn
