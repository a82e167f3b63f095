// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tissue/element_diffusivity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include "tests/support/element_meshes.hpp"
#include "tissue/stimulus.hpp"

namespace myowave {
namespace {

// ------------------------------------------------------------------------------ diffusivity
constexpr double longitudinal = 0.1334, transverse = 0.0176, chi_Cm = 140.0 * 0.01;

Tensor diffusivity_of(const Point& fibre) {
  return Tissue({140.0, 0.01, longitudinal, transverse, fibre}).diffusivity();
}

Point times(const Tensor& D, const Point& x) {
  Point y{};
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) y[a] += D[a][b] * x[b];
  return y;
}

TEST(Tissue, AnOrthotropicTensorHasItsThreeValuesAlongItsAxes) {
  const Point f = {0.6, 0.8, 0.0}, s = {-0.8 + 0.0006, 0.6 + 0.0008, 0.0}, n = {0.0, 0.0, 1.0};
  const Point across = {-0.8, 0.6, 0.0};

  const Tensor D = orthotropic_tensor(0.3, 0.2, 0.1, f, s);  // s is slanted by 0.001

  for (std::size_t a = 0; a < 3; ++a) {
    EXPECT_NEAR(times(D, f)[a], 0.3 * f[a], 1e-15);
    EXPECT_NEAR(times(D, across)[a], 0.2 * across[a], 1e-15);
    EXPECT_NEAR(times(D, n)[a], 0.1 * n[a], 1e-15);
  }
}

TEST(Tissue, AnElementsTensorHasTheFibreAndSheetOfTheMesh) {
  const Point fibre = {0.0, 0.6, 0.8}, sheet = {0.0, -0.8, 0.6};
  const Mesh mesh(testing::BoxMesh(CellKind::tetrahedron, {1, 1, 1}, {1.0, 1.0, 1.0})
                      .directions(fibre, sheet)
                      .mesh());
  TissueSettings settings{140.0, 0.01, longitudinal, transverse, {1.0, 0.0, 0.0}};
  const auto expect = [&](const Tensor& expected) {
    const Tensor D = ElementDiffusivity(settings, {}, mesh)(3);
    for (std::size_t a = 0; a < 3; ++a)
      for (std::size_t b = 0; b < 3; ++b) EXPECT_NEAR(D[a][b], expected[a][b] / chi_Cm, 1e-16);
  };

  expect(axisymmetric_tensor(longitudinal, transverse, settings.fibre));
  settings.fibre_of_mesh = true;
  expect(axisymmetric_tensor(longitudinal, transverse, fibre));
  settings.normal = 0.005;
  expect(orthotropic_tensor(longitudinal, transverse, 0.005, fibre, sheet));
}

// ----------------------------------------------------------------------- from element to element
void expect_near(const Tensor& D, const Tensor& expected) {
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) EXPECT_NEAR(D[a][b], expected[a][b] / chi_Cm, 1e-16);
}

TissueSettings plain(const Point& fibre = {1.0, 0.0, 0.0}) {
  return {140.0, 0.01, longitudinal, transverse, fibre};
}

TEST(ElementDiffusivity, IsThatOfTheFirstRegionThatHoldsTheElement) {
  testing::BoxMesh box(CellKind::segment, {8, 0, 0}, {8.0, 0.0, 0.0});
  box.parts.regions = {1, 1, 1, 1, 2, 2, 2, 2};
  const Mesh mesh(box.mesh());
  const std::vector<RegionConductivities> regions = {
      {Box{{-1, -1, -1}, {1, 1, 1}}, std::nullopt},            // element 0: the tissue's
      {Tags{{2}}, Conductivities{{0.03}, {0.01}}},             // 4 to 7
      {Sphere{{4, 0, 0}, 2.2}, Conductivities{{0.5}, {0.4}}},  // 2 and 3, and 4 and 5, which are taken
      {Everywhere{}, Conductivities{{0.0}, {0.0}}},            // 1
  };

  const ElementDiffusivity diffusivity(plain(), regions, mesh);

  expect_near(diffusivity(0), axisymmetric_tensor(longitudinal, transverse, {1, 0, 0}));
  expect_near(diffusivity(1), Tensor{});
  for (const std::int32_t cell : {2, 3})
    expect_near(diffusivity(cell), axisymmetric_tensor(0.5, 0.4, {1, 0, 0}));
  for (const std::int32_t cell : {4, 5, 6, 7})
    expect_near(diffusivity(cell), axisymmetric_tensor(0.03, 0.01, {1, 0, 0}));
  EXPECT_FALSE(diffusivity.conducts(1));
  EXPECT_TRUE(diffusivity.conducts(0));
}

