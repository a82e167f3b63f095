// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/config.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "tests/learn/learn_files.hpp"

namespace myowave::learn {
namespace {

std::vector<Fault> faults_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    config_of(text, overrides);
  } catch (const InputError& error) {
    return error.faults();
  }
  return {};
}

/// The only fault of a problem with one thing changed.
void expect_fault(const std::string& text, const std::string& assignment, const std::string& words) {
  const std::vector<Fault> faults = faults_of(text, {assignment});
  ASSERT_EQ(faults.size(), 1u) << assignment << (faults.empty() ? "" : ": " + faults[0].message);
  EXPECT_NE(faults[0].message.find(words), std::string::npos) << assignment << ": " << faults[0].message;
}

TEST(TrainingConfigs, OfTheTestsAreSound) {
  for (const std::string& text :
       {gate_problem, step_problem, rate_problem, conductance_problem, trajectory_problem})
    EXPECT_TRUE(faults_of(text).empty());
  EXPECT_TRUE(faults_of(rate_problem, structured).empty());
}

TEST(TrainingConfigs, ConvertUnitsToThoseOfTheModel) {
  const TrainingConfig config = config_of(trajectory_problem, {R"(data.ranges.I=["0 /s","500 /s"])"});
  ASSERT_EQ(config.data.ranges.size(), 3u);
  for (const ValueRange& range : config.data.ranges) {
    if (range.name == "V") {
      EXPECT_EQ(range.low, -95.0);
    }
    if (range.name == "I") {
      EXPECT_NEAR(range.high, 0.5, 1e-12);
    }
  }
}

TEST(TrainingConfigs, PrintThemselvesSoThatTheyReadBack) {
  for (const std::string& text :
       {gate_problem, step_problem, rate_problem, conductance_problem, trajectory_problem}) {
    const TrainingConfig config = config_of(text);
    const std::string printed = resolved_text(config);
    EXPECT_EQ(resolved_text(config_of(printed)), printed);
  }
  const std::string printed = resolved_text(config_of(rate_problem, structured));
  EXPECT_EQ(resolved_text(config_of(printed)), printed);
}

TEST(TrainingConfigs, ReportAllFaultsWithTheirPlaces) {
  const std::vector<Fault> faults = faults_of(R"([surrogate]
kind = "stepp"
model = "fitzhugh_nagumo"
step = "1 mV"
[train]
iterations = 0
learning_rat = 0.1
)");
  ASSERT_EQ(faults.size(), 4u);
  auto expect = [&](const std::string& place, const std::string& words) {
    for (const Fault& fault : faults)
      if (fault.where.find("test.toml:" + place) != std::string::npos) {
        EXPECT_NE(fault.message.find(words), std::string::npos) << fault.message;
        return;
      }
    ADD_FAILURE() << "no fault at " << place;
  };
  expect("2:1", "did you mean 'step'?");
  expect("4:1", "ms");
  expect("6:1", "take an integer from 1");
  expect("7:1", "did you mean 'learning_rate'?");
}

TEST(TrainingConfigs, NameWhatIsAllowed) {
  expect_fault(gate_problem, "surrogate.model=hodgkin_huxley", "did you mean 'hodgkin_huxley_1952'?");
  expect_fault(gate_problem, R"(gate.gates=["m","h","q"])", "has no gate 'q'");
  expect_fault(gate_problem, R"(gate.clamp.powers={ n = 4 })", "none of the learnt gates");
  expect_fault(gate_problem, R"(gate.V=["40 mV","-100 mV"])", "is no interval");
  expect_fault(gate_problem, "network.activation=[\"tanh\",\"tanh\",\"tanh\"]",
               "3 activations for 2 hidden layers");
  expect_fault(gate_problem, "network.activation=thanh", "did you mean 'tanh'?");
  expect_fault(gate_problem, "train.weights={ physics = 1 }", "no such term");
  expect_fault(gate_problem, "train.weights={ data = 0, clamp = 0 }", "nothing to learn");
  expect_fault(gate_problem, "train.noise=2", "take a number from 0 to 1");
  expect_fault(step_problem, "surrogate.step=0.6 ms", "no multiple of data.every = 0.25 ms");
  expect_fault(step_problem, "data.duration=7.9 ms", "is no multiple of data.every");
  expect_fault(step_problem, R"(data.ranges.w=["0","1"])", "no state or parameter of that name");
  expect_fault(step_problem, R"(data.ranges.V=["0 ms","1 ms"])", "V");
  expect_fault(rate_problem, "rate.form=structured", "needs the currents");
  expect_fault(rate_problem, "surrogate.parameters={ g_Nb = \"1 mS/uF\" }", "did you mean 'g_Na'?");
  expect_fault(rate_problem, "data.duration=5", "has no unit");
}

TEST(TrainingConfigs, OfConductancesMustBeOnesThatRun) {
  const auto expect = [](const std::string& assignment, const std::string& words) {
    expect_fault(conductance_problem, assignment, words);
  };
  expect("conductance.data=[]", "the list is empty");
  expect("conductance.terms=4",
         "4 latents and 4 terms of ten_tusscher_2006 cannot be run; there are: "
         "ten_tusscher_2006 with 4 and 3");
  expect(R"(conductance.latents=["f", "xr1", "xs", "ff"])", "'ff' is neither a time nor a gate");
  expect(R"(conductance.latents=["f", "xr1", "xs", "-3 ms"])", "must be above 0");
  expect(R"(conductance.latents=["f", "xr1", "xs", "8 s"])",
         "none is slower than conductance.slowest = 5000 ms");
  expect(R"(conductance.latents=["f", "xr1", "xs", "fCaSS"])", "'fCaSS' is neither a time nor a gate");
  expect(R"(conductance.readouts=["Ca"])", "has no concentration 'Ca'");
  expect(R"(conductance.readouts=["m"])", "it has: Cai, CaSR");
  expect(R"(conductance.V=["10 mV", "-10 mV"])", "is no interval");
  expect(R"(conductance.cycles=["500 ms"])", "1 cycle lengths for 1 data sets");
  expect("train.rollout_start=1", "V would never be free");
}

TEST(TrainingConfigs, RefuseWhatBelongsToAnotherForm) {
  std::vector<std::string> overrides = structured;
  overrides.emplace_back("rate.time_input=true");
  const std::vector<Fault> faults = faults_of(rate_problem, overrides);
  ASSERT_EQ(faults.size(), 1u);
  EXPECT_NE(faults[0].message.find("belongs to form = \"printed\""), std::string::npos);
}

TEST(Recipes, PageIsTheFileInDocs) {
  EXPECT_EQ(settings_page(), read_file(MYOWAVE_SOURCE_DIR "/docs/recipes.md"))
      << "regenerate it: myowave-learn settings > docs/recipes.md";
}

}  // namespace
}  // namespace myowave::learn
