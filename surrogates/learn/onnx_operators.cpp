// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/onnx_operators.hpp"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "surrogates/safetensors.hpp"

namespace myowave::learn {
namespace {

using onnx::AttributeProto;
using onnx::NodeProto;
using surrogates::Activation;
using surrogates::shown;
using Term = OnnxTerm;

/// Reads one node.
class Operators {
 public:
  Operators(const OnnxNode& node, const std::string& label, OnnxNames& names,
            std::vector<OnnxValue>& values)
      : node_(node), label_(label), names_(names), values_(values) {}

  Term read();

 private:
  struct Operator {
    const char* name;
    int least_inputs, most_inputs;
    std::vector<std::string> attributes;
    Term (Operators::*read)();
  };
  static const std::vector<Operator>& all();
  static const Operator& operator_of(const NodeProto& node);

  // New values.
  Term add(OnnxValue value);
  Term with_constant(OnnxOp op, int data, int constant, bool inverse);
  Term of_two(OnnxOp op);
  Term simple(OnnxOp op);
  Term bent(Activation activation, double factor = 1.0);
  Term same();
  void check_incoming(const OnnxConstant& weight, std::size_t inputs, std::size_t found);

  // The operators.
  Term gemm();
  Term mat_mul();
  Term plus();
  Term minus();
  Term times();
  Term divided();
  Term tanh() { return bent(Activation::tanh); }
  Term sigmoid() { return bent(Activation::sigmoid); }
  Term softplus() { return bent(Activation::softplus); }
  Term relu() { return bent(Activation::relu); }
  Term leaky_relu();
  Term elu();
  Term gelu();
  Term swish();
  Term erf() { return simple(OnnxOp::erf); }
  Term root() { return simple(OnnxOp::root); }
  Term power();
  Term mean();
  Term layer_norm();
  Term constant();
  Term transpose();
  Term cast();
  Term flatten();
  Term reshape();
  Term dropout();

