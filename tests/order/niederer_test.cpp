// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "config/config.hpp"
#include "field/session.hpp"
#include "postprocess/beat_maps.hpp"
#include "simulation/problem.hpp"
#include "simulation/split_step.hpp"

namespace myowave {
namespace {

using Times = std::map<std::string, double>;

/// Activation times of the points P1 to P9 [ms] for the benchmark of examples/04_niederer_slab with
/// overrides.
Times niederer(const std::vector<std::string>& overrides) {
  const std::string source = MYOWAVE_SOURCE_DIR;
  const Config config = read_config(source + "/examples/04_niederer_slab/niederer.toml", overrides);
  Problem problem(config);
  Potential V(problem.layout);
  problem.reaction->rest(V);
  PhaseTimers timers;
  SplitStep step(*problem.reaction, *problem.diffusion, config.splitting, timers);
  BeatMaps maps(V.values().size(), {0.0, {90.0}, 1, false});
  maps.update(0.0, V.values());
  const long steps = std::lround(config.time.end / config.time.step);
  for (long n = 0; n < steps; ++n) {
    step.advance(V, static_cast<double>(n) * config.time.step, config.time.step);
    maps.update(static_cast<double>(n + 1) * config.time.step, V.values());
  }
  Times times;
  for (const PlacedProbe& probe : problem.probes) {
    const std::int32_t node = problem.layout.local_node(probe.node);
    const bool here = node >= 0 && maps.beats() > 0;
    times[probe.settings.name] =
        parallel::max(here ? maps.activation(0)[static_cast<std::size_t>(node)] : -1.0);
  }
  return times;
}

/// The exact-in-time solution of the same stencil at h = 0.5 mm.
Times reference() {
  std::ifstream file(std::string(MYOWAVE_SOURCE_DIR) + "/tests/data/niederer_h0.5mm.json");
  return nlohmann::json::parse(file)["activation_ms"].get<Times>();
}

Times at_half_millimetre(const char* step, const char* splitting) {
  return niederer({"mesh.spacing=0.5 mm", "time.end=140 ms", std::string("time.step=") + step,
                   std::string("solver.splitting=") + splitting});
}

double largest_relative_error(const Times& times) {
  double error = 0.0;
  for (const auto& [name, exact] : reference())
    error = std::max(error, std::abs(times.at(name) / exact - 1.0));
  return error;
}

TEST(Niederer, GodunovAt10MicrosecondsIsWithin3PerMilleOfTheExactSolutionInTime) {
  const Times times = at_half_millimetre("0.01 ms", "godunov");

  ASSERT_EQ(times.size(), 9u);
  EXPECT_LT(largest_relative_error(times), 3e-3);
  EXPECT_NEAR(times.at("P1"), reference().at("P1"), 0.02);
}

TEST(Niederer, GodunovConvergesAtLeastAtFirstOrderAsTheStepFalls) {
  const double coarse = largest_relative_error(at_half_millimetre("0.05 ms", "godunov"));
  const double fine = largest_relative_error(at_half_millimetre("0.025 ms", "godunov"));

  EXPECT_GT(std::log2(coarse / fine), 0.9);
}

TEST(Niederer, StrangConvergesAtSecondOrderAsTheStepFalls) {
  const double coarse = largest_relative_error(at_half_millimetre("0.05 ms", "strang"));
  const double fine = largest_relative_error(at_half_millimetre("0.025 ms", "strang"));

  EXPECT_GT(std::log2(coarse / fine), 1.8);
}

TEST(NiedererFine, LastPointAtTenthOfAMillimetreIsWhereLumpedSchemesAre) {
  const Times times = niederer({"mesh.spacing=0.1 mm", "time.end=48 ms"});

  EXPECT_GT(times.at("P8"), 42.0);
  EXPECT_LT(times.at("P8"), 46.0);
  EXPECT_NEAR(times.at("P1"), 1.23, 0.01);
}

}  // namespace
}  // namespace myowave
