// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
// Keys of tissue structure: walls, fibrosis, conductivities of regions, gradients, fibres by a rule.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/unit/config_file.hpp"

namespace myowave {
namespace {

const std::string structured_toml = R"([mesh]
kind = "slab"
size = ["10 mm", "6 mm", "3 mm"]
spacing = "0.5 mm"
holes = [{ wall = { points = [["2 mm", "0 mm"], ["2 mm", "4 mm"], ["3 mm", "5 mm"]], width = "0.9 mm" } }]
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.0176 S/m", normal = "0.01 S/m" }
fibre = { axis = "z", from = "60 deg", to = "-47.3 deg", between = ["0.5 mm", "2.5 mm"], smooth = true }
[[fibrosis]]
name = "patches"
where = { box = [["4 mm"], ["8 mm"]] }
density = 0.35
length = ["1.5 mm", "0.7 mm", "0.7 mm"]
seed = 12
tag = 9
[[fibrosis]]
name = "gaps"
density = 0.1
length = "1 mm"
[[region]]
name = "fibrotic"
model = "passive"
where = { tag = 9 }
conductivity = { longitudinal = "0.01 S/m", transverse = "0 S/m", normal = "0.001 S/m" }
[[region]]
name = "border"
model = "ten_tusscher_2006"
where = { wall = { points = [["0 mm"], ["1 mm"]], width = "2 mm" } }
parameters = { g_Ks = { from = "0.1 mS/uF", to = "0.3 mS/uF", between = [["0 mm", "1 mm"], ["3 mm", "5 mm"]], smooth = true } }
scale = { g_Na = { from = 0.5, to = 1, axis = "y" } }
[region.conductivity]
longitudinal = { from = "0.1 S/m", to = "0.05 S/m", between = [["0 mm", "1 mm", "1 mm"], ["3 mm", "5 mm", "2 mm"]] }
transverse = { from = "0.01 S/m", to = "0.02 S/m", axis = "x" }
[[region]]
name = "myocardium"
model = "ten_tusscher_2006"
[[stimulus]]
name = "S1"
where = { tag = 0 }
amplitude = "50 uA/uF"
duration = "2 ms"
[time]
end = "60 ms"
[solver]
discretisation = "fe"
)";

TEST(ConfigStructure, ReadsEveryKey) {
  const Config config = config_of(structured_toml);

  const auto& wall = std::get<Wall>(config.mesh.holes.at(0));
  EXPECT_EQ(wall.width, 0.9);
  ASSERT_EQ(wall.points.size(), 3u);
  EXPECT_EQ(wall.points[2][1], 5.0);
  EXPECT_TRUE(std::isnan(wall.points[2][2]));
  ASSERT_TRUE(config.tissue.rule);
  EXPECT_NEAR(config.tissue.rule->from, M_PI / 3.0, 1e-15);
  EXPECT_EQ(config.tissue.rule->through.axis, 2);
  EXPECT_EQ(config.tissue.rule->through.begin[2], 0.5);
  EXPECT_TRUE(config.tissue.rule->through.smooth);
  EXPECT_EQ(config.fibrosis.at(0).density, 0.35);
  EXPECT_EQ(config.fibrosis[0].lengths, (std::vector<double>{1.5, 0.7, 0.7}));
  EXPECT_EQ(config.fibrosis[0].seed, 12);
  EXPECT_EQ(config.fibrosis[0].tag, 9);
  EXPECT_EQ(config.fibrosis[1].seed, 1);
  EXPECT_FALSE(config.fibrosis[1].tag);
  EXPECT_EQ(config.regions[0].conductivity->transverse.value, 0.0);
  EXPECT_NEAR(config.regions[0].conductivity->normal->value, 0.001, 1e-18);
  const Conductivities& border = *config.regions[1].conductivity;
  EXPECT_NEAR(border.longitudinal.to, 0.05, 1e-17);
  EXPECT_EQ(border.longitudinal.gradient->axis, -1);
  EXPECT_EQ(border.longitudinal.gradient->end[2], 2.0);
  EXPECT_EQ(border.transverse.gradient->axis, 0);
  EXPECT_FALSE(border.normal);
  EXPECT_TRUE(config.regions[1].fields.at(0).gradient.smooth);
  EXPECT_FALSE(config.regions[2].conductivity);
}

TEST(ConfigStructure, ReadsBackToTheSameText) {
  const std::string once = resolved_toml(config_of(structured_toml));

  EXPECT_EQ(resolved_toml(config_of(once)), once);
  for (const char* part :
       {"wall = { points = [[\"2 mm\", \"0 mm\"], [\"2 mm\", \"4 mm\"], [\"3 mm\", \"5 mm\"]], width = "
        "\"0.9 mm\" }",
        "fibre = { from = \"60 deg\", to = \"-47.3 deg\", axis = \"z\", between = [\"0.5 mm\", \"2.5 "
        "mm\"], smooth = "
        "true }",
        "length = [\"1.5 mm\", \"0.7 mm\", \"0.7 mm\"]", "tag = 9\n", "density = 0.35\n", "seed = 12\n",
        "conductivity = { longitudinal = \"0.01 S/m\", transverse = \"0 S/m\", normal = \"0.001 S/m\" }",
        "between = [[\"0 mm\", \"1 mm\"], [\"3 mm\", \"5 mm\"]], smooth = true }"})
    EXPECT_NE(once.find(part), std::string::npos) << part << "\n" << once;
}

TEST(ConfigStructure, IsStableForEveryAngleOfARule) {
  for (int degrees = -90; degrees <= 90 && !HasFailure(); ++degrees) {
    const std::string once = resolved_toml(
        config_of(structured_toml, {"tissue.fibre={ axis = \"y\", from = \"" + std::to_string(degrees) +
                                    ".7 deg\", to = \"" + std::to_string(-degrees) + " deg\" }"}));
    EXPECT_EQ(resolved_toml(config_of(once)), once);
  }
}

void expect_fault(const std::vector<std::string>& overrides, const std::string& part,
                  const std::string& text = structured_toml) {
  const std::vector<Fault> faults = faults_of(text, overrides);
  ASSERT_EQ(faults.size(), 1u) << overrides.front() << (faults.empty() ? "" : faults.back().message);
  EXPECT_NE(faults[0].message.find(part), std::string::npos) << faults[0].message << "\nlacks: " << part;
}

TEST(ConfigStructure, FiniteDifferencesHaveOneTensorAndNoTags) {
  const std::string fd = "solver.discretisation=fd";
  const std::vector<Fault> faults = faults_of(structured_toml, {fd});

  std::string all;
  for (const Fault& fault : faults) all += fault.where + " " + fault.message + "\n";
  EXPECT_EQ(faults.size(), 5u) << all;
  for (const char* part :
       {"23:1 region.0.where: only elements have tags; give a box, a sphere or a wall, or set "
        "solver.discretisation = \"fe\"",
        "stimulus.0.where: only elements have tags",
        "fibrosis.0.tag: only elements have tags; leave it out",
        "region.0.conductivity: finite differences have one conductivity for the whole grid; set "
        "solver.discretisation = \"fe\"",
        "tissue.fibre: finite differences have one fibre direction for the whole grid; set "
        "solver.discretisation"})
    EXPECT_NE(all.find(part), std::string::npos) << all << "lacks: " << part;
}

TEST(ConfigStructure, FaultsOfWalls) {
  const auto wall = [](const std::string& text) { return "mesh.holes=[{ wall = " + text + " }]"; };
  expect_fault({wall("{ points = [[\"0 mm\"], [\"1 mm\"]] }")}, "a wall is { points =");
  expect_fault({wall("{ points = [[\"0 mm\"]], width = \"1 mm\" }")}, "with two points or more");
  expect_fault({wall("{ points = [[\"0 mm\"], [\"1 mm\", \"0 mm\"]], width = \"1 mm\" }")},
               "give all points as many coordinates");
  expect_fault({wall("{ points = [[\"0 mm\"], [\"1 mm\"]], width = \"0 mm\" }")}, "must be above 0 mm");
  expect_fault({wall("{ points = [[\"0 mm\"], [\"1 mm\"]], thickness = \"1 mm\", width = \"1 mm\" }")},
               "unknown key; allowed here: points, width");
  expect_fault({"mesh.holes=[{ tag = 4 }]"}, "only the elements of a mesh from a file have tags here");
}

TEST(ConfigStructure, FaultsOfFibrosis) {
  expect_fault({"fibrosis.patches.density=1.2"}, "1.2 is not allowed; take a number from 0 to 1");
  expect_fault({"fibrosis.patches.density=-0.1"}, "take a number from 0 to 1");
  expect_fault({"fibrosis.patches.length=0 mm"}, "must be above 0 mm");
  expect_fault({R"(fibrosis.patches.length=["1 mm", "2 mm"])"},
               "give one length or 3, one per axis; these are 2");
  expect_fault({"fibrosis.patches.seed=-1"}, "take an integer from 0");
  expect_fault({"fibrosis.patches.tag=3000000000"}, "too large for a tag");
  expect_fault({"fibrosis.gaps.name=patches"}, "the name 'patches' is taken");
  expect_fault({"fibrosis.gaps.densty=0.1"}, "did you mean 'density'?");
}

TEST(ConfigStructure, FaultsOfGradients) {
  const auto field = [](const std::string& text) {
    return "region.border.parameters={ g_Ks = " + text + " }";
  };
  const std::string values = "{ from = \"0.1 mS/uF\", to = \"0.3 mS/uF\", ";
  expect_fault({field(values + "between = [[\"0 mm\"], [\"1 mm\", \"2 mm\"]] }")},
               "give both points as many coordinates");
  expect_fault({field(values + "between = [[\"1 mm\", \"2 mm\"], [\"1 mm\", \"2 mm\"]] }")},
               "the two points are the same");
  expect_fault({field(values + "axis = \"x\", between = [[\"1 mm\"], [\"2 mm\"]] }")},
               "leave the axis out");
  expect_fault({field(values + "between = [\"1 mm\", \"2 mm\"] }")}, "'axis' is missing");
  expect_fault({field(values + "axis = \"x\", smooth = 1 }")}, "1 is neither true nor false");
  expect_fault({field("{ to = \"0.3 mS/uF\", between = [[\"0 mm\"], [\"1 mm\"]] }")},
               "'from' is missing");
}

TEST(ConfigStructure, FaultsOfConductivities) {
  const auto conductivity = [](const std::string& text) {
    return "region.fibrotic.conductivity={ " + text + " }";
  };
  expect_fault({conductivity("longitudinal = \"-0.1 S/m\", transverse = \"0 S/m\"")},
               "must not be negative");
  expect_fault({conductivity("longitudinal = 0.1, transverse = \"0 S/m\"")}, "0.1 has no unit");
  expect_fault({conductivity("longitudinal = \"0.1 S/m\"")}, "the key 'transverse' is missing");
  expect_fault(
      {conductivity("longitudinal = { from = \"0.1 S/m\", axis = \"x\" }, transverse = \"0 S/m\"")},
      "'to' is missing; write { from = \"0.1 S/m\", to = \"0.05 S/m\"");
  expect_fault({conductivity("longitudinal = { from = \"0.1 S/m\", to = \"1 mm\", axis = \"x\" }, "
                             "transverse = \"0 S/m\"")},
               "region.0.conductivity.longitudinal.to: \"1 mm\" has the wrong dimension");
}

TEST(ConfigStructure, FaultsOfRules) {
  expect_fault({R"(tissue.fibre={ axis = "z", from = "60 deg" })"},
               "'to' is missing; write { axis = \"z\"");
  expect_fault({R"(tissue.fibre={ axis = "z", from = "60", to = "0 deg" })"}, "\"60\" has no unit");
  expect_fault({R"(tissue.fibre={ from = "60 deg", to = "0 deg", between = [["0 mm"], ["1 mm"]] })"},
               "fibres turn along an axis, not between points");
  expect_fault({R"(tissue.fibre={ axis = "z", from = "60 mm", to = "0 deg" })"}, "wrong dimension");
  expect_fault({R"(tissue.fibre={ axis = "z", angle = "60 deg" })"}, "unknown key");
  const std::vector<std::string> sheet = {R"(tissue.fibre={ axis = "x", from = "0 deg", to = "1 deg" })",
                                          "mesh.kind=cable", "solver.discretisation=fe"};
  expect_fault(sheet, "fibres turn along an axis of a volume; take a slab or a mesh from a file",
               cable_toml);
  // Without a rule there are no sheets on a grid.
  const std::vector<Fault> faults = faults_of(structured_toml, {"tissue.fibre=[1, 0, 0]"});
  ASSERT_EQ(faults.size(), 2u);
  for (const Fault& fault : faults)
    EXPECT_NE(fault.message.find(
                  "conductivity.normal: it needs sheets, of a mesh from a file or of fibres by a rule"),
              std::string::npos);
}

}  // namespace
}  // namespace myowave
