// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/config_file.hpp"

namespace myowave {
namespace {

std::string joined(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) text += fault.where + ": " + fault.message + "\n";
  return text;
}

/// Exactly one fault, at the place, with the part in its message.
void expect_one(const std::vector<Fault>& faults, const std::string& where_end,
                const std::string& part) {
  ASSERT_EQ(faults.size(), 1u) << joined(faults);
  EXPECT_TRUE(faults[0].where.ends_with(where_end))
      << faults[0].where << " does not end with " << where_end;
  EXPECT_NE(faults[0].message.find(part), std::string::npos) << faults[0].message;
}

void expect_override_fault(const std::string& assignment, const std::string& part) {
  expect_one(faults_of(cable_toml, {assignment}), "--set " + assignment, part);
}

TEST(ConfigFaults, AGoodFileHasNone) {
  EXPECT_EQ(joined(faults_of(cable_toml)), "");
  EXPECT_EQ(joined(faults_of(full_toml)), "");
}

TEST(ConfigFaults, AllAreReportedAtOnceEachWithFileLineAndColumn) {
  const std::string text = R"([mesh]
kind = "slap"
size = [20]
  spacng = "0.5 mm"
[tissue]
surface_to_volume = "140 mm"
conductivity = { longitudinal = 0.13, transverse = "0.0176 S/m" }
[[region]]
name = "a"
model = "ten_tuscher_2006"
[[stimulus]]
name = "S1"
where = { box = [["2 mm"], ["1 mm"]] }
amplitude = "50 mV"
duration = "2 ms"
[time]
end = "60 ms"
step = "-1 ms"
[sovler]
)";

  const std::vector<Fault> faults = faults_of(text);

  const std::string path = config_file(text);
  auto has = [&](const std::string& place, const std::string& part) {
    for (const Fault& fault : faults)
      if (fault.where == path + ":" + place && fault.message.find(part) != std::string::npos)
        return true;
    ADD_FAILURE() << "no fault at " << place << " with: " << part << "\n" << joined(faults);
    return false;
  };
  has("2:1", "mesh.kind: \"slap\" is not known (did you mean 'slab'?); allowed: cable, sheet, slab");
  has("3:9", "mesh.size: 20 has no unit; write a string with a unit, for example \"20 mm\"");
  has("4:3",
      "mesh.spacng: unknown key (did you mean 'spacing'?); allowed here: kind, size, spacing, holes");
  has("6:1",
      "tissue.surface_to_volume: \"140 mm\" has the wrong dimension: a quantity in /mm is needed");
  has("7:18", "tissue.conductivity.longitudinal: 0.13 has no unit");
  has("10:1", "region.0.model: 'ten_tuscher_2006' is not a model (did you mean 'ten_tusscher_2006'?)");
  has("13:11", "stimulus.0.where.box: along x the first corner (2 mm) lies above the second (1 mm)");
  has("14:1", "stimulus.0.amplitude: \"50 mV\" is no current density");
  has("18:1", "time.step: \"-1 ms\" must be above 0 ms");
  has("19:2", "sovler: unknown key (did you mean 'solver'?)");
  EXPECT_EQ(faults.size(), 10u) << joined(faults);
}

TEST(ConfigFaults, LaterChecksAreReportedTogetherToo) {
  const std::vector<Fault> faults = faults_of(cable_toml, {"mesh.spacing=0.3 mm", "time.step=0.07 ms",
                                                           "stimulus.S1.where={ region = \"scar\" }"});

  EXPECT_EQ(faults.size(), 3u) << joined(faults);
}

TEST(ConfigFaults, AFaultOfOneSectionDoesNotHideThoseOfTheMesh) {
  const std::vector<Fault> faults =
      faults_of(cable_toml, {"mesh.spacing=0.3 mm", "solver.splitting=strnag"});

  EXPECT_EQ(faults.size(), 2u) << joined(faults);
}

TEST(ConfigFaults, AMissingSectionNamesTheFile) {
  const std::vector<Fault> faults = faults_of(cable_toml.substr(0, cable_toml.find("[time]")));

  ASSERT_EQ(faults.size(), 1u) << joined(faults);
  EXPECT_NE(faults[0].message.find("[time] is missing"), std::string::npos);
  EXPECT_NE(faults[0].where.find(".toml"), std::string::npos) << "where = '" << faults[0].where << "'";
}

TEST(ConfigFaults, AMissingKeyIsNamedWithAnExample) {
  expect_override_fault("region.0={ name = \"a\" }", "region.0: the key 'model' is missing");
  expect_override_fault("time={ step = \"0.05 ms\" }", "write for example end = \"60 ms\"");
}

TEST(ConfigFaults, AFileWithoutARegionSaysWhatToWrite) {
  const std::vector<Fault> faults = faults_of("[pacing]\nbcl = \"500 ms\"\n", {}, Purpose::cell);

  ASSERT_EQ(faults.size(), 1u);
  EXPECT_NE(faults[0].message.find("no [[region]]"), std::string::npos);
}

TEST(ConfigFaults, AFileThatIsNoTomlIsPlaced) {
  expect_one(faults_of("[mesh]\nkind = slab\n"), ".toml:2:8", "not TOML");
}

