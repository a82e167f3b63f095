// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "surrogates/learn/onnx_constant.hpp"
#include "surrogates/network.hpp"

namespace onnx {
class GraphProto;
}

namespace myowave::learn {

/// What one node of an ONNX graph computes of a row of values x and another y, with constants c.
enum class OnnxOp {
  input,
  linear,      ///< factor * weight x + bias_factor * bias
  scale,       ///< x * c, or x / c if `inverse`
  shift,       ///< x + c, or x - c if `inverse`
  activation,  ///< activation(factor * x) / factor
  norm,        ///< layer norm, then weight and bias
  erf,
  square,
  root,
  mean,  ///< over the row: a single value
  sum,
  difference,
  product,
  quotient
};

/// A value that the network computes, by an operator from values before it.
struct OnnxValue {
  OnnxOp op = OnnxOp::input;
  std::size_t x = 0, y = 0;  ///< indices of values
  std::size_t width = 0;     ///< numbers of one sample
  surrogates::Activation activation = surrogates::Activation::identity;
  OnnxNumbers weight;        ///< linear: [width][inputs]; scale and shift: c; norm
  OnnxNumbers bias;          ///< may be missing
  bool input_major = false;  ///< the weights of a linear are [inputs][width]
  bool inverse = false;
  double factor = 1.0, bias_factor = 1.0;
  double epsilon = 0.0;  ///< of a norm
  std::string label;     ///< "node 'fc1' (Gemm)"
};

struct OnnxGraph {
  std::vector<OnnxValue> values;  ///< in the order of their computation; the first is the input
  std::size_t output = 0;
};

/// Checks each node for itself: its operator, its attributes, its constants, the widths. Throws
/// InputError with a fault for each node that is wrong.
OnnxGraph read_onnx_graph(const onnx::GraphProto& graph, const std::string& path, std::size_t inputs);

}  // namespace myowave::learn
