// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#ifndef ONNX_ML
#define ONNX_ML 1  // the variant of the format that Debian ships; CMake defines it too
#endif
#include <onnx/onnx_pb.h>

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace myowave::learn {

/// An ONNX file in the making, as PyTorch writes them: input "x" [batch, inputs], output "y".
class OnnxModel {
 public:
  explicit OnnxModel(int inputs = 3, int opset = 17) {
    proto.set_ir_version(8);
    proto.set_producer_name("test");
    proto.add_opset_import()->set_version(opset);
    graph().set_name("network");
    onnx::TypeProto::Tensor& type = add_input("x", inputs);
    type.set_elem_type(onnx::TensorProto::FLOAT);
    graph().add_output()->set_name("y");
  }

  onnx::GraphProto& graph() { return *proto.mutable_graph(); }
  std::string bytes() const { return proto.SerializeAsString(); }

  onnx::TypeProto::Tensor& add_input(const std::string& name, int width) {
    onnx::ValueInfoProto& input = *graph().add_input();
    input.set_name(name);
    onnx::TypeProto::Tensor& type = *input.mutable_type()->mutable_tensor_type();
    type.set_elem_type(onnx::TensorProto::FLOAT);
    type.mutable_shape()->add_dim()->set_dim_param("batch");
    type.mutable_shape()->add_dim()->set_dim_value(width);
    return type;
  }

  onnx::TensorProto& tensor(const std::string& name, const std::vector<std::int64_t>& dims,
                            const std::vector<float>& numbers) {
    onnx::TensorProto& tensor = *graph().add_initializer();
    tensor.set_name(name);
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    for (const std::int64_t length : dims) tensor.add_dims(length);
    tensor.set_raw_data(numbers.data(), numbers.size() * sizeof(float));
    return tensor;
  }

  onnx::NodeProto& node(const std::string& op, const std::vector<std::string>& inputs,
                        const std::string& output) {
    onnx::NodeProto& node = *graph().add_node();
    node.set_op_type(op);
    node.set_name("the " + op);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(output);
    return node;
  }

  static onnx::AttributeProto& attribute(onnx::NodeProto& node, const std::string& name) {
    onnx::AttributeProto& attribute = *node.add_attribute();
    attribute.set_name(name);
    return attribute;
  }
  static void set(onnx::NodeProto& node, const std::string& name, int value) {
    attribute(node, name).set_i(value);
  }
  static void set(onnx::NodeProto& node, const std::string& name, float value) {
    attribute(node, name).set_f(value);
  }

  /// Gemm with transB, as nn.Linear is exported.
  void linear(const std::string& name, const std::string& from, const std::string& to, int inputs,
              int outputs) {
    tensor(name + ".weight", {outputs, inputs}, draw(outputs * inputs));
    tensor(name + ".bias", {outputs}, draw(outputs));
    onnx::NodeProto& gemm = node("Gemm", {from, name + ".weight", name + ".bias"}, to);
    gemm.set_name(name);
    set(gemm, "transB", 1);
  }

  /// Of an initializer that `tensor` or `linear` has made.
  std::vector<float> numbers(const std::string& name) {
    for (const onnx::TensorProto& tensor : graph().initializer())
      if (tensor.name() == name) {
        const auto* first = reinterpret_cast<const float*>(tensor.raw_data().data());
        return {first, first + tensor.raw_data().size() / sizeof(float)};
      }
    return {};
  }

  std::vector<float> draw(int count) {
    std::uniform_real_distribution<float> range(-1.0f, 1.0f);
    std::vector<float> numbers;
    for (int i = 0; i < count; ++i) numbers.push_back(range(random));
    return numbers;
  }

  onnx::ModelProto proto;
  std::mt19937 random{7};
};

}  // namespace myowave::learn
