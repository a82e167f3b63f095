// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/trace.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace myowave {
namespace {

const std::vector<double> t = {0.0, 1.0, 2.0, 3.0, 4.0, 5.0};
const std::vector<double> V = {-80.0, -80.0, 20.0, 0.0, -60.0, -80.0};

TEST(Trace, FallsThroughALevelBetweenSamples) {
  EXPECT_DOUBLE_EQ(falls_through(t, V, 2, -30.0), 3.5);
  EXPECT_DOUBLE_EQ(falls_through(t, V, 2, 0.0), 3.0);
  EXPECT_TRUE(std::isnan(falls_through(t, V, 2, -90.0)));
  EXPECT_TRUE(std::isnan(falls_through(t, V, 4, -30.0)));  // it has fallen already
}

TEST(Trace, RisesThroughALevelAfterTheGivenSample) {
  EXPECT_EQ(rise(V, 0, 0.0), 2u);
  EXPECT_DOUBLE_EQ(rise_time(t, V, 2, 0.0), 1.8);
  EXPECT_EQ(rise(V, 2, 0.0), V.size());
  EXPECT_TRUE(std::isnan(rise_time(t, V, V.size(), 0.0)));
}

TEST(Trace, UpstrokeIsRefinedBetweenSamples) {
  std::vector<double> times, rate;
  for (int i = 0; i < 200; ++i) {
    times.push_back(0.1 * i);
    rate.push_back(300.0 - 400.0 * std::pow(times.back() - 7.34, 2));
  }
  const Upstroke upstroke = find_upstroke(times, rate);
  EXPECT_NEAR(upstroke.time, 7.34, 1e-9);
  EXPECT_TRUE(upstroke.captured());
}

TEST(Trace, UpstrokeIsSoughtInTheFirstFiftyMilliseconds) {
  std::vector<double> times, rate;
  for (int i = 0; i < 1000; ++i) {
    times.push_back(200.0 + 0.1 * i);
    rate.push_back(i == 700 ? 100.0 : i == 300 ? 4.0 : 0.0);
  }
  const Upstroke upstroke = find_upstroke(times, rate);
  EXPECT_NEAR(upstroke.time, 230.0, 1e-9);
  EXPECT_FALSE(upstroke.captured());
}

}  // namespace
}  // namespace myowave
