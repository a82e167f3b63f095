// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "postprocess/beat_maps.hpp"
#include "postprocess/trace.hpp"

namespace myowave {
namespace {

constexpr double dt = 0.05, cycle = 330.0;
constexpr long last_update = 14000;  // at 700 ms
constexpr std::size_t points = 300;
const BeatSettings settings{0.0, {30.0, 50.0, 90.0}, 10, true};

/// An action potential with notch and dome, t ms after its upstroke began; every point a little other.
double shape(double t, double slow) {
  if (t < 0.0) return -85.0;
  const double up = 1.0 / (1.0 + std::exp(-(t - 1.5) / 0.15));
  const double notch = up * (-25.0 * (1.0 - std::exp(-t / 3.0)) + 18.0 * (1.0 - std::exp(-t / 40.0)));
  const double fall = 1.0 / (1.0 + std::exp((t - slow) / 9.0));
  return -85.0 + (125.0 * up + notch) * fall - 0.01 * std::max(0.0, t - slow) * std::exp(-t / 200.0);
}

/// V of all points: a wave that passes them one after the other, at each cycle.
class Wave {
 public:
  Wave() {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> jitter(0.0, 1.0);
    for (std::size_t i = 0; i < points; ++i) {
      onset.push_back(5.0 + 0.21 * static_cast<double>(i) + 0.3 * jitter(random));
      slow.push_back(220.0 + 40.0 * jitter(random));
    }
    slow[17] = 400.0;   // overtaken by the next beat before it ends
    onset[40] = 1e9;    // never activated
    onset[64] = 390.0;  // once only
  }
  double V(std::size_t i, double t) const {
    double value = shape(t - onset[i], slow[i]);
    if (t - onset[i] >= cycle) value = std::max(value, shape(t - onset[i] - cycle, slow[i]));
    return value;
  }
  std::vector<double> at(double t, std::size_t first = 0, std::size_t count = points) const {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = V(first + i, t);
    return values;
  }

