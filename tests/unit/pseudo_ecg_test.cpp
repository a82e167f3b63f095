// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/pseudo_ecg.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "base/error.hpp"

namespace myowave {
namespace {

constexpr double bath = 2.0;  // mS/mm

double potential_at(const Point& electrode, const std::vector<Point>& positions,
                    const std::vector<double>& volumes, const std::vector<double>& source) {
  const PseudoEcg ecg(positions, volumes, 0.1, {{"E", electrode}}, bath);
  double phi = 0.0;
  ecg.sample(source, {&phi, 1});
  return phi;
}

TEST(PseudoEcg, OfOnePointSourceIsCoulombs) {
  // 3 uA/mm^3 in 0.5 mm^3 at 5 mm: 1.5 uA / (4 pi 2 mS/mm 5 mm), uA/mS = mV.
  EXPECT_NEAR(potential_at({3, 4, 0}, {{0, 0, 0}}, {0.5}, {3.0}), 1.5 / (40.0 * M_PI), 1e-15);
}

TEST(PseudoEcg, OfASourceAndASinkIsThatOfADipoleFarAway) {
  // p = I d along x; phi = p cos(theta) / (4 pi sigma r^2) (1 + O((d / r)^2)).
  const double d = 0.2, I = 0.7;
  const std::vector<Point> positions = {{0.5 * d, 0, 0}, {-0.5 * d, 0, 0}};
  for (const Point& at : {Point{20, 0, 0}, Point{-12, 9, 0}, Point{6, 8, 24}}) {
    const double r = std::hypot(at[0], at[1], at[2]);
    const double dipole = I * d * at[0] / r / (4.0 * M_PI * bath * r * r);

    const double phi = potential_at(at, positions, {1.0, 2.0}, {I, -0.5 * I});

    EXPECT_NEAR(phi, dipole, 2e-4 * std::abs(dipole));
  }
  EXPECT_NEAR(potential_at({0, 7, 0}, positions, {1.0, 1.0}, {I, -I}), 0.0, 1e-15);
}

/// div(sigma grad V) of a front V = 50 tanh((c t - x) / w) on a cable of 0.01 mm^2 along x, w = 0.5 mm.
struct FrontOnACable {
  std::vector<Point> positions;
  std::vector<double> volumes;
  static constexpr double h = 0.05, sigma = 0.1, width = 0.5, area = 0.01;

  FrontOnACable() : positions(2001), volumes(2001, area * h) {
    for (std::size_t i = 0; i < positions.size(); ++i)
      positions[i] = {(static_cast<double>(i) - 1000.0) * h, 0.0, 0.0};
  }
  std::vector<double> source(double front) const {
    std::vector<double> I;
    for (const Point& x : positions) {
      const double u = std::tanh((front - x[0]) / width);
      I.push_back(sigma * 50.0 * (-2.0 * u * (1.0 - u * u)) / (width * width));
    }
    return I;
  }
};

TEST(PseudoEcg, IsUprightForAWaveThatComesNearer) {
  const FrontOnACable cable;
  const PseudoEcg ecg(cable.positions, cable.volumes, cable.h, {{"E", {0, 2, 0}}}, bath);

  double coming = 0.0, passing = 0.0, leaving = 0.0;
  ecg.sample(cable.source(-3.0), {&coming, 1});
  ecg.sample(cable.source(0.0), {&passing, 1});
  ecg.sample(cable.source(3.0), {&leaving, 1});

  EXPECT_GT(coming, 0.0);
  EXPECT_NEAR(passing, 0.0, 1e-12 * coming);
  EXPECT_NEAR(leaving, -coming, 1e-12 * coming);
}

TEST(PseudoEcg, OfAFrontOnACableIsThatOfItsDipoleFarAway) {
  // The front's current is a dipole sigma area (V behind - V ahead) in the sense of propagation.
  const FrontOnACable cable;
  const double p = cable.sigma * cable.area * 100.0, x = 15.0, y = 8.0, r = std::hypot(x, y);
  const PseudoEcg ecg(cable.positions, cable.volumes, cable.h, {{"E", {x, y, 0}}}, bath);

  double phi = 0.0;
  ecg.sample(cable.source(0.0), {&phi, 1});

  EXPECT_NEAR(phi, p * x / (4.0 * M_PI * bath * r * r * r), 2e-3 * phi);
}

TEST(PseudoEcg, HasAValueForEachElectrode) {
  const std::vector<Point> positions = {{0, 0, 0}};
  const std::vector<double> volumes = {1.0}, source = {8.0 * M_PI};
  const PseudoEcg ecg(positions, volumes, 0.1, {{"near", {1, 0, 0}}, {"far", {0, 0, -4}}}, bath);

  ASSERT_EQ(ecg.electrodes(), 2u);
  std::vector<double> phi(2);
  ecg.sample(source, phi);

  EXPECT_NEAR(phi[0], 1.0, 1e-14);
  EXPECT_NEAR(phi[1], 0.25, 1e-14);
}

TEST(PseudoEcg, RefusesElectrodesInTheTissueAllAtOnce) {
  const std::vector<Point> positions = {{0, 0, 0}, {0.5, 0, 0}};
  const std::vector<double> volumes = {1.0, 1.0};
  const std::vector<Electrode> electrodes = {{"tip", {0.5, 0.24, 0}},
                                             {"fine", {0.5, 0.25, 0}},
                                             {"lost", {0, std::numeric_limits<double>::quiet_NaN(), 0}}};
  try {
    const PseudoEcg ecg(positions, volumes, 0.5, electrodes, 0.0);
    FAIL() << "two wrong electrodes and a wrong conductivity were taken";
  } catch (const InputError& error) {
    ASSERT_EQ(error.faults().size(), 3u);
    EXPECT_NE(error.faults()[0].message.find("conductivity is 0 S/m"), std::string::npos);
    EXPECT_NE(error.faults()[1].message.find("\"tip\" at (0.5, 0.24, 0) mm is 0.24 mm"),
              std::string::npos);
    EXPECT_NE(error.faults()[2].message.find("\"lost\""), std::string::npos);
  }
}

}  // namespace
}  // namespace myowave
