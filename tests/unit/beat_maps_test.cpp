// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/beat_maps.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

namespace myowave {
namespace {

/// One point that follows straight lines between (t, V) corners, sampled every `step`.
BeatMaps followed(const std::vector<std::pair<double, double>>& corners, double step,
                  double threshold = 0.0, double level = 90.0, std::size_t max_beats = 10) {
  BeatMaps maps(1, {threshold, {level}, max_beats, false});
  for (std::size_t c = 0; c + 1 < corners.size(); ++c) {
    const auto [t0, V0] = corners[c];
    const auto [t1, V1] = corners[c + 1];
    for (double t = t0; t < t1 - 1e-9; t += step) {
      const double V = V0 + (V1 - V0) * (t - t0) / (t1 - t0);
      maps.update(t, {&V, 1});
    }
  }
  maps.update(corners.back().first, {&corners.back().second, 1});
  return maps;
}

// Rest -80 mV, upstroke of 1 ms from t = 10 to +20 mV, fall of 100 ms back to rest.
const std::vector<std::pair<double, double>> one_beat = {
    {0, -80}, {10, -80}, {11, 20}, {111, -80}, {120, -80}};

TEST(BeatMaps, ActivationIsInterpolatedWithinTheStep) {
  const BeatMaps maps = followed(one_beat, 0.25);

  ASSERT_EQ(maps.beats(), 1u);
  EXPECT_NEAR(maps.activation(0)[0], 10.8, 1e-12);
}

TEST(BeatMaps, ApdRunsFromTheActivationToTheLevelOfTheAmplitude) {
  // The fall of 100 mV takes 100 ms: level L is reached L ms after the peak at 11 ms.
  EXPECT_NEAR(followed(one_beat, 0.25, 0.0, 90.0).apd(0)[0], 11 + 90 - 10.8, 1e-9);
  EXPECT_NEAR(followed(one_beat, 0.25, 0.0, 50.0).apd(0)[0], 11 + 50 - 10.8, 1e-9);
}

TEST(BeatMaps, ABeatThatHasNotEndedHasNoApd) {
  const BeatMaps maps = followed({{0, -80}, {10, -80}, {11, 20}, {50, 0}}, 0.25);

  ASSERT_EQ(maps.beats(), 1u);
  EXPECT_TRUE(std::isnan(maps.apd(0)[0]));
}

TEST(BeatMaps, RippleAroundTheThresholdIsOneActivation) {
  const BeatMaps maps =
      followed({{0, -80}, {10, -80}, {11, 20}, {20, -10}, {30, 15}, {130, -80}, {140, -80}}, 0.25);

  EXPECT_EQ(maps.beats(), 1u);
}

TEST(BeatMaps, ABeatBeforeTheApdLevelIsCountedAndLeavesTheFirstWithoutApd) {
  // V falls to -60 mV only, above the APD90 level of -70 mV, and rises again.
  const BeatMaps maps = followed(
      {{0, -80}, {10, -80}, {11, 20}, {91, -60}, {100, -60}, {101, 20}, {201, -80}, {220, -80}}, 0.25);

  ASSERT_EQ(maps.beats(), 2u);
  EXPECT_TRUE(std::isnan(maps.apd(0)[0]));
  EXPECT_NEAR(maps.activation(1)[0], 100.75, 1e-12);
  EXPECT_NEAR(maps.apd(1)[0], 101 + 90 - 100.75, 1e-9);
}

TEST(BeatMaps, AThresholdNearRestStillSeesEveryBeat) {
  std::vector<std::pair<double, double>> train = {{0, -80}};
  for (int beat = 0; beat < 3; ++beat)
    for (const auto& [t, V] : {std::pair{10.0, -80.0}, {11.0, 20.0}, {111.0, -80.0}, {120.0, -80.0}})
      train.emplace_back(t + 200.0 * beat, V);

  EXPECT_EQ(followed(train, 0.25, -70.0).beats(), 3u);
}

TEST(BeatMaps, APointThatStartsAboveTheThresholdIsNotActivatedThen) {
  const BeatMaps maps = followed({{0, 20}, {100, -80}, {110, -80}, {111, 20}, {120, 10}}, 0.25);

  ASSERT_EQ(maps.beats(), 1u);
  EXPECT_NEAR(maps.activation(0)[0], 110.8, 1e-9);
}

TEST(BeatMaps, BeatsBeyondTheLimitAreCountedButNotKept) {
  std::vector<std::pair<double, double>> train = {{0, -80}};
  for (int beat = 0; beat < 4; ++beat)
    for (const auto& [t, V] : {std::pair{10.0, -80.0}, {11.0, 20.0}, {111.0, -80.0}, {120.0, -80.0}})
      train.emplace_back(t + 200.0 * beat, V);

  const BeatMaps maps = followed(train, 0.25, 0.0, 90.0, 2);

  EXPECT_EQ(maps.beats(), 2u);
  EXPECT_EQ(maps.most_beats(), 4u);
  EXPECT_NEAR(maps.activation(1)[0], 210.8, 1e-9);
}

}  // namespace
}  // namespace myowave