 private:
  std::vector<double> onset, slow;
};

/// All updates, or the first ones.
BeatMaps followed(const Wave& wave, std::size_t first, std::size_t count, long updates = last_update) {
  BeatMaps maps(count, settings);
  for (long k = 0; k <= updates; ++k)
    maps.update(static_cast<double>(k) * dt, wave.at(static_cast<double>(k) * dt, first, count));
  return maps;
}

void expect_same(const BeatMaps& all, const BeatMaps& part, std::size_t first) {
  for (std::size_t q = 0; q < all.quantities().size(); ++q)
    for (std::size_t b = 0; b < all.beats(); ++b)
      for (std::size_t i = 0; i < part.points(); ++i) {
        const double expected = all.quantities()[q].beats[b][first + i];
        const double value = b < part.beats() ? part.quantities()[q].beats[b][i] : std::nan("");
        ASSERT_TRUE(value == expected || (std::isnan(value) && std::isnan(expected)))
            << all.quantities()[q].name << " of point " << first + i << ": " << value << ", "
            << expected;
      }
}

TEST(BeatMapsOfManyPoints, AgreeWithWholeTraces) {
  const Wave wave;
  const BeatMaps maps = followed(wave, 0, points);
  ASSERT_EQ(maps.beats(), 2u);
  double worst_apd = 0.0, worst_peak = 0.0, worst_rest = 0.0;
  for (std::size_t i = 0; i < points; ++i) {
    std::vector<double> t, V;
    for (long k = 0; k <= last_update; ++k) {
      t.push_back(static_cast<double>(k) * dt);
      V.push_back(wave.V(i, t.back()));
    }
    const std::size_t up = rise(V, 0, 0.0);
    const double activation = rise_time(t, V, up, 0.0);
    if (up == V.size()) {
      EXPECT_TRUE(std::isnan(maps.activation(0)[i])) << i;
      continue;
    }
    EXPECT_EQ(maps.activation(0)[i], activation) << i;
    const auto next = rise(V, up, 0.0);
    const auto peak = static_cast<std::size_t>(
        std::max_element(V.begin(), V.begin() + static_cast<long>(next)) - V.begin());
    const double rest = *std::min_element(V.begin(), V.begin() + static_cast<long>(up));
    double steepest = 0.0;
    for (std::size_t k = 1; k < next; ++k)
      steepest = std::max(steepest, (V[k] - V[k - 1]) / (t[k] - t[k - 1]));
    EXPECT_NEAR(maps.quantities()[4].beats[0][i], steepest, 1e-9) << i;
    for (std::size_t l = 0; l < 3; ++l) {
      const double level = V[peak] - settings.levels[l] / 100.0 * (V[peak] - rest);
      const double apd = falls_through(t, V, peak, level) - activation;
      if (i == 17 && l == 2) {
        EXPECT_TRUE(std::isnan(maps.apd(0, l)[i]));
        continue;
      }
      worst_apd = std::max(worst_apd, std::abs(maps.apd(0, l)[i] - apd));
    }
    worst_peak = std::max(worst_peak, std::abs(maps.quantities()[5].beats[0][i] - V[peak]));
    worst_rest = std::max(worst_rest, std::abs(maps.quantities()[6].beats[0][i] - rest));
  }
  // Rest and peaks later than 5 ms after the activation are looked for at every sixteenth update.
  EXPECT_LT(worst_peak, 1e-3);
  EXPECT_LT(worst_rest, 1e-3);
  EXPECT_LT(worst_apd, 1e-3);
  EXPECT_TRUE(std::isnan(maps.activation(1)[64]));
  EXPECT_FALSE(std::isnan(maps.activation(1)[63]));
}

TEST(BeatMapsOfManyPoints, DoNotDependOnHowPointsAreSpread) {
  const Wave wave;
  const BeatMaps all = followed(wave, 0, points);
  for (const auto& [first, count] :
       {std::pair<std::size_t, std::size_t>{0, 1}, {0, 100}, {1, 63}, {100, 200}, {17, 1}, {250, 50}})
    expect_same(all, followed(wave, first, count), first);
}

TEST(BeatMapsOfManyPoints, GoOnFromASavedStateBitByBit) {
  const Wave wave;
  const BeatMaps all = followed(wave, 0, points);
  for (const long stop : {1, 131, 828, 4000, 6914}) {
    const BeatMaps before = followed(wave, 0, points, stop);
    // On another number of points too: those from the 37th on.
    for (const std::size_t first : {std::size_t{0}, std::size_t{37}}) {
      BeatMaps::State state = before.state();
      for (auto& [name, values] : state.arrays)
        values.erase(values.begin(), values.begin() + static_cast<long>(first));
      std::vector<BeatMaps::Quantity> kept = before.quantities();
      for (BeatMaps::Quantity& each : kept)
        for (std::vector<double>& beat : each.beats)
          beat.erase(beat.begin(), beat.begin() + static_cast<long>(first));
      BeatMaps after(points - first, settings);
      after.restore(state, kept);
      for (long k = stop + 1; k <= last_update; ++k)
        after.update(static_cast<double>(k) * dt,
                     wave.at(static_cast<double>(k) * dt, first, points - first));
      expect_same(all, after, first);
    }
  }
}

TEST(BeatMapsOfManyPoints, ADomeHigherThanTheSpikeMovesTheLevels) {
  // Spike to 0 mV, notch to -45 mV (past half the amplitude), dome to +20 mV, fall.
  BeatMaps maps(1, {-60.0, {50.0, 90.0}, 10, true});
  const std::vector<std::pair<double, double>> corners = {{0, -80},  {10, -80},  {11, 0},   {31, -45},
                                                          {131, 20}, {231, -80}, {250, -80}};
  for (std::size_t c = 0; c + 1 < corners.size(); ++c)
    for (double t = corners[c].first; t < corners[c + 1].first - 1e-9; t += 0.25) {
      const double V = corners[c].second + (corners[c + 1].second - corners[c].second) *
                                               (t - corners[c].first) /
                                               (corners[c + 1].first - corners[c].first);
      maps.update(t, {&V, 1});
    }
  ASSERT_EQ(maps.beats(), 1u);
  EXPECT_NEAR(maps.quantities()[4].beats[0][0], 20.0, 1.3);
  // The fall through -30 mV: 50 mV of 1 mV/ms after the dome.
  EXPECT_NEAR(maps.activation(0)[0] + maps.apd(0, 0)[0], 181.0, 0.65);
}

}  // namespace
}  // namespace myowave
