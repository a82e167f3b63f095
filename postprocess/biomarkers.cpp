// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/biomarkers.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

namespace myowave {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Time at which V first falls through `level` after sample `from`, interpolated linearly.
double repolarisation(std::span<const double> t, std::span<const double> V, std::size_t from,
                      double level) {
  for (std::size_t i = from + 1; i < V.size(); ++i)
    if (V[i] <= level && V[i - 1] > level)
      return t[i - 1] + (level - V[i - 1]) / (V[i] - V[i - 1]) * (t[i] - t[i - 1]);
  return none;
}

/// Time of the largest sample, refined by the parabola through it and its neighbours.
double peak_time(std::span<const double> t, std::span<const double> y, std::size_t at) {
  if (at == 0 || at + 1 >= y.size()) return t[at];
  const double left = y[at] - y[at - 1], right = y[at] - y[at + 1];
  if (left + right <= 0.0) return t[at];
  return t[at] + 0.5 * (left - right) / (left + right) * (t[at + 1] - t[at]);
}

}  // namespace

Biomarkers biomarkers(std::span<const double> t, std::span<const double> V,
                      std::span<const double> dVdt_ionic, std::span<const double> Ca) {
  Biomarkers result{t.front(), V.front(), none, none, none, none, none, none, false};
  const auto peak = static_cast<std::size_t>(std::max_element(V.begin(), V.end()) - V.begin());
  result.peak_mV = V[peak];
  result.apa_mV = V[peak] - V.front();
  if (!Ca.empty()) result.ca_peak_uM = 1e3 * *std::max_element(Ca.begin(), Ca.end());
  const auto end = std::upper_bound(t.begin(), t.end(), t.front() + 50.0) - t.begin();
  const auto steepest = static_cast<std::size_t>(
      std::max_element(dVdt_ionic.begin(), dVdt_ionic.begin() + end) - dVdt_ionic.begin());
  result.dvdt_max_V_per_s = dVdt_ionic[steepest];  // mV/ms = V/s
  result.captured = result.dvdt_max_V_per_s >= 5.0;
  if (!result.captured) return result;
  const double upstroke = peak_time(t, dVdt_ionic, steepest);
  result.apd50_ms = repolarisation(t, V, peak, V[peak] - 0.5 * result.apa_mV) - upstroke;
  result.apd90_ms = repolarisation(t, V, peak, V[peak] - 0.9 * result.apa_mV) - upstroke;
  return result;
}

}  // namespace myowave
