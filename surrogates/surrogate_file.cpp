// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/surrogate_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/text.hpp"
#include "base/version.hpp"
#include "surrogates/card.hpp"
#include "surrogates/check_pairs.hpp"
#include "surrogates/safetensors.hpp"

namespace myowave::surrogates {
namespace {

namespace fs = std::filesystem;

constexpr const char* format_name = "myowave-surrogate";
constexpr std::uintmax_t file_cap = std::uintmax_t{1} << 30;
constexpr std::uint64_t widest_layer = 100'000;

std::string tensor_name(const Part& part, std::size_t layer, const char* what) {
  return fmt::format("{}.{}.{}", part.name, layer, what);
}

/// Faults of the card as the user finds them.
std::vector<Fault> placed(const std::vector<Fault>& faults, const std::string& path) {
  std::vector<Fault> out;
  for (const Fault& fault : faults)
    out.push_back({path, fault.where.empty() ? fault.message
                                             : fmt::format("card, {}: {}", fault.where, fault.message)});
  return out;
}

void append(std::vector<Fault>& faults, const std::vector<Fault>& more) {
  faults.insert(faults.end(), more.begin(), more.end());
}

// ---------------------------------------------------------------------------------------- metadata

void check_version(const std::string& text, const std::string& path) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number < 1)
    refuse({{path, fmt::format("'{}' is no version of the format; this program reads version {}",
                               shown(text), file_version)}});
  if (number > file_version)
    refuse(
        {{path, fmt::format("the file has version {} of the format, and this program (myowave {}) reads "
                            "version {}: update myowave, or write the file in the older version",
                            number, version, file_version)}});
}

void check_metadata(const Safetensors& file, const std::string& path) {
  const std::vector<std::string> keys = {"format", "version", "crc32", "card"};
  const std::map<std::string, std::string>& metadata = file.metadata;
  const auto format = metadata.find("format");
  if (format == metadata.end())
    refuse(
        {{path, fmt::format("these are tensors without a card: the metadata need format = \"{}\"; see "
                            "docs/surrogate_file.md for what else",
                            format_name)}});
  if (format->second != format_name)
    refuse({{path, fmt::format("the file has the format '{}'; a surrogate has '{}'",
                               shown(format->second), format_name)}});
  if (const auto found = metadata.find("version"); found != metadata.end())
    check_version(found->second, path);
  std::vector<Fault> faults;
  for (const auto& [key, value] : metadata)
    if (std::find(keys.begin(), keys.end(), key) == keys.end())
      faults.push_back({path, fmt::format("'{}' in the metadata is not known{}; allowed: {}", shown(key),
                                          suggestion(shown(key), keys), list_of(keys))});
  for (const std::string& key : keys)
    if (!metadata.contains(key))
      faults.push_back({path, fmt::format("'{}' is missing in the metadata", key)});
  if (!faults.empty()) refuse(std::move(faults));
  if (const std::string crc = crc32_text(file.body); metadata.at("crc32") != crc)
    refuse({{path,
             fmt::format("the numbers have the CRC-32 {}, the metadata say {}: the file is damaged or "
                         "was changed; copy or write it again",
                         crc, shown(metadata.at("crc32")))}});
}

// ----------------------------------------------------------------------------------------- tensors

/// Takes the tensors of a card's networks out of a file.
class TensorReader {
 public:
  explicit TensorReader(const Safetensors& file) {
    for (const Tensor& tensor : file.tensors) tensors_.emplace(tensor.name, &tensor);
  }

  std::vector<Fault> load(Card& card) {
    for (std::size_t p = 0; p < card.surrogate.parts.size(); ++p) {
      Part& part = card.surrogate.parts[p];
      for (std::size_t l = 0; l < part.network.layers.size() && missing_.size() + faults_.size() <= 20;
           ++l)
        load(part, l, card.layer_norm[p][l]);
    }
    if (card.surrogate.conductance) conductance(*card.surrogate.conductance);
    samples("check.inputs", card.surrogate.inputs.size(), card.surrogate.check_inputs);
    samples("check.outputs", card.surrogate.outputs.size(), card.surrogate.check_outputs);
    report_missing();
    if (card.surrogate.check_inputs.size() != card.surrogate.check_outputs.size() && faults_.empty())
      add(fmt::format("there are {} rows of check.inputs and {} of check.outputs; they must be pairs",
                      card.surrogate.check_inputs.size(), card.surrogate.check_outputs.size()));
    if (faults_.empty())
      for (const auto& [name, tensor] : tensors_)
        if (!used_.contains(name))
          add(
              fmt::format("the tensor '{}' belongs to no layer of the card; leave it out, or name its "
                          "network and layer",
                          shown(name)));
    return std::move(faults_);
  }

