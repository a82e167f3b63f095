// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/dataset_sampling.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace myowave {
namespace {

std::vector<double> currents(const CurrentSettings& settings, double dt, int count,
                             std::uint64_t item = 0, std::int64_t seed = 1) {
  CurrentSource source(settings, dt, seed, item);
  std::vector<double> all;
  for (int i = 0; i < count; ++i) all.push_back(source.next());
  return all;
}

CurrentSettings train_of(ValueRange amplitude, ValueRange start, ValueRange duration,
                         ValueRange interval) {
  CurrentSettings settings;
  settings.kind = CurrentKind::train;
  settings.amplitude = amplitude, settings.start = start;
  settings.duration = duration, settings.interval = interval;
  return settings;
}

TEST(Random, DependsOnSeedPurposeAndItemAlone) {
  Random a(7, 1, 3), again(7, 1, 3);
  EXPECT_EQ(a.uniform(), again.uniform());
  std::set<double> firsts;
  for (const std::int64_t seed : {7, 8})
    for (const std::uint32_t purpose : {1u, 2u})
      for (const std::uint64_t item : {3ull, 4ull, (1ull << 32) + 3})
        firsts.insert(Random(seed, purpose, item).uniform());
  EXPECT_EQ(firsts.size(), 12u);
}

TEST(Random, IsTheSameOnEveryMachine) {
  // std::seed_seq and std::mt19937_64 are fixed by the standard.
  Random random(1, 1, 0);
  const double first = random.uniform();
  std::seed_seq words{1u, 0u, 1u, 0u, 0u};
  std::mt19937_64 bits(words);
  EXPECT_EQ(first, static_cast<double>(bits() >> 11) * 0x1p-53);
}

TEST(Random, NormalHasMeanZeroAndVarianceOne) {
  Random random(3, 1, 0);
  double sum = 0.0, squares = 0.0, fourth = 0.0;
  constexpr int count = 200'000;
  for (int i = 0; i < count; ++i) {
    const double x = random.normal();
    sum += x, squares += x * x, fourth += x * x * x * x;
  }
  EXPECT_NEAR(sum / count, 0.0, 4.0 / std::sqrt(count));
  EXPECT_NEAR(squares / count, 1.0, 4.0 * std::sqrt(2.0 / count));
  EXPECT_NEAR(fourth / count, 3.0, 4.0 * std::sqrt(96.0 / count));
}

TEST(RandomShare, IsUniformAndDiffersWithSeedAndItem) {
  double sum = 0.0, squares = 0.0;
  std::set<double> all;
  constexpr int count = 100'000;
  for (int i = 0; i < count; ++i) {
    const double x = random_share(i % 2, static_cast<std::uint64_t>(i / 2));
    ASSERT_TRUE(x >= 0.0 && x < 1.0);
    sum += x, squares += x * x;
    all.insert(x);
  }
  EXPECT_NEAR(sum / count, 0.5, 4.0 / std::sqrt(12.0 * count));
  EXPECT_NEAR(squares / count, 1.0 / 3.0, 4.0 * std::sqrt(4.0 / 45.0 / count));
  EXPECT_EQ(all.size(), static_cast<std::size_t>(count));
}

TEST(LatinHypercube, HasOneSampleInEveryIntervalOfEveryDimension) {
  constexpr std::size_t cases = 97, dimensions = 4;
  const std::vector<double> shares = latin_hypercube(cases, dimensions, 5);
  for (std::size_t d = 0; d < dimensions; ++d) {
    std::set<int> intervals;
    for (std::size_t c = 0; c < cases; ++c) {
      const double share = shares[c * dimensions + d];
      ASSERT_TRUE(share >= 0.0 && share < 1.0);
      intervals.insert(static_cast<int>(share * cases));
    }
    EXPECT_EQ(intervals.size(), cases);
  }
  EXPECT_EQ(shares, latin_hypercube(cases, dimensions, 5));
  EXPECT_NE(shares, latin_hypercube(cases, dimensions, 6));
}

TEST(LatinHypercube, DimensionsAreNotCorrelated) {
  constexpr std::size_t cases = 4000;
  const std::vector<double> shares = latin_hypercube(cases, 2, 1);
  double product = 0.0;
  for (std::size_t c = 0; c < cases; ++c) product += (shares[2 * c] - 0.5) * (shares[2 * c + 1] - 0.5);
  EXPECT_NEAR(12.0 * product / cases, 0.0, 4.0 / std::sqrt(cases));
}

TEST(CurrentSource, APulseKeepsItsChargeWhereverTheIntervalsFall) {
  const CurrentSettings train = train_of({50.0, 50.0}, {0.3, 0.3}, {1.1, 1.1}, {10.0, 10.0});
  for (const double dt : {0.1, 0.25, 1.0, 5.0, 20.0}) {
    const int count = static_cast<int>(std::lround(100.0 / dt));
    double charge = 0.0;
    for (const double J : currents(train, dt, count)) charge += J * dt;
    EXPECT_NEAR(charge, 10 * 50.0 * 1.1, 1e-9) << dt;
  }
}

TEST(CurrentSource, PulsesAreWhereTheirRangesAllow) {
  const CurrentSettings train = train_of({20.0, 60.0}, {5.0, 10.0}, {1.0, 2.0}, {30.0, 50.0});
  const std::vector<double> J = currents(train, 0.01, 100'000);
  std::vector<double> onsets;
  for (std::size_t i = 1; i < J.size(); ++i)
    if (J[i] > 0.0 && J[i - 1] == 0.0) onsets.push_back(0.01 * static_cast<double>(i));
  ASSERT_GE(onsets.size(), 20u);
  EXPECT_TRUE(onsets[0] > 4.98 && onsets[0] < 10.02);
  double shortest = 1e9, longest = 0.0;
  for (std::size_t k = 1; k < onsets.size(); ++k) {
    shortest = std::min(shortest, onsets[k] - onsets[k - 1]);
    longest = std::max(longest, onsets[k] - onsets[k - 1]);
  }
  EXPECT_TRUE(shortest > 29.98 && shortest < 35.0) << shortest;
  EXPECT_TRUE(longest < 50.02 && longest > 45.0) << longest;
  const double peak = *std::max_element(J.begin(), J.end());
  EXPECT_TRUE(peak > 45.0 && peak < 60.0) << peak;
}

TEST(CurrentSource, LevelsLastAsLongAsTheyAreHeld) {
  CurrentSettings steps;
  steps.kind = CurrentKind::steps;
  steps.amplitude = {-3.0, 8.0}, steps.hold = {2.0, 5.0};
  const std::vector<double> J = currents(steps, 0.01, 100'000);
  EXPECT_GE(*std::min_element(J.begin(), J.end()), -3.0);
  EXPECT_LE(*std::max_element(J.begin(), J.end()), 8.0);
  int levels = 0;  // between two of them one interval may hold a part of both
  double mean = 0.0;
  for (std::size_t i = 0; i < J.size(); ++i) {
    mean += J[i] / static_cast<double>(J.size());
    if (i > 1 && J[i] == J[i - 1] && J[i - 1] != J[i - 2]) ++levels;
  }
  EXPECT_NEAR(levels, 1000.0 / 3.5, 40.0);
  EXPECT_NEAR(mean, 2.5, 0.8);
}

TEST(CurrentSource, NoiseHasTheVarianceAndTheMemoryOfItsProcess) {
  CurrentSettings noise;
  noise.kind = CurrentKind::noise;
  noise.mean = 2.0, noise.sigma = 5.0, noise.relaxation = 0.1;
  constexpr int cases = 400, times = 500;
  double mean = 0.0, variance = 0.0, memory = 0.0, at_start = 0.0;
  for (int c = 0; c < cases; ++c) {
    const std::vector<double> J = currents(noise, 1.0, times + 10, static_cast<std::uint64_t>(c));
    at_start += (J[0] - 2.0) * (J[0] - 2.0) / cases;
    for (std::size_t i = 0; i < times; ++i) {
      mean += J[i] / (cases * times);
      variance += (J[i] - 2.0) * (J[i] - 2.0) / (cases * times);
      memory += (J[i] - 2.0) * (J[i + 10] - 2.0) / (cases * times);
    }
  }
  EXPECT_NEAR(mean, 2.0, 0.2);
  EXPECT_NEAR(variance, 25.0, 1.0);
  EXPECT_NEAR(memory / variance, std::exp(-1.0), 0.03);
  EXPECT_NEAR(at_start, 25.0, 6.0);  // the process is stationary from the start
}

TEST(CurrentSource, NoCurrentIsZero) {
  EXPECT_EQ(currents({}, 0.1, 3), (std::vector<double>{0.0, 0.0, 0.0}));
}

}  // namespace
}  // namespace myowave
