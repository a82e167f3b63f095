// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/onnx_graph.hpp"

#include <fmt/format.h>
#include <onnx/onnx_pb.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "surrogates/learn/onnx_operators.hpp"
#include "surrogates/safetensors.hpp"

namespace myowave::learn {
namespace {

using surrogates::shown;

constexpr int most_nodes = 5000;
constexpr std::size_t most_faults = 20;

class GraphReader {
 public:
  GraphReader(const onnx::GraphProto& graph, const std::string& path) : graph_(graph), path_(path) {}

  OnnxGraph read(std::size_t inputs) {
    check_size();
    read_initializers();
    read_input(inputs);
    for (int n = 0; n < graph_.node_size() && faults_.size() < most_faults; ++n) read_node(n);
    if (!faults_.empty()) surrogates::refuse(std::move(faults_));
    read_output();
    return std::move(result_);
  }

 private:
  void check_size();
  void read_initializers();
  void read_input(std::size_t inputs);
  std::size_t declared_width(const onnx::ValueInfoProto& input, std::size_t inputs) const;
  void read_node(int n);
  void read_output();
  [[noreturn]] void refuse(const std::string& message) const { surrogates::refuse({{path_, message}}); }

  const onnx::GraphProto& graph_;
  const std::string& path_;
  OnnxNames names_;
  OnnxGraph result_;
  std::vector<Fault> faults_;
};

void GraphReader::check_size() {
  if (graph_.node_size() == 0) refuse("the graph has no nodes; export the network again");
  if (graph_.node_size() > most_nodes)
    refuse(fmt::format("the graph has {} nodes; a network for cells has at most {}", graph_.node_size(),
                       most_nodes));
  if (graph_.sparse_initializer_size() > 0)
    refuse("the graph has sparse weights; export them as full matrices");
}

void GraphReader::read_initializers() {
  for (const onnx::TensorProto& tensor : graph_.initializer())
    if (!names_.add_initializer(tensor))
      refuse(fmt::format("there are two initializers '{}'; the file is damaged", shown(tensor.name())));
}

void GraphReader::read_input(std::size_t inputs) {
  std::vector<const onnx::ValueInfoProto*> given;
  std::vector<std::string> names;
  for (const onnx::ValueInfoProto& input : graph_.input()) {  // older files list the weights here too
    if (names_.is_initializer(input.name())) continue;
    given.push_back(&input);
    if (names.size() < 20) names.push_back(shown(input.name()));
  }
  if (given.size() != 1)
    refuse(
        fmt::format("the network has {} inputs{}; it must have one, [batch, {}], and its weights must "
                    "be initializers: export it with its parameters and one tensor of inputs",
                    given.size(), names.empty() ? "" : " (" + list_of(names) + ")", inputs));
  OnnxValue input;
  input.width = declared_width(*given[0], inputs);
  input.label = fmt::format("input '{}'", shown(given[0]->name()));
  result_.values.push_back(input);
  names_.add(given[0]->name(), {OnnxTerm::Is::value, 0, nullptr});
}

/// The number of values of a sample; `inputs` where the file leaves it open.
std::size_t GraphReader::declared_width(const onnx::ValueInfoProto& input, std::size_t inputs) const {
  if (!input.has_type() || !input.type().has_tensor_type()) return inputs;
  const onnx::TypeProto::Tensor& type = input.type().tensor_type();
  const std::string name = shown(input.name());
  if (type.elem_type() != onnx::TensorProto::FLOAT && type.elem_type() != onnx::TensorProto::DOUBLE)
    refuse(
        fmt::format("the input '{}' is of type {}; float and double are read: export the network in "
                    "single precision and without quantisation",
                    name, onnx_type_name(type.elem_type())));
  if (!type.has_shape()) return inputs;
  if (type.shape().dim_size() != 2)
    refuse(fmt::format("the input '{}' has {} dimensions; two are read, [batch, {}]", name,
                       type.shape().dim_size(), inputs));
  const onnx::TensorShapeProto::Dimension& last = type.shape().dim(1);
  if (!last.has_dim_value()) return inputs;
  if (last.dim_value() != static_cast<std::int64_t>(inputs))
    refuse(
        fmt::format("the input '{}' has {} values, and the description gives the network {}; their "
                    "number and order must be those of the training",
                    name, last.dim_value(), inputs));
  return inputs;
}

void GraphReader::read_output() {
  if (graph_.output_size() != 1)
    refuse(
        fmt::format("the network has {} outputs; it must have one, [batch, outputs]: export what is "
                    "wanted as one tensor",
                    graph_.output_size()));
  const std::string& name = graph_.output(0).name();
  const OnnxTerm* found = names_.find(name);
  if (!found || found->is != OnnxTerm::Is::value)
    refuse(fmt::format("the output '{}' is not computed from the input; export the network again",
                       shown(name)));
  result_.output = found->value;
}

/// Faults of a node do not end the reading: the others are looked at too.
void GraphReader::read_node(int n) {
  const onnx::NodeProto& node = graph_.node(n);
  const std::string label =
      node.name().empty() ? fmt::format("node number {} from 0 ({})", n, shown(node.op_type()))
                          : fmt::format("node '{}' ({})", shown(node.name()), shown(node.op_type()));
  OnnxTerm result;
  try {
    result = read_onnx_operator(OnnxNode(node, names_), label, names_, result_.values);
  } catch (const InputError& error) {
    faults_.push_back({path_, fmt::format("{}: {}", label, error.faults().front().message)});
  } catch (const OnnxFollows&) {
  }
  if (node.output_size() > 0 && !names_.add(node.output(0), std::move(result)))
    faults_.push_back(
        {path_, fmt::format("{}: its output '{}' is the name of another value; the file is "
                            "damaged, export the network again",
                            label, shown(node.output(0)))});
}

}  // namespace

OnnxGraph read_onnx_graph(const onnx::GraphProto& graph, const std::string& path, std::size_t inputs) {
  return GraphReader(graph, path).read(inputs);
}

}  // namespace myowave::learn