 private:
  void add(std::string message) { faults_.push_back({"", std::move(message)}); }

  const Tensor* take(const std::string& name, std::size_t rank) {
    const auto found = tensors_.find(name);
    if (found == tensors_.end()) {
      missing_.push_back(name);
      return nullptr;
    }
    if (!used_.insert(name).second) {  // once, or a small file could fill the memory
      add(fmt::format("the tensor '{}' is used by two networks", shown(name)));
      return nullptr;
    }
    const Tensor& tensor = *found->second;
    const bool fits = tensor.shape.size() == rank &&
                      std::all_of(tensor.shape.begin(), tensor.shape.end(),
                                  [](std::uint64_t length) { return length <= widest_layer; });
    if (!fits) {
      add(fmt::format("the tensor '{}' has the shape [{}]; {} of at most {} needed", shown(name),
                      fmt::join(tensor.shape, ", "), rank == 2 ? "two lengths" : "one length",
                      widest_layer));
      return nullptr;
    }
    return &tensor;
  }

  /// Now that it is known which tensors are left, one of which may be meant.
  void report_missing() {
    constexpr std::size_t most = 200;
    std::vector<std::string> left;
    for (const auto& [name, tensor] : tensors_)
      if (left.size() < most && !used_.contains(name)) left.push_back(shown(name));
    for (const std::string& name : missing_)
      add(fmt::format("the tensor '{}' is missing{}{}", shown(name), suggestion(shown(name), left),
                      name.starts_with("check.")
                          ? ": samples of inputs and outputs that show whether the "
                            "networks are read as they were meant"
                          : ""));
  }

  void load(Part& part, std::size_t l, bool norm) {
    Layer& layer = part.network.layers[l];
    if (const Tensor* weight = take(tensor_name(part, l, "weight"), 2)) {
      layer.outputs = static_cast<int>(weight->shape[0]);
      layer.inputs = static_cast<int>(weight->shape[1]);
      layer.weight = floats_of(*weight);
    }
    auto vector = [&](const char* what, std::vector<float>& numbers) {
      if (const Tensor* tensor = take(tensor_name(part, l, what), 1)) numbers = floats_of(*tensor);
    };
    vector("bias", layer.bias);
    if (norm) {
      vector("norm_weight", layer.norm_weight);
      vector("norm_bias", layer.norm_bias);
    }
  }

  void conductance(Conductance& c) {
    const auto latents = static_cast<std::uint64_t>(c.latents),
               terms = static_cast<std::uint64_t>(c.terms);
    std::uint64_t knots = 0;  // the first table says how many
    auto table = [&](const char* what, std::uint64_t rows, std::uint64_t columns,
                     std::vector<float>& numbers) {
      const std::string name = fmt::format("conductance.{}", what);
      const Tensor* const tensor = take(name, 2);
      if (!tensor) return;
      const bool of_V = columns == 0;
      if (of_V) columns = knots == 0 ? tensor->shape[1] : knots;
      if (tensor->shape[0] != rows || tensor->shape[1] != columns)
        return add(fmt::format("the tensor '{}' has the shape [{}]; [{}, {}] needed", name,
                               fmt::join(tensor->shape, ", "), rows, columns));
      numbers = floats_of(*tensor);
      if (of_V) knots = columns;
    };
    table("inf", latents, 0, c.inf);
    table("rate", latents, 0, c.rate);
    table("currents", terms + 1, 0, c.currents);
    table("factors", 3 * terms, latents + 1, c.factors);
    if (!c.scaled.empty()) table("sensitivities", c.scaled.size() * (terms + 1), 0, c.sensitivities);
    if (!c.readouts.empty()) table("readouts", c.readouts.size(), c.readout_size(), c.readout_weights);
    if (const Tensor* tensor = take("conductance.initial", 1)) c.initial = doubles_of(*tensor);
    if (const Tensor* tensor = c.cycles.empty() ? nullptr : take("conductance.paced", 2)) {
      if (tensor->shape[0] != c.cycles.size() || tensor->shape[1] != c.initial.size())
        add(fmt::format("the tensor 'conductance.paced' has the shape [{}]; [{}, {}] needed",
                        fmt::join(tensor->shape, ", "), c.cycles.size(), c.initial.size()));
      else
        c.paced = doubles_of(*tensor);
    }
    c.knots = static_cast<int>(knots);
  }

