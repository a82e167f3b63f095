// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <functional>

#include "surrogates/card.hpp"
#include "tests/unit/surrogate_samples.hpp"

namespace myowave::surrogates::samples {
namespace {

void expect_same(const Network& a, const Network& b) {
  ASSERT_EQ(a.layers.size(), b.layers.size());
  for (std::size_t l = 0; l < a.layers.size(); ++l) {
    const Layer &x = a.layers[l], &y = b.layers[l];
    EXPECT_EQ(x.inputs, y.inputs);
    EXPECT_EQ(x.outputs, y.outputs);
    EXPECT_EQ(x.weight, y.weight);
    EXPECT_EQ(x.bias, y.bias);
    EXPECT_EQ(x.activation, y.activation);
    EXPECT_EQ(x.gain, y.gain);
    EXPECT_EQ(x.residual, y.residual);
    EXPECT_EQ(x.norm_weight, y.norm_weight);
    EXPECT_EQ(x.norm_bias, y.norm_bias);
  }
}

void expect_same(const Surrogate& a, const Surrogate& b) {
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.name, b.name);
  EXPECT_EQ(a.summary, b.summary);
  EXPECT_EQ(a.model, b.model);
  EXPECT_EQ(a.variant, b.variant);
  EXPECT_EQ(a.parameters, b.parameters);
  EXPECT_EQ(a.dt, b.dt);
  EXPECT_EQ(a.integrator, b.integrator);
  EXPECT_EQ(a.provenance, b.provenance);
  EXPECT_EQ(a.accuracy, b.accuracy);
  ASSERT_EQ(a.inputs.size(), b.inputs.size());
  for (std::size_t i = 0; i < a.inputs.size(); ++i) {
    const Input &x = a.inputs[i], &y = b.inputs[i];
    EXPECT_EQ(std::tie(x.name, x.unit, x.offset, x.scale, x.min, x.max),
              std::tie(y.name, y.unit, y.offset, y.scale, y.min, y.max));
  }
  ASSERT_EQ(a.outputs.size(), b.outputs.size());
  for (std::size_t o = 0; o < a.outputs.size(); ++o) {
    const Output &x = a.outputs[o], &y = b.outputs[o];
    EXPECT_EQ(
        std::tie(x.name, x.unit, x.form, x.transform, x.offset, x.scale, x.has_reversal, x.reversal),
        std::tie(y.name, y.unit, y.form, y.transform, y.offset, y.scale, y.has_reversal, y.reversal));
  }
  ASSERT_EQ(a.parts.size(), b.parts.size());
  for (std::size_t p = 0; p < a.parts.size(); ++p) {
    EXPECT_EQ(a.parts[p].name, b.parts[p].name);
    EXPECT_EQ(a.parts[p].inputs, b.parts[p].inputs);
    EXPECT_EQ(a.parts[p].outputs, b.parts[p].outputs);
    expect_same(a.parts[p].network, b.parts[p].network);
  }
}

// ------------------------------------------------------------------------------------ good files

TEST(SurrogateFile, WhatIsWrittenIsReadBack) {
  for (Surrogate surrogate : all_good()) {
    SCOPED_TRACE(surrogate.name);
    // No short decimals.
    surrogate.inputs[0].offset = -1.0 / 3.0;
    surrogate.outputs[0].scale *= 1.0 / 1.0000003;
    if (surrogate.kind == Kind::step) surrogate.dt = 1.0 / 30.0;

    const Surrogate read = parsed(bytes_of(surrogate));

    expect_same(surrogate, read);
    EXPECT_EQ(read.check_inputs.size(), 16u);
    EXPECT_EQ(read.check_outputs.size(), 16u);
  }
}

TEST(SurrogateFile, TheSameContentGivesTheSameBytes) {
  for (const Surrogate& surrogate : all_good()) {
    const std::string bytes = bytes_of(surrogate);
    EXPECT_EQ(bytes, bytes_of(surrogate));
    EXPECT_EQ(bytes, bytes_of(parsed(bytes))) << "after reading";
  }
}

TEST(SurrogateFile, SamplesAreSpreadOverTheRangesAndAreThoseOfTheNetworks) {
  const Surrogate s = parsed(bytes_of(good_step()));

  for (std::size_t i = 0; i < s.inputs.size(); ++i) {
    std::vector<double> values;
    for (const auto& row : s.check_inputs) values.push_back(row[i]);
    std::sort(values.begin(), values.end());
    const double width = (s.inputs[i].max - s.inputs[i].min) / 16.0;
    for (std::size_t k = 0; k < 16; ++k)
      EXPECT_NEAR(values[k], s.inputs[i].min + (static_cast<double>(k) + 0.5) * width, 1e-9 * width);
  }
  for (std::size_t k = 0; k < 16; ++k) EXPECT_EQ(s.check_outputs[k], evaluate(s, s.check_inputs[k]));
}

TEST(SurrogateFile, EvaluationNormalisesAndTransforms) {
  Surrogate s = good_rate();
  s.parts[1].network.layers[0].weight = {2.0f};
  s.parts[1].network.layers[0].bias = {1.0f};
  const std::vector<double> out = evaluate(s, std::vector<double>{-50.0, 0.75});

  // n = 0.75 is seen as 0.5; 2 * 0.5 + 1 = 2; no reversal potential.
  EXPECT_NEAR(out[0], 36.0 * std::log1p(std::exp(2.0)), 1e-12);
  EXPECT_GT(out[1], 0.0);
  EXPECT_LT(out[1], 1.0);
  EXPECT_GT(out[2], 0.5);
}

TEST(SurrogateFile, ATransformOfLargeNumbersStaysFinite) {
  Surrogate s = good_rate();
  s.parts[1].network.layers[0].weight = {2000.0f};
  s.parts[1].network.layers[0].bias = {0.0f};
  s.inputs[1].offset = 0.0;
  s.inputs[1].scale = 1.0;

  EXPECT_DOUBLE_EQ(evaluate(s, std::vector<double>{0.0, 1.0})[0], 36.0 * 2000.0);
  EXPECT_EQ(evaluate(s, std::vector<double>{0.0, -1.0})[0], 0.0);
}

TEST(SurrogateFile, NumbersLieAlignedWithoutGap) {
  const std::string bytes = bytes_of(good_step());
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ(length % 8, 0u);
  EXPECT_EQ(bytes.size(), Pieces(bytes).body.size() + 8 + length);
}

TEST(SurrogateFile, ItIsKnownByItsName) {
  EXPECT_TRUE(is_surrogate_file("cards/fhn.safetensors"));
  EXPECT_FALSE(is_surrogate_file("ten_tusscher_2006"));
}

// ------------------------------------------------------------------------------------ number types

std::uint16_t to_half(float x) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &x, 4);
  const int exponent = static_cast<int>((bits >> 23) & 0xff) - 127 + 15;
  const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000);
  if (exponent <= 0) return sign;
  return static_cast<std::uint16_t>(sign | (exponent << 10) | ((bits >> 13) & 0x3ff));
}

