// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/dominant_frequency.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "base/error.hpp"

namespace myowave {
namespace {

using std::numbers::pi;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// V minus its least-squares line.
std::vector<double> without_trend(std::span<const double> V) {
  const auto n = static_cast<double>(V.size());
  const double middle = 0.5 * (n - 1.0);
  const double mean = std::accumulate(V.begin(), V.end(), 0.0) / n;
  double slope = 0.0;
  for (std::size_t i = 0; i < V.size(); ++i) slope += (static_cast<double>(i) - middle) * V[i];
  slope /= n * (n * n - 1.0) / 12.0;
  std::vector<double> rest(V.size());
  for (std::size_t i = 0; i < V.size(); ++i)
    rest[i] = V[i] - mean - slope * (static_cast<double>(i) - middle);
  return rest;
}

double sum_of_squares(std::span<const double> values) {
  return std::inner_product(values.begin(), values.end(), values.begin(), 0.0);
}

/// Where the parabola through (-1, a), (0, b), (1, c) has its maximum; b is not less than a and c.
double parabola_maximum(double a, double b, double c) {
  const double curvature = a - 2.0 * b + c;
  return curvature < 0.0 ? std::clamp(0.5 * (a - c) / curvature, -0.5, 0.5) : 0.0;
}

}  // namespace

FrequencyScan::FrequencyScan(std::size_t samples, double interval_ms, const FrequencyOptions& options)
    : interval_(interval_ms), options_(options), window_(samples) {
  const double duration = static_cast<double>(samples) * interval_ms / 1000.0;  // s
  const double resolution = 1.0 / duration;
  step_ = 0.5 * resolution;
  first_ = std::max(options.lowest_Hz, 2.0 * resolution);
  const double last = std::min(options.highest_Hz, 500.0 / interval_ms - 2.0 * resolution);
  if (samples < 8 || !(interval_ms > 0.0) || !(last > first_))
    throw InputError(
        fmt::format("{} samples every {:g} ms hold no frequency between {:g} and {:g} Hz; record at "
                    "least two periods "
                    "of the lowest one, with more than two samples in a period of the highest",
                    samples, interval_ms, options.lowest_Hz, options.highest_Hz));
  steps_ = static_cast<std::size_t>(std::floor((last - first_) / step_)) + 1;
  for (std::size_t i = 0; i < samples; ++i)
    window_[i] =
        0.5 - 0.5 * std::cos(2.0 * pi * (static_cast<double>(i) + 0.5) / static_cast<double>(samples));
}

double FrequencyScan::power(std::span<const double> windowed, double frequency_Hz) const {
  const double turn = 2.0 * std::cos(2.0 * pi * frequency_Hz * interval_ / 1000.0);
  double s1 = 0.0, s2 = 0.0;
  for (const double value : windowed) {
    const double s0 = value + turn * s1 - s2;
    s2 = s1;
    s1 = s0;
  }
  return s1 * s1 + s2 * s2 - turn * s1 * s2;
}

double FrequencyScan::dominant(std::span<const double> V) const {
  MYOWAVE_ASSERT(V.size() == samples());
  std::vector<double> windowed = without_trend(V);
  const double rms = std::sqrt(sum_of_squares(windowed) / static_cast<double>(samples()));
  if (!(rms >= options_.smallest_rms_mV)) return none;
  for (std::size_t i = 0; i < samples(); ++i) windowed[i] *= window_[i];

  // One step more at each end, to tell a maximum in the band from a flank of one outside.
  std::vector<double> spectrum(steps_ + 2);
  for (std::size_t k = 0; k < spectrum.size(); ++k) spectrum[k] = power(windowed, frequency(k) - step_);
  std::size_t peak = 0;
  for (std::size_t k = 1; k + 1 < spectrum.size(); ++k)
    if (spectrum[k] >= spectrum[k - 1] && spectrum[k] >= spectrum[k + 1] &&
        (peak == 0 || spectrum[k] > spectrum[peak]))
      peak = k;
  if (peak == 0) return none;

  const double shift = parabola_maximum(std::log(spectrum[peak - 1]), std::log(spectrum[peak]),
                                        std::log(spectrum[peak + 1]));
  const double at = frequency(peak) + (shift - 1.0) * step_;
  // A sine a cos(...) has the peak (a sum w / 2)^2 and the energy a^2 sum w^2 / 2.
  const double sum = std::accumulate(window_.begin(), window_.end(), 0.0);
  const double of_sine = 2.0 * power(windowed, at) * sum_of_squares(window_) / (sum * sum);
  return of_sine >= options_.smallest_share * sum_of_squares(windowed) ? at : none;
}

std::vector<double> FrequencyScan::map(std::span<const double> frames) const {
  MYOWAVE_ASSERT(frames.size() % samples() == 0);
  const std::size_t points = frames.size() / samples();
  std::vector<double> frequencies(points), V(samples());
  for (std::size_t p = 0; p < points; ++p) {
    for (std::size_t i = 0; i < samples(); ++i) V[i] = frames[i * points + p];
    frequencies[p] = dominant(V);
  }
  return frequencies;
}

}  // namespace myowave
