// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <filesystem>
#include <limits>

#include "base/error.hpp"
#include "surrogates/learn/onnx.hpp"
#include "tests/learn/onnx_model.hpp"

namespace myowave::learn {
namespace {

std::string refusal(const std::string& bytes, std::size_t inputs = 3) {
  try {
    parse_onnx(std::as_bytes(std::span(bytes)), "net.onnx", inputs);
  } catch (const InputError& error) {
    EXPECT_EQ(error.faults().front().where, "net.onnx");
    return error.faults().front().message;
  }
  return "";
}

void expect_refusal(const std::string& bytes, const std::string& text, std::size_t inputs = 3) {
  const std::string said = refusal(bytes, inputs);
  EXPECT_NE(said.find(text), std::string::npos) << "said: " << said << "\nwanted: " << text;
}

/// A network of a layer, Tanh and a layer, changed by the test.
OnnxModel good_model() {
  OnnxModel model;
  model.linear("a", "x", "h", 3, 4);
  model.node("Tanh", {"h"}, "k");
  model.linear("b", "k", "y", 4, 2);
  return model;
}

onnx::TensorProto& weight(OnnxModel& model) { return *model.graph().mutable_initializer(0); }

TEST(OnnxRefusals, FilesThatAreNone) {
  expect_refusal("", "the file is empty");
  expect_refusal("this is a text and no network at all",
                 "this is no ONNX model, or it is damaged or cut");
  const std::string whole = good_model().bytes();
  for (std::size_t size = 1; size < whole.size(); ++size) EXPECT_NE(refusal(whole.substr(0, size)), "");
  expect_refusal(whole.substr(0, whole.size() / 2), "cut short");
  OnnxModel model;
  model.proto.clear_graph();
  expect_refusal(model.bytes(), "it has no graph");
  expect_refusal(OnnxModel().bytes(), "the graph has no nodes");
}

TEST(OnnxRefusals, FilesThatUnpackIntoTooMuch) {
  OnnxModel model = good_model();
  for (int i = 0; i < 200'000; ++i) model.graph().add_node();
  expect_refusal(model.bytes(), "more than 200000 entries");
  OnnxModel nodes = good_model();
  for (int i = 0; i < 5'000; ++i) nodes.graph().add_node();
  expect_refusal(nodes.bytes(), "5003 nodes; a network for cells has at most 5000");
}

TEST(OnnxRefusals, OperatorsThatAreNotKnown) {
  OnnxModel model = good_model();
  model.graph().mutable_node(1)->set_op_type("Conv");
  expect_refusal(model.bytes(),
                 "node 'the Tanh' (Conv): the operator is not known; a network is made of "
                 "layers [x +] gain * activation(norm(weight x + bias)), for which these "
                 "are read: Add, Cast,");
  model.graph().mutable_node(1)->set_op_type("Tanh");
  model.graph().mutable_node(1)->set_domain("com.me");
  expect_refusal(model.bytes(), "(domain 'com.me')");
}

TEST(OnnxRefusals, EachWrongNodeOnce) {
  OnnxModel model;
  model.node("Conv", {"x"}, "h");
  model.node("Tanh", {"h"}, "k");  // follows
  model.node("LSTM", {"k"}, "y");
  try {
    const std::string bytes = model.bytes();
    parse_onnx(std::as_bytes(std::span(bytes)), "net.onnx", 3);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_EQ(error.faults().size(), 2u);
  }
}

TEST(OnnxRefusals, SeveralInputsAndOutputs) {
  OnnxModel model = good_model();
  model.add_input("t", 1);
  expect_refusal(model.bytes(), "the network has 2 inputs (x, t); it must have one, [batch, 3]");
  OnnxModel other = good_model();
  other.graph().add_output()->set_name("k");
  expect_refusal(other.bytes(), "the network has 2 outputs; it must have one");
  OnnxModel lost = good_model();
  lost.graph().mutable_output(0)->set_name("z");
  expect_refusal(lost.bytes(), "the output 'z' is not computed from the input");
}

TEST(OnnxRefusals, Branches) {
  OnnxModel model;
  model.linear("a", "x", "h", 3, 2);
  model.linear("b", "x", "k", 3, 2);
  model.node("Add", {"h", "k"}, "y");
  expect_refusal(model.bytes(),
                 "node 'the Add' (Add): it adds two values of which neither is the input of "
                 "the layer that gives the other");
  OnnxModel product;
  product.linear("a", "x", "h", 3, 3);
  product.node("Mul", {"h", "x"}, "y");
  expect_refusal(product.bytes(), "node 'the Mul' (Mul): two values of the network are multiplied");
  OnnxModel far;  // a block of two layers
  far.linear("a", "x", "h", 3, 3);
  far.node("Tanh", {"h"}, "t");
  far.linear("b", "t", "k", 3, 3);
  far.node("Add", {"x", "k"}, "y");
  expect_refusal(far.bytes(), "a residual layer is x + gain * activation");
}

TEST(OnnxRefusals, PiecesThatMakeNoActivationOrNorm) {
  OnnxModel erf;
  erf.node("Erf", {"x"}, "y");
  expect_refusal(erf.bytes(), "Erf is known only in");
  OnnxModel root;
  root.node("Sqrt", {"x"}, "y");
  expect_refusal(root.bytes(), "known only in a layer norm");
  OnnxModel none;
  none.node("Identity", {"x"}, "y");
  expect_refusal(none.bytes(), "a network has at least one layer");
  OnnxModel power;
  power.tensor("three", {}, {3});
  power.node("Pow", {"x", "three"}, "y");
  expect_refusal(power.bytes(), "only the square in a layer norm is known");
}

TEST(OnnxRefusals, WeightsThatAreNoInitializers) {
  OnnxModel model = good_model();
  model.graph().mutable_node(2)->set_input(1, "h");
  expect_refusal(model.bytes(),
                 "node 'b' (Gemm): its weight 'h' is computed by the network; it must be an "
                 "initializer");
  model.graph().mutable_node(2)->set_input(1, "gone");
  expect_refusal(model.bytes(), "'gone' is neither an initializer nor the output of a node before it");
}

TEST(OnnxRefusals, NodesThatAreNotInOrder) {
  OnnxModel model = good_model();
  model.graph().mutable_node()->SwapElements(0, 1);
  expect_refusal(model.bytes(), "'h' is neither");
  OnnxModel twice = good_model();
  twice.graph().mutable_node(1)->set_output(0, "h");
  expect_refusal(twice.bytes(), "its output 'h' is the name of another value");
}

TEST(OnnxRefusals, DimensionsThatDoNotFit) {
  OnnxModel model;
  model.linear("a", "x", "h", 3, 4);
  model.linear("b", "h", "y", 5, 2);
  expect_refusal(model.bytes(),
                 "node 'b' (Gemm): its weight 'b.weight' has the shape [2, 5] and takes 5 "
                 "values, but 'h' has 4");
  OnnxModel bias = good_model();
  bias.graph().mutable_node(0)->set_input(2, "b.bias");
  expect_refusal(bias.bytes(), "its bias 'b.bias' has the shape [2]; [4] is needed");
  expect_refusal(good_model().bytes(),
                 "the input 'x' has 3 values, and the description gives the network 2", 2);
  OnnxModel deep = good_model();
  deep.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->mutable_shape()->add_dim();
  expect_refusal(deep.bytes(), "the input 'x' has 3 dimensions; two are read, [batch, 3]");
}

TEST(OnnxRefusals, ShapesThatTheDataDoNotFill) {
  OnnxModel model = good_model();
  weight(model).set_dims(0, 5);
  expect_refusal(model.bytes(),
                 "node 'a' (Gemm): 'a.weight' has the shape [5, 3], which is 15 numbers, and "
                 "data of 12");
  weight(model).set_dims(0, std::int64_t{1} << 62);
  expect_refusal(model.bytes(), "which no data can fill");
  weight(model).set_dims(0, -4);
  expect_refusal(model.bytes(), "which no data can fill");
  for (int k = 0; k < 20; ++k) weight(model).add_dims(1 << 30);
  expect_refusal(model.bytes(), "has 22 dimensions");
  OnnxModel both = good_model();
  weight(both).add_float_data(1);
  expect_refusal(both.bytes(), "and data of 13");
}

TEST(OnnxRefusals, NumbersThatAreNotFinite) {
  OnnxModel model;
  const float wrong = std::numeric_limits<float>::quiet_NaN();
  model.tensor("w", {3, 1}, {1, wrong, 3});
  model.node("MatMul", {"x", "w"}, "y");
  expect_refusal(model.bytes(), "'w' has nan as its number 1 from 0; weights must be finite");
  OnnxModel zero;
  zero.tensor("c", {}, {0});
  zero.linear("a", "x", "h", 3, 2);
  zero.node("Div", {"h", "c"}, "y");
  expect_refusal(zero.bytes(), "is there a division by 0?");
  OnnxModel gain;
  gain.tensor("c", {}, {0});
  gain.node("Tanh", {"x"}, "h");
  gain.node("Div", {"h", "c"}, "y");
  expect_refusal(gain.bytes(), "is there a division by 0?");
}

TEST(OnnxRefusals, DataInOtherFiles) {
  OnnxModel model = good_model();
  weight(model).set_data_location(onnx::TensorProto::EXTERNAL);
  onnx::StringStringEntryProto& entry = *weight(model).add_external_data();
  entry.set_key("location");
  entry.set_value("/etc/passwd");
  expect_refusal(model.bytes(), "the numbers of 'a.weight' lie in another file, which is not followed");
}

TEST(OnnxRefusals, TypesAndVersionsThatAreNotRead) {
  OnnxModel model = good_model();
  weight(model).set_data_type(onnx::TensorProto::FLOAT16);
  expect_refusal(model.bytes(), "'a.weight' has numbers of type float16; float and double are read");
  weight(model).set_data_type(onnx::TensorProto::INT8);
  expect_refusal(model.bytes(), "of type int8");
  weight(model).set_data_type(77);
  expect_refusal(model.bytes(), "of type number 77");
  OnnxModel input = good_model();
  input.graph().mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
      onnx::TensorProto::FLOAT16);
  expect_refusal(input.bytes(), "the input 'x' is of type float16");
  OnnxModel cast;
  OnnxModel::set(cast.node("Cast", {"x"}, "y"), "to", static_cast<int>(onnx::TensorProto::INT32));
  expect_refusal(cast.bytes(), "it converts to int32; float and double are read");
  for (const int opset : {6, 99}) {
    model.proto.mutable_opset_import(0)->set_version(opset);
    expect_refusal(model.bytes(),
                   "operators (opset); 7 to 24 are read: export it with opset_version=17");
  }
}

TEST(OnnxRefusals, AttributesThatMeanSomethingElse) {
  auto with = [](const char* op, const char* name, float value) {
    OnnxModel model;
    OnnxModel::set(model.node(op, {"x"}, "y"), name, value);
    return model.bytes();
  };
  expect_refusal(with("Elu", "alpha", 0.5f), "its alpha is 0.5; elu has 1 here");
  expect_refusal(with("LeakyRelu", "alpha", 0.2f), "its alpha is 0.2; leaky_relu has 0.01 here");
  expect_refusal(with("Tanh", "slope", 1.0f), "the attribute 'slope' is not known here; allowed: none");
  expect_refusal(with("Flatten", "axis", 1.0f), "the attribute 'axis' is no integer");
  OnnxModel gelu;
  OnnxModel::attribute(gelu.node("Gelu", {"x"}, "y"), "approximate").set_s("tanh");
  expect_refusal(gelu.bytes(), "gelu is the one with erf here");
  OnnxModel turned = good_model();
  OnnxModel::set(*turned.graph().mutable_node(0), "transA", 1);
  expect_refusal(turned.bytes(), "transA is not read");
}

TEST(OnnxRefusals, MoreLayersThanASurrogateHas) {
  OnnxModel model;
  std::string last = "x";
  for (int l = 0; l < 101; ++l) {
    const std::string next = l == 100 ? "y" : "v" + std::to_string(l);
    model.linear("l" + std::to_string(l), last, next, 3, 3);
    last = next;
  }
  expect_refusal(model.bytes(), "more than 100 layers");
}

TEST(OnnxRefusals, WideValuesWithoutWeights) {
  OnnxModel model(600);
  model.node("Tanh", {"x"}, "y");
  expect_refusal(model.bytes(), "at most 512 can be passed on", 600);
}

// ------------------------------------------------------------------------------ what the fuzzer has
// found

TEST(OnnxCorpus, EveryFileIsReadOrRefused) {
  int files = 0, read = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(MYOWAVE_SOURCE_DIR "/tests/fuzz/corpus/onnx")) {
    const std::string path = entry.path().string();
    ++files;
    try {
      read += read_onnx(path, 2).network.inputs() == 2 ? 1 : 0;
    } catch (const InputError& error) {
      EXPECT_EQ(error.faults().front().where, path);
    }
  }
  EXPECT_GE(files, 12);
  EXPECT_GE(read, 6);
}

TEST(OnnxCorpus, NetworksOfPyTorchHaveTheirLayers) {
  const std::string folder = MYOWAVE_SOURCE_DIR "/tests/fuzz/corpus/onnx/";
  EXPECT_EQ(read_onnx(folder + "tanh_17.onnx", 2).network.layers.size(), 2u);
  // Linear, norm, SiLU; Linear, GELU; norm; Linear
  for (const char* name : {"mixed_14.onnx", "mixed_17.onnx"}) {
    const surrogates::Network network = read_onnx(folder + name, 2).network;
    ASSERT_EQ(network.layers.size(), 4u);
    EXPECT_EQ(network.layers[0].activation, surrogates::Activation::silu);
    EXPECT_EQ(network.layers[0].norm_weight.size(), 3u);
    EXPECT_EQ(network.layers[1].activation, surrogates::Activation::gelu);
    EXPECT_EQ(network.layers[2].norm_weight.size(), 3u);
  }
  const surrogates::Network network = read_onnx(folder + "residual_14.onnx", 2).network;
  ASSERT_EQ(network.layers.size(), 4u);
  EXPECT_TRUE(network.layers[1].residual && network.layers[2].residual);
  EXPECT_NEAR(network.layers[2].gain, 0.1, 1e-8);
}

}  // namespace
}  // namespace myowave::learn
