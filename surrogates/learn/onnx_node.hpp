// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "surrogates/learn/onnx_constant.hpp"

namespace onnx {
class AttributeProto;
class NodeProto;
class TensorProto;
}  // namespace onnx

namespace myowave::learn {

/// What a name in an ONNX graph stands for.
struct OnnxTerm {
  enum class Is { value, numbers, broken } is = Is::broken;  ///< broken: its node has had a fault
  std::size_t value = 0;                                     ///< index in OnnxGraph::values
  OnnxNumbers numbers;
};

/// Thrown where a fault only follows from an earlier one; it is not reported.
struct OnnxFollows {};

/// The names of a graph, in the order in which its nodes give them.
class OnnxNames {
 public:
  /// False if there is one of that name.
  bool add_initializer(const onnx::TensorProto& tensor);
  bool add(const std::string& name, OnnxTerm term);
  bool is_initializer(const std::string& name) const { return tensors_.contains(name); }
  /// nullptr if there is none but perhaps an initializer.
  const OnnxTerm* find(const std::string& name) const;
  /// Throws InputError if no node before has given it, OnnxFollows if that node had a fault.
  const OnnxTerm& at(const std::string& name);

  /// Counts numbers that are kept; throws InputError if there are too many.
  OnnxNumbers keep(OnnxNumbers numbers);

 private:
  std::map<std::string, const onnx::TensorProto*> tensors_;  // decoded when they are asked for
  std::map<std::string, OnnxTerm> terms_;
  std::size_t kept_ = 0;
};

/// A node, its inputs by their number and its attributes. All throw InputError for what is of another
/// sort than it must be.
class OnnxNode {
 public:
  OnnxNode(const onnx::NodeProto& node, OnnxNames& names) : node_(node), names_(names) {}

  const onnx::NodeProto& proto() const { return node_; }
  bool has_input(int i) const;
  std::string name_of_input(int i) const;  ///< for messages
  const OnnxTerm& term(int i) const;
  bool is_constant(int i) const { return term(i).is == OnnxTerm::Is::numbers; }
  std::size_t value(int i) const;
  OnnxNumbers numbers(int i, const char* what) const;
  /// Two dimensions, as layers can hold them.
  OnnxNumbers matrix(int i, const char* what) const;
  /// A number for each of `width` values, or one for all.
  OnnxNumbers row(int i, std::size_t width, const char* what) const;

  const onnx::AttributeProto* attribute(const char* name) const;
  double real(const char* name, double standard) const;
  std::int64_t integer(const char* name, std::int64_t standard) const;
  /// Of the attribute, or of an input as later versions of the format have it.
  std::vector<std::int64_t> integers(const char* name, int input) const;

 private:
  const onnx::NodeProto& node_;
  OnnxNames& names_;
};

}  // namespace myowave::learn
