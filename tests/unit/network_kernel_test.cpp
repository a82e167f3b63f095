// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "base/error.hpp"
#include "tests/unit/networks.hpp"

namespace myowave::surrogates {
namespace {

class NetworkKernels : public testing::TestWithParam<InstructionSet> {};
INSTANTIATE_TEST_SUITE_P(Sets, NetworkKernels, testing::ValuesIn(ionic::runnable_instruction_sets()),
                         [](const auto& each) {
                           std::string name = ionic::name_of(each.param);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

TEST_P(NetworkKernels, AgreeWithPyTorch) {
  for (const Case& c : reference_cases()) {
    const Surrogate surrogate = surrogate_of(c.network);
    const CompiledNetwork network(surrogate, surrogate.parts[0], GetParam());
    std::vector<std::vector<double>> x(c.inputs[0].size(), std::vector<double>(16, 0.0));
    for (std::size_t n = 0; n < c.inputs.size(); ++n)
      for (std::size_t i = 0; i < x.size(); ++i) x[i][n] = c.inputs[n][i];
    const auto out = run(network, Block(x, false), 16);
    for (std::size_t o = 0; o < out.size(); ++o) {
      double scale = 0.0;
      for (const auto& sample : c.outputs) scale = std::max(scale, std::abs(sample[o]));
      for (std::size_t n = 0; n < c.inputs.size(); ++n)
        EXPECT_NEAR(static_cast<double>(out[o][n]), c.outputs[n][o], 1e-5 * scale) << c.name;
    }
  }
}

/// Both signs, tiny to large, and the places where the formulas change.
std::vector<double> arguments() {
  std::vector<float> x = {0.0f, 0.5f, 9.01f, 9.02f, 14.0f, 87.0f, 88.0f, 89.0f};
  for (double magnitude = 1e-30; magnitude < 1e5; magnitude *= 1.03)
    x.push_back(static_cast<float>(magnitude));
  for (double value = 0.0; value < 20.0; value += 0.0037) x.push_back(static_cast<float>(value));
  const std::size_t count = x.size();
  for (std::size_t i = 0; i < count; ++i) x.push_back(-x[i]);
  x.resize((x.size() + 15) / 16 * 16, 0.0f);
  return {x.begin(), x.end()};
}

/// Bound of the relative error of an activation at x; half a unit in the last place is up to 6e-8.
double relative_bound(Activation activation, double x) {
  switch (activation) {
    case Activation::identity:
    case Activation::relu:
      return 0.0;
    case Activation::leaky_relu:
    case Activation::elu:
      return 1e-7;
    case Activation::sigmoid:
    case Activation::silu:
    case Activation::softplus:
      return 2e-7;
    case Activation::tanh:
      return 3.5e-7;
    // x^2 / 2, the exponent of its tail, is rounded.
    case Activation::gelu:
      return 4e-7 + 3e-8 * x * x;
  }
  return 0.0;
}

TEST_P(NetworkKernels, ActivationsAreAccurate) {
  const std::vector<double> x = arguments();
  for (const Activation activation : activations) {
    const Surrogate surrogate = surrogate_of(activation_alone(activation));
    const CompiledNetwork network(surrogate, surrogate.parts[0], GetParam());
    const std::vector<float> y = run(network, Block({x}, true), x.size())[0];
    for (std::size_t c = 0; c < x.size(); ++c) {
      const double exact = evaluate(surrogate.parts[0].network, std::vector<double>{x[c]})[0];
      const double error = std::abs(static_cast<double>(y[c]) - exact);
      // exp stops at e^-87 instead of 0.
      const double absolute = 1e-37 * std::max(1.0, std::abs(x[c]));
      ASSERT_LE(error, relative_bound(activation, x[c]) * std::abs(exact) + absolute)
          << name_of(activation) << " at " << x[c];
    }
  }
}

TEST_P(NetworkKernels, AnyNumberOfInputsAndOutputs) {
  std::mt19937 random(3);
  for (int n = 1; n <= 70; ++n) {
    SCOPED_TRACE(n);
    const int others = 71 - n;
    Surrogate surrogate = surrogate_of({{random_layer(random, n, others, Activation::tanh),
                                         random_layer(random, others, n, Activation::identity)}});
    normalise(random, surrogate);
    expect_agreement(surrogate, GetParam(), 32, n % 2 == 0);
  }
}

TEST_P(NetworkKernels, SmallLayersOfAllSizes) {
  std::mt19937 random(4);
  for (int inputs = 1; inputs <= 9; ++inputs)
    for (int outputs = 1; outputs <= 17; ++outputs) {
      SCOPED_TRACE(fmt::format("{} to {}", inputs, outputs));
      Surrogate surrogate =
          surrogate_of({{random_layer(random, inputs, outputs, Activation::identity)}});
      normalise(random, surrogate);
      expect_agreement(surrogate, GetParam(), 16, outputs % 2 == 0);
    }
}

TEST_P(NetworkKernels, ActivationsInDeepNetworks) {
  std::mt19937 random(5);
  for (const Activation activation : activations) {
    SCOPED_TRACE(name_of(activation));
    Surrogate surrogate = surrogate_of(
        {{random_layer(random, 20, 64, activation), random_layer(random, 64, 64, activation),
          random_layer(random, 64, 64, activation),
          random_layer(random, 64, 20, Activation::identity)}});
    normalise(random, surrogate);
    expect_agreement(surrogate, GetParam(), 48, true);
  }
}

TEST_P(NetworkKernels, ResidualsNormsAndGains) {
  std::mt19937 random(6);
  for (const int width : {1, 2, 7, 16, 33})
    for (int which = 1; which < 8; ++which) {
      SCOPED_TRACE(fmt::format("width {}, which {}", width, which));
      Network network = {{random_layer(random, 5, width, Activation::tanh),
                          random_layer(random, width, width, Activation::silu),
                          random_layer(random, width, 3, Activation::identity)}};
      Layer& middle = network.layers[1];
      middle.residual = (which & 1) != 0;
      if (which & 2) add_norm(random, middle);
      if (which & 4) middle.gain = 0.3;
      expect_agreement(surrogate_of(network), GetParam(), 32, false);
    }
}

TEST_P(NetworkKernels, LastLayerWithResidualAndNorm) {
  std::mt19937 random(7);
  Layer layer = random_layer(random, 6, 6, Activation::gelu);
  layer.residual = true;
  add_norm(random, layer);
  expect_agreement(surrogate_of({{layer}}), GetParam(), 16, true);
}

TEST_P(NetworkKernels, TransformsOfOutputs) {
  std::mt19937 random(8);
  for (const Transform transform :
       {Transform::identity, Transform::sigmoid, Transform::softplus, Transform::exp}) {
    SCOPED_TRACE(static_cast<int>(transform));
    Surrogate surrogate = surrogate_of({{random_layer(random, 3, 8, Activation::tanh),
                                         random_layer(random, 8, 5, Activation::identity)}});
    normalise(random, surrogate);
    for (Output& output : surrogate.outputs) output.transform = transform;
    expect_agreement(surrogate, GetParam(), 32, false);
  }
}

TEST_P(NetworkKernels, TransformsKeepTheirRange) {
  Surrogate surrogate = surrogate_of(activation_alone(Activation::identity));
  const std::vector<double> x = arguments();
  for (const Transform transform : {Transform::sigmoid, Transform::softplus, Transform::exp}) {
    surrogate.outputs[0].transform = transform;
    const CompiledNetwork network(surrogate, surrogate.parts[0], GetParam());
    const std::vector<float> out = run(network, Block({x}, false), x.size())[0];
    for (const float y : out) {
      EXPECT_GE(y, 0.0f);
      EXPECT_LE(y, transform == Transform::sigmoid ? 1.0f : std::numeric_limits<float>::infinity());
    }
  }
}

TEST_P(NetworkKernels, DoubleRowsAreNormalisedInDouble) {
  // -85 + 1e-7 n is no float, but (x + 85) / 1e-6 is.
  Surrogate surrogate = surrogate_of(activation_alone(Activation::identity));
  surrogate.inputs[0].offset = -85.0;
  surrogate.inputs[0].scale = 1e-6;
  const CompiledNetwork network(surrogate, surrogate.parts[0], GetParam());
  std::vector<double> x(16);
  for (std::size_t c = 0; c < x.size(); ++c) x[c] = -85.0 + 1e-7 * static_cast<double>(c);
  const std::vector<float> y = run(network, Block({x}, false), 16)[0];
  for (std::size_t c = 0; c < x.size(); ++c) EXPECT_NEAR(y[c], 0.1 * static_cast<double>(c), 1e-6);
}

TEST_P(NetworkKernels, FloatRowsDoNotRoundTheOffset) {
  Surrogate surrogate = surrogate_of(activation_alone(Activation::identity));
  surrogate.inputs[0].offset = 0.1;
  surrogate.inputs[0].scale = 1e-6;
  const CompiledNetwork network(surrogate, surrogate.parts[0], GetParam());
  std::vector<double> x(16);
  for (std::size_t c = 0; c < x.size(); ++c)
    x[c] = static_cast<double>(0.1f + 1e-6f * static_cast<float>(c));
  const std::vector<float> y = run(network, Block({x}, true), 16)[0];
  for (std::size_t c = 0; c < x.size(); ++c) EXPECT_NEAR(y[c], (x[c] - 0.1) / 1e-6, 1e-5);
}

TEST_P(NetworkKernels, TakeNormalisationByThePartsIndices) {
  std::mt19937 random(9);
  Surrogate surrogate = surrogate_of({{random_layer(random, 2, 2, Activation::tanh)}});
  surrogate.inputs.push_back(surrogate.inputs[0]);
  surrogate.outputs.push_back(surrogate.outputs[0]);
  normalise(random, surrogate);
  surrogate.outputs[0].transform = Transform::exp;
  surrogate.parts[0].inputs = {2, 0};
  surrogate.parts[0].outputs = {1, 0};
  expect_agreement(surrogate, GetParam(), 16, true);
}

/// A NaN in one input of one cell makes all outputs of this cell NaN, and of no other.
void expect_one_bad_cell(const Surrogate& surrogate, InstructionSet set, bool with_floats) {
  std::mt19937 random(10);
  constexpr std::size_t cells = 48, bad = 37;
  const CompiledNetwork network(surrogate, surrogate.parts[0], set);
  for (std::size_t input = 0; input < 2; ++input) {
    auto x = random_cells(random, network.inputs(), cells);
    x[input][bad] = nan;
    for (const auto& row : run(network, Block(x, with_floats), cells))
      for (std::size_t c = 0; c < cells; ++c) EXPECT_EQ(std::isnan(row[c]), c == bad) << "cell " << c;
  }
}

TEST_P(NetworkKernels, NaNReachesAllOutputsOfItsCell) {
  std::mt19937 random(12);
  for (const Activation activation : activations)
    for (const Transform transform :
         {Transform::identity, Transform::sigmoid, Transform::softplus, Transform::exp}) {
      SCOPED_TRACE(fmt::format("{} {}", name_of(activation), static_cast<int>(transform)));
      Surrogate surrogate =
          surrogate_of({{random_layer(random, 2, 9, activation), random_layer(random, 9, 9, activation),
                         random_layer(random, 9, 3, Activation::identity)}});
      surrogate.parts[0].network.layers[1].residual = true;
      add_norm(random, surrogate.parts[0].network.layers[1]);
      for (Output& output : surrogate.outputs) output.transform = transform;
      expect_one_bad_cell(surrogate, GetParam(), false);
      expect_one_bad_cell(surrogate, GetParam(), true);
    }
}

TEST_P(NetworkKernels, NaNIsNotSwallowedByAnActivation) {
  for (const Activation activation : activations) {
    const Surrogate surrogate = surrogate_of(activation_alone(activation));
    const CompiledNetwork network(surrogate, surrogate.parts[0], GetParam());
    const std::vector<float> out = run(network, Block({std::vector<double>(16, nan)}, false), 16)[0];
    for (const float y : out) EXPECT_TRUE(std::isnan(y)) << name_of(activation);
  }
}

TEST_P(NetworkKernels, ACellsResultDoesNotDependOnItsPlace) {
  std::mt19937 random(13);
  Surrogate surrogate = surrogate_of(
      {{random_layer(random, 3, 10, Activation::gelu), random_layer(random, 10, 3, Activation::softplus),
        random_layer(random, 3, 1, Activation::tanh)}});
  normalise(random, surrogate);
  const CompiledNetwork network(surrogate, surrogate.parts[0], GetParam());
  for (const std::size_t cells : {std::size_t{16}, std::size_t{48}, std::size_t{128}}) {
    const std::vector<std::vector<double>> x = {std::vector<double>(cells, 0.7),
                                                std::vector<double>(cells, -1.1),
                                                std::vector<double>(cells, 0.2)};
    const std::vector<float> y = run(network, Block(x, true), cells)[0];
    const float first = run(network, Block(x, true), 16)[0][0];
    for (const float value : y) EXPECT_EQ(value, first);
  }
}

TEST_P(NetworkKernels, ManyCellsAreThoseOfManyCalls) {
  std::mt19937 random(14);
  Surrogate surrogate = surrogate_of({{random_layer(random, 2, 12, Activation::elu),
                                       random_layer(random, 12, 2, Activation::identity)}});
  const CompiledNetwork network(surrogate, surrogate.parts[0], GetParam());
  const auto x = random_cells(random, 2, 208);
  const auto all = run(network, Block(x, false), 208);
  for (std::size_t first = 0; first < 208; first += 16) {
    std::vector<std::vector<double>> few;
    for (const auto& row : x) few.emplace_back(row.data() + first, row.data() + first + 16);
    const auto out = run(network, Block(few, false), 16);
    for (std::size_t o = 0; o < 2; ++o)
      EXPECT_TRUE(std::equal(out[o].begin(), out[o].end(), all[o].data() + first));
  }
}

TEST(CompiledNetwork, NoCellsIsNoWork) {
  const Surrogate surrogate = surrogate_of(activation_alone(Activation::tanh));
  const CompiledNetwork network(surrogate, surrogate.parts[0]);
  EXPECT_TRUE(run(network, Block({std::vector<double>{}}, false), 0)[0].empty());
}

TEST(CompiledNetwork, TellsItsSizeAlsoAfterAMove) {
  std::mt19937 random(15);
  const Surrogate surrogate = surrogate_of({{random_layer(random, 3, 4, Activation::tanh)}});
  CompiledNetwork network(surrogate, surrogate.parts[0]);
  const auto x = random_cells(random, 3, 16);
  const auto before = run(network, Block(x, false), 16);
  const Surrogate other = surrogate_of(activation_alone(Activation::relu));
  CompiledNetwork moved(other, other.parts[0]);
  moved = std::move(network);
  EXPECT_EQ(moved.inputs(), 3);
  EXPECT_EQ(moved.outputs(), 4);
  EXPECT_EQ(run(moved, Block(x, false), 16), before);
}

TEST(CompiledNetwork, RefusesRowsAndCountsThatAreNotItsOwn) {
  const Surrogate surrogate = surrogate_of(activation_alone(Activation::tanh));
  const CompiledNetwork network(surrogate, surrogate.parts[0]);
  std::vector<double> x(32, 0.0);
  std::vector<float> out(32);
  const std::vector<InputRow> one = {{x.data(), false}}, two = {{x.data(), false}, {x.data(), false}};
  EXPECT_THROW(network.evaluate(two, 16, out.data(), 16), InternalError);
  EXPECT_THROW(network.evaluate(one, 17, out.data(), 32), InternalError);
}

}  // namespace
}  // namespace myowave::surrogates
