// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/convert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "surrogates/card.hpp"
#include "surrogates/learn/convert_description.hpp"
#include "surrogates/learn/onnx.hpp"
#include "surrogates/surrogate_file.hpp"
#include "surrogates/surrogate_model.hpp"

namespace myowave::learn {
namespace {

namespace fs = std::filesystem;
using surrogates::Activation;
using surrogates::Kind;
using surrogates::Network;
using surrogates::Output;
using surrogates::Part;
using surrogates::Surrogate;
using surrogates::Transform;

void throw_if_any(std::vector<Fault>& faults) {
  if (!faults.empty()) throw InputError(std::move(faults));
}

/// Makes the surrogate of a description; gathers faults as far as they do not follow from each other.
class Converter {
 public:
  Converter(const std::string& path, const std::string& onnx)
      : path_(path), onnx_(onnx), description_(read_description(path)) {}

  Surrogate convert() {
    assign_files();
    make_parts();
    throw_if_any(faults_);
    check_card();
    check_samples();
    throw_if_any(faults_);
    for (std::size_t p = 0; p < surrogate().parts.size(); ++p) read_network(p);
    throw_if_any(faults_);
    check_model();
    throw_if_any(faults_);
    return std::move(surrogate());
  }

 private:
  Surrogate& surrogate() { return description_.surrogate; }
  void fault(const std::string& key, const std::string& message) {
    faults_.push_back(description_.fault(key, message));
  }
  static std::string key(std::size_t p, const char* name) {
    return fmt::format("networks.{}.{}", p, name);
  }

  void assign_files();
  void make_parts();
  std::vector<int> indices(const std::string& where, const std::vector<std::string>& wanted,
                           const std::vector<std::string>& known);
  void check_card();
  void check_samples();
  void read_network(std::size_t p);
  void check_outputs(std::size_t p, const Network& network);
  void move_transform(std::size_t p);
  void check_model();

