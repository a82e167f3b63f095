// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "surrogates/safetensors.hpp"
#include "surrogates/surrogate_file.hpp"

/// Surrogates for tests, and files of them that can be changed.
namespace myowave::surrogates::samples {

using Json = nlohmann::ordered_json;

// ---------------------------------------------------------------------------------- good surrogates

/// Weights that are no two alike.
inline Layer layer(int inputs, int outputs, Activation activation, float seed) {
  Layer layer;
  layer.inputs = inputs;
  layer.outputs = outputs;
  layer.activation = activation;
  for (int i = 0; i < inputs * outputs; ++i)
    layer.weight.push_back(0.7f * std::sin(seed + 1.3f * static_cast<float>(i)));
  for (int o = 0; o < outputs; ++o) layer.bias.push_back(0.2f * std::cos(seed + static_cast<float>(o)));
  return layer;
}

/// A step of FitzHugh-Nagumo with everything that a layer can have.
inline Surrogate good_step() {
  Surrogate s;
  s.kind = Kind::step;
  s.name = "fhn_step";
  s.summary = "FitzHugh-Nagumo, a step of 0.1 ms";
  s.model = "fitzhugh_nagumo";
  s.variant = "classic";
  s.parameters = {{"epsilon", "0.08 /ms"}, {"gamma", "0.8"}};
  s.dt = 0.1;
  s.inputs = {{"V", "mV", -49.0, 30.0, -110.0, 15.0},
              {"v", "1", 0.1, 0.5, -1.5, 2.0},
              {"J", "uA/uF", 0.0, 20.0, -40.0, 60.0}};
  s.outputs = {{"V", "mV", Form::increment, Transform::identity, 0.0, 3.0},
               {"v", "1", Form::value, Transform::identity, 0.1, 0.5}};
  Layer hidden = layer(5, 5, Activation::silu, 2.0f);
  hidden.residual = true;
  hidden.gain = 0.3;
  hidden.norm_weight = {1.0f, 0.9f, 1.1f, 1.2f, 0.8f};
  hidden.norm_bias = {0.0f, 0.1f, -0.1f, 0.2f, -0.2f};
  s.parts = {{"main",
              {0, 1, 2},
              {0, 1},
              {{layer(3, 5, Activation::tanh, 1.0f), hidden, layer(5, 2, Activation::identity, 3.0f)}}}};
  s.provenance = {{"recipe", "random weights"}, {"seed", "7"}};
  s.accuracy = {{"one step", "0.02 mV"}};
  return s;
}

/// Two networks, a current with a reversal potential and a gate.
inline Surrogate good_rate() {
  Surrogate s;
  s.kind = Kind::rate;
  s.name = "hh_rate";
  s.model = "hodgkin_huxley_1952";
  s.integrator = Integrator::rush_larsen;
  s.inputs = {{"V", "mV", -40.0, 60.0, -90.0, 50.0}, {"n", "1", 0.5, 0.5, 0.0, 1.0}};
  s.outputs = {{"I_K", "mS/uF", Form::current, Transform::softplus, 0.0, 36.0, true, -77.0},
               {"n", "1", Form::inf, Transform::sigmoid, 0.0, 1.0},
               {"n", "ms", Form::tau, Transform::softplus, 0.5, 5.0}};
  s.parts = {{"gates",
              {0},
              {1, 2},
              {{layer(1, 4, Activation::tanh, 1.0f), layer(4, 2, Activation::identity, 2.0f)}}},
             {"currents", {1}, {0}, {{layer(1, 1, Activation::identity, 4.0f)}}}};
  return s;
}

inline Surrogate good_gate() {
  Surrogate s = good_rate();
  s.kind = Kind::gate;
  s.outputs.erase(s.outputs.begin());
  s.inputs.pop_back();
  s.parts.pop_back();
  s.parts[0].outputs = {0, 1};
  return s;
}

inline Surrogate good_residual() {
  Surrogate s;
  s.kind = Kind::residual;
  s.name = "residual";
  s.model = "mitchell_schaeffer_2003";
  s.inputs = {{"V", "mV", -40.0, 60.0, -90.0, 50.0}, {"h", "1", 0.0, 1.0, 0.0, 1.0}};
  s.outputs = {{"V", "mV/ms", Form::derivative, Transform::identity, 0.0, 1.0}};
  s.parts = {{"main", {0, 1}, {0}, {{layer(2, 1, Activation::identity, 1.0f)}}}};
  return s;
}

inline Surrogate good_trajectory() {
  Surrogate s;
  s.kind = Kind::trajectory;
  s.name = "ddnn";
  s.model = "fitzhugh_nagumo";
  s.inputs = {{"t", "ms", 0.0, 50.0, 0.0, 100.0}, {"V.0", "mV", 0.0, 50.0, -90.0, 0.0}};
  s.outputs = {{"V", "mV", Form::value, Transform::identity, 0.0, 50.0}};
  s.parts = {{"main", {0, 1}, {0}, {{layer(2, 1, Activation::identity, 1.0f)}}}};
  return s;
}

// -------------------------------------------------------------------------------------------- files

/// A path of this test's own.
inline std::string test_path() {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test->test_suite_name()) + "_" + test->name();
  std::replace(name.begin(), name.end(), '/', '_');
  return testing::TempDir() + "myowave_" + name + ".safetensors";
}

