// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "base/error.hpp"
#include "surrogates/safetensors.hpp"
#include "surrogates/surrogate_file.hpp"

// Feeds the reader of surrogates with broken files; see README.md for how to build and run it. Whatever
// comes in is read or refused by an InputError.

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace {

using Json = nlohmann::ordered_json;
namespace surrogates = myowave::surrogates;

constexpr std::size_t length_bytes = 8;

/// A file in its three layers, each of which is mutated for itself: the bytes of the tensors, the JSON
/// of the header, the JSON of the card. Otherwise hardly any mutation gets behind the hash and the
/// grammar.
struct File {
  Json header;
  std::string card, body;
  bool good = false;

  File(const uint8_t* data, size_t size) {
    std::uint64_t length = 0;
    if (size < length_bytes) return;
    std::memcpy(&length, data, length_bytes);
    if (length > size - length_bytes) return;
    const std::string text(reinterpret_cast<const char*>(data) + length_bytes, length);
    if (!surrogates::json_fault(text).empty()) return;
    header = Json::parse(text);
    if (!header.is_object() || !header.contains("__metadata__")) return;
    const Json& metadata = header["__metadata__"];
    if (!metadata.is_object() || !metadata.contains("card") || !metadata["card"].is_string()) return;
    card = metadata["card"].get<std::string>();
    body.assign(reinterpret_cast<const char*>(data) + length_bytes + length,
                size - length_bytes - length);
    good = true;
  }

  std::string bytes() {
    header["__metadata__"]["card"] = card;
    header["__metadata__"]["crc32"] = surrogates::crc32_text(std::as_bytes(std::span(body)));
    const std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
    const std::uint64_t length = text.size();
    std::string out(length_bytes, '\0');
    std::memcpy(out.data(), &length, length_bytes);
    return out + text + body;
  }
};

void mutate_text(std::string& text, std::size_t most) {
  std::string buffer = text;
  buffer.resize(most);
  const std::size_t size =
      LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(buffer.data()), std::min(text.size(), most), most);
  text = buffer.substr(0, size);
}

/// All values of a JSON text, objects and lists included.
void collect(Json& json, std::vector<Json*>& values) {
  values.push_back(&json);
  if (json.is_structured())
    for (Json& each : json) collect(each, values);
}

/// Replaces, removes or duplicates one value.
void mutate_value(Json& json, std::uint32_t random) {
  std::vector<Json*> values;
  collect(json, values);
  Json& value = *values[random % values.size()];
  const Json& other = *values[(random >> 8) % values.size()];
  static const Json special[] = {
      nullptr,       true,           0,   -1,    1e300,     1e-300, 0.5, 18446744073709551615ull, "",
      Json::array(), Json::object(), "V", "exp", "sigmoid", "1",    "ms"};
  switch ((random >> 16) % 5) {
    case 0:
      value = special[(random >> 20) % std::size(special)];
      break;
    case 1:
      value = Json(other);
      break;
    case 2:
      if (value.is_structured() && !value.empty()) value.erase(value.begin());
      break;
    case 3:
      if (value.is_array() && !value.empty()) value.push_back(Json(value[0]));
      break;
    default:
      if (value.is_string()) {
        std::string text = value.get<std::string>();
        mutate_text(text, text.size() + 8);
        value = text;
      } else if (value.is_number()) {
        double number = value.get<double>();
        LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(&number), sizeof number, sizeof number);
        value = number;
      }
  }
}

/// Steady states and time constants stay in bounds whatever the weights are.
void check_bounds(const surrogates::Surrogate& surrogate, const std::vector<double>& inputs) {
  const std::vector<double> outputs = surrogates::evaluate(surrogate, inputs);
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    const surrogates::Form form = surrogate.outputs[o].form;
    if (form == surrogates::Form::inf && (outputs[o] < -1e-9 || outputs[o] > 1.0 + 1e-9)) std::abort();
    if (form == surrogates::Form::tau && outputs[o] < 0.0) std::abort();
  }
}

const std::string& scratch_path() {
  static const std::string path =
      (std::filesystem::temp_directory_path() / fmt::format("surrogate_fuzz_{}.safetensors", getpid()))
          .string();
  return path;
}

/// What has been read can be written, and is then read again.
void check_round_trip(const surrogates::Surrogate& surrogate) {
  try {
    surrogates::write_surrogate(surrogate, scratch_path());
    if (surrogates::read_surrogate(scratch_path()).check_outputs != surrogate.check_outputs)
      std::abort();
  } catch (const myowave::InputError& error) {
    fmt::print(stderr, "{}\n", error.what());
    std::abort();
  }
  std::filesystem::remove(scratch_path());
}

double some_number(std::mt19937& random) {
  static const double special[] = {0.0, 1.0, -1.0, 0.5, 1e-7, 3e4, -1e12, 1e29, 1e-29, 3e38};
  return special[random() % std::size(special)] * (random() % 2 ? 1.0 : 1.0 + 1e-3 * (random() % 1000));
}