/// One tensor of 16-bit numbers, as floats.
std::vector<float> floats_of_bits(const char* dtype, const std::vector<std::uint16_t>& bits) {
  Tensor tensor{"x", dtype, {bits.size()}, std::as_bytes(std::span(bits))};
  return floats_of(tensor);
}

TEST(SurrogateNumbers, HalfPrecisionIsConvertedExactly) {
  const std::vector<float> x = floats_of_bits("F16", {0x0000, 0x8000, 0x3c00, 0xc000, 0x3555, 0x7bff,
                                                      0x0001, 0x03ff, 0x0400, 0x7c00, 0xfc00, 0x7e00});
  EXPECT_EQ(x[0], 0.0f);
  EXPECT_TRUE(x[1] == 0.0f && std::signbit(x[1]));
  EXPECT_EQ(x[2], 1.0f);
  EXPECT_EQ(x[3], -2.0f);
  EXPECT_EQ(x[4], 0.333251953125f);
  EXPECT_EQ(x[5], 65504.0f);
  EXPECT_EQ(x[6], 0x1p-24f);
  EXPECT_EQ(x[7], 1023.0f * 0x1p-24f);
  EXPECT_EQ(x[8], 0x1p-14f);
  EXPECT_EQ(x[9], HUGE_VALF);
  EXPECT_EQ(x[10], -HUGE_VALF);
  EXPECT_TRUE(std::isnan(x[11]));
}

TEST(SurrogateNumbers, BrainFloatIsConvertedExactly) {
  const std::vector<float> x = floats_of_bits("BF16", {0x3f80, 0xc000, 0x3eab, 0x7f80, 0x0001});
  EXPECT_EQ(x[0], 1.0f);
  EXPECT_EQ(x[1], -2.0f);
  EXPECT_EQ(x[2], 0.333984375f);
  EXPECT_EQ(x[3], HUGE_VALF);
  EXPECT_EQ(x[4], 0x1p-133f);
}