TEST(ElementDiffusivity, IsTakenTimesTheFactorOfTheElement) {
  testing::BoxMesh box(CellKind::segment, {3, 0, 0}, {3.0, 0.0, 0.0});
  box.parts.conductivity_factors = {1.0, 0.25, 0.0};
  const Mesh mesh(box.mesh());

  const ElementDiffusivity diffusivity(plain({0.6, 0.8, 0.0}), {}, mesh);

  expect_near(diffusivity(0), axisymmetric_tensor(longitudinal, transverse, {3, 4, 0}));
  expect_near(diffusivity(1), axisymmetric_tensor(0.25 * longitudinal, 0.25 * transverse, {3, 4, 0}));
  expect_near(diffusivity(2), Tensor{});
  EXPECT_TRUE(diffusivity.conducts(1));
  EXPECT_FALSE(diffusivity.conducts(2));
}

TEST(ElementDiffusivity, ChangesAlongAGradient) {
  const Mesh mesh(testing::BoxMesh(CellKind::quadrilateral, {4, 2, 0}, {4.0, 2.0, 0.0}).mesh());
  constexpr double any = GradientSettings::missing;
  Conductivities own;
  own.longitudinal = {0.2, 0.1, GradientSettings{0, {1.0, any, any}, {3.0, any, any}}};
  own.transverse = {0.02, 0.04, GradientSettings{1}};

  const ElementDiffusivity diffusivity(plain(), {{Everywhere{}, own}}, mesh);

  const double along[] = {0.2, 0.175, 0.125, 0.1};
  for (std::int32_t cell = 0; cell < 8; ++cell)
    expect_near(diffusivity(cell),
                axisymmetric_tensor(along[cell % 4], cell < 4 ? 0.025 : 0.035, {1.0, 0.0, 0.0}));
}

TEST(ElementDiffusivity, OfARuleTurnsThroughTheSlab) {
  const Mesh mesh(testing::BoxMesh(CellKind::hexahedron, {1, 1, 4}, {1.0, 1.0, 2.0}).mesh());
  TissueSettings settings = plain();
  constexpr double degree = M_PI / 180.0;
  settings.rule = FibreRule{{2}, 60.0 * degree, -60.0 * degree};
  const auto fibre = [&](std::int32_t cell) {
    return ElementDiffusivity(settings, {}, mesh).fibre(cell);
  };
  const auto expect = [](const Point& f, const Point& expected) {
    for (std::size_t a = 0; a < 3; ++a) EXPECT_NEAR(f[a], expected[a], 1e-15);
  };

  const double angles[] = {45.0, 15.0, -15.0, -45.0};  // of the middle of each layer
  for (std::int32_t layer = 0; layer < 4; ++layer) {
    const double angle = angles[layer] * degree;
    expect(fibre(layer), {std::cos(angle), std::sin(angle), 0.0});
    expect_near(ElementDiffusivity(settings, {}, mesh)(layer),
                axisymmetric_tensor(longitudinal, transverse, {std::cos(angle), std::sin(angle), 0.0}));
  }
  // Sheets lie through the slab.
  settings.normal = 0.005;
  expect_near(ElementDiffusivity(settings, {}, mesh)(1),
              orthotropic_tensor(longitudinal, transverse, 0.005,
                                 {std::cos(15 * degree), std::sin(15 * degree), 0.0}, {0.0, 0.0, 1.0}));
  // About the other axes, from the first of the two that are left to the second.
  settings.rule = FibreRule{{1}, 30.0 * degree, 30.0 * degree};
  expect(fibre(0), {std::cos(30 * degree), 0.0, std::sin(30 * degree)});
  settings.rule = FibreRule{{0}, 30.0 * degree, 30.0 * degree};
  expect(fibre(0), {0.0, std::cos(30 * degree), std::sin(30 * degree)});
}

