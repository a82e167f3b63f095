// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/onnx.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "base/error.hpp"
#include "tests/learn/onnx_model.hpp"

namespace myowave::learn {
namespace {

using surrogates::Network;
using Vector = std::vector<double>;

OnnxNetwork parse(const std::string& bytes, std::size_t inputs = 3) {
  return parse_onnx(std::as_bytes(std::span(bytes)), "net.onnx", inputs);
}

Network network_of(const OnnxModel& model, std::size_t inputs = 3) {
  return parse(model.bytes(), inputs).network;
}

const std::vector<Vector>& samples() {
  static const std::vector<Vector> all = {
      {0.3, -1.2, 0.7}, {0.0, 0.0, 0.0}, {-2.5, 0.4, 1.9}, {4.0, -3.0, 2.0}};
  return all;
}

/// weight x + bias of a layer that OnnxModel::linear has made, by hand.
Vector linear(OnnxModel& model, const std::string& name, const Vector& x) {
  const std::vector<float> weight = model.numbers(name + ".weight"),
                           bias = model.numbers(name + ".bias");
  Vector y;
  for (std::size_t o = 0; o < bias.size(); ++o) {
    y.push_back(static_cast<double>(bias[o]));
    for (std::size_t i = 0; i < x.size(); ++i)
      y[o] += static_cast<double>(weight[o * x.size() + i]) * x[i];
  }
  return y;
}

using Function = std::function<double(double)>;
Vector map(const Function& function, Vector x) {
  for (double& each : x) each = function(each);
  return x;
}

Vector layer_norm(const Vector& x, double epsilon) {
  double mean = 0.0, variance = 0.0;
  for (const double each : x) mean += each / static_cast<double>(x.size());
  for (const double each : x) variance += (each - mean) * (each - mean) / static_cast<double>(x.size());
  return map([&](double each) { return (each - mean) / std::sqrt(variance + epsilon); }, x);
}

using ByHand = std::function<Vector(const Vector&)>;
void expect_same(const Network& network, const ByHand& by_hand) {
  for (const Vector& x : samples()) {
    const Vector y = evaluate(network, x), wanted = by_hand(x);
    ASSERT_EQ(y.size(), wanted.size());
    for (std::size_t o = 0; o < y.size(); ++o)
      EXPECT_NEAR(y[o], wanted[o], 1e-6 * std::max(1.0, std::abs(wanted[o])));
  }
}

double sigmoid(double x) { return 1.0 / (1.0 + std::exp(-x)); }
double gelu(double x) { return 0.5 * x * (1.0 + std::erf(x / std::sqrt(2.0))); }

// -------------------------------------------------------------------------------------- what is read

struct Case {
  const char* op;
  Function function;
  surrogates::Activation activation;
};

TEST(Onnx, ReadsEachActivationOfOneOperator) {
  using A = surrogates::Activation;
  const Case cases[] = {
      {"Tanh", [](double x) { return std::tanh(x); }, A::tanh},
      {"Sigmoid", sigmoid, A::sigmoid},
      {"Softplus", [](double x) { return std::log1p(std::exp(x)); }, A::softplus},
      {"Relu", [](double x) { return std::max(x, 0.0); }, A::relu},
      {"LeakyRelu", [](double x) { return x < 0.0 ? 0.01 * x : x; }, A::leaky_relu},
      {"Elu", [](double x) { return x < 0.0 ? std::expm1(x) : x; }, A::elu},
      {"Gelu", gelu, A::gelu},
      {"Swish", [](double x) { return x * sigmoid(x); }, A::silu},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(each.op);
    OnnxModel model(3, 20);
    model.linear("a", "x", "h", 3, 5);
    model.node(each.op, {"h"}, "k");
    model.linear("b", "k", "y", 5, 2);
    const Network network = network_of(model);
    ASSERT_EQ(network.layers.size(), 2u);
    EXPECT_EQ(network.layers[0].activation, each.activation);
    expect_same(network, [&](const Vector& x) {
      return linear(model, "b", map(each.function, linear(model, "a", x)));
    });
  }
}

TEST(Onnx, ReadsSiluAsProductInEitherOrder) {
  for (const bool first : {true, false}) {
    OnnxModel model;
    model.linear("a", "x", "h", 3, 4);
    model.node("Sigmoid", {"h"}, "s");
    model.node("Mul", first ? std::vector<std::string>{"h", "s"} : std::vector<std::string>{"s", "h"},
               "k");
    model.linear("b", "k", "y", 4, 2);
    const Network network = network_of(model);
    EXPECT_EQ(network.layers[0].activation, surrogates::Activation::silu);
    expect_same(network, [&](const Vector& x) {
      return linear(model, "b", map([](double v) { return v * sigmoid(v); }, linear(model, "a", x)));
    });
  }
}

TEST(Onnx, ReadsSwishWithAFactorInside) {
  OnnxModel model;
  model.linear("a", "x", "h", 3, 4);
  model.tensor("beta", {}, {1.7f});
  model.node("Mul", {"h", "beta"}, "bh");
  model.node("Sigmoid", {"bh"}, "s");
  model.node("Mul", {"h", "s"}, "k");
  model.linear("b", "k", "y", 4, 2);
  expect_same(network_of(model), [&](const Vector& x) {
    return linear(model, "b",
                  map([](double v) { return v * sigmoid(double{1.7f} * v); }, linear(model, "a", x)));
  });
}

/// As PyTorch writes it below opset 20.
void add_gelu(OnnxModel& model, const std::string& from, const std::string& to) {
  model.tensor("root2", {}, {1.41421354f});
  model.tensor("one", {}, {1.0f});
  model.tensor("half", {}, {0.5f});
  model.node("Div", {from, "root2"}, "g1");
  model.node("Erf", {"g1"}, "g2");
  model.node("Add", {"g2", "one"}, "g3");
  model.node("Mul", {from, "g3"}, "g4");
  model.node("Mul", {"g4", "half"}, to);
}

TEST(Onnx, ReadsGeluAsErf) {
  OnnxModel model;
  model.linear("a", "x", "h", 3, 4);
  add_gelu(model, "h", "k");
  model.linear("b", "k", "y", 4, 2);
  const Network network = network_of(model);
  EXPECT_EQ(network.layers[0].activation, surrogates::Activation::gelu);
  ASSERT_EQ(network.layers.size(), 2u);
  expect_same(network,
              [&](const Vector& x) { return linear(model, "b", map(gelu, linear(model, "a", x))); });
}

TEST(Onnx, ReadsGeluAtTheEndWithItsFactorBeforeTheProduct) {
  OnnxModel model;
  model.linear("a", "x", "h", 3, 4);
  model.tensor("root", {1}, {0.707106769f});
  model.tensor("one", {1}, {1.0f});
  model.tensor("half", {1}, {0.5f});
  model.node("Mul", {"h", "root"}, "g1");
  model.node("Erf", {"g1"}, "g2");
  model.node("Add", {"one", "g2"}, "g3");
  model.node("Mul", {"half", "h"}, "g4");
  model.node("Mul", {"g3", "g4"}, "y");
  const Network network = network_of(model);
  EXPECT_NEAR(network.layers.back().gain, 1.0, 1e-12);
  expect_same(network, [&](const Vector& x) { return map(gelu, linear(model, "a", x)); });
}

TEST(Onnx, MatMulAndAddEqualGemm) {
  OnnxModel gemm;
  gemm.linear("a", "x", "y", 3, 4);
  OnnxModel product;
  const std::vector<float> weight = gemm.numbers("a.weight");
  std::vector<float> turned;  // [inputs][outputs]
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t o = 0; o < 4; ++o) turned.push_back(weight[o * 3 + i]);
  product.tensor("w", {3, 4}, turned);
  product.tensor("b", {1, 4}, gemm.numbers("a.bias"));
  product.node("MatMul", {"x", "w"}, "h");
  product.node("Add", {"b", "h"}, "y");
  const Network one = network_of(gemm), other = network_of(product);
  ASSERT_EQ(other.layers.size(), 1u);
  EXPECT_EQ(one.layers[0].weight, other.layers[0].weight);
  EXPECT_EQ(one.layers[0].bias, other.layers[0].bias);
}

TEST(Onnx, ReadsWeightsThatANodeTransposes) {
  OnnxModel model;
  model.tensor("w", {2, 3}, model.draw(6));
  onnx::NodeProto& node = model.node("Transpose", {"w"}, "wt");
  onnx::AttributeProto& order = OnnxModel::attribute(node, "perm");
  order.add_ints(1), order.add_ints(0);
  model.node("MatMul", {"x", "wt"}, "y");
  EXPECT_EQ(network_of(model).layers[0].weight, model.numbers("w"));
}

TEST(Onnx, TakesAlphaBetaAndTransBOfGemm) {
  OnnxModel model;
  model.tensor("w", {3, 2}, {1, 2, 3, 4, 5, 6});  // [inputs][outputs]
  model.tensor("b", {2}, {10, 20});
  onnx::NodeProto& gemm = model.node("Gemm", {"x", "w", "b"}, "y");
  OnnxModel::set(gemm, "alpha", 0.5f);
  OnnxModel::set(gemm, "beta", 2.0f);
  const Network network = network_of(model);
  EXPECT_EQ(network.layers[0].weight, (std::vector<float>{0.5f, 1.5f, 2.5f, 1, 2, 3}));
  EXPECT_EQ(network.layers[0].bias, (std::vector<float>{20, 40}));
}

TEST(Onnx, ReadsABiasThatIsOneNumberAndNone) {
  OnnxModel model;
  model.tensor("w", {3, 2}, {1, 2, 3, 4, 5, 6});
  model.tensor("b", {}, {3});
  model.node("Gemm", {"x", "w", "b"}, "h");
  model.tensor("v", {2, 2}, {1, 0, 0, 1});
  model.node("MatMul", {"h", "v"}, "y");
  const Network network = network_of(model);
  EXPECT_EQ(network.layers[0].bias, (std::vector<float>{3, 3}));
  EXPECT_EQ(network.layers[1].bias, (std::vector<float>{0, 0}));
}

TEST(Onnx, ReadsResidualLayers) {
  OnnxModel model;
  model.linear("a", "x", "h", 3, 4);
  model.linear("b", "h", "r", 4, 4);
  model.node("Tanh", {"r"}, "t");
  model.tensor("gain", {}, {0.25f});
  model.node("Mul", {"t", "gain"}, "g");
  model.node("Add", {"h", "g"}, "s");
  model.linear("c", "s", "y", 4, 2);
  const Network network = network_of(model);
  ASSERT_EQ(network.layers.size(), 3u);
  EXPECT_TRUE(network.layers[1].residual);
  EXPECT_EQ(network.layers[1].gain, 0.25);
  expect_same(network, [&](const Vector& x) {
    const Vector h = linear(model, "a", x);
    Vector s = map([](double v) { return 0.25 * std::tanh(v); }, linear(model, "b", h));
    for (std::size_t i = 0; i < s.size(); ++i) s[i] += h[i];
    return linear(model, "c", s);
  });
}

TEST(Onnx, ReadsAnActivationBehindAResidualConnection) {
  OnnxModel model;
  model.linear("a", "x", "h", 3, 3);
  model.node("Add", {"h", "x"}, "s");
  model.node("Relu", {"s"}, "y");
  expect_same(network_of(model), [&](const Vector& x) {
    Vector s = linear(model, "a", x);
    for (std::size_t i = 0; i < s.size(); ++i) s[i] = std::max(0.0, s[i] + x[i]);
    return s;
  });
}

TEST(Onnx, ReadsLayerNormWithAnyEpsilon) {
  for (const float epsilon : {1e-5f, 1e-3f}) {
    OnnxModel model;
    model.linear("a", "x", "h", 3, 4);
    model.tensor("gamma", {4}, {0.5f, 1.5f, -1, 2});
    model.tensor("beta", {4}, {0, 1, 2, -3});
    onnx::NodeProto& norm = model.node("LayerNormalization", {"h", "gamma", "beta"}, "n");
    OnnxModel::set(norm, "axis", -1);
    OnnxModel::set(norm, "epsilon", epsilon);
    model.node("Sigmoid", {"n"}, "k");
    model.linear("b", "k", "y", 4, 2);
    const Network network = network_of(model);
    ASSERT_EQ(network.layers.size(), 2u);
    expect_same(network, [&](const Vector& x) {
      Vector n = layer_norm(linear(model, "a", x), static_cast<double>(epsilon));
      for (std::size_t i = 0; i < n.size(); ++i)
        n[i] = n[i] * static_cast<double>(model.numbers("gamma")[i]) +
               static_cast<double>(model.numbers("beta")[i]);
      return linear(model, "b", map(sigmoid, n));
    });
  }
}

/// As PyTorch writes it below opset 17.
void add_norm(OnnxModel& model, const std::string& from, const std::string& to) {
  auto mean = [&](const std::string& in, const std::string& out) {
    OnnxModel::attribute(model.node("ReduceMean", {in}, out), "axes").add_ints(-1);
  };
  model.tensor("two", {}, {2.0f});
  model.tensor("epsilon", {}, {1e-5f});
  mean(from, "n1");
  model.node("Sub", {from, "n1"}, "n2");
  model.node("Pow", {"n2", "two"}, "n3");
  mean("n3", "n4");
  model.node("Add", {"n4", "epsilon"}, "n5");
  model.node("Sqrt", {"n5"}, "n6");
  model.node("Div", {"n2", "n6"}, to);
}

TEST(Onnx, ReadsLayerNormInPiecesAlsoBehindAnActivation) {
  OnnxModel model(3, 13);
  model.linear("a", "x", "h", 3, 4);
  model.node("Tanh", {"h"}, "t");
  add_norm(model, "t", "n");
  model.tensor("gamma", {4}, {0.5f, 1.5f, -1, 2});
  model.node("Mul", {"n", "gamma"}, "k");
  model.linear("b", "k", "y", 4, 2);
  expect_same(network_of(model), [&](const Vector& x) {
    Vector n = layer_norm(map([](double v) { return std::tanh(v); }, linear(model, "a", x)), 1e-5);
    for (std::size_t i = 0; i < n.size(); ++i) n[i] *= static_cast<double>(model.numbers("gamma")[i]);
    return linear(model, "b", n);
  });
}

TEST(Onnx, FoldsNormalisationOfInputsAndOutputsIntoTheLayers) {
  OnnxModel model;
  model.tensor("mean", {3}, {1, 2, 3});
  model.tensor("spread", {1, 3}, {2, 4, 0.5f});
  model.node("Sub", {"x", "mean"}, "x1");
  model.node("Div", {"x1", "spread"}, "x2");
  model.linear("a", "x2", "h", 3, 4);
  model.node("Tanh", {"h"}, "t");
  model.tensor("factors", {4}, {1, 2, 3, 4});
  model.node("Mul", {"factors", "t"}, "f");
  model.tensor("top", {}, {10});
  model.node("Sub", {"top", "f"}, "y");
  expect_same(network_of(model), [&](const Vector& x) {
    const Vector seen = {(x[0] - 1) / 2, (x[1] - 2) / 4, (x[2] - 3) / 0.5};
    Vector y = map([](double v) { return std::tanh(v); }, linear(model, "a", seen));
    for (std::size_t i = 0; i < 4; ++i) y[i] = 10.0 - static_cast<double>(i + 1) * y[i];
    return y;
  });
}

TEST(Onnx, PassesOverWhatChangesNothing) {
  OnnxModel model;
  OnnxModel::set(model.node("Cast", {"x"}, "x1"), "to", static_cast<int>(onnx::TensorProto::DOUBLE));
  OnnxModel::set(model.node("Flatten", {"x1"}, "x2"), "axis", 1);
  model.linear("a", "x2", "h", 3, 4);
  model.node("Dropout", {"h"}, "h1");
  onnx::AttributeProto& shape = OnnxModel::attribute(model.node("Constant", {}, "shape"), "value_ints");
  shape.add_ints(-1), shape.add_ints(4);
  model.node("Reshape", {"h1", "shape"}, "h2");
  model.node("Identity", {"h2"}, "y");
  expect_same(network_of(model), [&](const Vector& x) { return linear(model, "a", x); });
}

TEST(Onnx, ReadsDoublesTypedFieldsAndConstantNodes) {
  OnnxModel model;
  const std::vector<double> numbers = {1, 2, 3, 4, 5, 6};
  onnx::TensorProto& raw = model.tensor("w", {2, 3}, {});
  raw.set_data_type(onnx::TensorProto::DOUBLE);
  raw.set_raw_data(numbers.data(), numbers.size() * sizeof(double));
  onnx::TensorProto& bias = model.tensor("b", {2}, {});
  bias.clear_raw_data();
  bias.add_float_data(7), bias.add_float_data(8);
  onnx::NodeProto& constant = model.node("Constant", {}, "shift");
  onnx::TensorProto& value = *OnnxModel::attribute(constant, "value").mutable_t();
  value.set_data_type(onnx::TensorProto::DOUBLE);
  value.add_dims(2);
  value.add_double_data(0.5), value.add_double_data(1.5);
  OnnxModel::set(model.node("Gemm", {"x", "w", "b"}, "h"), "transB", 1);
  model.node("Add", {"h", "shift"}, "y");
  const Network network = network_of(model);
  EXPECT_EQ(network.layers[0].weight, (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(network.layers[0].bias, (std::vector<float>{7.5f, 9.5f}));
}

TEST(Onnx, TakesAnyBatchAndAnOpenWidth) {
  OnnxModel model;
  model.linear("a", "x", "y", 3, 2);
  onnx::TypeProto::Tensor& type = *model.graph().mutable_input(0)->mutable_type()->mutable_tensor_type();
  type.mutable_shape()->mutable_dim(0)->set_dim_value(64);
  type.mutable_shape()->mutable_dim(1)->clear_dim_value();
  EXPECT_EQ(network_of(model).inputs(), 3);
  type.clear_shape();
  EXPECT_EQ(network_of(model).inputs(), 3);
}

TEST(Onnx, TakesWeightsThatAreListedAsInputsToo) {
  OnnxModel model;
  model.linear("a", "x", "y", 3, 2);
  model.add_input("a.weight", 3);
  EXPECT_EQ(network_of(model).outputs(), 2);
}

TEST(Onnx, SaysWhereANetworkComesFrom) {
  OnnxModel model;
  model.linear("a", "x", "y", 3, 2);
  EXPECT_EQ(parse(model.bytes()).origin.substr(0, 13), "test, CRC-32 ");
}

}  // namespace
}  // namespace myowave::learn
