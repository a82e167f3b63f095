// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/network.hpp"

#include <set>

#include "base/error.hpp"
#include "tests/unit/networks.hpp"

namespace myowave::surrogates {
namespace {

TEST(Network, EvaluatesOneNeuronAsByHand) {
  Layer layer;
  layer.inputs = 2;
  layer.outputs = 1;
  layer.weight = {2.0f, -1.0f};
  layer.bias = {0.5f};
  layer.activation = Activation::relu;
  layer.gain = 3.0;
  const Network network = {{layer}};
  EXPECT_EQ(evaluate(network, std::vector<double>{1.0, 0.25}), std::vector<double>{6.75});
  EXPECT_EQ(evaluate(network, std::vector<double>{0.0, 1.0}), std::vector<double>{0.0});
  EXPECT_EQ(network.parameters(), 3u);
}

TEST(Network, NormalisesOverTheOutputs) {
  Layer layer;
  layer.inputs = 1;
  layer.outputs = 2;
  layer.weight = {1.0f, -1.0f};
  layer.bias = {5.0f, 5.0f};
  layer.norm_weight = {2.0f, 3.0f};
  layer.norm_bias = {0.25f, 0.5f};
  const std::vector<double> y = evaluate(Network{{layer}}, std::vector<double>{4.0});
  const double unit = 4.0 / std::sqrt(16.0 + 1e-5);
  EXPECT_DOUBLE_EQ(y[0], 2.0 * unit + 0.25);
  EXPECT_DOUBLE_EQ(y[1], -3.0 * unit + 0.5);
}

TEST(Network, CountsParametersOfLayersAndNorms) {
  std::mt19937 random(1);
  Network network = {{random_layer(random, 3, 5, Activation::tanh), random_layer(random, 5, 2, {})}};
  EXPECT_EQ(network.parameters(), 3u * 5u + 5u + 5u * 2u + 2u);
  add_norm(random, network.layers[0]);
  EXPECT_EQ(network.parameters(), 32u + 10u);
}

TEST(Network, RefusesAWrongNumberOfInputs) {
  const Network network = activation_alone(Activation::tanh);
  EXPECT_THROW(evaluate(network, std::vector<double>{1.0, 2.0}), InternalError);
}

TEST(Network, ActivationsHaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const Activation activation : activations) names.insert(name_of(activation));
  EXPECT_EQ(names.size(), std::size(activations));
}

TEST(Network, PassesOnNaN) {
  for (const Activation activation : activations)
    EXPECT_TRUE(std::isnan(evaluate(activation_alone(activation), std::vector<double>{nan})[0]))
        << name_of(activation);
}

TEST(Network, AgreesWithPyTorch) {
  const std::vector<Case> cases = reference_cases();
  ASSERT_EQ(cases.size(), std::size(activations) + 3);
  for (const Case& c : cases)
    for (std::size_t n = 0; n < c.inputs.size(); ++n) {
      const std::vector<double> y = evaluate(c.network, c.inputs[n]);
      ASSERT_EQ(y.size(), c.outputs[n].size());
      for (std::size_t o = 0; o < y.size(); ++o)
        EXPECT_NEAR(y[o], c.outputs[n][o], 1e-12) << c.name << " sample " << n;
    }
}

}  // namespace
}  // namespace myowave::surrogates
