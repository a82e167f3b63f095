// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <cmath>

#include "postprocess/beat_maps.hpp"
#include "simulation/problem.hpp"
#include "simulation/split_step.hpp"

namespace myowave {
namespace {

/// A cable run in memory; returns the activation times at the given positions [ms].
std::vector<double> activation_times(const Config& config, double threshold,
                                     const std::vector<Point>& at,
                                     const std::function<void(Problem&, Potential&)>& start = {}) {
  Problem problem(config);
  Potential V(problem.layout);
  problem.reaction->rest(V);
  if (start) start(problem, V);
  PhaseTimers timers;
  SplitStep step(*problem.reaction, *problem.diffusion, config.splitting, timers);
  BeatMaps maps(V.values().size(), {threshold, {90.0}, 1, false});
  maps.update(0.0, V.values());
  const long steps = std::lround(config.time.end / config.time.step);
  for (long n = 0; n < steps; ++n) {
    step.advance(V, static_cast<double>(n) * config.time.step, config.time.step);
    maps.update(static_cast<double>(n + 1) * config.time.step, V.values());
  }
  std::vector<double> times;
  for (const Point& point : at) {
    const auto node =
        static_cast<std::size_t>(problem.layout.local_node(problem.mesh.nearest_node(point)));
    times.push_back(maps.beats() > 0 ? maps.activation(0)[node] : std::nan(""));
  }
  return times;
}

Config cable(double length, double spacing, double D) {
  Config config;
  config.mesh = {MeshKind::cable, {length}, {spacing}, {}};
  config.tissue.surface_to_volume = 100.0;
  config.tissue.capacitance = 0.01;
  config.tissue.longitudinal = config.tissue.transverse = D;
  return config;
}

/// Relative error of the speed of the Nagumo front u = 1/(1 + exp(sqrt(k/(2D)) (x - x0 - c t))),
/// c = sqrt(D k/2) (1 - 2 alpha), measured between 8 and 14 mm.
double nagumo_error(double spacing, double step) {
  constexpr double D = 0.1, k = 2.0, alpha = 0.1, x0 = 5.0;
  const double speed = std::sqrt(D * k / 2) * (1 - 2 * alpha);
  Config config = cable(20.0, spacing, D);
  config.regions = {{"all", Everywhere{}, {"fitzhugh_nagumo", "nagumo", {}, {}, {}}}};
  config.time = {42.0, step};
  config.splitting = Splitting::strang;
  config.diffusion = {DiffusionMethod::crank_nicolson, 1, 1e-10};
  config.reaction = {step, ionic::Method::midpoint, ionic::Precision::double_, false};
  auto front = [&](Problem& problem, Potential& V) {
    for (std::int32_t i = 0; i < problem.layout.owned(); ++i) {
      const double x = problem.mesh.position(problem.layout.global_node(i))[0];
      V.values()[static_cast<std::size_t>(i)] =
          -85.0 + 100.0 / (1.0 + std::exp(std::sqrt(k / (2 * D)) * (x - x0)));
    }
  };
  const std::vector<double> t = activation_times(config, -35.0, {{8, 0, 0}, {14, 0, 0}}, front);
  return 6.0 / (t[1] - t[0]) / speed - 1.0;
}

TEST(NagumoWave, SpeedErrorFallsAtSecondOrderInSpace) {
  const double coarse = nagumo_error(0.2, 0.02), fine = nagumo_error(0.1, 0.02);

  RecordProperty("order", std::to_string(std::log2(coarse / fine)));
  EXPECT_NEAR(std::log2(coarse / fine), 2.0, 0.1);
}

TEST(NagumoWave, SpeedIsWithin5e4At50Micrometres) {
  const double error = std::abs(nagumo_error(0.05, 0.02));

  RecordProperty("error", std::to_string(error));
  EXPECT_LT(error, 5e-4);
}

/// CV [cm/s] of the TT2006 epi cable between 5 and 15 mm, as in the reference's set-up.
double tt2006_velocity(double spacing, double D, Splitting splitting, DiffusionMethod diffusion,
                       double step, Discretisation discretisation = Discretisation::finite_differences,
                       double consistent_share = 0.0) {
  Config config = cable(20.0, spacing, D);
  config.regions = {{"all", Everywhere{}, {"ten_tusscher_2006", "epi", {}, {}, {}}}};
  config.stimuli = {{"end", Box{{0, 0, 0}, {1, 0, 0}}, "", 52.0, 0.0, 1.0, 0.0, 1}};
  config.time = {32.0, step};
  config.splitting = splitting;
  config.diffusion = {diffusion, 50, 1e-9, discretisation, consistent_share};
  config.reaction.step = step;
  const std::vector<double> t = activation_times(config, -40.0, {{5, 0, 0}, {15, 0, 0}});
  return 1000.0 / (t[1] - t[0]);
}

struct Velocity {
  double D, spacing;  // mm^2/ms, mm
  double cm_per_s;    // finite differences or elements with a lumped mass, exact in time
  double consistent;  // cm/s, elements with a consistent mass
};

class CableVelocity : public ::testing::TestWithParam<Velocity> {};

TEST_P(CableVelocity, OfTT2006IsWithin3PerMilleOfTheReference) {
  const Velocity& v = GetParam();

  const double strang =
      tt2006_velocity(v.spacing, v.D, Splitting::strang, DiffusionMethod::crank_nicolson, 0.02);
  const double godunov =
      tt2006_velocity(v.spacing, v.D, Splitting::godunov, DiffusionMethod::automatic, 0.01);

  RecordProperty("strang", std::to_string(strang));
  RecordProperty("godunov", std::to_string(godunov));
  EXPECT_NEAR(strang / v.cm_per_s, 1.0, 3e-3);
  EXPECT_NEAR(godunov / v.cm_per_s, 1.0, 3e-3);
}

/// Elements with a lumped mass are the finite differences; those with a consistent one are faster where
/// those are slower.
TEST_P(CableVelocity, OfTT2006OnElementsIsThatOfTheirMass) {
  const Velocity& v = GetParam();
  auto velocity = [&v](Discretisation discretisation, double share) {
    return tt2006_velocity(v.spacing, v.D, Splitting::strang, DiffusionMethod::crank_nicolson, 0.02,
                           discretisation, share);
  };

  const double stencil = velocity(Discretisation::finite_differences, 0.0),
               lumped = velocity(Discretisation::finite_elements, 0.0),
               consistent = velocity(Discretisation::finite_elements, 1.0);

  RecordProperty("lumped", std::to_string(lumped));
  RecordProperty("consistent", std::to_string(consistent));
  EXPECT_NEAR(lumped / stencil, 1.0, 1e-6);
  EXPECT_NEAR(consistent / v.consistent, 1.0, 3e-3);
}

INSTANTIATE_TEST_SUITE_P(Reference, CableVelocity,
                         ::testing::Values(Velocity{0.154, 0.2, 73.11794017464489, 80.83147655196207},
                                           Velocity{0.154, 0.1, 76.62969243533442, 79.0294362582972},
                                           Velocity{0.154, 0.05, 77.61520973353129, 78.22925247156054},
                                           Velocity{0.1, 0.2, 57.3851503846233, 65.59770206567845},
                                           Velocity{0.1, 0.1, 61.21363836484777, 64.09951587029934},
                                           Velocity{0.1, 0.05, 62.44111910786639, 63.202395121983784}));

/// Activation of a square of 7 mm from its corner, 5-point finite differences at 100 um, exact in time.
TEST(SheetActivation, OfTT2006FromACornerIsWithin2PerMilleOfTheReference) {
  Config config = cable(7.0, 0.1, 0.1);
  config.mesh = {MeshKind::sheet, {7.0, 7.0}, {0.1}, {}};
  config.regions = {{"all", Everywhere{}, {"ten_tusscher_2006", "epi", {}, {}, {}}}};
  config.stimuli = {{"corner", Box{{0, 0, 0}, {1.5, 1.5, 0}}, "", 52.0, 0.0, 2.0, 0.0, 1}};
  config.time = {16.0, 0.01};
  config.splitting = Splitting::strang;
  config.reaction.step = 0.01;
  const std::vector<double> reference = {3.4804528537877015, 6.809904626187858, 9.921445136227895,
                                         5.133372340889139,  9.853235872837944, 14.05495583499259};

  const std::vector<double> times = activation_times(
      config, -40.0, {{3, 0, 0}, {0, 5, 0}, {7, 0, 0}, {3, 3, 0}, {5, 5, 0}, {7, 7, 0}});

  for (std::size_t i = 0; i < reference.size(); ++i) EXPECT_NEAR(times[i] / reference[i], 1.0, 2e-3);
}

}  // namespace
}  // namespace myowave
