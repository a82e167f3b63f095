// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/lbfgs.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>

namespace myowave::learn {
namespace {

using torch::Tensor;

Tensor some_inputs() { return torch::sin(torch::arange(60, torch::kDouble).view({20, 3}) * 1.7) * 1.5; }

Tensor targets(const Tensor& x) {
  return torch::stack({torch::sin(2.0 * x.select(1, 0)) + x.select(1, 1), x.select(1, 2).square()}, 1);
}

/// Mean square error of a network on some samples.
struct Regression {
  Networks& networks;
  Tensor x, y;
  int calls = 0;

  double operator()() {
    ++calls;
    networks.gradients().zero_();
    const Tensor loss = (networks[0].forward(x) - y).square().mean();
    loss.backward();
    return loss.item<double>();
  }
};

Networks straight() {
  return Networks({{3, 2, {}, {}, false, false}}, Precision::double_, torch::kCPU, 3);
}

Networks curved(Precision precision = Precision::double_) {
  return Networks({{3, 2, {8, 8}, {Activation::tanh, Activation::tanh}, false, false}}, precision,
                  torch::kCPU, 3);
}

TEST(Lbfgs, FindsTheLeastSquaresOfALinearNetwork) {
  Networks networks = straight();
  Regression loss{networks, some_inputs(), targets(some_inputs())};
  Lbfgs lbfgs(networks, 10);
  for (int k = 0; k < 30 && lbfgs.step(std::ref(loss)); ++k) {
  }
  const Tensor design = torch::cat({loss.x, torch::ones({20, 1}, torch::kDouble)}, 1);
  const Tensor best = torch::linalg_solve(design.t().mm(design), design.t().mm(loss.y));
  const Tensor expected = (design.mm(best) - loss.y).square().mean();
  EXPECT_NEAR(lbfgs.loss(), expected.item<double>(), 1e-13);
  const torch::NoGradGuard no_gradient;
  EXPECT_LT((networks[0].forward(loss.x) - design.mm(best)).abs().max().item<double>(), 1e-6);
}

TEST(Lbfgs, LowersTheLossInEveryStepAtLittleMoreThanOneEvaluation) {
  Networks networks = curved();
  Regression loss{networks, some_inputs(), targets(some_inputs())};
  Lbfgs lbfgs(networks, 50);
  const double start = loss();
  double before = start;
  constexpr int steps = 200;
  for (int k = 0; k < steps; ++k) {
    ASSERT_TRUE(lbfgs.step(std::ref(loss))) << k;
    ASSERT_LT(lbfgs.loss(), before) << k;
    before = lbfgs.loss();
  }
  EXPECT_LT(before, 1e-4 * start);
  EXPECT_LT(loss.calls, 1.5 * steps);
  EXPECT_EQ(loss(), before) << "the networks hold the weights of the last step";
}

TEST(Lbfgs, LeavesTheWeightsWhereNothingIsGained) {
  Networks networks = straight();
  Regression loss{networks, some_inputs(), targets(some_inputs())};
  Lbfgs lbfgs(networks, 10);
  int steps = 0;
  while (lbfgs.step(std::ref(loss))) ASSERT_LT(++steps, 1000);
  const Tensor weights = networks.values().clone();
  EXPECT_FALSE(lbfgs.step(std::ref(loss)));
  EXPECT_TRUE(torch::equal(networks.values(), weights));
}

TEST(Lbfgs, TurnsBackFromLossesThatAreNoNumbers) {
  Networks networks = curved();
  Regression inner{networks, some_inputs(), targets(some_inputs())};
  const double far = networks.values().norm().item<double>() + 1.0;
  int beyond = 0;
  auto loss = [&] {
    const double value = inner();
    if (networks.values().norm().item<double>() < far) return value;
    ++beyond;
    return std::numeric_limits<double>::quiet_NaN();
  };
  const double start = loss();
  Lbfgs lbfgs(networks, 50);
  for (int k = 0; k < 50; ++k) {
    if (!lbfgs.step(loss)) break;
    ASSERT_TRUE(std::isfinite(lbfgs.loss()));
  }
  EXPECT_GT(beyond, 0) << "the limit was never met: the test shows nothing";
  EXPECT_LT(lbfgs.loss(), 0.5 * start);
  EXPECT_LT(networks.values().norm().item<double>(), far);
}

TEST(Lbfgs, ContinuesBitwiseFromItsState) {
  for (const Precision precision : {Precision::double_, Precision::float_}) {
    Networks whole = curved(precision), part = curved(precision);
    const auto type = whole.values().scalar_type();
    auto regression = [&](Networks& networks) {
      return Regression{networks, some_inputs().to(type), targets(some_inputs()).to(type)};
    };
    Regression of_whole = regression(whole), of_part = regression(part);
    Lbfgs all(whole, 5), first(part, 5), second(part, 5);
    for (int k = 0; k < 20; ++k) all.step(std::ref(of_whole));
    for (int k = 0; k < 9; ++k) first.step(std::ref(of_part));
    second.restore(first.state());
    for (int k = 0; k < 11; ++k) second.step(std::ref(of_part));
    EXPECT_TRUE(torch::equal(whole.values(), part.values()));
    EXPECT_EQ(all.loss(), second.loss());
  }
}

}  // namespace
}  // namespace myowave::learn
