// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/trace.hpp"

#include <algorithm>
#include <limits>

namespace myowave {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Time of the largest sample, refined by the parabola through it and its neighbours.
double peak_time(std::span<const double> t, std::span<const double> y, std::size_t at) {
  if (at == 0 || at + 1 >= y.size()) return t[at];
  const double left = y[at] - y[at - 1], right = y[at] - y[at + 1];
  if (left + right <= 0.0) return t[at];
  return t[at] + 0.5 * (left - right) / (left + right) * (t[at + 1] - t[at]);
}

double crossing(std::span<const double> t, std::span<const double> V, std::size_t i, double level) {
  return t[i - 1] + (level - V[i - 1]) / (V[i] - V[i - 1]) * (t[i] - t[i - 1]);
}

}  // namespace

double falls_through(std::span<const double> t, std::span<const double> V, std::size_t from,
                     double level) {
  for (std::size_t i = from + 1; i < V.size(); ++i)
    if (V[i] <= level && V[i - 1] > level) return crossing(t, V, i, level);
  return none;
}

std::size_t rise(std::span<const double> V, std::size_t from, double level) {
  for (std::size_t i = from + 1; i < V.size(); ++i)
    if (V[i] >= level && V[i - 1] < level) return i;
  return V.size();
}

double rise_time(std::span<const double> t, std::span<const double> V, std::size_t at, double level) {
  return at == 0 || at >= V.size() ? none : crossing(t, V, at, level);
}

Upstroke find_upstroke(std::span<const double> t, std::span<const double> dVdt_ionic) {
  const auto end = std::upper_bound(t.begin(), t.end(), t.front() + 50.0) - t.begin();
  const auto steepest = static_cast<std::size_t>(
      std::max_element(dVdt_ionic.begin(), dVdt_ionic.begin() + end) - dVdt_ionic.begin());
  return {peak_time(t, dVdt_ionic, steepest), dVdt_ionic[steepest]};
}

}  // namespace myowave