void mutate_conductance(surrogates::Conductance& c, std::mt19937& random) {
  std::vector<float>* const tables[] = {&c.inf, &c.rate, &c.currents, &c.factors, &c.sensitivities};
  std::vector<float>& table = *tables[random() % 5];
  switch (random() % 7) {
    case 0:
      if (!table.empty()) table[random() % table.size()] = static_cast<float>(some_number(random));
      break;
    case 1:
      table.resize(random() % 200);
      break;
    case 2:
      (random() % 2 ? c.latents : c.knots) = static_cast<int>(random() % 70);
      break;
    case 3:
      (random() % 2 ? c.V_first : c.V_last) = some_number(random);
      break;
    case 4:
      c.scaled.push_back({random() % 2 ? "g_Ks" : "g_Kr", some_number(random), some_number(random)});
      if (random() % 2) c.sensitivities.resize(c.scaled.size() * c.currents.size(), 0.5f);
      break;
    case 5:
      c.cycles.push_back(some_number(random));
      if (random() % 2) c.paced.resize(c.cycles.size() * c.initial.size(), 0.5);
      break;
    default:
      c.initial.assign(random() % 12, some_number(random));
  }
}

/// Changes a thing or two of a surrogate that is read; it may or may not be valid afterwards.
void mutate_surrogate(surrogates::Surrogate& s, std::mt19937& random) {
  if (s.conductance) return mutate_conductance(*s.conductance, random);
  surrogates::Part& part = s.parts[random() % s.parts.size()];
  surrogates::Layer& layer = part.network.layers[random() % part.network.layers.size()];
  surrogates::Input& input = s.inputs[random() % s.inputs.size()];
  surrogates::Output& output = s.outputs[random() % s.outputs.size()];
  switch (random() % 10) {
    case 0:
      layer.weight[random() % layer.weight.size()] = static_cast<float>(some_number(random));
      break;
    case 1:
      layer.activation = static_cast<surrogates::Activation>(random() % 9);
      break;
    case 2:
      layer.gain = some_number(random);
      break;
    case 3:
      layer.residual = !layer.residual;
      break;
    case 4:
      layer.norm_weight.assign(random() % 2 ? layer.bias.size() : 0, 1.0f);
      layer.norm_bias = layer.norm_weight;
      break;
    case 5:
      (random() % 2 ? input.offset : input.scale) = some_number(random);
      break;
    case 6:
      (random() % 2 ? input.min : input.max) = some_number(random);
      break;
    case 7:
      output.transform = static_cast<surrogates::Transform>(random() % 4);
      (random() % 2 ? output.offset : output.scale) = some_number(random);
      break;
    case 8:
      (random() % 2 ? s.dt : output.reversal) = some_number(random);
      s.integrator = static_cast<surrogates::Integrator>(random() % 3);
      break;
    default: {
      // One more layer, as wide as the one before it.
      surrogates::Layer more = layer;
      more.inputs = more.outputs;
      more.weight.assign(more.bias.size() * more.bias.size(), 0.1f);
      const auto behind = &layer - part.network.layers.data() + 1;
      part.network.layers.insert(part.network.layers.begin() + behind, more);
    }
  }
}

/// Another valid file from a valid one; empty where there is none.
std::string mutated_valid_file(const uint8_t* data, size_t size, unsigned seed) {
  try {
    surrogates::Surrogate surrogate =
        surrogates::parse_surrogate(std::as_bytes(std::span(data, size)), "fuzz");
    std::mt19937 random(seed);
    for (unsigned changes = 1 + random() % 3; changes > 0; --changes)
      mutate_surrogate(surrogate, random);
    surrogate.check_inputs.clear();  // samples are made anew
    surrogate.check_outputs.clear();
    surrogates::write_surrogate(surrogate, scratch_path());
    std::ifstream file(scratch_path(), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  } catch (const myowave::InputError&) {
    return "";
  }
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned seed) {
  if (seed % 8 == 1) {
    const std::string bytes = mutated_valid_file(data, size, seed);
    if (!bytes.empty() && bytes.size() <= max_size) {
      std::memcpy(data, bytes.data(), bytes.size());
      return bytes.size();
    }
  }
  File file(data, size);
  if (!file.good || seed % 4 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::uint32_t random = seed * 2654435761u;
  switch ((seed >> 3) % 4) {
    case 0:
      mutate_text(file.body, file.body.size() + 16);
      break;
    case 1:
      mutate_value(file.header, random);
      // The metadata may be gone, or no object any more.
      if (!file.header.is_object() || !file.header["__metadata__"].is_object())
        return LLVMFuzzerMutate(data, size, max_size);
      break;
    case 2:
      mutate_text(file.card, file.card.size() + 16);
      break;
    default:
      if (!surrogates::json_fault(file.card).empty()) return LLVMFuzzerMutate(data, size, max_size);
      Json card = Json::parse(file.card);
      mutate_value(card, random);
      file.card = card.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  const std::string bytes = file.bytes();
  if (bytes.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, bytes.data(), bytes.size());
  return bytes.size();
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  surrogates::Surrogate surrogate;
  try {
    surrogate = surrogates::parse_surrogate(std::as_bytes(std::span(data, size)), "fuzz");
  } catch (const myowave::InputError&) {
    return 0;
  }
  surrogates::card_text(surrogate);
  for (const auto& row : surrogate.check_inputs) check_bounds(surrogate, row);
  std::vector<double> low, high;
  for (const surrogates::Input& input : surrogate.inputs) {
    low.push_back(input.min);
    high.push_back(input.max);
  }
  check_bounds(surrogate, low);
  check_bounds(surrogate, high);
  if (size % 8 == 0) check_round_trip(surrogate);  // a part of them: the disk is slow
  return 0;
}