TEST(ConfigFaults, AFileThatCannotBeReadIsNamed) {
  for (const std::string& path : {std::string("/nowhere/at/all.toml"), testing::TempDir()}) try {
      read_config(path);
      FAIL() << path;
    } catch (const InputError& error) {
      expect_one(error.faults(), path, "cannot be read");
    }
}

TEST(ConfigFaults, TypesAreChecked) {
  expect_override_fault("title=5", "title: 5 is no text");
  expect_override_fault("mesh=5", "mesh: 5 is no table");
  expect_override_fault("time.end=true", "time.end: true is no quantity");
  expect_override_fault("solver.max_substeps=2.5", "2.5 is no integer");
  expect_override_fault("solver.max_substeps=0", "0 is not allowed; take an integer from 1");
  expect_override_fault("solver.tolerance=1.5", "1.5 is not allowed; take a number between 0 and 1");
  expect_override_fault("probe={ name = \"p\" }", "probe: must be a list: write [[probe]]");
  expect_override_fault("mesh.holes={ box = 1 }", "no list of shapes");
  expect_override_fault("output.fields={ names = [\"U\"], every = \"5 ms\" }", "V is always written");
}

TEST(ConfigFaults, ADateIsRefused) {
  expect_one(faults_of("title = 2020-01-01\n" + cable_toml), ".toml:1:9", "dates");
}

TEST(ConfigFaults, FibresMustBeDirectionsInTheMesh) {
  expect_override_fault("tissue.fibre=[0, 0, 0]", "no direction");
  expect_override_fault("tissue.fibre=[0, 1, 0]", "leaves the 1-dimensional mesh along y");
  expect_override_fault("tissue.fibre={ angle = \"30\" }", "has no unit; write for example \"30 deg\"");
  expect_override_fault("tissue.fibre={ angle = \"30 mm\" }", "wrong dimension");
}

TEST(ConfigFaults, ShapesAreChecked) {
  expect_override_fault("stimulus.S1.where={ sphere = { centre = [\"1 mm\"], radius = \"-1 mm\" } }",
                        "must be above 0 mm");
  expect_override_fault("stimulus.S1.where={ box = [[\"1 mm\"]] }", "a box is two corners");
  expect_override_fault("stimulus.S1.where={}", "give exactly one of: box, sphere, wall, tag, region");
  expect_override_fault("stimulus.S1.where={ bxo = [[\"0 mm\"], [\"1 mm\"]] }",
                        "unknown key (did you mean 'box'?)");
}

TEST(ConfigFaults, AnUnknownShapeOfARegionIsOneFault) {
  expect_override_fault("region.0.where={ bxo = [[\"0 mm\"], [\"1 mm\"]] }",
                        "unknown key (did you mean 'box'?)");
  expect_override_fault("region.0.where={ region = \"myocardium\" }", "unknown key");
}

TEST(ConfigFaults, StepsMustDivide) {
  expect_one(faults_of(cable_toml, {"time.step=0.07 ms"}), ".toml:16:1",
             "time.end: 60 ms is no multiple of time.step = 0.07 ms; take 60.06 ms");
  expect_override_fault("time.end=60.01 ms",
                        "60.01 ms is no multiple of time.step = 0.05 ms; take 60.05");
  expect_override_fault("time.step=61 ms", "is longer than time.end");
  expect_override_fault("reaction.step=0.03 ms", "does not divide time.step = 0.05 ms");
  expect_override_fault("reaction.step=0.1 ms", "does not divide time.step = 0.05 ms");
}

TEST(ConfigFaults, TrainsAreChecked) {
  expect_override_fault("stimulus.S1.count=3", "a train needs a period");
  expect_override_fault("stimulus.S1.period=1 ms", "1 ms is shorter than the pulse (2 ms)");
  expect_override_fault("stimulus.S1.amplitude=0 uA/uF", "stimulates nothing");
}

TEST(ConfigFaults, ParametersOfTheModelAreCheckedInPlace) {
  expect_one(
      faults_of(cable_toml +
                "[[region]]\nname = \"b\"\nmodel = \"passive\"\nparameters = { g_lek = \"1 mS/uF\" }\n"),
      ".toml:20:16",
      "region.1.parameters.g_lek: passive has no parameter 'g_lek' (did you mean 'g_leak'?)");
  expect_override_fault("region.myocardium.initial_state.V=5 ms", "wrong dimension");
}

TEST(ConfigFaults, TwoEntriesOfOneNameAreRefused) {
  expect_one(faults_of(cable_toml + "[[region]]\nname = \"myocardium\"\nmodel = \"passive\"\n"),
             ".toml:17:1", "the name 'myocardium' is taken");
}

TEST(ConfigFaults, OverridesThatCannotBeFollowedSayWhy) {
  expect_override_fault("time.end", "write --set key.path=value");
  expect_override_fault("=5", "write --set key.path=value");
  expect_override_fault("stimulus.S3.start=5 ms",
                        "there is no 'S3' here (did you mean 'S1'?); there are: S1");
  expect_override_fault("stimulus.7.start=5 ms", "there is no '7' here");
  expect_override_fault("time.end.unit=5", "'end' is a value, it has no key 'unit'");
  expect_override_fault("tiem.end=5 ms", "tiem: unknown key (did you mean 'time'?)");
}

}  // namespace
}  // namespace myowave
