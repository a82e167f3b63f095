// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/biomarkers.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "postprocess/trace.hpp"

namespace myowave {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

}  // namespace

Biomarkers biomarkers(std::span<const double> t, std::span<const double> V,
                      std::span<const double> dVdt_ionic, std::span<const double> Ca) {
  Biomarkers result{t.front(), V.front(), none, none, none, none, none, none, false};
  const auto peak = static_cast<std::size_t>(std::max_element(V.begin(), V.end()) - V.begin());
  result.peak_mV = V[peak];
  result.apa_mV = V[peak] - V.front();
  if (!Ca.empty()) result.ca_peak_uM = 1e3 * *std::max_element(Ca.begin(), Ca.end());
  const Upstroke upstroke = find_upstroke(t, dVdt_ionic);
  result.dvdt_max_V_per_s = upstroke.dVdt;  // mV/ms = V/s
  result.captured = upstroke.captured();
  if (!result.captured) return result;
  result.apd50_ms = falls_through(t, V, peak, V[peak] - 0.5 * result.apa_mV) - upstroke.time;
  result.apd90_ms = falls_through(t, V, peak, V[peak] - 0.9 * result.apa_mV) - upstroke.time;
  return result;
}

}  // namespace myowave
