// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <onnx/onnx_pb.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <random>

#include "base/error.hpp"
#include "surrogates/learn/onnx.hpp"

// Feeds the reader of ONNX files with broken ones; see README.md for how to build and run it. Whatever
// comes in is a network of sound layers or refused by an InputError.

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace {

using Random = std::mt19937;

std::size_t below(Random& random, int count) {
  return random() % static_cast<unsigned>(std::max(count, 1));
}

const char* some_operator(Random& random) {
  static const char* const all[] = {
      "Add",       "Cast",      "Constant", "Div",        "Dropout", "Elu",
      "Erf",       "Flatten",   "Gelu",     "Gemm",       "MatMul",  "LayerNormalization",
      "LeakyRelu", "Mul",       "Identity", "ReduceMean", "Relu",    "Reshape",
      "Sigmoid",   "Softplus",  "Sqrt",     "Sub",        "Swish",   "Tanh",
      "Pow",       "Transpose", "Conv"};
  return all[random() % std::size(all)];
}

/// A name that means something in the graph.
std::string some_name(const onnx::GraphProto& graph, Random& random) {
  const int nodes = graph.node_size(), tensors = graph.initializer_size();
  const std::size_t pick = below(random, nodes + tensors + 1);
  if (pick < static_cast<std::size_t>(nodes) && graph.node(static_cast<int>(pick)).output_size() > 0)
    return graph.node(static_cast<int>(pick)).output(0);
  if (tensors > 0 && pick >= static_cast<std::size_t>(nodes))
    return graph.initializer(static_cast<int>(below(random, tensors))).name();
  return graph.input_size() > 0 ? graph.input(0).name() : "x";
}

void mutate_bytes(std::string& bytes) {
  std::string buffer = bytes;
  buffer.resize(bytes.size() + 8);
  buffer.resize(
      LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(buffer.data()), bytes.size(), buffer.size()));
  bytes = buffer;
}

void mutate_tensor(onnx::TensorProto& tensor, Random& random) {
  static const std::int64_t lengths[] = {0, 1, 2, 3, 4, -1, 1 << 30, std::int64_t{1} << 62};
  switch (random() % 6) {
    case 0:
      if (tensor.dims_size() > 0)
        tensor.set_dims(static_cast<int>(below(random, tensor.dims_size())),
                        lengths[random() % std::size(lengths)]);
      break;
    case 1:
      tensor.add_dims(lengths[random() % std::size(lengths)]);
      break;
    case 2:
      if (tensor.dims_size() > 1) tensor.mutable_dims()->SwapElements(0, 1);
      break;
    case 3:
      mutate_bytes(*tensor.mutable_raw_data());
      break;
    case 4:
      tensor.set_data_type(static_cast<int>(random() % 18));
      break;
    default:
      tensor.clear_dims();
  }
}

void mutate_attribute(onnx::NodeProto& node, Random& random) {
  static const char* const names[] = {"alpha", "beta", "transA",  "transB", "axis",
                                      "axes",  "to",   "epsilon", "perm",   "value_floats"};
  onnx::AttributeProto& attribute =
      node.attribute_size() > 0 && random() % 2
          ? *node.mutable_attribute(static_cast<int>(below(random, node.attribute_size())))
          : *node.add_attribute();
  if (attribute.name().empty()) attribute.set_name(names[random() % std::size(names)]);
  switch (random() % 4) {
    case 0:
      attribute.set_i(static_cast<int>(random() % 5) - 2);
      break;
    case 1:
      attribute.set_f(static_cast<float>(random() % 100) * 0.1f - 2.0f);
      break;
    case 2:
      attribute.add_ints(static_cast<int>(random() % 5) - 2);
      break;
    default:
      if (attribute.has_t()) mutate_tensor(*attribute.mutable_t(), random);
  }
}

