// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

#include "tests/unit/config_file.hpp"

namespace myowave {
namespace {

// ----------------------------------------------------------------------------- round trips
void expect_stable(const Config& config, Purpose purpose = Purpose::tissue) {
  const std::string once = resolved_toml(config);

  const std::string twice = resolved_toml(config_of(once, {}, purpose));

  EXPECT_EQ(once, twice);
}

TEST(ConfigResolved, ReadsBackToTheSameText) {
  expect_stable(config_of(cable_toml));
  expect_stable(config_of(full_toml));
}

TEST(ConfigResolved, ReadsBackToTheSameSettings) {
  const Config config = config_of(full_toml);

  const Config again = config_of(resolved_toml(config));

  EXPECT_EQ(again.title, config.title);
  EXPECT_EQ(again.mesh.size, config.mesh.size);
  EXPECT_EQ(again.mesh.spacing, config.mesh.spacing);
  EXPECT_EQ(again.mesh.holes.size(), 2u);
  EXPECT_EQ(again.tissue.longitudinal, config.tissue.longitudinal);
  EXPECT_EQ(again.regions[1].cell.parameters, config.regions[1].cell.parameters);
  EXPECT_EQ(again.regions[1].cell.scale, config.regions[1].cell.scale);
  EXPECT_EQ(again.regions[1].cell.initial_state, config.regions[1].cell.initial_state);
  EXPECT_EQ(again.stimuli[0].amplitude, config.stimuli[0].amplitude);
  EXPECT_EQ(again.stimuli[1].region, "scar");
  EXPECT_EQ(again.stimuli[1].count, 3);
  EXPECT_EQ(again.splitting, Splitting::strang);
  EXPECT_EQ(again.reaction.step, 0.01);
  EXPECT_EQ(again.output.fields_every, 5.0);
  EXPECT_EQ(again.checkpoint.every, 100.0);
}

TEST(ConfigResolved, IsStableForEveryFibreAngle) {
  for (int degrees = 0; degrees < 180 && !HasFailure(); ++degrees)
    expect_stable(
        config_of(cable_toml, {"mesh.kind=sheet", R"(mesh.size=["10 mm", "5 mm"])",
                               "tissue.fibre={ angle = \"" + std::to_string(degrees) + " deg\" }"}));
}

TEST(ConfigResolved, IsStableForUnevenStepsAndUnits) {
  for (const char* text : {"30", "70", "100", "50", "13", "17", "60", "120", "333"}) {
    const std::string digits = text;
    expect_stable(config_of(
        cable_toml,
        {"time.step=" + digits + " us", "time.end=" + digits + " ms", "tissue.capacitance=0.0123 F/m^2",
         "stimulus.S1.amplitude=33333 uA/cm^3", "stimulus.S1.period=" + digits + " ms"}));
  }
}

TEST(ConfigResolved, KeepsQuotesAndControlCharactersOfTheTitle) {
  for (const char* title :
       {"a \\\"b\\\" \\\\ c", "two\\nlines", "tab\\there", "bell\\u0007", "return\\r", "\xc2\xb5m"}) {
    const Config config = config_of("title = \"" + std::string(title) + "\"\n" + cable_toml);

    const Config again = config_of(resolved_toml(config));

    EXPECT_EQ(again.title, config.title);
  }
}

TEST(ConfigResolved, KeepsThePacingOfACell) {
  const Config plain =
      config_of("[[region]]\nname = \"c\"\nmodel = \"passive\"\n", {"pacing.bcl=333 ms"}, Purpose::cell);
  const Config with_tissue = config_of(cable_toml, {"pacing.bcl=333 ms"}, Purpose::cell);

  EXPECT_EQ(config_of(resolved_toml(plain), {}, Purpose::cell).pacing.bcl, 333.0);
  EXPECT_EQ(config_of(resolved_toml(with_tissue), {}, Purpose::cell).pacing.bcl, 333.0);
  expect_stable(plain, Purpose::cell);
}

// ------------------------------------------------------------------------------- docs page
TEST(SettingsPage, IsTheFileInDocs) {
  std::ifstream file(MYOWAVE_SOURCE_DIR "/docs/settings.md", std::ios::binary);
  ASSERT_TRUE(file) << "docs/settings.md is missing: myowave settings > docs/settings.md";
  std::stringstream text;
  text << file.rdbuf();

  EXPECT_EQ(settings_page(), text.str()) << "regenerate it: myowave settings > docs/settings.md";
}

TEST(SettingsPage, NamesEverySectionAndRowsHaveFiveColumns) {
  const std::string page = settings_page();

  for (const char* section : {"[mesh]", "[tissue]", "[[region]]", "[[stimulus]]", "[time]", "[solver]",
                              "[reaction]", "[output]", "[[probe]]", "[checkpoint]", "[pacing]"})
    EXPECT_NE(page.find("\n## `" + std::string(section) + "`\n"), std::string::npos) << section;
  std::stringstream lines(page);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("| `")) continue;
    int bars = 0;
    for (std::size_t i = 0; i < line.size(); ++i)
      bars += line[i] == '|' && (i == 0 || line[i - 1] != '\\');
    EXPECT_EQ(bars, 6) << line;
  }
}

}  // namespace
}  // namespace myowave
