// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/networks.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "surrogates/learn/optimiser.hpp"

namespace myowave::learn {
namespace {

using torch::Tensor;

PerceptronShape shape_with(Activation activation, bool residual, bool layer_norm) {
  return {3, 2, {6, 6, 5}, {activation, activation, activation}, residual, layer_norm};
}

Tensor some_inputs(std::int64_t rows) {
  const Tensor x = torch::arange(rows * 3, torch::kDouble).view({rows, 3});
  return torch::sin(x * 1.7) * 1.5;
}

class Activations : public testing::TestWithParam<int> {
 protected:
  Activation activation() const { return static_cast<Activation>(GetParam()); }
};

TEST_P(Activations, ExportedNetworksGiveWhatTorchGives) {
  for (const bool extra : {false, true}) {
    const Networks networks({shape_with(activation(), extra, extra)}, Precision::float_, torch::kCPU, 3);
    const Tensor x = some_inputs(7);
    const Tensor out = networks[0].forward(x.to(torch::kFloat));
    const surrogates::Network exported = networks[0].exported();
    EXPECT_EQ(exported.parameters(), static_cast<std::size_t>(networks.values().numel()));
    for (std::int64_t k = 0; k < x.size(0); ++k) {
      const std::vector<double> y = surrogates::evaluate(exported, {x.data_ptr<double>() + 3 * k, 3});
      for (std::int64_t o = 0; o < 2; ++o)
        EXPECT_NEAR(out[k][o].item<double>(), y[static_cast<std::size_t>(o)],
                    1e-6 * (1.0 + std::abs(y[0])));
    }
  }
}

TEST_P(Activations, TangentsAreThoseOfAutograd) {
  for (const bool extra : {false, true}) {
    const Networks networks({shape_with(activation(), extra, extra)}, Precision::double_, torch::kCPU,
                            3);
    Tensor x = some_inputs(5).set_requires_grad(true);
    Tensor dx = torch::zeros_like(x);
    dx.select(1, 1).fill_(1.0);
    const auto [y, dy] = networks[0].forward_with_tangent(x, dx);
    EXPECT_LT((y - networks[0].forward(x)).abs().max().item<double>(), 1e-13);
    for (std::int64_t o = 0; o < 2; ++o) {
      const Tensor slope = torch::autograd::grad({y.select(1, o).sum()}, {x}, {}, true)[0].select(1, 1);
      EXPECT_LT((dy.select(1, o) - slope).abs().max().item<double>(), 1e-12) << "output " << o;
    }
  }
}

TEST_P(Activations, GradientsAreThoseOfFiniteDifferences) {
  Networks networks({shape_with(activation(), true, true)}, Precision::double_, torch::kCPU, 3);
  const Tensor x = some_inputs(5);
  const Tensor dx = torch::cos(x);
  auto loss = [&] {
    const auto [y, dy] = networks[0].forward_with_tangent(x, dx);
    return y.square().sum() + (dy * y).sum() + networks[0].forward(x).exp().sum();
  };
  networks.gradients().zero_();
  loss().backward();
  const torch::NoGradGuard no_gradient;
  const Tensor along = torch::sin(torch::arange(networks.values().numel(), torch::kDouble));
  constexpr double h = 1e-6;
  networks.values() += h * along;
  const double up = loss().item<double>();
  networks.values() -= 2.0 * h * along;
  const double down = loss().item<double>();
  const double expected = (up - down) / (2.0 * h);
  EXPECT_NEAR((networks.gradients() * along).sum().item<double>(), expected,
              1e-6 * (1.0 + std::abs(expected)));
}

INSTANTIATE_TEST_SUITE_P(All, Activations, testing::Range(0, 9), [](const auto& each) {
  return std::string(name_of(static_cast<Activation>(each.param)));
});

TEST(Networks, CountTheirWeightsAndProducts) {
  const PerceptronShape shape{3, 2, {6, 5}, {Activation::tanh, Activation::tanh}, false, false};
  EXPECT_EQ(parameter_count(shape), 3 * 6 + 6 + 6 * 5 + 5 + 5 * 2 + 2);
  EXPECT_EQ(multiply_adds(shape), 3 * 6 + 6 * 5 + 5 * 2);
}

TEST(Networks, OfOneSeedAreTheSame) {
  const std::vector<PerceptronShape> shapes = {shape_with(Activation::relu, false, false)};
  const Networks a(shapes, Precision::float_, torch::kCPU, 4),
      b(shapes, Precision::float_, torch::kCPU, 4), c(shapes, Precision::float_, torch::kCPU, 5);
  EXPECT_TRUE(torch::equal(a.values(), b.values()));
  EXPECT_FALSE(torch::equal(a.values(), c.values()));
}

/// torch's own optimisers are the reference.
TEST(Adam, TakesTheStepsOfTorch) {
  for (const bool decoupled : {false, true}) {
    TrainSettings settings;
    settings.precision = Precision::double_;
    settings.weight_decay = 0.1;
    settings.optimiser = decoupled ? Optimiser::adamw : Optimiser::adam;
    Networks networks({shape_with(Activation::tanh, false, false)}, Precision::double_, torch::kCPU, 1);
    Adam adam(settings, networks);
    Tensor weights = networks.values().clone().set_requires_grad(true);
    std::unique_ptr<torch::optim::Optimizer> reference;
    const std::vector<Tensor> all = {weights};
    if (decoupled)
      reference =
          std::make_unique<torch::optim::AdamW>(all, torch::optim::AdamWOptions(0.02).weight_decay(0.1));
    else
      reference =
          std::make_unique<torch::optim::Adam>(all, torch::optim::AdamOptions(0.02).weight_decay(0.1));
    for (int k = 0; k < 5; ++k) {
      const Tensor gradient = torch::sin(torch::arange(weights.numel(), torch::kDouble) * (k + 1));
      networks.gradients().copy_(gradient);
      weights.mutable_grad() = gradient;
      adam.step(0.02);
      reference->step();
    }
    EXPECT_LT((networks.values() - weights.detach()).abs().max().item<double>(), 1e-12);
  }
}

TEST(Adam, ClipsTheGradient) {
  TrainSettings settings;
  settings.precision = Precision::double_;
  settings.clip = 1e-9;
  Networks a({shape_with(Activation::tanh, false, false)}, Precision::double_, torch::kCPU, 1);
  const Tensor before = a.values().clone();
  Adam adam(settings, a);
  a.gradients().fill_(1.0);
  adam.step(0.1);
  // Far below epsilon, Adam's steps are proportional to the gradient.
  const double expected = 0.1 * (1e-9 / std::sqrt(static_cast<double>(before.numel()))) / 1e-8;
  EXPECT_NEAR((before - a.values()).max().item<double>(), expected, 0.02 * expected);
}

TEST(LearningRate, FollowsItsSchedule) {
  TrainSettings settings;
  settings.learning_rate = 0.1, settings.final_rate = 0.01, settings.iterations = 100;
  settings.schedule = Schedule::cosine;
  EXPECT_DOUBLE_EQ(LearningRate(settings).at(0), 0.1);
  EXPECT_NEAR(LearningRate(settings).at(50), 0.1 * 0.505, 1e-12);
  settings.schedule = Schedule::exponential;
  EXPECT_NEAR(LearningRate(settings).at(50), 0.01, 1e-12);
  settings.schedule = Schedule::plateau, settings.patience = 2;
  LearningRate plateau(settings);
  plateau.validated(false);
  EXPECT_DOUBLE_EQ(plateau.at(10), 0.1);
  plateau.validated(false);
  EXPECT_DOUBLE_EQ(plateau.at(20), 0.05);
  settings.warm_up = 4, settings.schedule = Schedule::constant;
  EXPECT_DOUBLE_EQ(LearningRate(settings).at(0), 0.025);
  EXPECT_DOUBLE_EQ(LearningRate(settings).at(4), 0.1);
}

}  // namespace
}  // namespace myowave::learn
