// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace myowave {

struct FrequencyOptions {
  double lowest_Hz = 1.0;
  double highest_Hz = 30.0;
  /// Power of the peak, as a share of all power, below which there is no oscillation.
  double smallest_share = 0.1;
  /// Root mean square of V about its trend, below which the tissue is at rest.
  double smallest_rms_mV = 1.0;
};

/// Dominant frequency [Hz] of V sampled every `interval` ms, or NaN where there is none.
///
/// The straight line through the samples is taken off, a Hann window put on, and the power scanned over
/// the band in steps of half a resolution (1 / duration) by Goertzel's recurrence; the largest local
/// maximum is refined by the parabola through the logarithms of its power and its neighbours'. The scan
/// starts at two resolutions if that is more than `lowest_Hz`, as slower waves are not told from the
/// trend, and ends below the Nyquist frequency. The peak's power is that of the sine of this frequency
/// that makes such a peak, compared with the variance of the windowed samples: 1 for a sine, 0.8 for a
/// square wave, 0.2 for pulses of a tenth of the period; about 3 / samples for white noise, and five
/// times that for the largest of many, so that short noisy records need a larger `smallest_share`. The
/// window weighs the record's middle: with fewer than about five beats in it the frequency is a rough
/// one.
class FrequencyScan {
 public:
  /// Throws InputError if the record is too short or sampled too seldom for the band.
  FrequencyScan(std::size_t samples, double interval_ms, const FrequencyOptions& options = {});

  std::size_t samples() const { return window_.size(); }

  /// `V` [samples] mV. NaN in V gives NaN.
  double dominant(std::span<const double> V) const;

  /// `frames` [samples][points] row by row, as frames follow in time -> [points] Hz.
  std::vector<double> map(std::span<const double> frames) const;

 private:
  double frequency(std::size_t step) const { return first_ + static_cast<double>(step) * step_; }
  double power(std::span<const double> windowed, double frequency_Hz) const;

  double interval_;      ///< [ms]
  double first_, step_;  ///< [Hz] of the scan
  std::size_t steps_;
  FrequencyOptions options_;
  std::vector<double> window_;  ///< [samples] Hann
};

}  // namespace myowave
