// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause

// How cells are computed, what differs from node to node, and states from a file.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>

#include "ionic/registry.hpp"
#include "tests/unit/config_file.hpp"

namespace myowave {
namespace {

/// The one fault of the cable with an override; what it must hold.
void expect_fault(const std::string& assignment, const std::string& part) {
  const std::vector<Fault> faults = faults_of(cable_toml, {assignment});
  ASSERT_EQ(faults.size(), 1u) << assignment;
  EXPECT_NE(faults[0].message.find(part), std::string::npos) << faults[0].message;
}

TEST(ConfigCells, AreComputedInMixedPrecisionWithTablesByDefault) {
  const ReactionSettings reaction = config_of(cable_toml).reaction;

  EXPECT_EQ(reaction.precision, ionic::Precision::mixed);
  EXPECT_TRUE(reaction.tables);
  EXPECT_FALSE(reaction.adaptive());
}

TEST(ConfigCells, PrecisionTablesAndQuietStepsCanBeSet) {
  const Config config = config_of(
      cable_toml, {"reaction.precision=double", "reaction.tables=false", "reaction.step=0.01 ms",
                   "reaction.quiet_step=0.05 ms", "reaction.quiet_below=2 V/s"});

  EXPECT_EQ(config.reaction.precision, ionic::Precision::double_);
  EXPECT_FALSE(config.reaction.tables);
  EXPECT_TRUE(config.reaction.adaptive());
  EXPECT_DOUBLE_EQ(config.reaction.quiet_step, 0.05);
  EXPECT_DOUBLE_EQ(config.reaction.quiet_below, 2.0);
  const ReactionSettings again = config_of(resolved_toml(config)).reaction;
  EXPECT_EQ(again.precision, config.reaction.precision);
  EXPECT_EQ(again.tables, config.reaction.tables);
  EXPECT_EQ(again.quiet_step, config.reaction.quiet_step);
  EXPECT_EQ(again.quiet_below, config.reaction.quiet_below);
}

TEST(ConfigCells, WrongNumericsAreRefused) {
  expect_fault("reaction.precision=single", "mixed");
  expect_fault("reaction.tables=1", "is neither true nor false");
  expect_fault("reaction.quiet_step=0.01 ms", "is not between reaction.step = 0.05 ms");
  expect_fault("reaction.quiet_step=0.1 ms", "and time.step = 0.05 ms");
}

constexpr const char* course =
    R"(region.myocardium.parameters.g_Ks={ from = "0.1 mS/uF", to = "0.4 mS/uF", axis = "x", )"
    R"(between = ["2 mm", "0.8 cm"] })";

TEST(ConfigCells, AParameterCanDifferFromNodeToNode) {
  const Config config =
      config_of(cable_toml, {course, R"(region.0.scale.g_CaL={ from = 0.5, to = 1.5, axis = "x" })",
                             R"(region.0.scale.g_Na={ file = "maps/g.vti", array = "g" })"});

  const std::vector<ParameterField>& fields = config.regions[0].fields;
  ASSERT_EQ(fields.size(), 3u);
  EXPECT_EQ(fields[0].parameter, "g_Ks");
  EXPECT_FALSE(fields[0].scale);
  EXPECT_EQ(fields[0].from, "0.1 mS/uF");
  EXPECT_EQ(fields[0].to, "0.4 mS/uF");
  EXPECT_EQ(fields[0].gradient.axis, 0);
  EXPECT_DOUBLE_EQ(fields[0].gradient.begin[0], 2.0);
  EXPECT_DOUBLE_EQ(fields[0].gradient.end[0], 8.0);
  EXPECT_TRUE(fields[1].scale);
  EXPECT_TRUE(std::isnan(fields[1].gradient.begin[1]));
  // Beside the configuration, wherever the program is called.
  EXPECT_EQ(fields[2].file, testing::TempDir() + "maps/g.vti");
}

TEST(ConfigCells, CoursesAreResolvedToThemselves) {
  const Config config =
      config_of(cable_toml, {course, R"(region.0.scale.g_CaL={ from = 0.5, to = 1.5, axis = "x" })",
                             R"(region.0.scale.g_Na={ file = "maps/g.vti", array = "g" })"});
  const std::string text = resolved_toml(config);

  const Config again = config_of(text);

  EXPECT_EQ(resolved_toml(again), text);
  ASSERT_EQ(again.regions[0].fields.size(), 3u);
  EXPECT_EQ(again.regions[0].fields[0].gradient.end[0], 8.0);
}

TEST(ConfigCells, WrongCoursesAreRefused) {
  const std::string key = "region.myocardium.parameters.";
  expect_fault(key + R"(g_Ky={ from = "1 mS/uF", to = "2 mS/uF", axis = "x" })",
               "has no parameter 'g_Ky' (did you mean 'g_K1'?)");
  expect_fault(key + R"(g_Ks={ from = "1 mV", to = "2 mS/uF", axis = "x" })", "wrong dimension");
  expect_fault(key + R"(g_Ks={ from = "1 mS/uF", to = "2 mS/uF" })", "'axis' is missing");
  expect_fault(key + R"(g_Ks={ from = "1 mS/uF", to = "2 mS/uF", axis = "w" })", "x, y, z");
  expect_fault(
      key + R"(g_Ks={ from = "1 mS/uF", to = "2 mS/uF", axis = "x", between = ["3 mm", "2 mm"] })",
      "the first position must be below the second");
  expect_fault(key + R"(g_Ks={ from = "1 mS/uF", to = "2 mS/uF", axis = "x", between = ["3 mm"] })",
               "write two positions");
  expect_fault(key + R"(g_Ks={ file = "g.vti" })", "'array' is missing");
  expect_fault(key + R"(g_Ks={ file = "g.vti", array = "g", unit = "mV" })", "wrong dimension");
  expect_fault(key + R"(g_Ks={ form = "1 mS/uF" })", "unknown key (did you mean 'from'?)");
}

/// A file with the states of ten_tusscher_2006, all at 0.25 but `without`, and V.
std::string state_file(const std::string& model, const std::string& without) {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::string name = std::string("myowave_states_") + test->name() + ".toml";
  std::ofstream file(testing::TempDir() + name);
  file << "model = \"" << model << "\"\n[state]\nV = \"-70 mV\"\n";
  for (const ionic::Quantity& state : ionic::find_model("ten_tusscher_2006").info->states)
    if (state.name != without)
      file << state.name << " = \"0.25" << (state.unit == std::string("1") ? "" : " mM") << "\"\n";
  return name;
}

TEST(ConfigCells, StatesCanComeFromAFileBesideTheConfiguration) {
  const Config config =
      config_of(cable_toml, {"region.0.initial_state=" + state_file("ten_tusscher_2006", "")});

  EXPECT_EQ(config.regions[0].cell.initial_state.at("V"), "-70 mV");
  EXPECT_EQ(config.regions[0].cell.initial_state.at("m"), "0.25");
  EXPECT_EQ(config.regions[0].cell.initial_state.at("Ki"), "0.25 mM");
}

TEST(ConfigCells, AStateFileMustBeThereForTheModelAndWhole) {
  const std::string key = "region.0.initial_state=";
  expect_fault(key + "nowhere.toml", "nowhere.toml");
  expect_fault(key + state_file("beeler_reuter_1977", ""),
               "these are states of beeler_reuter_1977, the region has ten_tusscher_2006");
  expect_fault(key + state_file("ten_tusscher_2006", "fCaSS"), "the state 'fCaSS' is missing");
}

}  // namespace
}  // namespace myowave
