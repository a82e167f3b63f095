// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/dominant_frequency.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "base/error.hpp"

namespace myowave {
namespace {

template <class Formula>
std::vector<double> sampled(std::size_t samples, double interval_ms, Formula V) {
  std::vector<double> values;
  for (std::size_t i = 0; i < samples; ++i) values.push_back(V(static_cast<double>(i) * interval_ms));
  return values;
}

auto sine(double frequency, double amplitude, double phase) {
  return [=](double t) { return -40.0 + amplitude * std::sin(2e-3 * M_PI * frequency * t + phase); };
}

TEST(DominantFrequency, OfASineIsItsFrequency) {
  // 2 s every 2 ms: a resolution of 0.5 Hz.
  const FrequencyScan scan(1000, 2.0);
  for (double f = 1.6; f < 29.0; f += 0.613)
    for (const double phase : {0.0, 1.0, 2.0})
      EXPECT_NEAR(scan.dominant(sampled(1000, 2.0, sine(f, 50.0, phase))), f, 0.02) << f;
}

TEST(DominantFrequency, OfASineInNoiseIsItsFrequency) {
  std::mt19937 random(5);
  std::normal_distribution<double> noise(0.0, 20.0);
  const FrequencyScan scan(1000, 2.0);
  for (double f = 2.0; f < 29.0; f += 1.37) {
    std::vector<double> V = sampled(1000, 2.0, sine(f, 30.0, f));
    for (double& value : V) value += noise(random);

    EXPECT_NEAR(scan.dominant(V), f, 0.05) << f;
  }
}

TEST(DominantFrequency, OfActionPotentialsIsTheirRateNotAHarmonic) {
  const FrequencyScan scan(1500, 2.0);
  for (const double cycle : {120.0, 205.0, 350.0, 600.0})
    for (const double duration : {0.3, 0.5, 0.8}) {
      const auto V = sampled(1500, 2.0, [=](double t) {
        const double part = std::fmod(t, cycle) / (duration * cycle);
        return part < 1.0 ? 20.0 - 100.0 * std::pow(part, 4) : -80.0;
      });

      EXPECT_NEAR(scan.dominant(V), 1000.0 / cycle, 0.03) << cycle << " " << duration;
    }
}

TEST(DominantFrequency, OfTwoSinesIsThatOfTheLarger) {
  const FrequencyScan scan(1000, 2.0);
  const auto V =
      sampled(1000, 2.0, [](double t) { return sine(6.2, 20.0, 0)(t) + sine(11.7, 30.0, 1)(t); });

  EXPECT_NEAR(scan.dominant(V), 11.7, 0.02);
}

TEST(DominantFrequency, IsNotPulledByASineTwoAndAHalfResolutionsAway) {
  const FrequencyScan scan(1000, 2.0);
  for (double phase = 0.0; phase < 6.0; phase += 0.5) {
    const auto V =
        sampled(1000, 2.0, [=](double t) { return sine(8.3, 30.0, phase)(t) + sine(9.55, 25.0, 1)(t); });

    EXPECT_NEAR(scan.dominant(V), 8.3, 0.005) << phase;
  }
}

TEST(DominantFrequency, OfASmallSineOnADriftIsItsFrequency) {
  const auto V = sampled(1000, 2.0, [](double t) { return 0.05 * t + sine(5.3, 5.0, 0.0)(t); });

  EXPECT_NEAR(FrequencyScan(1000, 2.0).dominant(V), 5.3, 0.02);
}

TEST(DominantFrequency, OfRestDriftNoiseAndRippleIsNone) {
  std::mt19937 random(7);
  std::normal_distribution<double> noise(0.0, 5.0);
  const FrequencyScan scan(1000, 2.0);

  EXPECT_TRUE(std::isnan(scan.dominant(std::vector<double>(1000, -85.0))));
  EXPECT_TRUE(std::isnan(scan.dominant(sampled(1000, 2.0, [](double t) { return -85.0 + 0.01 * t; }))));
  EXPECT_TRUE(std::isnan(scan.dominant(sampled(1000, 2.0, sine(5.0, 1.0, 0.0)))));
  for (int i = 0; i < 20; ++i)
    EXPECT_TRUE(std::isnan(scan.dominant(sampled(1000, 2.0, [&](double) { return noise(random); }))));
}

TEST(DominantFrequency, BesideTheBandIsNone) {
  const FrequencyScan scan(1000, 2.0, {.lowest_Hz = 4.0, .highest_Hz = 12.0});

  EXPECT_TRUE(std::isnan(scan.dominant(sampled(1000, 2.0, sine(2.5, 50.0, 0.0)))));
  EXPECT_TRUE(std::isnan(scan.dominant(sampled(1000, 2.0, sine(14.0, 50.0, 0.0)))));
  EXPECT_NEAR(scan.dominant(sampled(1000, 2.0, sine(4.1, 50.0, 0.0))), 4.1, 0.02);
}

TEST(DominantFrequency, OfATraceWithANaNIsNone) {
  std::vector<double> V = sampled(1000, 2.0, sine(5.0, 50.0, 0.0));
  V[17] = std::numeric_limits<double>::quiet_NaN();

  EXPECT_TRUE(std::isnan(FrequencyScan(1000, 2.0).dominant(V)));
}

TEST(DominantFrequency, OfFramesIsAMap) {
  std::vector<double> frames;
  for (int i = 0; i < 500; ++i)
    for (const double f : {4.0, 0.0, 9.5}) frames.push_back(sine(f, 40.0, 0.3)(4.0 * i));

  const std::vector<double> map = FrequencyScan(500, 4.0).map(frames);

  ASSERT_EQ(map.size(), 3u);
  EXPECT_NEAR(map[0], 4.0, 0.02);
  EXPECT_TRUE(std::isnan(map[1]));
  EXPECT_NEAR(map[2], 9.5, 0.02);
}

TEST(DominantFrequency, RefusesARecordThatHoldsNoFrequencyOfTheBand) {
  EXPECT_THROW(FrequencyScan(1000, 0.05), InputError);  // 50 ms
  EXPECT_THROW(FrequencyScan(100, 600.0), InputError);  // Nyquist below 1 Hz
  EXPECT_THROW(FrequencyScan(1000, 2.0, {.lowest_Hz = 5.0, .highest_Hz = 4.0}), InputError);
}

}  // namespace
}  // namespace myowave