  const std::string& path_;
  const std::string& onnx_;
  Description description_;
  std::vector<std::string> files_;  // of each network
  std::vector<Fault> faults_;
};

/// The file of the command line goes to the network that names none.
void Converter::assign_files() {
  bool taken = false;
  const fs::path folder = fs::path(path_).parent_path();
  for (std::size_t p = 0; p < description_.networks.size(); ++p) {
    const std::string& file = description_.networks[p].file;
    files_.push_back(file.empty() ? onnx_ : (folder / file).string());
    if (!file.empty()) continue;
    const std::string where = fmt::format("networks.{}", p);
    if (onnx_.empty())
      fault(where, "it has no file; write file = \"x.onnx\", or name the file on the command line");
    if (taken)
      fault(where, "two networks have no file of their own; write file = \"x.onnx\" in all but one");
    taken = true;
  }
  if (!taken && !onnx_.empty())
    faults_.push_back({onnx_,
                       "all networks of the description have files of their own; leave out this one, "
                       "or the 'file' of the network that it is"});
}

std::vector<int> Converter::indices(const std::string& where, const std::vector<std::string>& wanted,
                                    const std::vector<std::string>& known) {
  std::vector<int> result;
  for (std::size_t k = 0; k < known.size() && wanted.empty(); ++k) result.push_back(static_cast<int>(k));
  for (const std::string& name : wanted) {
    const auto found = std::find(known.begin(), known.end(), name);
    if (found == known.end())
      fault(where, fmt::format("'{}' is none of them{}; there are: {}", name, suggestion(name, known),
                               known.empty() ? "none" : list_of(known)));
    else
      result.push_back(static_cast<int>(found - known.begin()));
  }
  return result;
}

void Converter::make_parts() {
  std::vector<std::string> inputs, outputs;
  for (const surrogates::Input& each : surrogate().inputs) inputs.push_back(each.name);
  for (const Output& each : surrogate().outputs) outputs.push_back(reference_of(each));
  for (std::size_t p = 0; p < description_.networks.size(); ++p) {
    const NetworkSource& source = description_.networks[p];
    Part part;
    part.name = source.name;
    part.inputs = indices(key(p, "inputs"), source.inputs, inputs);
    part.outputs = indices(key(p, "outputs"), source.outputs, outputs);
    surrogate().parts.push_back(std::move(part));
  }
}

/// The rules of the card, at the keys of the description.
void Converter::check_card() {
  std::vector<Fault> faults = value_faults(surrogate());
  for (const Fault& each : structure_faults(surrogate())) faults.push_back(each);
  const std::set<std::string> sections = {"inputs", "outputs", "networks", "provenance", "accuracy"};
  for (const Fault& each : faults) {
    const bool own = sections.contains(each.where.substr(0, each.where.find('.')));
    fault(own || each.where.empty() ? each.where : "surrogate." + each.where, each.message);
  }
}

void Converter::check_samples() {
  auto good = [](const std::vector<std::vector<double>>& rows, std::size_t columns) {
    return std::all_of(rows.begin(), rows.end(), [&](const auto& row) { return row.size() == columns; });
  };
  const Surrogate& s = surrogate();
  if (s.check_inputs.size() != s.check_outputs.size() || !good(s.check_inputs, s.inputs.size()) ||
      !good(s.check_outputs, s.outputs.size()))
    fault("check",
          fmt::format("samples are pairs: rows of {} inputs and as many rows of {} outputs, in the "
                      "order of [[inputs]] and [[outputs]]",
                      s.inputs.size(), s.outputs.size()));
}

void Converter::read_network(std::size_t p) {
  Part& part = surrogate().parts[p];
  try {
    OnnxNetwork read = read_onnx(files_[p], part.inputs.size());
    surrogate().provenance.emplace(
        surrogate().parts.size() == 1 ? "onnx" : fmt::format("onnx of {}", part.name),
        fmt::format("{}, {}", fs::path(files_[p]).filename().string(), read.origin));
    check_outputs(p, read.network);
    part.network = std::move(read.network);
    move_transform(p);
  } catch (const InputError& error) {
    faults_.insert(faults_.end(), error.faults().begin(), error.faults().end());
  }
}

void Converter::check_outputs(std::size_t p, const Network& network) {
  const Part& part = surrogate().parts[p];
  const auto outputs = static_cast<std::size_t>(network.outputs());
  if (outputs == part.outputs.size()) return;
  throw InputError(
      {{files_[p], fmt::format("the network gives {} values, and the description gives '{}' {} outputs; "
                               "their number and order must be those of the training",
                               outputs, part.name, part.outputs.size())}});
}

/// The transform that an activation of the last layer is.
Transform transform_of(const surrogates::Layer& last) {
  if (last.gain != 1.0 || last.residual) return Transform::identity;
  if (last.activation == Activation::sigmoid) return Transform::sigmoid;
  if (last.activation == Activation::softplus) return Transform::softplus;
  return Transform::identity;
}

/// A network that ends with a sigmoid, whose outputs have the transform sigmoid: once or twice? The
/// description must say.
void Converter::move_transform(std::size_t p) {
  Part& part = surrogate().parts[p];
  surrogates::Layer& last = part.network.layers.back();
  const Transform found = transform_of(last);
  auto has_it = [&](int o) {
    return surrogate().outputs[static_cast<std::size_t>(o)].transform == found;
  };
  if (description_.networks[p].transform_included) {
    if (found == Transform::identity || !std::all_of(part.outputs.begin(), part.outputs.end(), has_it))
      return fault(key(p, "transform_included"),
                   fmt::format("the network '{}' ends with '{}', which must be the transform of all its "
                               "outputs, sigmoid or softplus",
                               part.name, name_of(last.activation)));
    last.activation = Activation::identity;
  } else if (found != Transform::identity &&
             std::any_of(part.outputs.begin(), part.outputs.end(), has_it)) {
    fault(
        fmt::format("networks.{}", p),
        fmt::format("the network '{0}' ends with '{1}', and outputs of it have the transform '{1}' too, "
                    "which would take it twice; write transform_included = true if it is one and the "
                    "same, and export without the last activation if not",
                    part.name, name_of(last.activation)));
  }
}

/// What the ionic model says: names, units, which states there must be.
void Converter::check_model() {
  const bool trajectory = surrogate().kind == Kind::trajectory;
  const auto faults = trajectory ? trajectory_faults(surrogate(), {}) : faults_of(surrogate(), {});
  for (const auto& [name, message] : faults) fault("surrogate", message);
}

std::string output_fault(const ConvertOptions& options) {
  std::error_code error;
  const fs::path output = options.output, folder = output.parent_path();
  if (!surrogates::is_surrogate_file(options.output)) return "a surrogate is called NAME.safetensors";
  if (!folder.empty() && !fs::is_directory(folder, error))
    return fmt::format("there is no folder {}; make it first", folder.string());
  if (fs::is_directory(output, error)) return "this is a folder; write the name of a file";
  if (fs::exists(output, error) && !options.force)
    return "the file is there already; take another name, or overwrite it with --force";
  return "";
}

}  // namespace

Surrogate surrogate_from_onnx(const std::string& description, const std::string& onnx) {
  require_onnx();
  return Converter(description, onnx).convert();
}

std::string convert(const ConvertOptions& options) {
  require_onnx();
  if (const std::string wrong = output_fault(options); !wrong.empty())
    throw InputError({{"--output " + options.output, wrong}});
  const Surrogate surrogate = surrogate_from_onnx(options.description, options.onnx);
  surrogates::write_surrogate(surrogate, options.output);
  std::size_t parameters = 0;
  for (const Part& part : surrogate.parts) parameters += part.network.parameters();
  return fmt::format(
      "{}: {} surrogate '{}' with {} network{} of {} parameters; `myowave models {}` shows it",
      options.output, name_of(surrogate.kind), surrogate.name, surrogate.parts.size(),
      surrogate.parts.size() == 1 ? "" : "s", parameters, options.output);
}

}  // namespace myowave::learn
