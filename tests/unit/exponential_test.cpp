// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/exponential.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace myowave {
namespace {

double at(const ExponentialStep& step, double z) {
  double q = 1.0 - step.stages().first * z;
  for (const StagePair& pair : step.stages().pairs) q *= 1.0 - pair.outer * z * (1.0 - pair.inner * z);
  return 1.0 - z * q;
}

TEST(ExponentialStep, OfDegreeTwoIsTheMidpointRule) {
  const ExponentialStep step(2, 1.7);
  EXPECT_TRUE(step.stages().pairs.empty());
  EXPECT_NEAR(step.stages().first, 0.5, 1e-14);
  EXPECT_TRUE(step.stable());
  EXPECT_FALSE(ExponentialStep(2, 2.1).stable());  // the midpoint rule's limit is 2
}

TEST(ExponentialStep, IsOfOrderTwoWhateverItsDegree) {
  for (int degree = 2; degree <= ExponentialStep::largest_degree; degree += 2) {
    const ExponentialStep step(degree, 8.0);
    const auto off = [&](double z) { return std::abs(at(step, z) - std::exp(-z)); };
    EXPECT_EQ(step.stages().count(), static_cast<std::size_t>(degree));
    if (off(0.02) > 1e-10) {
      EXPECT_NEAR(std::log2(off(0.04) / off(0.02)), 3.0, 0.15) << degree;
    }
  }
}

TEST(ExponentialStep, EachDegreeReachesFurther) {
  double before = 2.0;
  for (int degree = 4; degree <= ExponentialStep::largest_degree; degree += 2) {
    double reach = before;
    while (ExponentialStep(degree, reach * 1.05).error() <= 3e-3 &&
           ExponentialStep(degree, reach * 1.05).stable())
      reach *= 1.05;
    EXPECT_GT(reach, 1.15 * before) << degree;
    EXPECT_GT(reach, degree == 12 ? 20.0 : degree == 6 ? 6.0 : 0.0);
    before = reach;
  }
}

TEST(ExponentialStep, StandsForTheExponentialOnAllDecays) {
  for (const auto& [degree, decay, allowed] : {std::tuple(4, 1.0, 2e-4), std::tuple(6, 3.8, 5e-4),
                                               std::tuple(8, 7.6, 6e-4), std::tuple(10, 7.6, 2e-5)}) {
    const ExponentialStep step(degree, decay);
    ASSERT_TRUE(step.stable());
    for (double z = 0.0; z <= decay; z += 0.01)
      EXPECT_NEAR(at(step, z), std::exp(-z), allowed) << degree << " " << z;
    EXPECT_EQ(at(step, 0.0), 1.0);
  }
}

}  // namespace
}  // namespace myowave
