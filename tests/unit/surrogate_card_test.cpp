// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/surrogate_samples.hpp"

namespace myowave::surrogates::samples {
namespace {

class RefusedCard : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedCard, SaysWhy) { expect_refused(GetParam()); }

const Refusal texts[] = {
    {"unknown_kind",
     good_step,
     {{"/card/kind", "\"stpe\""}},
     {"card, kind: \"stpe\" is not known (did you mean 'step'?)", "residual"}},
    {"conductance",
     good_step,
     {{"/card/kind", "\"conductance\""}, {"/card/dt", ""}},
     {"card, conductance: this key is missing", "card, networks: a conductance surrogate has none"}},
    {"unknown_key",
     good_step,
     {{"/card/modle", "\"x\""}},
     {"card, modle: unknown key (did you mean 'model'?)"}},
    {"unknown_key_of_input",
     good_step,
     {{"/card/inputs/1/ofset", "0"}},
     {"card, inputs.1.ofset: unknown key (did you mean 'offset'?)"}},
    {"unknown_key_of_layer",
     good_step,
     {{"/card/networks/0/layers/1/layernorm", "true"}},
     {"networks.0.layers.1.layernorm: unknown key (did you mean 'layer_norm'?)"}},
    {"missing_model", good_step, {{"/card/model", ""}}, {"card, model: this key is missing"}},
    {"missing_range",
     good_step,
     {{"/card/inputs/2/range", ""}},
     {"card, inputs.2.range: this key is missing"}},
    {"empty_name", good_step, {{"/card/name", "\"\""}}, {"card, name: the name is empty"}},
    {"terminal_sequence",
     good_step,
     {{"/card/summary", R"("\u001b[2J")"}},
     {"card, summary", "control characters"}},
    {"terminal_sequence_of_two_bytes",
     good_step,
     {{"/card/provenance/seed", R"("\u009b2J")"}},
     {"card, provenance.seed", "control characters"}},
    {"no_text", good_step, {{"/card/name", "5"}}, {"card, name: 5 is no text"}},
    {"provenance_of_numbers",
     good_step,
     {{"/card/provenance/seed", "7"}},
     {"card, provenance.seed: 7 is no text"}},
    {"provenance_is_a_list",
     good_step,
     {{"/card/provenance", "[1]"}},
     {"card, provenance: [1] is no table of texts"}},
    {"parameter_without_number",
     good_step,
     {{"/card/parameters/gamma", "\"large\""}},
     {"card, parameters.gamma", "does not start with a number"}},
    {"parameter_of_unknown_unit",
     good_step,
     {{"/card/parameters/gamma", "\"1 furlong\""}},
     {"card, parameters.gamma", "'furlong'"}},
    {"without_dt", good_step, {{"/card/dt", ""}}, {"card, dt: this key is missing", "0.1 ms"}},
    {"dt_of_zero", good_step, {{"/card/dt", "\"0 ms\""}}, {"card, dt", "above 0 ms"}},
    {"negative_dt", good_step, {{"/card/dt", "\"-0.1 ms\""}}, {"card, dt", "above 0 ms"}},
    {"tiny_dt", good_step, {{"/card/dt", "\"1e-320 ms\""}}, {"card, dt", "from 1e-06 to 1e+06 ms"}},
    {"dt_without_unit", good_step, {{"/card/dt", "\"0.1\""}}, {"card, dt", "has no unit"}},
    {"dt_in_mV", good_step, {{"/card/dt", "\"0.1 mV\""}}, {"card, dt", "wrong dimension"}},
    {"dt_of_a_number", good_step, {{"/card/dt", "0.1"}}, {"card, dt: 0.1 is no text"}},
    {"dt_of_a_rate",
     good_rate,
     {{"/card/dt", "\"0.1 ms\""}},
     {"card, dt: only a step surrogate has a dt"}},
    {"integrator_of_a_step",
     good_step,
     {{"/card/integrator", "\"heun\""}},
     {"card, integrator: only a rate surrogate"}},
    {"without_integrator",
     good_rate,
     {{"/card/integrator", ""}},
     {"card, integrator: this key is missing", "heun"}},
    {"unknown_integrator",
     good_rate,
     {{"/card/integrator", "\"rush_larson\""}},
     {"did you mean 'rush_larsen'?"}},
    {"no_inputs", good_step, {{"/card/inputs", "[]"}}, {"card, inputs: a list of 1 to 1000"}},
    {"inputs_are_a_table", good_step, {{"/card/inputs", "{}"}}, {"card, inputs: a list of"}},
    {"input_is_a_text", good_step, {{"/card/inputs/0", "\"V\""}}, {"card, inputs.0: \"V\" is no table"}},
    {"name_with_a_space", good_step, {{"/card/outputs/1/name", "\"x to\""}}, {"'x to' is no name"}},
    {"unknown_form",
     good_step,
     {{"/card/outputs/0/form", "\"incremnt\""}},
     {"card, outputs.0.form", "did you mean 'increment'?"}},
    {"unknown_transform",
     good_rate,
     {{"/card/outputs/1/transform", "\"sigmiod\""}},
     {"card, outputs.1.transform", "did you mean 'sigmoid'?"}},
    {"unknown_activation",
     good_step,
     {{"/card/networks/0/layers/0/activation", "\"tahn\""}},
     {"card, networks.0.layers.0.activation", "did you mean 'tanh'?", "gelu"}},
    {"flag_of_a_number",
     good_step,
     {{"/card/networks/0/layers/1/residual", "1"}},
     {"1 is neither true nor false"}},
    {"unknown_input_of_a_network",
     good_step,
     {{"/card/networks/0/inputs/1", "\"u\""}},
     {"card, networks.0.inputs.1: 'u' is none of the inputs", "V, v, J"}},
    {"unknown_output_of_a_network",
     good_step,
     {{"/card/networks/0/outputs/0", "\"V.value\""}},
     {"'V.value' is none of the outputs", "V.increment"}},
    {"no_layers",
     good_step,
     {{"/card/networks/0/layers", "[]"}},
     {"card, networks.0.layers: a list of 1 to 100"}},
};

INSTANTIATE_TEST_SUITE_P(Texts, RefusedCard, testing::ValuesIn(texts), name_of_refusal);

const Refusal numbers[] = {
    {"unit_of_nonsense",
     good_step,
     {{"/card/inputs/1/unit", "\"mVV\""}},
     {"card, inputs.1.unit", "'mVV'"}},
    {"unit_of_large_powers",
     good_step,
     {{"/card/inputs/1/unit", "\"(m^2000000000)^9\""}},
     {"card, inputs.1.unit", "is no unit"}},
    {"V_in_volts",
     good_step,
     {{"/card/inputs/0/unit", "\"V\""}},
     {"card, inputs.0.unit: V is in mV, not in 'V'"}},
    {"J_per_area",
     good_step,
     {{"/card/inputs/2/unit", "\"uA/cm^2\""}},
     {"J is in uA/uF, not in 'uA/cm^2'"}},
    {"t_in_seconds", good_trajectory, {{"/card/inputs/0/unit", "\"s\""}}, {"t is in ms, not in 's'"}},
    {"increment_of_V_in_volts",
     good_step,
     {{"/card/outputs/0/unit", "\"V\""}},
     {"card, outputs.0.unit: V is in mV"}},
    {"derivative_in_mV",
     good_residual,
     {{"/card/outputs/0/unit", "\"mV\""}},
     {"the derivative of V is in mV/ms, not in 'mV'"}},
    {"conductance_in_current",
     good_rate,
     {{"/card/outputs/0/unit", "\"uA/uF\""}},
     {"conductance of a current with a reversal potential is in mS/uF"}},
    {"current_in_conductance",
     good_rate,
     {{"/card/outputs/0/reversal", ""}},
     {"a current is in uA/uF, not in 'mS/uF'"}},
    {"inf_with_unit", good_rate, {{"/card/outputs/1/unit", "\"mV\""}}, {"a steady state is in 1"}},
    {"tau_in_seconds", good_rate, {{"/card/outputs/2/unit", "\"s\""}}, {"a time constant is in ms"}},
    {"offset_is_text",
     good_step,
     {{"/card/inputs/0/offset", "\"-49\""}},
     {"card, inputs.0.offset: \"-49\" is no number"}},
    {"offset_out_of_bounds",
     good_step,
     {{"/card/inputs/0/offset", "1e40"}},
     {"card, inputs.0.offset", "too large"}},
    {"scale_of_zero",
     good_step,
     {{"/card/inputs/1/scale", "0.0"}},
     {"card, inputs.1.scale: a scale of 0"}},
    {"tiny_scale",
     good_step,
     {{"/card/inputs/1/scale", "1e-300"}},
     {"card, inputs.1.scale", "too small"}},
    {"scale_of_zero_of_an_output",
     good_step,
     {{"/card/outputs/1/scale", "0"}},
     {"card, outputs.1.scale: a scale of 0"}},
    {"range_of_width_zero",
     good_step,
     {{"/card/inputs/0/range", "[-80, -80]"}},
     {"card, inputs.0.range: [-80, -80] has the width zero"}},
    {"range_reversed",
     good_step,
     {{"/card/inputs/0/range", "[40, -80]"}},
     {"card, inputs.0.range: [40, -80]", "reverse order"}},
    {"range_without_end",
     good_step,
     {{"/card/inputs/0/range", "[-80, 1e300]"}},
     {"card, inputs.0.range", "not a finite range"}},
    {"range_of_three",
     good_step,
     {{"/card/inputs/0/range", "[1, 2, 3]"}},
     {"card, inputs.0.range: [1,2,3] is no range"}},
    {"gain_out_of_bounds",
     good_step,
     {{"/card/networks/0/layers/1/gain", "1e200"}},
     {"card, networks.0.layers.1.gain", "too large"}},
    {"reversal_of_a_gate",
     good_rate,
     {{"/card/outputs/1/reversal", "\"-77 mV\""}},
     {"card, outputs.1.reversal: only a current"}},
    {"reversal_without_unit",
     good_rate,
     {{"/card/outputs/0/reversal", "\"-77\""}},
     {"card, outputs.0.reversal", "has no unit"}},
    {"tiny_reversal",
     good_rate,
     {{"/card/outputs/0/reversal", "\"1e-320 mV\""}},
     {"card, outputs.0.reversal", "too small"}},
    {"inf_without_bounds",
     good_gate,
     {{"/card/outputs/0/transform", "\"identity\""}},
     {"card, outputs.0.transform", "between 0 and 1 by construction", "sigmoid"}},
    {"inf_above_one",
     good_gate,
     {{"/card/outputs/0/offset", "0.1"}},
     {"between 0 and 1 by construction", "1.1"}},
    {"inf_below_zero",
     good_gate,
     {{"/card/outputs/0/offset", "-0.1"}},
     {"between 0 and 1 by construction"}},
    {"tau_of_any_sign",
     good_gate,
     {{"/card/outputs/1/transform", "\"identity\""}},
     {"card, outputs.1.transform", "positive by construction", "softplus"}},
    {"tau_below_zero", good_gate, {{"/card/outputs/1/offset", "-0.1"}}, {"positive by construction"}},
    {"tau_falls_below_zero",
     good_gate,
     {{"/card/outputs/1/scale", "-5.0"}},
     {"positive by construction"}},
    {"tau_of_a_sigmoid_from_zero",
     good_gate,
     {{"/card/outputs/1/transform", "\"sigmoid\""}, {"/card/outputs/1/offset", "0"}},
     {"positive by construction"}},
};

INSTANTIATE_TEST_SUITE_P(Numbers, RefusedCard, testing::ValuesIn(numbers), name_of_refusal);

const Refusal structures[] = {
    {"residual_layer_of_other_width",
     good_step,
     {{"/card/networks/0/layers/0/residual", "true"}},
     {"'main.0.weight'", "as many outputs as inputs"}},
    {"input_twice_in_a_network",
     good_step,
     {{"/card/networks/0/inputs/1", "\"V\""}},
     {"has the input 'V' twice", "no network has the input 'v'"}},
    {"output_in_two_networks",
     good_rate,
     {{"/card/networks/1/outputs/0", "\"n.inf\""}},
     {"'n.inf' is computed by networks 2 times", "'I_K.current' is computed by no network"}},
    {"network_of_more_inputs",
     good_rate,
     {{"/card/networks/1/inputs", R"(["n", "V"])"}},
     {"the inputs of the network are 2"}},
    {"network_of_fewer_outputs",
     good_rate,
     {{"/card/networks/0/outputs", R"(["n.inf"])"}},
     {"'gates' has 2 outputs in its last layer, and 1 in the card"}},
    {"two_inputs_of_a_name",
     good_rate,
     {{"/card/inputs/2", R"({"name": "n", "unit": "1", "range": [0, 1]})"}},
     {"there are two inputs 'n'"}},
    {"two_outputs_of_a_name",
     good_rate,
     {{"/card/outputs/3", R"({"name": "I_K", "unit": "uA/uF", "form": "current"})"}},
     {"there are two outputs 'I_K.current'"}},
    {"two_networks_of_a_name",
     good_rate,
     {{"/card/networks/1/name", "\"gates\""}},
     {"there are two networks 'gates'"}},
    {"step_with_a_derivative",
     good_step,
     {{"/card/outputs/1/form", "\"derivative\""}, {"/card/networks/0/outputs/1", "\"v.derivative\""}},
     {"card, outputs.1.form: a step surrogate has no derivative; allowed: value, increment"}},
    {"step_with_time",
     good_step,
     {{"/card/inputs/1/name", "\"t\""},
      {"/card/inputs/1/unit", "\"ms\""},
      {"/card/networks/0/inputs/1", "\"t\""}},
     {"a step surrogate has no input 't'; it has V, states and J"}},
    {"rate_with_J",
     good_rate,
     {{"/card/inputs/1/name", "\"J\""},
      {"/card/inputs/1/unit", "\"uA/uF\""},
      {"/card/networks/1/inputs/0", "\"J\""}},
     {"a rate surrogate has no input 'J'"}},
    {"gate_without_V",
     good_gate,
     {{"/card/inputs/0/name", "\"m\""}, {"/card/networks/0/inputs/0", "\"m\""}},
     {"a gate surrogate has V as its only input"}},
    {"gate_with_a_derivative",
     good_gate,
     {{"/card/outputs/0/form", "\"derivative\""}, {"/card/networks/0/outputs/0", "\"n.derivative\""}},
     {"a gate surrogate has no derivative; allowed: inf, tau", "'n' has n.tau without n.inf"}},
    {"gate_of_V",
     good_gate,
     {{"/card/outputs/0/name", "\"V\""},
      {"/card/outputs/1/name", "\"V\""},
      {"/card/networks/0/outputs", R"(["V.inf", "V.tau"])"}},
     {"V is no gate"}},
    {"residual_of_a_state",
     good_residual,
     {{"/card/outputs/0/name", "\"h\""}, {"/card/networks/0/outputs/0", "\"h.derivative\""}},
     {"derivative of V as its only output"}},
    {"residual_of_three_inputs",
     good_residual,
     {{"/card/inputs/2", R"({"name": "w", "unit": "1", "range": [0, 1]})"}},
     {"a residual surrogate has V and at most one state"}},
    {"trajectory_without_time",
     good_trajectory,
     {{"/card/inputs/0/name", "\"v.0\""}, {"/card/networks/0/inputs/0", "\"v.0\""}},
     {"a trajectory surrogate has t"}},
    {"trajectory_of_V",
     good_trajectory,
     {{"/card/inputs/1/name", "\"V\""}, {"/card/networks/0/inputs/1", "\"V\""}},
     {"a trajectory surrogate has no input 'V'"}},
    {"value_and_increment",
     good_step,
     {{"/card/outputs/1/name", "\"V\""},
      {"/card/outputs/1/unit", "\"mV\""},
      {"/card/networks/0/outputs/1", "\"V.value\""}},
     {"'V' has both increment and value"}},
    {"current_and_derivative_of_V",
     good_rate,
     {{"/card/outputs/1", R"({"name": "V", "unit": "mV/ms", "form": "derivative"})"},
      {"/card/networks/0/outputs/0", "\"V.derivative\""}},
     {"currents and a derivative of V"}},
};

INSTANTIATE_TEST_SUITE_P(Structures, RefusedCard, testing::ValuesIn(structures), name_of_refusal);

TEST(SurrogateCard, NoMessageDisturbsTheTerminal) {
  Pieces pieces(bytes_of(good_step()));
  pieces.card["networks"][0]["name"] = "\x1b[2J";
  pieces.card["inputs"][0]["name"] = pieces.card["networks"][0]["inputs"][0] =
      "\xc2\x9b"
      "2J";
  pieces.card["inputs"][1]["unit"] = "m\x1b[2J";
  pieces.card["\x07"] = 1;
  const std::string text = joined(faults_of(pieces.bytes()));
  for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= ' ' && c < 0x7f)) << static_cast<int>(c);

