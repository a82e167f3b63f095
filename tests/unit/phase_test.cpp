// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/phase.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

namespace myowave {
namespace {

constexpr double centre_mV = -40.0;

/// V and V_delayed of a loop of `amplitude` mV about the centre at a phase given as a formula of x, y,
/// z.
struct Frame {
  GridShape grid;
  std::vector<double> V, V_delayed;

  template <class Phase, class Amplitude>
  Frame(GridShape shape, Phase phase, Amplitude amplitude) : grid(shape) {
    for (const Point& x : grid_positions(grid)) {
      V.push_back(centre_mV + amplitude(x) * std::cos(phase(x)));
      V_delayed.push_back(centre_mV + amplitude(x) * std::sin(phase(x)));
    }
  }
  template <class Phase>
  Frame(GridShape shape, Phase phase) : Frame(shape, phase, [](const Point&) { return 50.0; }) {}

  std::vector<Singularity> singularities() const {
    return find_singularities(grid, V, V_delayed, centre_mV);
  }
};

const GridShape sheet = {{60, 50, 1}, {0.5, 0.4, 1.0}};

/// Phase of a spiral of pitch 12 mm about (x, y).
auto spiral(double x, double y, int charge, double turned) {
  return [=](const Point& p) {
    const double r = std::hypot(p[0] - x, p[1] - y);
    return charge * std::atan2(p[1] - y, p[0] - x) - 2.0 * M_PI * r / 12.0 + turned;
  };
}

TEST(PhaseMap, RunsFromRestThroughUpstrokeAndPlateauToRepolarisation) {
  const std::vector<double> V = {-90, 10, 10, -90}, V_delayed = {-90, -90, 10, 10};

  const std::vector<double> phase = phase_map(V, V_delayed, -40.0);

  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_NEAR(phase[i], (-0.75 + 0.5 * static_cast<double>(i)) * M_PI, 1e-12);
}

TEST(Singularities, OfASpiralIsOneAtItsCentreWithItsCharge) {
  for (const int charge : {1, -1})
    for (int step = 0; step < 40; ++step) {
      // The centre meanders on a circle of 4 mm.
      const double x = 14.03 + 4.0 * std::cos(0.3 * step), y = 9.02 + 4.0 * std::sin(0.3 * step);
      const Frame frame(sheet, spiral(x, y, charge, 0.7 * step));

      const auto found = frame.singularities();

      ASSERT_EQ(found.size(), 1u);
      EXPECT_EQ(found[0].charge, charge);
      // Phase alone, of the same amplitude everywhere, tells the place within the cell roughly.
      EXPECT_NEAR(found[0].x, x, 0.5 * sheet.spacing[0]);
      EXPECT_NEAR(found[0].y, y, 0.5 * sheet.spacing[1]);
    }
}

TEST(Singularities, OfASpiralWithASmoothCoreIsAtItsCentre) {
  for (int step = 0; step < 40; ++step) {
    const double x = 14.03 + 0.37 * step / 2.0, y = 9.02 - 0.11 * step;
    const Frame frame(sheet, spiral(x, y, 1, 0.7 * step), [=](const Point& p) {
      return 50.0 * std::tanh(std::hypot(p[0] - x, p[1] - y) / 2.0);
    });

    const auto found = frame.singularities();

    ASSERT_EQ(found.size(), 1u);
    EXPECT_NEAR(found[0].x, x, 0.05 * sheet.spacing[0]);
    EXPECT_NEAR(found[0].y, y, 0.05 * sheet.spacing[1]);
  }
}

TEST(Singularities, OfBilinearFieldsIsWhereTheIsoLinesCross) {
  // On one cell: V - centre = x + 2 y - 1.1 + 0.5 x y and V_delayed - centre = 3 x - y - 0.7 - 0.4 x y.
  const GridShape cell = {{2, 2, 1}, {1, 1, 1}};
  std::vector<double> V, V_delayed;
  for (const Point& p : grid_positions(cell)) {
    V.push_back(p[0] + 2 * p[1] - 1.1 + 0.5 * p[0] * p[1]);
    V_delayed.push_back(3 * p[0] - p[1] - 0.7 - 0.4 * p[0] * p[1]);
  }

  const auto found = find_singularities(cell, V, V_delayed, 0.0);

  ASSERT_EQ(found.size(), 1u);
  const double x = found[0].x, y = found[0].y;
  EXPECT_NEAR(x + 2 * y - 1.1 + 0.5 * x * y, 0.0, 1e-12);
  EXPECT_NEAR(3 * x - y - 0.7 - 0.4 * x * y, 0.0, 1e-12);
  EXPECT_EQ(found[0].charge, -1);
}

TEST(Singularities, OnANodeOrAnEdgeOfCellsIsFoundOnce) {
  for (const auto& [x, y] : {std::pair{10.0, 8.0}, {10.25, 8.0}, {10.0, 8.2}, {10.25, 8.2}}) {
    const Frame frame(
        sheet, [=](const Point& p) { return std::atan2(p[1] - y, p[0] - x); },
        [=](const Point& p) { return std::hypot(p[0] - x, p[1] - y); });

    const auto found = frame.singularities();

    ASSERT_EQ(found.size(), 1u) << x << " " << y;
    EXPECT_NEAR(found[0].x, x, 1e-6);
    EXPECT_NEAR(found[0].y, y, 1e-6);
  }
}

TEST(Singularities, OfTwoCounterRotatingSpiralsAreTwoOfOppositeCharge) {
  const Frame frame(sheet, [](const Point& p) {
    return std::atan2(p[1] - 9.9, p[0] - 8.1) - std::atan2(p[1] - 9.9, p[0] - 20.3) + 1.0;
  });

  auto found = frame.singularities();

  ASSERT_EQ(found.size(), 2u);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
  EXPECT_EQ(found[0].charge, 1);
  EXPECT_EQ(found[1].charge, -1);
  EXPECT_NEAR(found[0].x, 8.1, 0.25);
  EXPECT_NEAR(found[1].x, 20.3, 0.25);
}

TEST(Singularities, OfAPlaneWaveAndOfRestAreNone) {
  for (int degrees = 0; degrees < 360; degrees += 10) {
    const double a = degrees * M_PI / 180.0;
    const Frame frame(sheet, [a](const Point& p) { return p[0] * std::cos(a) + p[1] * std::sin(a); });
    EXPECT_TRUE(frame.singularities().empty()) << degrees;
  }
  const std::vector<double> rest(sheet.size(), -85.0), centre(sheet.size(), centre_mV);
  EXPECT_TRUE(find_singularities(sheet, rest, rest, centre_mV).empty());
  EXPECT_TRUE(find_singularities(sheet, centre, centre, centre_mV).empty());
}

TEST(Singularities, OfASlabAreFoundOnEachLayer) {
  const GridShape slab = {{40, 40, 3}, {0.5, 0.5, 0.5}};
  const Frame frame(slab, [](const Point& p) { return spiral(10.1 + p[2], 9.9, 1, 0.0)(p); });

  const auto found = frame.singularities();

  ASSERT_EQ(found.size(), 3u);
  for (int k = 0; k < 3; ++k) {
    EXPECT_EQ(found[static_cast<std::size_t>(k)].layer, k);
    EXPECT_NEAR(found[static_cast<std::size_t>(k)].x, 10.1 + 0.5 * k, 0.2);
  }
}

TEST(Singularities, InAHoleOrBesideANaNAreLeftOut) {
  Frame frame(sheet, spiral(14.1, 9.1, 1, 0.0));
  std::vector<std::uint8_t> tissue(sheet.size(), 1);
  const std::vector<Point> positions = grid_positions(sheet);
  for (std::size_t i = 0; i < tissue.size(); ++i)
    if (std::hypot(positions[i][0] - 14.1, positions[i][1] - 9.1) < 1.5) tissue[i] = 0;

  EXPECT_TRUE(find_singularities(sheet, frame.V, frame.V_delayed, centre_mV, tissue).empty());

  for (std::size_t i = 0; i < tissue.size(); ++i)
    if (tissue[i] == 0) frame.V[i] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(frame.singularities().empty());
}

/// The value at a point of the plane through the corners (0, 0, 1), (2, 0, 1), (0, 3, 1).
double linear(const std::array<double, 3>& values, const Point& p) {
  return values[0] + p[0] / 2.0 * (values[1] - values[0]) + p[1] / 3.0 * (values[2] - values[0]);
}

TEST(PhasePoint, OfATriangleIsWhereTheIsoLinesCross) {
  const std::array<Point, 3> corners = {Point{0, 0, 1}, {2, 0, 1}, {0, 3, 1}};
  const std::array<double, 3> V = {-50.0, -20.0, -30.0}, V_delayed = {-44.0, -60.0, -11.0};

  const auto found = phase_point(corners, V, V_delayed, centre_mV);

  ASSERT_TRUE(found);
  EXPECT_NEAR(linear(V, found->at), centre_mV, 1e-12);
  EXPECT_NEAR(linear(V_delayed, found->at), centre_mV, 1e-12);
  EXPECT_NEAR(found->at[2], 1.0, 1e-15);
  // The other way around the charge is the other one and the place the same.
  const std::array<Point, 3> back = {corners[0], corners[2], corners[1]};
  const std::array<double, 3> V_back = {V[0], V[2], V[1]},
                              delayed_back = {V_delayed[0], V_delayed[2], V_delayed[1]};
  const auto reversed = phase_point(back, V_back, delayed_back, centre_mV);
  ASSERT_TRUE(reversed);
  EXPECT_EQ(reversed->charge, -found->charge);
  for (std::size_t a = 0; a < 3; ++a) EXPECT_NEAR(reversed->at[a], found->at[a], 1e-12);
}

TEST(PhasePoint, OfAQuadrilateralIsThatOfTheCellOfAGrid) {
  const GridShape cell = {{2, 2, 1}, {0.5, 0.4, 1}};
  const std::array<double, 4> f = {-1.1, -0.1, 0.9, 1.4}, g = {-0.7, 2.3, -1.7, -2.1};  // by node
  const auto of_grid = find_singularities(cell, f, g, 0.0);
  ASSERT_EQ(of_grid.size(), 1u);
  const std::array<Point, 4> corners = {Point{0, 0, 0}, {0.5, 0, 0}, {0.5, 0.4, 0}, {0, 0.4, 0}};
  const std::array<double, 4> f_around = {f[0], f[1], f[3], f[2]}, g_around = {g[0], g[1], g[3], g[2]};

  const auto found = phase_point(corners, f_around, g_around, 0.0);

  ASSERT_TRUE(found);
  EXPECT_EQ(found->charge, of_grid[0].charge);
  EXPECT_NEAR(found->at[0], of_grid[0].x, 1e-14);
  EXPECT_NEAR(found->at[1], of_grid[0].y, 1e-14);
}

TEST(PhasePoint, IsNoneWherePhasesHaveNoWayAroundOrAreNoNumbers) {
  const std::array<Point, 3> corners = {Point{0, 0, 0}, {1, 0, 0}, {0, 1, 0}};
  const std::array<double, 3> V = {-50.0, -20.0, -30.0}, up = {10.0, 20.0, 30.0},
                              broken = {-44.0, std::numeric_limits<double>::quiet_NaN(), -11.0};

  EXPECT_FALSE(phase_point(corners, V, up, centre_mV));
  EXPECT_FALSE(phase_point(corners, V, broken, centre_mV));
}

}  // namespace
}  // namespace myowave
