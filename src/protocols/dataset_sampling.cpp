// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/dataset_sampling.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace myowave {
namespace {

/// Purposes of random numbers.
constexpr std::uint32_t of_hypercube = 1, of_current = 2;

std::mt19937_64 seeded(std::int64_t seed, std::uint32_t purpose, std::uint64_t item) {
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
  const auto s = static_cast<std::uint64_t>(seed);
  std::seed_seq words{low(s), high(s), purpose, low(item), high(item)};
  return std::mt19937_64(words);
}

}  // namespace

Random::Random(std::int64_t seed, std::uint32_t purpose, std::uint64_t item)
    : bits_(seeded(seed, purpose, item)) {}

double Random::uniform() { return static_cast<double>(bits_() >> 11) * 0x1p-53; }

double Random::normal() {
  // Box and Muller; 1 - u is never 0.
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::size_t Random::below(std::size_t count) {
  return std::min(static_cast<std::size_t>(uniform() * static_cast<double>(count)), count - 1);
}

double random_share(std::int64_t seed, std::uint64_t item) {
  // Steele, Lea and Flood 2014: the mixing function of SplitMix64, once for the seed and once for the
  // item.
  const auto mixed = [](std::uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
  };
  return static_cast<double>(mixed(mixed(static_cast<std::uint64_t>(seed)) ^ item) >> 11) * 0x1p-53;
}

std::vector<double> latin_hypercube(std::size_t cases, std::size_t dimensions, std::int64_t seed) {
  std::vector<double> shares(cases * dimensions);
  std::vector<std::size_t> order(cases);
  for (std::size_t d = 0; d < dimensions; ++d) {
    Random random(seed, of_hypercube, d);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = cases; i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    for (std::size_t c = 0; c < cases; ++c)
      shares[c * dimensions + d] =
          (static_cast<double>(order[c]) + random.uniform()) / static_cast<double>(cases);
  }
  return shares;
}

CurrentSource::CurrentSource(const CurrentSettings& settings, double dt, std::int64_t seed,
                             std::uint64_t item)
    : settings_(settings), dt_(dt), random_(seed, of_current, item) {
  if (settings.kind == CurrentKind::noise) {
    kept_ = std::exp(-settings.relaxation * dt);
    fresh_ = settings.sigma * std::sqrt(-std::expm1(-2.0 * settings.relaxation * dt));
    noise_ = settings.sigma * random_.normal();
  }
}

double CurrentSource::next() {
  double current = 0.0;
  if (settings_.kind == CurrentKind::train) current = next_of_train();
  if (settings_.kind == CurrentKind::steps) current = next_of_steps();
  if (settings_.kind == CurrentKind::noise) current = next_of_noise();
  ++interval_;
  return current;
}

double CurrentSource::next_of_train() {
  const double t = static_cast<double>(interval_) * dt_, end = t + dt_;
  while (pulses_.empty() || pulses_.back().start < end) {
    StimulusSettings pulse;
    pulse.start = pulses_.empty() ? random_.uniform(settings_.start)
                                  : pulses_.back().start + random_.uniform(settings_.interval);
    pulse.duration = random_.uniform(settings_.duration);
    pulse.amplitude = random_.uniform(settings_.amplitude);
    pulses_.push_back(pulse);
  }
  double mean = 0.0;
  for (const StimulusSettings& pulse : pulses_) mean += mean_amplitude(pulse, t, dt_);
  while (pulses_.size() > 1 && pulses_.front().start + pulses_.front().duration < end)
    pulses_.pop_front();
  return mean;
}

double CurrentSource::next_of_steps() {
  const double end = static_cast<double>(interval_ + 1) * dt_;
  double t = static_cast<double>(interval_) * dt_, charge = 0.0;
  while (t < end) {
    if (level_until_ <= t) {
      level_ = random_.uniform(settings_.amplitude);
      level_until_ = t + random_.uniform(settings_.hold);
    }
    const double until = std::min(end, level_until_);
    // Within a level its value itself, without the rounding of a mean.
    if (until == end && charge == 0.0 && t == static_cast<double>(interval_) * dt_) return level_;
    charge += level_ * (until - t);
    t = until;
  }
  return charge / dt_;
}

double CurrentSource::next_of_noise() {
  const double now = settings_.mean + noise_;
  noise_ = kept_ * noise_ + fresh_ * random_.normal();
  return now;
}

}  // namespace myowave