  void samples(const std::string& name, std::size_t columns, std::vector<std::vector<double>>& rows) {
    const Tensor* tensor = take(name, 2);
    if (!tensor) return;
    if (tensor->shape[1] != columns || tensor->shape[0] > most_items)
      return add(fmt::format("the tensor '{}' has the shape [{}]; [n, {}] with n from 1 to {} needed",
                             name, fmt::join(tensor->shape, ", "), columns, most_items));
    const std::vector<double> numbers = doubles_of(*tensor);
    if (!std::all_of(numbers.begin(), numbers.end(), [](double x) { return std::isfinite(x); }))
      return add(fmt::format("the tensor '{}' has numbers that are not finite", name));
    for (std::size_t at = 0; at < numbers.size(); at += columns)
      rows.emplace_back(numbers.begin() + static_cast<std::ptrdiff_t>(at),
                        numbers.begin() + static_cast<std::ptrdiff_t>(at + columns));
  }

  std::map<std::string, const Tensor*> tensors_;
  std::set<std::string> used_;
  std::vector<std::string> missing_;
  std::vector<Fault> faults_;
};

// ------------------------------------------------------------------------------------------ networks

/// The layers of a network and their numbers.
class NetworkChecker {
 public:
  std::vector<Fault> check(const Part& part) {
    name_ = part.name;
    const std::vector<Layer>& layers = part.network.layers;
    if (layers.empty() || layers.size() > most_layers)
      add(fmt::format("the network '{}' has {} layers; 1 to {} are allowed", shown(name_), layers.size(),
                      most_layers));
    if (!faults_.empty()) return std::move(faults_);
    std::size_t width = part.inputs.size();
    for (std::size_t l = 0; l < layers.size(); ++l) {
      layer(layers[l], l, width);
      width = size(layers[l].outputs);
    }
    if (width != part.outputs.size())
      add(fmt::format("the network '{}' has {} outputs in its last layer, and {} in the card", name_,
                      width, part.outputs.size()));
    return std::move(faults_);
  }

 private:
  void add(std::string message) { faults_.push_back({"", std::move(message)}); }
  static std::size_t size(int length) { return static_cast<std::size_t>(length); }

  void layer(const Layer& layer, std::size_t l, std::size_t width) {
    const std::string is = fmt::format("the tensor '{}.{}.", name_, l);
    if (layer.inputs < 1 || layer.outputs < 1 ||
        layer.weight.size() != size(layer.inputs) * size(layer.outputs))
      return add(fmt::format("{}weight' has {} numbers for a shape of [{}, {}]", is, layer.weight.size(),
                             layer.outputs, layer.inputs));
    if (size(layer.inputs) != width)
      add(fmt::format("{}weight' has the shape [{}, {}] (outputs, inputs), and {} are {}", is,
                      layer.outputs, layer.inputs,
                      l == 0 ? "the inputs of the network" : "the outputs of the layer before", width));
    if (layer.residual && layer.inputs != layer.outputs)
      add(fmt::format("{}weight' has the shape [{}, {}]; a residual layer has as many outputs as inputs",
                      is, layer.outputs, layer.inputs));
    length(layer.bias, is + "bias'", layer.outputs);
    if (!layer.norm_weight.empty() || !layer.norm_bias.empty()) {
      length(layer.norm_weight, is + "norm_weight'", layer.outputs);
      length(layer.norm_bias, is + "norm_bias'", layer.outputs);
    }
    finite(layer.weight, is + "weight'");
    finite(layer.bias, is + "bias'");
    finite(layer.norm_weight, is + "norm_weight'");
    finite(layer.norm_bias, is + "norm_bias'");
  }

  void length(const std::vector<float>& numbers, const std::string& is, int outputs) {
    if (numbers.size() != size(outputs))
      add(fmt::format("{} has {} numbers; its layer has {} outputs", is, numbers.size(), outputs));
  }

  void finite(const std::vector<float>& numbers, const std::string& is) {
    const auto found =
        std::find_if_not(numbers.begin(), numbers.end(), [](float x) { return std::isfinite(x); });
    if (found != numbers.end())
      add(fmt::format(
          "{} has {} as its number {} from 0; weights must be finite floats: the training has "
          "failed, or a number is beyond 3e38",
          is, *found, found - numbers.begin()));
  }