  pieces.card.erase("\x07");
  EXPECT_EQ(joined(faults_of(pieces.bytes())).find('\x1b'), std::string::npos);
}

TEST(SurrogateCard, AUnitOfAnyLengthIsCheckedInNoTime) {
  Pieces pieces(bytes_of(good_step()));
  pieces.card["inputs"][1]["unit"] = std::string(100'000, '(');
  pieces.card["dt"] = "1 " + std::string(100'000, '(');
  expect_words(faults_of(pieces.bytes()), {"card, inputs.1.unit: '((((", "is no unit", "card, dt"});
}

TEST(SurrogateCard, AllFaultsOfACardAreReportedAtOnce) {
  Pieces pieces(bytes_of(good_step()));
  pieces.card["modle"] = "x";
  pieces.card.erase("model");
  pieces.card["inputs"][0]["range"] = {-80, -80};
  pieces.card["inputs"][1]["unit"] = "furlong";
  pieces.card["outputs"][1]["scale"] = "one";
  pieces.card["networks"][0]["layers"][2]["activation"] = "rulu";

  const std::vector<Fault> faults = faults_of(pieces.bytes());

  expect_words(faults, {"card, modle", "card, inputs.0.range", "card, inputs.1.unit",
                        "card, outputs.1.scale", "card, networks.0.layers.2.activation"});
  EXPECT_EQ(faults.size(), 5u) << joined(faults);
}

TEST(SurrogateCard, ManyFaultsAreCutShort) {
  Pieces pieces(bytes_of(good_step()));
  for (int i = 0; i < 1000; ++i) pieces.card["key" + std::to_string(i)] = i;

  const std::vector<Fault> faults = faults_of(pieces.bytes());

  EXPECT_EQ(faults.size(), 21u);
  expect_words(faults, {"and more faults"});
}

TEST(SurrogateCard, IsReadableInATerminal) {
  EXPECT_EQ(card_text(good_step()), R"(fhn_step: FitzHugh-Nagumo, a step of 0.1 ms

  kind          step
  model         fitzhugh_nagumo, variant classic
  dt            0.1 ms

parameters of the model in training
  epsilon       0.08 /ms
  gamma         0.8

inputs (trained range; how the networks see x)
  V             -110 to 15 mV; (x + 49) / 30
  v             -1.5 to 2; (x - 0.1) / 0.5
  J             -40 to 60 uA/uF; x / 20

outputs (y: what the networks give)
  V             increment [mV] = 3 y
  v             value = 0.1 + 0.5 y

networks
  main          3-5-5-2 tanh/silu, residual, layer norm, 72 parameters; V, v, J -> V.increment,
                v.value
  together      72 parameters (0.3 kB in float), 50 multiply-adds per evaluation

checked at load: 0 pairs of inputs and outputs

provenance
  recipe        random weights
  seed          7

accuracy
  one step      0.02 mV
)");
  EXPECT_EQ(card_text(parsed(bytes_of(good_rate()))), R"(hh_rate

  kind          rate
  model         hodgkin_huxley_1952
  integrator    rush_larsen

inputs (trained range; how the networks see x)
  V             -90 to 50 mV; (x + 40) / 60
  n             0 to 1; (x - 0.5) / 0.5

outputs (y: what the networks give)
  I_K           current [uA/uF] = (36 softplus(y)) (V + 77 mV)
  n             inf = sigmoid(y)
  n             tau [ms] = 0.5 + 5 softplus(y)

networks
  gates         1-4-2 tanh, 18 parameters; V -> n.inf, n.tau
  currents      1-1 linear, 2 parameters; n -> I_K.current
  together      20 parameters (0.1 kB in float), 13 multiply-adds per evaluation

checked at load: 16 pairs of inputs and outputs
)");
}

TEST(SurrogateCard, HasNoLongLines) {
  Surrogate s = good_step();
  s.summary = "A sentence that goes on and on, ";
  for (int i = 0; i < 4; ++i) s.summary += s.summary;
  s.provenance["data"] = std::string(500, 'x');
  s.accuracy[std::string(150, 'y')] = "value";
  for (int i = 0; i < 40; ++i)
    s.inputs.push_back({"state_" + std::to_string(i), "mM", 0.1, 0.3, 0.0, 1.0});
  for (int i = 3; i < 43; ++i) s.parts[0].inputs.push_back(i);

  std::istringstream lines(card_text(s));
  std::string all;
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 100u) << line;
    EXPECT_FALSE(line.ends_with(' ')) << line;
    for (const char c : line)
      if (c != ' ') all += c;
  }
  // Nothing is lost at the breaks.
  EXPECT_NE(all.find(std::string(500, 'x')), std::string::npos);
  EXPECT_NE(all.find(std::string(150, 'y') + ":value"), std::string::npos);
  EXPECT_NE(all.find("state_0,state_1,"), std::string::npos);
}

}  // namespace
}  // namespace myowave::surrogates::samples
