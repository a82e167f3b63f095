// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/spikes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace myowave::learn {
namespace {

double mean_difference(const std::vector<double>& a, const std::vector<double>& b) {
  const std::size_t count = std::min(a.size(), b.size());
  if (count == 0) return std::numeric_limits<double>::quiet_NaN();
  double sum = 0.0;
  for (std::size_t k = 0; k < count; ++k) sum += std::abs(a[k] - b[k]);
  return sum / static_cast<double>(count);
}

std::vector<double> intervals(const std::vector<double>& times) {
  std::vector<double> out;
  for (std::size_t k = 1; k < times.size(); ++k) out.push_back(times[k] - times[k - 1]);
  return out;
}

}  // namespace

Spikes find_spikes(const std::vector<double>& V, double t_first, double dt, double level) {
  Spikes spikes;
  for (std::size_t k = 1; k < V.size(); ++k) {
    if (V[k - 1] < level && V[k] >= level) {
      const double part = (level - V[k - 1]) / (V[k] - V[k - 1]);
      spikes.times.push_back(t_first + dt * (static_cast<double>(k - 1) + part));
      spikes.peaks.push_back(V[k]);
    } else if (!spikes.peaks.empty() && V[k] >= level) {
      spikes.peaks.back() = std::max(spikes.peaks.back(), V[k]);
    }
  }
  return spikes;
}

SpikeErrors compare_spikes(const Spikes& truth, const Spikes& found, double tolerance) {
  SpikeErrors errors;
  errors.phase = mean_difference(truth.times, found.times);
  errors.interval = mean_difference(intervals(truth.times), intervals(found.times));
  errors.amplitude = mean_difference(truth.peaks, found.peaks);
  // Each spike is matched at most once, both trains being in order.
  std::size_t hits = 0, next = 0;
  for (const double time : truth.times) {
    while (next < found.times.size() && found.times[next] < time - tolerance) ++next;
    if (next < found.times.size() && found.times[next] <= time + tolerance) ++hits, ++next;
  }
  const double all = static_cast<double>(truth.times.size() + found.times.size());
  errors.f1 =
      all > 0.0 ? 2.0 * static_cast<double>(hits) / all : std::numeric_limits<double>::quiet_NaN();
  return errors;
}

}  // namespace myowave::learn
