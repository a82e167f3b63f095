// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <vector>

#include "config/dataset_settings.hpp"
#include "tissue/stimulus.hpp"

namespace myowave {

/// Random numbers that depend on seed, purpose and item alone, neither on the order in which items are
/// computed nor on the standard library.
class Random {
 public:
  Random(std::int64_t seed, std::uint32_t purpose, std::uint64_t item);

  /// In [0, 1).
  double uniform();
  double uniform(const ValueRange& range) { return range.at(uniform()); }
  /// Standard normal.
  double normal();
  /// Below `count`, which is small against 2^53.
  std::size_t below(std::size_t count);

 private:
  std::mt19937_64 bits_;
};

/// A single number in [0, 1) of an item, at a fraction of the cost of `Random`.
double random_share(std::int64_t seed, std::uint64_t item);

/// Shares in [0, 1), [cases][dimensions]: along each dimension every one of `cases` equal intervals has
/// one.
std::vector<double> latin_hypercube(std::size_t cases, std::size_t dimensions, std::int64_t seed);

/// The current of one case, interval by interval.
class CurrentSource {
 public:
  /// Of the case with this number; intervals of dt [ms].
  CurrentSource(const CurrentSettings& settings, double dt, std::int64_t seed, std::uint64_t item);

  /// Mean over the next interval [uA/uF]; of noise its value at the start.
  double next();

 private:
  double next_of_train();
  double next_of_steps();
  double next_of_noise();

  CurrentSettings settings_;
  double dt_;
  Random random_;
  std::int64_t interval_ = 0;
  std::deque<StimulusSettings> pulses_;            ///< that are not over, and the first one to come
  double level_ = 0.0, level_until_ = 0.0;         ///< of steps
  double noise_ = 0.0, kept_ = 0.0, fresh_ = 0.0;  ///< its value less the mean; factors on old and new
};

}  // namespace myowave
