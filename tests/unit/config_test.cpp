// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/config.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <variant>
#include <vector>

#include "tests/unit/config_file.hpp"

namespace myowave {
namespace {

// --------------------------------------------------------------------------------- reading
TEST(Config, MeshAndTissueAreReadInInternalUnits) {
  const Config config = config_of(full_toml);

  EXPECT_EQ(config.title, "Niederer \"2011\"");
  EXPECT_EQ(config.name, "myowave_Config_MeshAndTissueAreReadInInternalUnits");
  EXPECT_EQ(config.mesh.kind, MeshKind::slab);
  EXPECT_EQ(config.mesh.size, (std::vector<double>{20.0, 7.0, 3.0}));
  EXPECT_EQ(config.mesh.spacing, (std::vector<double>{0.5, 0.5, 0.25}));
  ASSERT_EQ(config.mesh.holes.size(), 2u);
  EXPECT_EQ(std::get<Sphere>(config.mesh.holes[0]).centre, (Point{10.0, 3.0, 1.0}));
  EXPECT_EQ(std::get<Box>(config.mesh.holes[1]).high[0], 1.0);
  EXPECT_EQ(std::get<Box>(config.mesh.holes[1]).high[1], INFINITY);
  EXPECT_DOUBLE_EQ(config.tissue.surface_to_volume, 140.0);
  EXPECT_DOUBLE_EQ(config.tissue.capacitance, 0.01);
  EXPECT_EQ(config.tissue.longitudinal, 0.133417721519);
  EXPECT_EQ(config.tissue.transverse, 0.0176061776062);
  EXPECT_NEAR(config.tissue.fibre[0], 2.0 / 3.0, 1e-15);
  EXPECT_NEAR(config.tissue.fibre[2], 1.0 / 3.0, 1e-15);
}

TEST(Config, RegionsAreReadInOrder) {
  const Config config = config_of(full_toml);

  ASSERT_EQ(config.regions.size(), 2u);
  EXPECT_EQ(config.regions[0].name, "scar");
  EXPECT_EQ(std::get<Sphere>(config.regions[0].where).radius, 2.0);
  EXPECT_EQ(config.regions[0].cell.model, "passive");
  EXPECT_TRUE(std::holds_alternative<Everywhere>(config.regions[1].where));
  EXPECT_EQ(config.regions[1].cell.variant, "endo");
  EXPECT_EQ(config.regions[1].cell.parameters.at("g_Ks"), "0.392 nS/pF");
  EXPECT_EQ(config.regions[1].cell.scale.at("g_Na"), 2.0);
  EXPECT_EQ(config.regions[1].cell.initial_state.at("m"), "0.1");
}

TEST(Config, SolverReactionAndOutputAreRead) {
  const Config config = config_of(full_toml);

  EXPECT_EQ(config.time.end, 60.0);
  EXPECT_EQ(config.splitting, Splitting::strang);
  EXPECT_EQ(config.diffusion.method, DiffusionMethod::crank_nicolson);
  EXPECT_EQ(config.diffusion.max_substeps, 7);
  EXPECT_EQ(config.diffusion.tolerance, 1e-9);
  EXPECT_EQ(config.reaction.step, 0.01);
  EXPECT_EQ(config.reaction.method, ionic::Method::rush_larsen);
  EXPECT_EQ(config.output.fields_every, 5.0);
  EXPECT_EQ(config.output.activation_threshold, -10.0);
  EXPECT_EQ(config.output.apd_levels, std::vector<double>{80.0});
  EXPECT_EQ(config.output.map_beats, 3);
  ASSERT_EQ(config.probes.size(), 1u);
  EXPECT_EQ(config.probes[0].at, (Point{20.0, 7.0, 3.0}));
  EXPECT_EQ(config.probes[0].every, 0.2);
  EXPECT_EQ(config.checkpoint.every, 100.0);
}

TEST(Config, WhatIsLeftOutHasItsDefault) {
  const Config config = config_of(cable_toml);

  EXPECT_EQ(config.tissue.surface_to_volume, 140.0);
  EXPECT_EQ(config.tissue.capacitance, 0.01);
  EXPECT_EQ(config.tissue.fibre, (Point{1.0, 0.0, 0.0}));
  EXPECT_EQ(config.stimuli[0].start, 0.0);
  EXPECT_EQ(config.stimuli[0].count, 1);
  EXPECT_EQ(config.time.step, 0.05);
  EXPECT_EQ(config.splitting, Splitting::godunov);
  EXPECT_EQ(config.diffusion.method, DiffusionMethod::automatic);
  EXPECT_EQ(config.reaction.method, ionic::Method::midpoint);
  EXPECT_EQ(config.output.fields_every, 0.0);
  EXPECT_EQ(config.output.apd_levels, std::vector<double>{90.0});
  EXPECT_EQ(config.checkpoint.every, 0.0);
}

TEST(Config, TheReactionStepIsTheLargestDivisorUpTo50Microseconds) {
  EXPECT_EQ(config_of(cable_toml).reaction.step, 0.05);
  EXPECT_EQ(config_of(cable_toml, {"time.step=0.02 ms"}).reaction.step, 0.02);
  EXPECT_DOUBLE_EQ(config_of(cable_toml, {"time.step=0.1 ms"}).reaction.step, 0.05);
  EXPECT_DOUBLE_EQ(config_of(cable_toml, {"time.step=0.12 ms"}).reaction.step, 0.04);
}

TEST(Config, AmplitudesPerVolumeAreaAndCapacitanceAgree) {
  const double volume =
      config_of(cable_toml, {"stimulus.S1.amplitude=50000 uA/cm^3"}).stimuli[0].amplitude;
  const double area =
      config_of(cable_toml, {"stimulus.S1.amplitude=35.714285714285715 uA/cm^2"}).stimuli[0].amplitude;
  const double capacitance =
      config_of(cable_toml, {"stimulus.S1.amplitude=35.714285714285715 uA/uF"}).stimuli[0].amplitude;

  EXPECT_DOUBLE_EQ(volume, 50.0 / (140.0 * 0.01));
  EXPECT_DOUBLE_EQ(area, volume);
  EXPECT_DOUBLE_EQ(capacitance, volume);
}

TEST(Config, ATrainWithoutACountFillsTheRun) {
  EXPECT_EQ(config_of(full_toml).stimuli[1].count, 3);  // at 0, 20, 40 ms of 60
  EXPECT_EQ(config_of(full_toml, {"stimulus.train.start=1 ms"}).stimuli[1].count, 3);
  EXPECT_EQ(config_of(full_toml, {"time.end=61 ms"}).stimuli[1].count, 4);
  EXPECT_EQ(config_of(full_toml, {"stimulus.train.count=2"}).stimuli[1].count, 2);
}

TEST(Config, AFibreAngleTurnsFromXToY) {
  const Config config = config_of(cable_toml, {"mesh.kind=sheet", R"(mesh.size=["10 mm", "5 mm"])",
                                               R"(tissue.fibre={ angle = "30 deg" })"});

  EXPECT_NEAR(config.tissue.fibre[0], std::sqrt(0.75), 1e-15);
  EXPECT_NEAR(config.tissue.fibre[1], 0.5, 1e-15);
}

TEST(Config, APacedCellNeedsNoFileAndNoTissue) {
  const Config config =
      config_from({"region.0.name=cell", "region.0.model=ten_tusscher_2006", "region.0.variant=epi",
                   "pacing.bcl=500 ms", "pacing.beats=5", "pacing.stimulus=40 uA/uF"},
                  Purpose::cell);

  EXPECT_EQ(config.regions[0].cell.model, "ten_tusscher_2006");
  EXPECT_EQ(config.regions[0].cell.variant, "epi");
  EXPECT_EQ(config.pacing.bcl, 500.0);
  EXPECT_EQ(config.pacing.beats, 5);
  EXPECT_EQ(config.pacing.stimulus, 40.0);
  EXPECT_EQ(config.reaction.step, 0.02);
}

// ------------------------------------------------------------------------------- overrides
TEST(ConfigOverride, ReplacesAValueWithOrWithoutQuotes) {
  EXPECT_EQ(config_of(cable_toml, {"time.end=20 ms"}).time.end, 20.0);
  EXPECT_EQ(config_of(cable_toml, {"time.end=\"20 ms\""}).time.end, 20.0);
  EXPECT_EQ(config_of(cable_toml, {"title=a = b"}).title, "a = b");
}

TEST(ConfigOverride, ReachesInsideTablesAndIntoSectionsThatAreNotThere) {
  const Config config = config_of(cable_toml, {"tissue.conductivity.transverse=0.1 S/m",
                                               "solver.max_substeps=9", "output.apd.level=50"});

  EXPECT_EQ(config.tissue.transverse, 0.1);
  EXPECT_EQ(config.tissue.longitudinal, 0.1334);
  EXPECT_EQ(config.diffusion.max_substeps, 9);
  EXPECT_EQ(config.output.apd_levels, std::vector<double>{50.0});
}

TEST(ConfigOverride, NamesAnEntryOfAListByNameOrNumber) {
  const Config config = config_of(full_toml, {"stimulus.S1.start=7 ms", "stimulus.1.start=8 ms",
                                              "region.myocardium.scale.g_CaL=0.25"});

  EXPECT_EQ(config.stimuli[0].start, 7.0);
  EXPECT_EQ(config.stimuli[1].start, 8.0);
  EXPECT_EQ(config.regions[1].cell.scale.at("g_CaL"), 0.25);
}

TEST(ConfigOverride, TheLastOneWins) {
  EXPECT_EQ(config_of(cable_toml, {"time.end=20 ms", "time.end=30 ms"}).time.end, 30.0);
}

}  // namespace
}  // namespace myowave
