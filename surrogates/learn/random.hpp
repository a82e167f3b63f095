// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <utility>
#include <vector>

/// Random numbers that depend on a seed alone, so that any iteration can be repeated.
namespace myowave::learn {

/// What a stream of random numbers is for; streams of one seed are independent.
enum class Stream : std::uint64_t {
  weights,
  order,
  iteration,
  starts,
  currents,
  noise,
  threshold,
  split,
  shapes,
  probes,
  points
};

/// A seed for number `index` of a stream.
std::uint64_t mixed_seed(std::uint64_t seed, Stream stream, std::uint64_t index = 0);

class Random {
 public:
  Random(std::uint64_t seed, Stream stream, std::uint64_t index = 0)
      : engine_(mixed_seed(seed, stream, index)) {}

  /// In [0, 1).
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  double normal();
  /// In [0, count).
  std::size_t below(std::size_t count);
  /// 0 .. count-1 in random order.
  std::vector<std::int64_t> permutation(std::size_t count);

 private:
  std::mt19937_64 engine_;
};

/// `count` points of a Latin hypercube in [0, 1)^dimensions: [count][dimensions].
std::vector<double> latin_hypercube(std::size_t count, std::size_t dimensions, Random& random);

}  // namespace myowave::learn