  std::string name_;
  std::vector<Fault> faults_;
};

/// The numbers of a conductance surrogate.
std::vector<Fault> conductance_number_faults(const Conductance& c) {
  std::vector<Fault> faults;
  auto check = [&](const char* name, const auto& numbers, double low, double high, std::size_t count) {
    if (numbers.size() != count)
      return faults.push_back({"", fmt::format("the tensor 'conductance.{}' has {} numbers; {} needed",
                                               name, numbers.size(), count)});
    const auto found = std::find_if_not(numbers.begin(), numbers.end(),
                                        [&](double x) { return x >= low && x <= high; });
    if (found != numbers.end())
      faults.push_back(
          {"", fmt::format("the tensor 'conductance.{}' has {} as its number {} from 0; numbers "
                           "from {:g} to {:g} needed",
                           name, *found, found - numbers.begin(), low, high)});
  };
  const auto latents = static_cast<std::size_t>(c.latents), terms = static_cast<std::size_t>(c.terms);
  const auto knots = static_cast<std::size_t>(c.knots);
  if (c.knots < 2 || c.knots > most_knots)
    return {
        {"", fmt::format("the functions of V have {} knots; 2 to {} are allowed", c.knots, most_knots)}};
  check("inf", c.inf, 0.0, 1.0, latents * knots);
  check("rate", c.rate, 1e-7, 1e7, latents * knots);
  check("currents", c.currents, -1e6, 1e6, (terms + 1) * knots);
  check("factors", c.factors, -1e6, 1e6, terms * 3 * (latents + 1));
  check("initial", c.initial, -1000.0, 1000.0, c.initial.size());
  check("readouts", c.readout_weights, -1e6, 1e6, c.readouts.size() * c.readout_size());
  check("sensitivities", c.sensitivities, -1e6, 1e6, c.scaled.size() * (terms + 1) * knots);
  check("paced", c.paced, -1000.0, 1000.0, c.cycles.size() * c.initial.size());
  return faults;
}

std::vector<Fault> network_faults(const Surrogate& surrogate) {
  std::vector<Fault> faults;
  if (surrogate.conductance) return conductance_number_faults(*surrogate.conductance);
  for (const Part& part : surrogate.parts) {
    const std::vector<Fault> more = NetworkChecker().check(part);
    faults.insert(faults.end(), more.begin(), more.end());
  }
  return faults;
}

/// Faults of the values of a card whose keys have none in its reading.
std::vector<Fault> not_reported(const Card& card, const std::vector<Fault>& reading) {
  auto same_place = [](const std::string& a, const std::string& b) {
    const std::string& shorter = a.size() < b.size() ? a : b;
    const std::string& longer = a.size() < b.size() ? b : a;
    return longer == shorter || longer.starts_with(shorter + ".");
  };
  std::vector<std::string> places = card.missing;
  for (const Fault& fault : reading) places.push_back(fault.where);
  std::vector<Fault> out;
  for (const Fault& value : value_faults(card.surrogate)) {
    const bool reported = std::any_of(places.begin(), places.end(), [&](const std::string& place) {
      return same_place(place, value.where) || (place == "kind" && value.where == "dt");
    });
    if (!reported) out.push_back(value);
  }
  return out;
}

// ------------------------------------------------------------------------------------------- bytes