  const OnnxNode& node_;
  const std::string& label_;
  OnnxNames& names_;
  std::vector<OnnxValue>& values_;
};

const std::vector<Operators::Operator>& Operators::all() {
  using R = Operators;
  static const std::vector<Operator> list = {
      {"Add", 2, 2, {}, &R::plus},
      {"Cast", 1, 1, {"to"}, &R::cast},
      {"Constant",
       0,
       0,
       {"value", "value_float", "value_floats", "value_int", "value_ints"},
       &R::constant},
      {"Div", 2, 2, {}, &R::divided},
      {"Dropout", 1, 3, {"ratio", "seed"}, &R::dropout},
      {"Elu", 1, 1, {"alpha"}, &R::elu},
      {"Erf", 1, 1, {}, &R::erf},
      {"Flatten", 1, 1, {"axis"}, &R::flatten},
      {"Gelu", 1, 1, {"approximate"}, &R::gelu},
      {"Gemm", 2, 3, {"alpha", "beta", "transA", "transB"}, &R::gemm},
      {"Identity", 1, 1, {}, &R::same},
      {"LayerNormalization", 2, 3, {"axis", "epsilon", "stash_type"}, &R::layer_norm},
      {"LeakyRelu", 1, 1, {"alpha"}, &R::leaky_relu},
      {"MatMul", 2, 2, {}, &R::mat_mul},
      {"Mul", 2, 2, {}, &R::times},
      {"Pow", 2, 2, {}, &R::power},
      {"ReduceMean", 1, 2, {"axes", "keepdims", "noop_with_empty_axes"}, &R::mean},
      {"Relu", 1, 1, {}, &R::relu},
      {"Reshape", 2, 2, {"allowzero"}, &R::reshape},
      {"Sigmoid", 1, 1, {}, &R::sigmoid},
      {"Softplus", 1, 1, {}, &R::softplus},
      {"Sqrt", 1, 1, {}, &R::root},
      {"Sub", 2, 2, {}, &R::minus},
      {"Swish", 1, 1, {"alpha"}, &R::swish},
      {"Tanh", 1, 1, {}, &R::tanh},
      {"Transpose", 1, 1, {"perm"}, &R::transpose},
  };
  return list;
}

const Operators::Operator& Operators::operator_of(const NodeProto& node) {
  std::vector<std::string> names;
  for (const Operator& each : all()) names.emplace_back(each.name);
  const bool standard = node.domain().empty() || node.domain() == "ai.onnx";
  for (const Operator& each : all())
    if (standard && node.op_type() == each.name) return each;
  throw InputError(
      fmt::format("the operator is not known{}; a network is made of layers [x +] gain * "
                  "activation(norm(weight x + bias)), for which these are read: {}",
                  standard ? "" : fmt::format(" (domain '{}')", shown(node.domain())), list_of(names)));
}

Term Operators::read() {
  const NodeProto& proto = node_.proto();
  const Operator& found = operator_of(proto);
  if (proto.input_size() < found.least_inputs || proto.input_size() > found.most_inputs ||
      proto.output_size() < 1)
    throw InputError(
        fmt::format("it has {} inputs and {} outputs, which this operator has not; export the "
                    "network again",
                    proto.input_size(), proto.output_size()));
  for (const AttributeProto& each : proto.attribute())
    if (std::find(found.attributes.begin(), found.attributes.end(), each.name()) ==
        found.attributes.end())
      throw InputError(fmt::format("the attribute '{}' is not known here; allowed: {}",
                                   shown(each.name()),
                                   found.attributes.empty() ? "none" : list_of(found.attributes)));
  return (this->*found.read)();
}

// ------------------------------------------------------------------------------------------ new values

Term Operators::add(OnnxValue value) {
  value.label = label_;
  if (value.width == 0) value.width = values_[value.x].width;
  values_.push_back(std::move(value));
  return {Term::Is::value, values_.size() - 1, nullptr};
}

Term Operators::simple(OnnxOp op) {
  OnnxValue result;
  result.op = op;
  result.x = node_.value(0);
  return add(std::move(result));
}

Term Operators::bent(Activation activation, double factor) {
  OnnxValue result;
  result.op = OnnxOp::activation;
  result.x = node_.value(0);
  result.activation = activation;
  result.factor = factor;
  return add(std::move(result));
}

Term Operators::same() { return node_.term(0); }

Term Operators::with_constant(OnnxOp op, int data, int constant, bool inverse) {
  OnnxValue result;
  result.op = op;
  result.x = node_.value(data);
  result.weight = node_.row(constant, values_[result.x].width, "constant");
  result.inverse = inverse;
  return add(std::move(result));
}

/// Only mean and root of a layer norm go with a row of another width.
Term Operators::of_two(OnnxOp op) {
  OnnxValue result;
  result.op = op;
  result.x = node_.value(0);
  result.y = node_.value(1);
  const std::size_t x = values_[result.x].width, y = values_[result.y].width;
  const bool spreads = y == 1 && (op == OnnxOp::difference || op == OnnxOp::quotient);
  if (x != y && !spreads)
    throw InputError(fmt::format("'{}' has {} values and '{}' has {}; they must be as many",
                                 node_.name_of_input(0), x, node_.name_of_input(1), y));
  return add(std::move(result));
}

void Operators::check_incoming(const OnnxConstant& weight, std::size_t inputs, std::size_t found) {
  if (inputs != found)
    throw InputError(fmt::format("its weight '{}' has the shape {} and takes {} values, but '{}' has {}",
                                 shown(weight.name), weight.shape(), inputs, node_.name_of_input(0),
                                 found));
}

// ---------------------------------------------------------------------------------------- the operators

Term Operators::gemm() {
  if (node_.integer("transA", 0) != 0)
    throw InputError("transA is not read: the values must come as [batch, n]; export without it");
  OnnxValue result;
  result.op = OnnxOp::linear;
  result.x = node_.value(0);
  result.weight = node_.matrix(1, "weight");
  result.input_major = node_.integer("transB", 0) == 0;
  const std::size_t in = result.input_major ? 0 : 1;
  check_incoming(*result.weight, static_cast<std::size_t>(result.weight->dims[in]),
                 values_[result.x].width);
  result.width = static_cast<std::size_t>(result.weight->dims[1 - in]);
  if (node_.has_input(2)) result.bias = node_.row(2, result.width, "bias");
  result.factor = node_.real("alpha", 1.0);
  result.bias_factor = node_.real("beta", 1.0);
  return add(std::move(result));
}

Term Operators::mat_mul() {
  OnnxValue result;
  result.op = OnnxOp::linear;
  result.x = node_.value(0);
  result.weight = node_.matrix(1, "weight");
  result.input_major = true;
  check_incoming(*result.weight, static_cast<std::size_t>(result.weight->dims[0]),
                 values_[result.x].width);
  result.width = static_cast<std::size_t>(result.weight->dims[1]);
  return add(std::move(result));
}

Term Operators::plus() {
  if (node_.is_constant(1)) return with_constant(OnnxOp::shift, 0, 1, false);
  if (node_.is_constant(0)) return with_constant(OnnxOp::shift, 1, 0, false);
  return of_two(OnnxOp::sum);
}

Term Operators::minus() {
  if (node_.is_constant(1)) return with_constant(OnnxOp::shift, 0, 1, true);
  if (!node_.is_constant(0)) return of_two(OnnxOp::difference);
  OnnxValue negative;  // c - x is -1 * x + c
  negative.op = OnnxOp::scale;
  negative.x = node_.value(1);
  negative.weight = std::make_shared<OnnxConstant>(OnnxConstant{"", {}, {-1.0}});
  OnnxValue result;
  result.op = OnnxOp::shift;
  result.weight = node_.row(0, values_[negative.x].width, "constant");
  result.x = add(std::move(negative)).value;
  return add(std::move(result));
}

Term Operators::times() {
  if (node_.is_constant(1)) return with_constant(OnnxOp::scale, 0, 1, false);
  if (node_.is_constant(0)) return with_constant(OnnxOp::scale, 1, 0, false);
  return node_.value(0) == node_.value(1) ? simple(OnnxOp::square) : of_two(OnnxOp::product);
}

Term Operators::divided() {
  return node_.is_constant(1) ? with_constant(OnnxOp::scale, 0, 1, true) : of_two(OnnxOp::quotient);
}

Term Operators::leaky_relu() {
  const double alpha = node_.real("alpha", 0.01);
  if (std::abs(alpha - 0.01) > 1e-8)
    throw InputError(fmt::format("its alpha is {:g}; leaky_relu has 0.01 here", alpha));
  return bent(Activation::leaky_relu);
}

Term Operators::elu() {
  if (const double alpha = node_.real("alpha", 1.0); alpha != 1.0)
    throw InputError(fmt::format("its alpha is {:g}; elu has 1 here", alpha));
  return bent(Activation::elu);
}

Term Operators::gelu() {
  const AttributeProto* kind = node_.attribute("approximate");
  if (kind && kind->s() != "none")
    throw InputError(
        fmt::format("its approximation is '{}'; gelu is the one with erf here: train with "
                    "approximate='none'",
                    shown(kind->s())));
  return bent(Activation::gelu);
}

Term Operators::swish() {
  const double alpha = node_.real("alpha", 1.0);
  if (alpha == 0.0) throw InputError("its alpha is 0");
  return bent(Activation::silu, alpha);
}

Term Operators::power() {
  const OnnxNumbers exponent = node_.numbers(1, "exponent");
  if (!exponent->fits(1) || exponent->numbers[0] != 2.0)
    throw InputError("only the square in a layer norm is known, Pow(x, 2)");
  return simple(OnnxOp::square);
}

Term Operators::mean() {
  const std::vector<std::int64_t> axes = node_.integers("axes", 1);
  if (axes.size() != 1 || (axes[0] != -1 && axes[0] != 1) || node_.integer("keepdims", 1) != 1)
    throw InputError("only the mean over the values of a sample is known, axes = [-1], keepdims = 1");
  OnnxValue result;
  result.op = OnnxOp::mean;
  result.x = node_.value(0);
  result.width = 1;
  return add(std::move(result));
}

Term Operators::layer_norm() {
  const std::int64_t axis = node_.integer("axis", -1);
  if (axis != -1 && axis != 1)
    throw InputError(
        fmt::format("its axis is {}; a layer norm is over the values of a sample, -1", axis));
  OnnxValue result;
  result.op = OnnxOp::norm;
  result.x = node_.value(0);
  const std::size_t width = values_[result.x].width;
  result.weight = node_.row(1, width, "scale");
  if (node_.has_input(2)) result.bias = node_.row(2, width, "bias");
  result.epsilon = node_.real("epsilon", 1e-5);
  return add(std::move(result));
}

Term Operators::constant() {
  const std::string& name = node_.proto().output(0);
  if (node_.proto().attribute_size() != 1) throw InputError("it needs one attribute, its value");
  const AttributeProto& given = node_.proto().attribute(0);
  if (given.name() == "value" && given.has_t())
    return {Term::Is::numbers, 0, names_.keep(numbers_of(given.t(), name))};
  onnx::TensorProto tensor;
  if (given.has_f() || given.floats_size() > 0) {
    tensor.set_data_type(onnx::TensorProto::FLOAT);
    *tensor.mutable_float_data() = given.floats();
    if (given.has_f()) tensor.add_float_data(given.f());
  } else {
    tensor.set_data_type(onnx::TensorProto::INT64);
    *tensor.mutable_int64_data() = given.ints();
    if (given.has_i()) tensor.add_int64_data(given.i());
  }
  if (!given.has_f() && !given.has_i())
    tensor.add_dims(std::max(tensor.float_data_size(), tensor.int64_data_size()));
  return {Term::Is::numbers, 0, names_.keep(numbers_of(tensor, name))};
}

Term Operators::transpose() {
  if (!node_.is_constant(0)) throw InputError("only weights are transposed, not values of the network");
  const OnnxNumbers found = node_.matrix(0, "weight");
  const std::vector<std::int64_t> order = node_.integers("perm", 1);
  if (order == std::vector<std::int64_t>{0, 1}) return {Term::Is::numbers, 0, found};
  if (!order.empty() && order != std::vector<std::int64_t>{1, 0})
    throw InputError("its perm is not that of a matrix, [1, 0]");
  return {Term::Is::numbers, 0, names_.keep(transposed(*found))};
}

Term Operators::cast() {
  const std::int64_t to = node_.integer("to", onnx::TensorProto::UNDEFINED);
  if (to != onnx::TensorProto::FLOAT && to != onnx::TensorProto::DOUBLE)
    throw InputError(fmt::format("it converts to {}; float and double are read", onnx_type_name(to)));
  return node_.term(0);
}

Term Operators::flatten() {
  const std::int64_t axis = node_.integer("axis", 1);
  if (axis != 1 && axis != -1)
    throw InputError(fmt::format("its axis is {}; values of one sample stay together with 1", axis));
  return {Term::Is::value, node_.value(0), nullptr};
}

Term Operators::reshape() {
  const std::size_t x = node_.value(0);
  const auto width = static_cast<double>(values_[x].width);
  const OnnxNumbers shape = node_.numbers(1, "shape");
  const bool keeps =
      shape->numbers.size() == 2 && node_.integer("allowzero", 0) == 0 &&
      (shape->numbers[1] == width || (shape->numbers[0] == 0.0 && shape->numbers[1] == -1.0));
  if (!keeps)
    throw InputError(fmt::format(
        "only a shape that keeps the values of a sample together is known, [-1, {}]", width));
  return {Term::Is::value, x, nullptr};
}

Term Operators::dropout() {
  if (node_.has_input(2) && node_.numbers(2, "mode")->numbers[0] != 0.0)
    throw InputError("it is in training mode; export the network after model.eval()");
  return {Term::Is::value, node_.value(0), nullptr};
}

}  // namespace

OnnxTerm read_onnx_operator(const OnnxNode& node, const std::string& label, OnnxNames& names,
                            std::vector<OnnxValue>& values) {
  return Operators(node, label, names, values).read();
}

}  // namespace myowave::learn