TEST(SurrogateNumbers, ADoubleBeyondFloatBecomesInfinite) {
  const std::vector<double> numbers = {1e300, -1e39, 0.1};
  const Tensor tensor{"x", "F64", {3}, std::as_bytes(std::span(numbers))};
  EXPECT_EQ(floats_of(tensor), (std::vector<float>{HUGE_VALF, -HUGE_VALF, 0.1f}));
  EXPECT_EQ(doubles_of(tensor), numbers);
}

/// The residual surrogate with its weights in another type.
template <class T>
Pieces with_weights(const char* dtype, const std::vector<T>& numbers,
                    const std::vector<float>& as_floats) {
  Surrogate s = good_residual();
  s.parts[0].network.layers[0].weight = as_floats;
  Pieces pieces(bytes_of(s));
  // It stood last but one; the bias behind it moves.
  const std::string bias(pieces.data("main.0.bias"), 4);
  pieces.body.resize(pieces.header["main.0.weight"]["data_offsets"][0].template get<std::size_t>());
  pieces.header.erase("main.0.weight");
  pieces.header.erase("main.0.bias");
  pieces.add("main.0.weight", dtype, {1, 2},
             std::string(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)));
  pieces.add("main.0.bias", "F32", Json::array({1}), bias);
  return pieces;
}

TEST(SurrogateNumbers, WeightsMayBeInFourTypes) {
  const std::vector<float> exact = {0.75f, -0.5f};
  const std::vector<std::uint16_t> halves = {to_half(0.75f), to_half(-0.5f)}, brains = {0x3f40, 0xbf00};
  for (const Pieces& pieces : {with_weights("F16", halves, exact), with_weights("BF16", brains, exact),
                               with_weights<double>("F64", {0.75, -0.5}, exact)})
    EXPECT_EQ(parsed(pieces.bytes()).parts[0].network.layers[0].weight, exact);
}

TEST(SurrogateNumbers, FloatSamplesOfAnotherProgramAreAccepted) {
  Pieces pieces(bytes_of(good_step()));
  const Surrogate s = parsed(pieces.bytes());
  std::string inputs, outputs;
  for (std::size_t k = 0; k < s.check_inputs.size(); ++k) {
    auto put = [](std::string& to, double x) {
      const auto single = static_cast<float>(x);
      to.append(reinterpret_cast<const char*>(&single), 4);
    };
    for (const double x : s.check_inputs[k]) put(inputs, x);
    for (const double x : s.check_outputs[k]) put(outputs, x * (1.0 + 1e-6));
  }
  // In the place of the doubles, which stand first.
  const std::size_t doubles = pieces.header["main.0.weight"]["data_offsets"][0].get<std::size_t>();
  pieces.body.erase(0, doubles);
  for (auto& [name, tensor] : pieces.header.items())
    if (name.starts_with("main"))
      for (auto& offset : tensor["data_offsets"]) offset = offset.get<std::size_t>() - doubles;
  pieces.header.erase("check.inputs");
  pieces.header.erase("check.outputs");
  pieces.add("check.inputs", "F32", {16, 3}, inputs);
  pieces.add("check.outputs", "F32", {16, 2}, outputs);

  EXPECT_EQ(joined(faults_of(pieces.bytes())), "");
}

// ---------------------------------------------------------------------------- files of the fuzzer

const std::filesystem::path corpus =
    std::filesystem::path(MYOWAVE_SOURCE_DIR) / "tests/fuzz/corpus/surrogate";

TEST(SurrogateCorpus, EveryFileIsReadOrRefused) {
  int files = 0, read = 0;
  for (const auto& entry : std::filesystem::directory_iterator(corpus)) {
    const std::string path = entry.path().string();
    ++files;
    try {
      card_text(read_surrogate(path));
      ++read;
    } catch (const InputError& error) {
      EXPECT_EQ(error.faults().front().where, path);
    }
  }
  EXPECT_GE(files, 20);
  EXPECT_GE(read, 6);
}

