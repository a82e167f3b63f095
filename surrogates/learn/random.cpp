// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/random.hpp"

#include <cmath>
#include <numbers>

namespace myowave::learn {
namespace {

/// The finaliser of splitmix64: every bit of x reaches every bit of the result.
std::uint64_t scrambled(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

}  // namespace

std::uint64_t mixed_seed(std::uint64_t seed, Stream stream, std::uint64_t index) {
  return scrambled(scrambled(scrambled(seed) ^ static_cast<std::uint64_t>(stream)) ^ index);
}

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::size_t Random::below(std::size_t count) {
  return static_cast<std::size_t>((static_cast<unsigned __int128>(engine_()) * count) >> 64);
}

std::vector<std::int64_t> Random::permutation(std::size_t count) {
  std::vector<std::int64_t> order(count);
  for (std::size_t k = 0; k < count; ++k) order[k] = static_cast<std::int64_t>(k);
  for (std::size_t k = count; k > 1; --k) std::swap(order[k - 1], order[below(k)]);
  return order;
}

std::vector<double> latin_hypercube(std::size_t count, std::size_t dimensions, Random& random) {
  std::vector<double> points(count * dimensions);
  for (std::size_t d = 0; d < dimensions; ++d) {
    const std::vector<std::int64_t> cells = random.permutation(count);
    for (std::size_t k = 0; k < count; ++k)
      points[k * dimensions + d] =
          (static_cast<double>(cells[k]) + random.uniform()) / static_cast<double>(count);
  }
  return points;
}

}  // namespace myowave::learn