/// Changes the wiring of a node, or puts another behind it.
void mutate_node(onnx::GraphProto& graph, Random& random) {
  if (graph.node_size() == 0) return;
  const int n = static_cast<int>(below(random, graph.node_size()));
  onnx::NodeProto& node = *graph.mutable_node(n);
  switch (random() % 5) {
    case 0:
      node.set_op_type(some_operator(random));
      break;
    case 1:
      if (node.input_size() > 0)
        node.set_input(static_cast<int>(below(random, node.input_size())), some_name(graph, random));
      break;
    case 2:
      if (random() % 2 || node.input_size() == 0)
        node.add_input(some_name(graph, random));
      else
        node.mutable_input()->RemoveLast();
      break;
    case 3:
      mutate_attribute(node, random);
      break;
    default: {  // between the node and what comes after it
      onnx::NodeProto& more = *graph.add_node();
      onnx::NodeProto& before = *graph.mutable_node(n);
      if (before.output_size() == 0) return;
      const std::string name = before.output(0) + "'";
      more.set_op_type(some_operator(random));
      more.add_input(name);
      if (random() % 2) more.add_input(some_name(graph, random));
      more.add_output(before.output(0));
      before.set_output(0, name);
      for (int k = graph.node_size() - 1; k > n + 1; --k) graph.mutable_node()->SwapElements(k, k - 1);
    }
  }
}

void mutate(onnx::ModelProto& model, Random& random) {
  onnx::GraphProto& graph = *model.mutable_graph();
  switch (random() % 8) {
    case 0:
    case 1:
      if (graph.initializer_size() > 0)
        mutate_tensor(
            *graph.mutable_initializer(static_cast<int>(below(random, graph.initializer_size()))),
            random);
      break;
    case 2:
      if (graph.output_size() > 0) graph.mutable_output(0)->set_name(some_name(graph, random));
      break;
    default:
      mutate_node(graph, random);
  }
}

/// The width that the file declares, so that it is not refused for that.
std::size_t inputs_of(const uint8_t* data, size_t size) {
  onnx::ModelProto model;
  if (!model.ParseFromArray(data, static_cast<int>(size)) || model.graph().input_size() == 0) return 2;
  const onnx::TensorShapeProto& shape = model.graph().input(0).type().tensor_type().shape();
  const std::int64_t width = shape.dim_size() == 2 ? shape.dim(1).dim_value() : 2;
  return width > 0 && width <= 1000 ? static_cast<std::size_t>(width) : 2;
}

/// What write_surrogate and the kernels rely on.
bool sound(const myowave::surrogates::Network& network, std::size_t inputs) {
  auto finite = [](const std::vector<float>& numbers) {
    return std::all_of(numbers.begin(), numbers.end(), [](float each) { return std::isfinite(each); });
  };
  std::size_t width = inputs;
  if (network.layers.empty() || network.layers.size() > 100) return false;
  for (const myowave::surrogates::Layer& layer : network.layers) {
    const auto outputs = static_cast<std::size_t>(layer.outputs);
    const bool norm = !layer.norm_weight.empty();
    if (layer.inputs + 0ul != width || layer.weight.size() != width * outputs ||
        layer.bias.size() != outputs || (norm && layer.norm_weight.size() != outputs) ||
        layer.norm_bias.size() != layer.norm_weight.size() || (layer.residual && outputs != width) ||
        !finite(layer.weight) || !finite(layer.bias) || !finite(layer.norm_weight) ||
        !finite(layer.norm_bias) || !std::isfinite(layer.gain))
      return false;
    width = outputs;
  }
  return true;
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  onnx::ModelProto model;
  if (seed % 4 == 0 || !model.ParseFromArray(data, static_cast<int>(size)) || !model.has_graph())
    return LLVMFuzzerMutate(data, size, max_size);
  Random random(seed);
  for (unsigned changes = 1 + random() % 3; changes > 0; --changes) mutate(model, random);
  const std::string bytes = model.SerializePartialAsString();
  if (bytes.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, bytes.data(), bytes.size());
  return bytes.size();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::size_t inputs = inputs_of(data, size);
  try {
    const myowave::learn::OnnxNetwork read =
        myowave::learn::parse_onnx(std::as_bytes(std::span(data, size)), "fuzz", inputs);
    if (!sound(read.network, inputs)) std::abort();
    evaluate(read.network, std::vector<double>(inputs, 0.5));
  } catch (const myowave::InputError& error) {
    if (error.faults().empty() || error.faults()[0].message.empty()) std::abort();
  }
  return 0;
}