TEST(SurrogateCorpus, AFileFromPyTorchGivesTheGatesThatItWasTrainedFor) {
  const Surrogate s = read_surrogate((corpus / "pytorch.safetensors").string());

  EXPECT_EQ(s.kind, Kind::gate);
  EXPECT_EQ(s.parts[0].network.parameters(), 798u);
  // Hodgkin and Huxley 1952 at rest: m, h and n in turn, steady state and time constant.
  const std::vector<double> at_rest = evaluate(s, std::vector<double>{-60.0});
  const double expected[] = {0.0529, 0.2368, 0.5961, 8.5160, 0.3177, 5.4586};
  for (std::size_t o = 0; o < 6; ++o)
    EXPECT_NEAR(at_rest[o], expected[o], 5e-3 * std::max(1.0, expected[o]))
        << reference_of(s.outputs[o]);
}

// ------------------------------------------------------------------------------------------ writing

std::vector<Fault> faults_of_writing(const Surrogate& surrogate, const std::string& path) {
  try {
    write_surrogate(surrogate, path);
  } catch (const InputError& error) {
    return error.faults();
  }
  return {};
}

TEST(SurrogateWriting, WhatCannotBeReadIsNotWritten) {
  const std::string path = test_path();
  auto expect_unwritten = [&](const std::function<void(Surrogate&)>& change,
                              const std::vector<std::string>& words) {
    Surrogate s = good_step();
    change(s);
    expect_words(faults_of_writing(s, path), words);
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  };
  expect_unwritten([](Surrogate& s) { s.inputs[0].scale = std::nan(""); },
                   {"inputs.0.scale", "not finite"});
  expect_unwritten([](Surrogate& s) { s.inputs[0].offset = HUGE_VAL; },
                   {"inputs.0.offset", "not finite"});
  expect_unwritten([](Surrogate& s) { s.inputs[0].max = s.inputs[0].min; }, {"width zero"});
  expect_unwritten([](Surrogate& s) { s.dt = 0.0; }, {"card, dt"});
  expect_unwritten([](Surrogate& s) { s.kind = Kind::conductance; },
                   {"a conductance surrogate has none"});
  expect_unwritten([](Surrogate& s) { s.summary = "\xff"; }, {"no UTF-8"});
  expect_unwritten([](Surrogate& s) { s.parts[0].network.layers[0].weight[2] = std::nanf(""); },
                   {"'main.0.weight' has nan as its number 2"});
  expect_unwritten([](Surrogate& s) { s.parts[0].network.layers[0].weight.pop_back(); }, {"14 numbers"});
  expect_unwritten([](Surrogate& s) { s.parts[0].network.layers.clear(); }, {"0 layers"});
  expect_unwritten([](Surrogate& s) { s.parts[0].outputs.pop_back(); }, {"'v.value' is computed by no"});
  expect_unwritten([](Surrogate& s) { s.parts.clear(); }, {"card, networks: there are 0"});
  expect_unwritten([](Surrogate& s) { s.check_inputs = {{-80.0, 0.0, 0.0}}; }, {"must be pairs"});
  expect_unwritten([](Surrogate& s) { s.check_inputs = s.check_outputs = {{0.0}}; }, {"must be pairs"});
  expect_unwritten(
      [](Surrogate& s) {
        s.check_inputs = {{-80.0, 0.0, 0.0}};
        s.check_outputs = {{50.0, 50.0}};
      },
      {"do not reproduce their samples"});
}

TEST(SurrogateWriting, SamplesThatAreGivenAreKept) {
  Surrogate s = good_step();
  s.check_inputs = {{-80.0, 0.5, 0.0}, {0.0, 0.0, 10.0}};
  for (const auto& row : s.check_inputs) s.check_outputs.push_back(evaluate(s, row));

  const Surrogate read = parsed(bytes_of(s));

  EXPECT_EQ(read.check_inputs, s.check_inputs);
  EXPECT_EQ(read.check_outputs, s.check_outputs);
}

TEST(SurrogateWriting, AFolderThatIsNotThereIsAnErrorOfTheRun) {
  EXPECT_THROW(write_surrogate(good_step(), "/nowhere/x.safetensors"), RunError);
}

TEST(SurrogateWriting, AFileIsReplacedAsAWhole) {
  const std::string path = test_path();
  std::ofstream(path) << "something else";
  write_surrogate(good_step(), path);
  EXPECT_EQ(read_surrogate(path).name, "fhn_step");
  EXPECT_FALSE(std::filesystem::exists(path + ".part"));
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace myowave::surrogates::samples