TEST(Tissue, OrthotropicWithEqualValuesAcrossIsAxisymmetric) {
  const Point f = {1.0, 2.0, 2.0}, s = {2.0, 1.0, -2.0};

  const Tensor D = orthotropic_tensor(0.3, 0.1, 0.1, f, s), E = axisymmetric_tensor(0.3, 0.1, f);

  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) EXPECT_NEAR(D[a][b], E[a][b], 1e-15);
}

TEST(Tissue, AlongAnAxisTheTensorIsDiagonal) {
  const Tensor D = diffusivity_of({0.0, 1.0, 0.0});

  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) {
      const double expected = a != b ? 0.0 : (a == 1 ? longitudinal : transverse) / chi_Cm;
      EXPECT_NEAR(D[a][b], expected, 1e-16);
    }
}

TEST(Tissue, TheFibreIsAnEigenvectorAndSoIsEveryDirectionAcross) {
  const Point fibre = {1.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0}, across = {2.0 / 3.0, 1.0 / 3.0, -2.0 / 3.0};
  const Tensor D = diffusivity_of(fibre);

  const Point along = times(D, fibre), beside = times(D, across);

  for (std::size_t a = 0; a < 3; ++a) {
    EXPECT_NEAR(along[a], longitudinal / chi_Cm * fibre[a], 1e-16);
    EXPECT_NEAR(beside[a], transverse / chi_Cm * across[a], 1e-16);
  }
}

TEST(Tissue, TheTensorIsSymmetricAndDoesNotDependOnTheLengthOfTheFibre) {
  const Tensor D = diffusivity_of({0.3, -0.4, 1.2}), longer = diffusivity_of({3.0, -4.0, 12.0});

  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) {
      EXPECT_EQ(D[a][b], D[b][a]);
      EXPECT_NEAR(D[a][b], longer[a][b], 1e-16);
    }
}

TEST(Tissue, EqualConductivitiesGiveAnIsotropicTensor) {
  const Tensor D = Tissue({140.0, 0.01, 0.14, 0.14, {0.6, 0.8, 0.0}}).diffusivity();

  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) EXPECT_NEAR(D[a][b], a == b ? 0.1 : 0.0, 1e-16);
}

TEST(Tissue, MembraneIsKept) {
  const Tissue tissue({120.0, 0.02, longitudinal, transverse, {1.0, 0.0, 0.0}});

  EXPECT_EQ(tissue.chi(), 120.0);
  EXPECT_EQ(tissue.Cm(), 0.02);
}

// --------------------------------------------------------------------------------- stimuli
StimulusSettings pulse(double start, double duration) {
  StimulusSettings stimulus;
  stimulus.amplitude = 50.0;
  stimulus.start = start;
  stimulus.duration = duration;
  return stimulus;
}

StimulusSettings train(double start, double duration, double period, int count) {
  StimulusSettings stimulus = pulse(start, duration);
  stimulus.period = period;
  stimulus.count = count;
  return stimulus;
}

/// Charge [uA ms/uF] delivered by steps of random length up to `longest`, from 0 to `end`.
double delivered(const StimulusSettings& stimulus, double end, double longest, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> length(0.01 * longest, longest);
  double charge = 0.0;
  for (double t = 0.0; t < end;) {
    const double dt = std::min(length(random), end - t);
    charge += mean_amplitude(stimulus, t, dt) * dt;
    t += dt;
  }
  return charge;
}

TEST(Stimulus, AStepInsideThePulseHasItsAmplitude) {
  EXPECT_EQ(mean_amplitude(pulse(5.0, 2.0), 5.5, 0.1), 50.0);
}

TEST(Stimulus, AStepOutsideThePulseHasNone) {
  const StimulusSettings stimulus = pulse(5.0, 2.0);

  EXPECT_EQ(mean_amplitude(stimulus, 4.0, 0.5), 0.0);
  EXPECT_EQ(mean_amplitude(stimulus, 7.5, 0.5), 0.0);
}