inline std::string file_bytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

inline std::string bytes_of(const Surrogate& surrogate) {
  const std::string path = test_path();
  write_surrogate(surrogate, path);
  const std::string bytes = file_bytes(path);
  std::filesystem::remove(path);
  return bytes;
}

inline std::span<const std::byte> as_bytes(const std::string& text) {
  return std::as_bytes(std::span(text));
}

inline Surrogate parsed(const std::string& bytes) {
  return parse_surrogate(as_bytes(bytes), "x.safetensors");
}

/// A file taken apart, so that one thing can be changed; the hash stays right.
struct Pieces {
  Json header, card;
  std::string body;

  explicit Pieces(const std::string& bytes) {
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    header = Json::parse(bytes.substr(8, length));
    card = Json::parse(header["__metadata__"]["card"].get<std::string>());
    body = bytes.substr(8 + length);
  }

  static std::string with_header(const std::string& text, const std::string& body) {
    const std::uint64_t length = text.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes + text + body;
  }

  std::string bytes() const {
    Json all = header;
    all["__metadata__"]["card"] = card.dump();
    if (all["__metadata__"].contains("crc32")) all["__metadata__"]["crc32"] = crc32_text(as_bytes(body));
    return with_header(all.dump(), body);
  }

  /// The bytes of a tensor in the body.
  char* data(const char* tensor) {
    return body.data() + header[tensor]["data_offsets"][0].get<std::size_t>();
  }
  template <class T>
  void set(const char* tensor, std::size_t i, T value) {
    std::memcpy(data(tensor) + i * sizeof value, &value, sizeof value);
  }
  /// Sets what a JSON pointer points to, "/card/dt" or "/header/main.0.bias/dtype", to a value in JSON;
  /// removes it if the value is empty.
  void edit(const std::string& pointer, const std::string& value) {
    const bool in_card = pointer.starts_with("/card");
    Json& json = in_card ? card : header;
    const std::string path = pointer.substr(in_card ? 5 : 7);
    if (value.empty())
      json = json.patch({{{"op", "remove"}, {"path", path}}});
    else
      json[Json::json_pointer(path)] = Json::parse(value);
  }
  /// Adds a tensor behind the others.
  void add(const std::string& name, const char* dtype, const Json& shape, const std::string& bytes) {
    header[name] = {
        {"dtype", dtype}, {"shape", shape}, {"data_offsets", {body.size(), body.size() + bytes.size()}}};
    body += bytes;
  }
  void rename(const char* tensor, const char* name) {
    const Json entry = header[tensor];
    header.erase(tensor);
    header[name] = entry;
  }
};

inline std::vector<Fault> faults_of(const std::string& bytes) {
  try {
    parsed(bytes);
  } catch (const InputError& error) {
    return error.faults();
  }
  return {};
}

inline std::string joined(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) text += fault.where + ": " + fault.message + "\n";
  return text;
}

inline void expect_words(const std::vector<Fault>& faults, const std::vector<std::string>& words) {
  ASSERT_FALSE(faults.empty()) << "it was accepted";
  for (const std::string& word : words)
    EXPECT_NE(joined(faults).find(word), std::string::npos) << "no '" << word << "' in\n"
                                                            << joined(faults);
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

inline std::vector<Surrogate> all_good() {
  return {good_step(), good_rate(), good_gate(), good_residual(), good_trajectory()};
}

/// A change of a good file and words that its refusal must have.
struct Refusal {
  const char* name;
  Surrogate (*of)();
  std::vector<std::pair<const char*, const char*>> edits;  ///< arguments of Pieces::edit
  std::vector<std::string> words;
};

inline void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.name; }

inline std::string name_of_refusal(const testing::TestParamInfo<Refusal>& info) {
  return info.param.name;
}

inline void expect_refused(const Refusal& refusal) {
  Pieces pieces(bytes_of(refusal.of()));
  for (const auto& [pointer, value] : refusal.edits) pieces.edit(pointer, value);
  const std::vector<Fault> faults = faults_of(pieces.bytes());
  expect_words(faults, refusal.words);
  for (const Fault& fault : faults) EXPECT_EQ(fault.where, "x.safetensors");
}

}  // namespace myowave::surrogates::samples
