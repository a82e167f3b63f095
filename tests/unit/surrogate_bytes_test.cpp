// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <functional>

#include "tests/unit/surrogate_samples.hpp"

namespace myowave::surrogates::samples {
namespace {

class RefusedContainer : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedContainer, SaysWhy) { expect_refused(GetParam()); }

const Refusal containers[] = {
    {"no_metadata", good_step, {{"/header/__metadata__", "{}"}}, {"metadata need format"}},
    {"metadata_not_text",
     good_step,
     {{"/header/__metadata__/version", "1"}},
     {"'version' in the metadata is no text"}},
    {"no_tensor",
     good_step,
     {{"/header/extra", "5"}},
     {"'extra' is not described by dtype, shape and data_offsets"}},
    {"without_format", good_step, {{"/header/__metadata__/format", ""}}, {"tensors without a card"}},
    {"other_format",
     good_step,
     {{"/header/__metadata__/format", "\"pt\""}},
     {"format 'pt'", "myowave-surrogate"}},
    {"newer_version",
     good_step,
     {{"/header/__metadata__/version", "\"2\""}},
     {"has version 2", "reads version 1", "update myowave"}},
    {"version_of_letters",
     good_step,
     {{"/header/__metadata__/version", "\"1a\""}},
     {"'1a' is no version"}},
    {"version_zero", good_step, {{"/header/__metadata__/version", "\"0\""}}, {"'0' is no version"}},
    {"without_version", good_step, {{"/header/__metadata__/version", ""}}, {"'version' is missing"}},
    {"without_hash", good_step, {{"/header/__metadata__/crc32", ""}}, {"'crc32' is missing"}},
    {"unknown_metadata",
     good_step,
     {{"/header/__metadata__/versoin", "\"1\""}},
     {"'versoin' in the metadata", "did you mean 'version'?"}},
    {"number_type",
     good_step,
     {{"/header/main.0.bias/dtype", "\"I32\""}},
     {"'main.0.bias'", "I32", "F64, F32, F16, BF16", ".float()"}},
    {"number_type_is_no_text", good_step, {{"/header/main.0.bias/dtype", "4"}}, {"number type 4"}},
    {"shape_of_text",
     good_step,
     {{"/header/main.0.bias/shape", "\"5\""}},
     {"'main.0.bias' has the shape"}},
    {"negative_length", good_step, {{"/header/main.0.bias/shape", "[-5]"}}, {"[-5]", "above 0"}},
    {"length_of_zero", good_step, {{"/header/main.0.bias/shape", "[0]"}}, {"[0]", "above 0"}},
    {"broken_length", good_step, {{"/header/main.0.bias/shape", "[2.5]"}}, {"[2.5]"}},
    {"nine_lengths",
     good_step,
     {{"/header/main.0.bias/shape", "[5, 1, 1, 1, 1, 1, 1, 1, 1]"}},
     {"at most 8"}},
    {"shape_unlike_bytes",
     good_step,
     {{"/header/main.0.bias/shape", "[6]"}},
     {"'main.0.bias' has 20 bytes", "[6]", "F32"}},
    {"size_overflow",
     good_step,
     {{"/header/main.0.bias/shape", "[4611686018427387904, 4, 5]"}},
     {"'main.0.bias' has 20 bytes"}},
    {"offsets_reversed",
     good_step,
     {{"/header/main.0.bias/data_offsets", "[20, 0]"}},
     {"data_offsets [20,0]"}},
    {"one_offset", good_step, {{"/header/main.0.bias/data_offsets", "[20]"}}, {"data_offsets [20]"}},
    {"huge_offset",
     good_step,
     {{"/header/main.0.bias/data_offsets", "[0, 18446744073709551615]"}},
     {"'main.0.bias' ends at byte 18446744073709551615", "truncated"}},
    {"overlap", good_step, {{"/header/main.0.bias/data_offsets", "[0, 20]"}}, {"overlap"}},
    {"weight_is_no_matrix",
     good_step,
     {{"/header/main.0.weight/shape", "[15]"}},
     {"'main.0.weight' has the shape [15]", "two lengths"}},
    {"transposed_weight",
     good_step,
     {{"/header/main.0.weight/shape", "[3, 5]"}},
     {"'main.0.weight' has the shape [3, 5]", "the inputs of the network are 3"}},
    {"layers_do_not_chain",
     good_step,
     {{"/header/main.2.weight/shape", "[5, 2]"}},
     {"'main.2.weight' has the shape [5, 2]", "outputs of the layer before are 5"}},
    {"samples_of_other_width",
     good_step,
     {{"/header/check.inputs/shape", "[24, 2]"}},
     {"'check.inputs' has the shape [24, 2]", "[n, 3]"}},
    {"norm_without_flag",
     good_step,
     {{"/card/networks/0/layers/1/layer_norm", "false"}},
     {"'main.1.norm_bias' belongs to no layer"}},
    {"flag_without_norm",
     good_step,
     {{"/card/networks/0/layers/0/layer_norm", "true"}},
     {"'main.0.norm_weight' is missing"}},
    {"other_order_of_inputs",
     good_step,
     {{"/card/networks/0/inputs", R"(["v", "V", "J"])"}},
     {"do not reproduce", "order of inputs"}},
    {"other_normalisation",
     good_step,
     {{"/card/inputs/0/offset", "-50"}},
     {"do not reproduce", "normalisation"}},
    {"other_activation",
     good_step,
     {{"/card/networks/0/layers/0/activation", "\"relu\""}},
     {"do not reproduce", "activations"}},
};

INSTANTIATE_TEST_SUITE_P(Header, RefusedContainer, testing::ValuesIn(containers), name_of_refusal);

/// Refusals of a step surrogate whose numbers are changed; the hash stays right.
void expect_refused_after(const std::function<void(Pieces&)>& change,
                          const std::vector<std::string>& words) {
  Pieces pieces(bytes_of(good_step()));
  change(pieces);
  expect_words(faults_of(pieces.bytes()), words);
}

TEST(SurrogateTensors, MustFillTheFile) {
  expect_refused_after([](Pieces& p) { p.body.resize(p.body.size() - 4); },
                       {"truncated", "'main.2.bias' ends at byte"});
  expect_refused_after([](Pieces& p) { p.body += "1234"; }, {"behind its end"});
  expect_refused_after(
      [](Pieces& p) {
        p.body += "1234";
        p.add("main.3.bias", "F32", Json::array({1}), "1234");
      },
      {"'main.3.bias' starts at byte", "holes"});
}

TEST(SurrogateTensors, MustBeThoseOfTheCard) {
  expect_refused_after([](Pieces& p) { p.add("main.3.bias", "F32", Json::array({1}), "1234"); },
                       {"'main.3.bias' belongs to no layer"});
  expect_refused_after([](Pieces& p) { p.rename("main.0.bias", "main.0.bais"); },
                       {"'main.0.bias' is missing", "did you mean 'main.0.bais'?"});
  expect_refused_after([](Pieces& p) { p.rename("check.inputs", "check.input"); },
                       {"'check.inputs' is missing"});
  expect_refused_after(
      [](Pieces& p) {
        p.body.resize(p.body.size() - 4);
        p.header["main.2.bias"]["shape"] = {1};
        p.header["main.2.bias"]["data_offsets"][1] = p.body.size();
      },
      {"'main.2.bias' has 1 numbers", "2 outputs"});
  expect_refused_after(
      [](Pieces& p) {
        // Two rows of inputs become a tensor of their own.
        p.header["check.inputs"]["shape"] = {14, 3};
        p.header["check.inputs"]["data_offsets"] = {0, 14 * 3 * 8};
        p.header["check.rest"] = {
            {"dtype", "F64"}, {"shape", {6}}, {"data_offsets", {14 * 3 * 8, 16 * 3 * 8}}};
      },
      {"14 rows of check.inputs and 16 of check.outputs"});
}

TEST(SurrogateTensors, AreLoadedOnce) {
  // A thousand networks with one name would take the memory of a thousand.
  expect_refused_after(
      [](Pieces& p) {
        for (int i = 0; i < 999; ++i) p.card["networks"].push_back(p.card["networks"][0]);
      },
      {"there are two networks 'main'", "and more faults"});
  expect_refused_after([](Pieces& p) { p.card["networks"].push_back(p.card["networks"][0]); },
                       {"the tensor 'main.0.weight' is used by two networks"});
}

TEST(SurrogateTensors, MustBeFinite) {
  expect_refused_after([](Pieces& p) { p.set("main.0.weight", 3, std::nanf("")); },
                       {"'main.0.weight' has nan as its number 3"});
  expect_refused_after([](Pieces& p) { p.set("main.1.bias", 2, HUGE_VALF); },
                       {"'main.1.bias' has inf as its number 2"});
  expect_refused_after([](Pieces& p) { p.set("main.1.norm_weight", 0, std::nanf("")); },
                       {"'main.1.norm_weight' has nan"});
  expect_refused_after([](Pieces& p) { p.set("check.inputs", 4, std::nan("")); },
                       {"'check.inputs' has numbers that are not finite"});
}

TEST(SurrogateTensors, MustReproduceTheirSamples) {
  expect_refused_after([](Pieces& p) { p.set("main.0.weight", 4, 0.5f); },
                       {"do not reproduce their samples: V.increment of row", "v.value of row"});
  expect_refused_after([](Pieces& p) { p.set("check.outputs", 7, 1.0); },
                       {"do not reproduce their samples: v.value of row 3 of check.inputs"});
}

TEST(SurrogateTensors, SamplesMayBeOffByATenThousandthOfTheirVariation) {
  const Surrogate s = parsed(bytes_of(good_step()));
  double low = s.check_outputs[0][0], high = low;
  for (const auto& row : s.check_outputs) {
    low = std::min(low, row[0]);
    high = std::max(high, row[0]);
  }
  auto off_by = [&](double part) {
    Pieces pieces(bytes_of(good_step()));
    pieces.set("check.outputs", 2, s.check_outputs[1][0] + part * (high - low));
    return faults_of(pieces.bytes()).size();
  };
  EXPECT_EQ(off_by(0.9e-4), 0u);
  EXPECT_EQ(off_by(1.1e-4), 1u);
}

void expect_refused_bytes(const std::string& bytes, const std::vector<std::string>& words) {
  expect_words(faults_of(bytes), words);
}

TEST(SurrogateBytes, WhatIsNoSafetensorsFileIsRefused) {
  expect_refused_bytes("", {"no safetensors file", "0 bytes"});
  expect_refused_bytes("short", {"5 bytes"});
  expect_refused_bytes(std::string("\x89PNG\r\n\x1a\n") + std::string(100, 'x'),
                       {"at most 16777216 are allowed"});
  expect_refused_bytes(Pieces::with_header("no json", ""), {"does not begin with '{'"});
  expect_refused_bytes(Pieces::with_header("{\"a\": }", ""),
                       {"header cannot be read", "no JSON at character 7"});
  expect_refused_bytes(Pieces::with_header("{}", ""), {"tensors without a card"});
  expect_refused_bytes(Pieces::with_header("{} x", ""), {"header cannot be read"});
}

TEST(SurrogateBytes, EveryTruncationIsRefused) {
  const std::string bytes = bytes_of(good_residual());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const std::vector<Fault> faults = faults_of(bytes.substr(0, length));
    ASSERT_FALSE(faults.empty()) << length;
    if (length >= 8) {
      ASSERT_NE(joined(faults).find("truncated"), std::string::npos) << joined(faults);
    }
  }
}

