// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <ATen/Context.h>
#include <gtest/gtest.h>
#include <torch/torch.h>

#include "surrogates/learn/task.hpp"
#include "tests/learn/learn_files.hpp"

namespace myowave::learn {
namespace {

using torch::Tensor;

/// The terms of the loss of each kind, differentiated, against differences along a direction.
void expect_true_gradients(const std::string& text, const std::vector<std::string>& overrides = {}) {
  const TrainingConfig config = config_of(text, overrides);
  const std::unique_ptr<Task> task = make_task(config, torch::kCPU, "");
  Networks networks(task->shapes(), Precision::double_, torch::kCPU, 2);
  at::Generator generator = at::globalContext().defaultGenerator(torch::kCPU);
  auto losses = [&] {
    generator.set_current_seed(11);
    return task->losses(networks, {7, 0.9, generator});
  };
  const std::vector<std::string> names = loss_terms(config.surrogate.kind);
  const Tensor along = torch::sin(torch::arange(networks.values().numel(), torch::kDouble));
  for (std::size_t k = 0; k < names.size(); ++k) {
    networks.gradients().zero_();
    const Tensor loss = losses()[k];
    ASSERT_TRUE(loss.defined()) << names[k];
    ASSERT_EQ(loss.dim(), 0) << names[k];
    ASSERT_GT(loss.item<double>(), 0.0) << names[k];
    loss.backward();
    const double found = (networks.gradients() * along).sum().item<double>();
    constexpr double h = 1e-6;
    const Tensor before = networks.values().clone();
    networks.values().copy_(before + h * along);
    const double up = losses()[k].item<double>();
    networks.values().copy_(before - h * along);
    const double down = losses()[k].item<double>();
    networks.values().copy_(before);
    const double expected = (up - down) / (2.0 * h);
    EXPECT_NEAR(found, expected, 1e-5 * (1e-3 * loss.item<double>() + std::abs(expected))) << names[k];
  }
}

TEST(Gradients, OfGates) { expect_true_gradients(gate_problem); }
TEST(Gradients, OfSteps) { expect_true_gradients(step_problem); }
TEST(Gradients, OfStepsByLengthOfTheError) {
  expect_true_gradients(step_problem, {"train.loss=euclidean"});
}
TEST(Gradients, OfStepsAfterJumps) { expect_true_gradients(step_problem, jumps); }
TEST(Gradients, OfPrintedRates) { expect_true_gradients(rate_problem); }
TEST(Gradients, OfRatesOfTime) {
  expect_true_gradients(rate_problem,
                        {"rate.time_input=true", "rate.current_inside=true", "rate.scale_aware=false"});
}
TEST(Gradients, OfStructuredRates) {
  std::vector<std::string> overrides = structured;
  overrides.emplace_back("rate.physics_points=box");
  expect_true_gradients(rate_problem, overrides);
}
TEST(Gradients, OfTrajectories) { expect_true_gradients(trajectory_problem); }

}  // namespace
}  // namespace myowave::learn
