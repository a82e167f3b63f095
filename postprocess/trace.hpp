// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>

namespace myowave {

// A trace is V [mV] sampled at ascending times t [ms]. Times are interpolated linearly between samples
// and NaN where the trace has no such event.

/// When V first falls through `level` after sample `from`.
double falls_through(std::span<const double> t, std::span<const double> V, std::size_t from,
                     double level);

/// The sample before which V first rises through `level`, after sample `from`; the trace's size if none.
std::size_t rise(std::span<const double> V, std::size_t from, double level);
/// When V rises through `level` before sample `at`.
double rise_time(std::span<const double> t, std::span<const double> V, std::size_t at, double level);

/// The upstroke of a cell: where the ionic dV/dt [mV/ms] is largest within 50 ms of the first sample,
/// the time refined by the parabola through it and its neighbours.
struct Upstroke {
  double time, dVdt;
  /// At least 5 V/s: below that a stimulus has led to a local response.
  bool captured() const { return dVdt >= 5.0; }
};
Upstroke find_upstroke(std::span<const double> t, std::span<const double> dVdt_ionic);

}  // namespace myowave