TEST(SurrogateBytes, EveryChangedByteOfTheNumbersIsFound) {
  const std::string good = bytes_of(good_residual());
  const std::size_t body = good.size() - Pieces(good).body.size();
  for (std::size_t at = body; at < good.size(); ++at) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    expect_refused_bytes(bytes, {"CRC-32", "damaged"});
  }
}

TEST(SurrogateBytes, AHeaderBeyondTheCapIsRefusedBeforeItIsRead) {
  std::string bytes = bytes_of(good_residual());
  const std::uint64_t length = ~std::uint64_t{0};
  std::memcpy(bytes.data(), &length, 8);
  expect_refused_bytes(bytes, {"18446744073709551615 bytes", "at most"});
}

TEST(SurrogateBytes, DeepWideAndAmbiguousJsonIsRefused) {
  const std::string good = bytes_of(good_residual());
  const Pieces pieces(good);
  auto with = [&](const std::string& more) {
    return Pieces::with_header(replaced(pieces.header.dump(), "{", "{" + more + ","), pieces.body);
  };
  expect_refused_bytes(with("\"a\":" + std::string(1'000'000, '[')), {"deeper than 32"});
  std::string wide = "\"a\":[0";
  for (int i = 0; i < 100'000; ++i) wide += ",0";
  expect_refused_bytes(with(wide + "]"), {"more than 100000 values"});
  expect_refused_bytes(with("\"main.0.bias\":{}"), {"the key 'main.0.bias' stands twice"});
  expect_refused_bytes(with("\"a\":1e999"), {"'1e999' does not fit a double"});
  expect_refused_bytes(with("\"a\":NaN"), {"NaN and Infinity are no numbers in JSON"});
  expect_refused_bytes(with("\"\xff\":1"), {"no JSON"});
}

TEST(SurrogateBytes, AKeyThatStandsTwiceInTheCardIsRefused) {
  Pieces pieces(bytes_of(good_residual()));
  auto with_card = [&](const std::string& card) {
    Json header = pieces.header;
    header["__metadata__"]["card"] = card;
    return Pieces::with_header(header.dump(), pieces.body);
  };
  const std::string card = pieces.card.dump();
  EXPECT_EQ(joined(faults_of(with_card(card))), "");
  expect_refused_bytes(with_card(replaced(card, "\"offset\":-40.0", "\"offset\":-40.0,\"offset\":0")),
                       {"card cannot be read", "the key 'offset' stands twice"});
  expect_refused_bytes(with_card(replaced(card, "\"offset\":-40.0", "\"offset\":NaN")),
                       {"card cannot be read", "NaN"});
  expect_refused_bytes(with_card("[]"), {"[] is no table"});
  expect_refused_bytes(with_card(""), {"card cannot be read"});
}

TEST(SurrogateBytes, AFileThatIsNotThereOrAFolderIsNamed) {
  auto message = [](const std::string& path) {
    try {
      read_surrogate(path);
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message("/nowhere/x.safetensors"), "/nowhere/x.safetensors: error: there is no such file");
  EXPECT_NE(message(testing::TempDir()).find("not a file"), std::string::npos);
}

}  // namespace
}  // namespace myowave::surrogates::samples
