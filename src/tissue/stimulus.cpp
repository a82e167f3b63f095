// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tissue/stimulus.hpp"

#include <algorithm>
#include <cmath>

namespace myowave {

double mean_amplitude(const StimulusSettings& stimulus, double t, double dt) {
  constexpr double snap = 1e-9;
  const double end = t + dt;
  // Only pulses that can overlap the step: indices around (t - start) / period.
  int first = 0, last = 0;
  if (stimulus.count > 1) {
    first = static_cast<int>(std::floor((t - stimulus.start - stimulus.duration) / stimulus.period));
    last = static_cast<int>(std::ceil((end - stimulus.start) / stimulus.period));
    first = std::clamp(first, 0, stimulus.count - 1);
    last = std::clamp(last, 0, stimulus.count - 1);
  }
  double overlap = 0.0;
  for (int pulse = first; pulse <= last; ++pulse) {
    const double on = stimulus.start + pulse * stimulus.period;
    overlap += std::max(0.0, std::min(end, on + stimulus.duration) - std::max(t, on));
  }
  if (overlap < snap) return 0.0;
  if (overlap > dt - snap) return stimulus.amplitude;
  return stimulus.amplitude * overlap / dt;
}

}  // namespace myowave
