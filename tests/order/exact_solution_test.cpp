// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include "tests/support/manufactured_problem.hpp"

namespace myowave::testing {
namespace {

class ExactSolution : public ::testing::TestWithParam<MeshKind> {};

/// log2 of the error ratio when the spacing is halved.
double order_in_space(ManufacturedCase c) {
  const double coarse = error_of(c);
  c.cells *= 2;
  return std::log2(coarse / error_of(c));
}

/// log2 of the error ratio when the step is halved, without any error in space.
double order_in_time(ManufacturedCase c) {
  c.exact_in_space = true;
  const double coarse = error_of(c);
  c.step /= 2;
  return std::log2(coarse / error_of(c));
}

TEST_P(ExactSolution, SpaceErrorIsOfOrderTwo) {
  const double order = order_in_space({.kind = GetParam(), .cells = 8, .step = 0.01});

  RecordProperty("order", std::to_string(order));
  EXPECT_NEAR(order, 2.0, 0.1);
}

TEST_P(ExactSolution, SpaceErrorOfElementsIsOfOrderTwo) {
  // On a cable the errors of the two masses cancel half way, and the order is higher.
  for (const double share : {0.0, 1.0}) {
    const double order = order_in_space({.kind = GetParam(),
                                         .cells = 8,
                                         .step = 0.01,
                                         .discretisation = Discretisation::finite_elements,
                                         .consistent_share = share});

    RecordProperty("order_mass_" + std::to_string(share).substr(0, 3), std::to_string(order));
    EXPECT_NEAR(order, 2.0, 0.1) << "share of the consistent mass " << share;
  }
}

TEST_P(ExactSolution, ErrorIsBelowOnePerMilleOfTheLargestV) {
  const double error = error_of({.kind = GetParam(), .cells = 64, .step = 0.02});

  RecordProperty("error_mV", std::to_string(error));
  EXPECT_LT(error, 1e-3 * std::sqrt(1.4));
}

TEST_P(ExactSolution, StrangWithCrankNicolsonIsOfOrderTwoInTime) {
  const double order = order_in_time({.kind = GetParam(), .cells = 16, .step = 0.1});

  RecordProperty("order", std::to_string(order));
  EXPECT_NEAR(order, 2.0, 0.1);
}

TEST_P(ExactSolution, StrangWithExplicitMidpointIsOfOrderTwoInTime) {
  const double order = order_in_time(
      {.kind = GetParam(), .cells = 8, .diffusion = DiffusionMethod::explicit_polynomial, .step = 0.1});

  RecordProperty("order", std::to_string(order));
  EXPECT_NEAR(order, 2.0, 0.1);
}

TEST_P(ExactSolution, GodunovWithBackwardEulerIsOfOrderOneInTime) {
  const double order = order_in_time({.kind = GetParam(),
                                      .cells = 16,
                                      .splitting = Splitting::godunov,
                                      .diffusion = DiffusionMethod::backward_euler,
                                      .method = ionic::Method::rush_larsen,
                                      .step = 0.02});

  RecordProperty("order", std::to_string(order));
  EXPECT_NEAR(order, 1.0, 0.1);
}

TEST_P(ExactSolution, GodunovIsOfOrderOneInTimeWhateverItsParts) {
  const double order =
      order_in_time({.kind = GetParam(), .cells = 16, .splitting = Splitting::godunov, .step = 0.02});

  RecordProperty("order", std::to_string(order));
  EXPECT_NEAR(order, 1.0, 0.1);
}

INSTANTIATE_TEST_SUITE_P(Dimensions, ExactSolution,
                         ::testing::Values(MeshKind::cable, MeshKind::sheet, MeshKind::slab),
                         [](const auto& kind) {
                           return std::to_string(dimension_of(kind.param)) + "d";
                         });

}  // namespace
}  // namespace myowave::testing
