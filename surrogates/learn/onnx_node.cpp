// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/onnx_node.hpp"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include <cmath>

#include "base/error.hpp"
#include "surrogates/safetensors.hpp"

namespace myowave::learn {
namespace {

using onnx::AttributeProto;
using surrogates::shown;

constexpr std::int64_t widest = 100'000;          // as in the surrogate's file
constexpr std::size_t most_numbers = 33'554'432;  // 256 MiB

}  // namespace

bool OnnxNames::add_initializer(const onnx::TensorProto& tensor) {
  return tensors_.emplace(tensor.name(), &tensor).second;
}

bool OnnxNames::add(const std::string& name, OnnxTerm term) {
  return !is_initializer(name) && terms_.emplace(name, std::move(term)).second;
}

const OnnxTerm* OnnxNames::find(const std::string& name) const {
  const auto found = terms_.find(name);
  return found == terms_.end() ? nullptr : &found->second;
}

const OnnxTerm& OnnxNames::at(const std::string& name) {
  if (const OnnxTerm* found = find(name)) {
    if (found->is == OnnxTerm::Is::broken) throw OnnxFollows();
    return *found;
  }
  const auto tensor = tensors_.find(name);
  if (tensor == tensors_.end())
    throw InputError(
        fmt::format("'{}' is neither an initializer nor the output of a node before it; the file is "
                    "damaged, or its weights are missing: export the network with its parameters",
                    shown(name)));
  return terms_[name] = {OnnxTerm::Is::numbers, 0, keep(numbers_of(*tensor->second, name))};
}

OnnxNumbers OnnxNames::keep(OnnxNumbers numbers) {
  kept_ += numbers->numbers.size();
  if (kept_ <= most_numbers) return numbers;
  throw InputError(
      fmt::format("the graph has more than {} numbers; take a smaller network", most_numbers));
}

bool OnnxNode::has_input(int i) const { return i < node_.input_size() && !node_.input(i).empty(); }

std::string OnnxNode::name_of_input(int i) const { return shown(node_.input(i)); }

const OnnxTerm& OnnxNode::term(int i) const { return names_.at(node_.input(i)); }

std::size_t OnnxNode::value(int i) const {
  if (term(i).is == OnnxTerm::Is::value) return term(i).value;
  throw InputError(
      fmt::format("'{}' is a constant where a value of the network is needed; export the network with "
                  "its constants folded",
                  name_of_input(i)));
}

OnnxNumbers OnnxNode::numbers(int i, const char* what) const {
  if (term(i).is == OnnxTerm::Is::numbers) return term(i).numbers;
  throw InputError(
      fmt::format("its {} '{}' is computed by the network; it must be an initializer: numbers that are "
                  "fixed after training",
                  what, name_of_input(i)));
}

OnnxNumbers OnnxNode::matrix(int i, const char* what) const {
  OnnxNumbers found = numbers(i, what);
  if (found->dims.size() == 2 && found->dims[0] <= widest && found->dims[1] <= widest) return found;
  throw InputError(fmt::format("its {} '{}' has the shape {}; two dimensions of at most {} are needed",
                               what, shown(found->name), found->shape(), widest));
}

OnnxNumbers OnnxNode::row(int i, std::size_t width, const char* what) const {
  OnnxNumbers found = numbers(i, what);
  if (found->fits(width)) return found;
  throw InputError(
      fmt::format("its {} '{}' has the shape {}; [{}] is needed, one for each of the values", what,
                  shown(found->name), found->shape(), width));
}

const AttributeProto* OnnxNode::attribute(const char* name) const {
  for (const AttributeProto& each : node_.attribute())
    if (each.name() == name) return &each;
  return nullptr;
}

double OnnxNode::real(const char* name, double standard) const {
  const AttributeProto* found = attribute(name);
  if (!found) return standard;
  if (!found->has_f() || !std::isfinite(found->f()))
    throw InputError(fmt::format("the attribute '{}' is no finite number", name));
  return static_cast<double>(found->f());
}

std::int64_t OnnxNode::integer(const char* name, std::int64_t standard) const {
  const AttributeProto* found = attribute(name);
  if (!found) return standard;
  if (!found->has_i()) throw InputError(fmt::format("the attribute '{}' is no integer", name));
  return found->i();
}

std::vector<std::int64_t> OnnxNode::integers(const char* name, int input) const {
  std::vector<std::int64_t> result;
  if (const AttributeProto* found = attribute(name)) {
    result.assign(found->ints().begin(), found->ints().end());
  } else if (has_input(input)) {
    for (const double each : numbers(input, name)->numbers) {
      if (std::abs(each) > 1e9)
        throw InputError(fmt::format("{:g} is out of place in '{}'", each, name));
      result.push_back(static_cast<std::int64_t>(each));
    }
  }
  return result;
}

}  // namespace myowave::learn