TEST(Stimulus, AStepOverAnEdgeHasItsShare) {
  const StimulusSettings stimulus = pulse(5.0, 2.0);

  EXPECT_NEAR(mean_amplitude(stimulus, 4.75, 1.0), 0.75 * 50.0, 1e-12);
  EXPECT_NEAR(mean_amplitude(stimulus, 6.5, 2.0), 0.25 * 50.0, 1e-12);
  EXPECT_NEAR(mean_amplitude(stimulus, 0.0, 10.0), 0.2 * 50.0, 1e-12);
}

TEST(Stimulus, EdgesOnTheStepsAreSharpInSpiteOfRounding) {
  const StimulusSettings stimulus = pulse(0.3, 0.6);
  std::vector<double> amplitudes;

  for (int step = 0; step < 12; ++step) amplitudes.push_back(mean_amplitude(stimulus, step * 0.1, 0.1));

  const std::vector<double> expected = {0, 0, 0, 50, 50, 50, 50, 50, 50, 0, 0, 0};
  EXPECT_EQ(amplitudes, expected);
}

TEST(Stimulus, ANegativeAmplitudeHyperpolarises) {
  StimulusSettings stimulus = pulse(0.0, 1.0);
  stimulus.amplitude = -3.0;

  EXPECT_EQ(mean_amplitude(stimulus, 0.25, 0.5), -3.0);
}

TEST(Stimulus, ATrainRepeatsThePulseCountTimes) {
  const StimulusSettings stimulus = train(10.0, 1.0, 100.0, 3);

  EXPECT_EQ(mean_amplitude(stimulus, 10.2, 0.5), 50.0);
  EXPECT_EQ(mean_amplitude(stimulus, 110.2, 0.5), 50.0);
  EXPECT_EQ(mean_amplitude(stimulus, 210.2, 0.5), 50.0);
  EXPECT_EQ(mean_amplitude(stimulus, 310.2, 0.5), 0.0);
  EXPECT_EQ(mean_amplitude(stimulus, 60.0, 0.5), 0.0);
}

TEST(Stimulus, AStepOverSeveralPulsesCollectsAllOfThem) {
  const StimulusSettings stimulus = train(10.0, 1.0, 20.0, 5);

  EXPECT_NEAR(mean_amplitude(stimulus, 0.0, 60.0), 50.0 * 3.0 / 60.0, 1e-12);
  EXPECT_NEAR(mean_amplitude(stimulus, 0.0, 1000.0), 50.0 * 5.0 / 1000.0, 1e-12);
}

TEST(Stimulus, ALateTrainStillHasItsLastPulse) {
  const StimulusSettings stimulus = train(0.0, 1.0, 300.0, 10'000);

  EXPECT_NEAR(mean_amplitude(stimulus, 9'999 * 300.0 + 0.25, 0.5), 50.0, 1e-9);
  EXPECT_EQ(mean_amplitude(stimulus, 10'000 * 300.0 + 0.25, 0.5), 0.0);
}

TEST(Stimulus, TheChargeOfAPulseDoesNotDependOnTheSteps) {
  for (const double longest : {0.05, 0.37, 3.0, 40.0})
    for (unsigned seed = 0; seed < 20; ++seed)
      // Edges are snapped over 1e-9 ms, four times at most.
      EXPECT_NEAR(delivered(pulse(5.013, 2.007), 40.0, longest, seed), 50.0 * 2.007, 50.0 * 4e-9);
}

TEST(Stimulus, TheChargeOfATrainDoesNotDependOnTheSteps) {
  const StimulusSettings stimulus = train(3.3, 1.1, 7.7, 10);

  for (const double longest : {0.05, 0.37, 3.0, 40.0})
    for (unsigned seed = 0; seed < 20; ++seed)
      EXPECT_NEAR(delivered(stimulus, 100.0, longest, seed), 50.0 * 11.0, 50.0 * 4e-8);
}

TEST(Stimulus, PulsesThatTouchAreOneLongPulse) {
  const StimulusSettings stimulus = train(1.0, 2.0, 2.0, 4);

  EXPECT_NEAR(mean_amplitude(stimulus, 1.5, 7.0), 50.0, 1e-12);
  EXPECT_NEAR(delivered(stimulus, 20.0, 0.37, 1), 50.0 * 8.0, 1e-6);
}

}  // namespace
}  // namespace myowave