std::string bytes_of(const Surrogate& surrogate) {
  SafetensorsWriter writer;
  auto samples = [&](const char* name, const std::vector<std::vector<double>>& rows) {
    std::vector<double> numbers;
    for (const std::vector<double>& row : rows) numbers.insert(numbers.end(), row.begin(), row.end());
    writer.add(name, {rows.size(), rows.front().size()}, numbers);
  };
  samples("check.inputs", surrogate.check_inputs);
  samples("check.outputs", surrogate.check_outputs);
  if (const auto& c = surrogate.conductance) {
    const auto latents = static_cast<std::size_t>(c->latents),
               terms = static_cast<std::size_t>(c->terms);
    const auto knots = static_cast<std::size_t>(c->knots);
    writer.add("conductance.inf", {latents, knots}, c->inf);
    writer.add("conductance.rate", {latents, knots}, c->rate);
    writer.add("conductance.currents", {terms + 1, knots}, c->currents);
    writer.add("conductance.factors", {3 * terms, latents + 1}, c->factors);
    writer.add("conductance.initial", {c->initial.size()}, c->initial);
    if (!c->readouts.empty())
      writer.add("conductance.readouts", {c->readouts.size(), c->readout_size()}, c->readout_weights);
    if (!c->scaled.empty())
      writer.add("conductance.sensitivities", {c->scaled.size() * (terms + 1), knots}, c->sensitivities);
    if (!c->cycles.empty())
      writer.add("conductance.paced", {c->cycles.size(), c->initial.size()}, c->paced);
  }
  for (const Part& part : surrogate.parts) {
    for (std::size_t l = 0; l < part.network.layers.size(); ++l) {
      const Layer& layer = part.network.layers[l];
      writer.add(tensor_name(part, l, "weight"), {layer.outputs + 0ul, layer.inputs + 0ul},
                 layer.weight);
      writer.add(tensor_name(part, l, "bias"), {layer.bias.size()}, layer.bias);
      if (layer.norm_weight.empty()) continue;
      writer.add(tensor_name(part, l, "norm_weight"), {layer.norm_weight.size()}, layer.norm_weight);
      writer.add(tensor_name(part, l, "norm_bias"), {layer.norm_bias.size()}, layer.norm_bias);
    }
  }
  const std::span<const std::byte> body = writer.body();
  const std::string header = writer.header({{"format", format_name},
                                            {"version", std::to_string(file_version)},
                                            {"crc32", crc32_text(body)},
                                            {"card", write_card(surrogate)}});
  return header + std::string(reinterpret_cast<const char*>(body.data()), body.size());
}

std::vector<std::byte> read_bytes(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) refuse({{path, "there is no such file"}});
  if (!fs::is_regular_file(status)) refuse({{path, "this is a folder or a device, not a file"}});
  const std::uintmax_t size = fs::file_size(path, error);
  if (!error && size > file_cap)
    refuse({{path, fmt::format("the file has {} bytes; a surrogate has at most {}", size, file_cap)}});
  std::ifstream file(path, std::ios::binary);
  std::vector<std::byte> bytes(error ? 0 : size);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (error || !file) refuse({{path, "the file cannot be read; are you allowed to?"}});
  return bytes;
}

void write_bytes(const std::string& bytes, const std::string& path) {
  const std::string temporary = path + ".part";
  std::ofstream file(temporary, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  std::error_code error;
  if (file) fs::rename(temporary, path, error);
  if (file && !error) return;
  std::error_code ignored;
  fs::remove(temporary, ignored);
  throw RunError(fmt::format("{} could not be written; is the folder there, and is there space?", path));
}

}  // namespace

bool is_surrogate_file(const std::string& name) { return name.ends_with(".safetensors"); }

Surrogate read_surrogate(const std::string& path) { return parse_surrogate(read_bytes(path), path); }

Surrogate parse_surrogate(std::span<const std::byte> bytes, const std::string& path) {
  const Safetensors file = parse_safetensors(bytes, path);
  check_metadata(file, path);
  std::vector<Fault> faults;
  Card card = read_card(file.metadata.at("card"), faults);
  Surrogate& surrogate = card.surrogate;
  if (!faults.empty()) {
    append(faults, not_reported(card, faults));
    refuse(placed(faults, path));
  }
  append(faults, value_faults(surrogate));
  append(faults, structure_faults(surrogate));
  const std::vector<Fault> of_tensors = TensorReader(file).load(card);
  append(faults, of_tensors.empty() ? network_faults(surrogate) : of_tensors);
  if (faults.empty()) append(faults, check_pair_faults(surrogate));
  if (!faults.empty()) refuse(placed(faults, path));
  return std::move(card.surrogate);
}

void write_surrogate(Surrogate surrogate, const std::string& path) {
  std::vector<Fault> faults = value_faults(surrogate);
  append(faults, structure_faults(surrogate));
  append(faults, network_faults(surrogate));
  if (!faults.empty()) refuse(placed(faults, path));
  if (surrogate.check_inputs.empty() && surrogate.check_outputs.empty()) make_check_pairs(surrogate);
  require_pairs(surrogate, path);
  const std::string bytes = bytes_of(surrogate);
  parse_surrogate(std::as_bytes(std::span(bytes)), path);  // what is written can be read
  write_bytes(bytes, path);
}

}  // namespace myowave::surrogates
