// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/restitution_curve.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

namespace myowave {
namespace {

const double none = std::nan("");

CurvePoint premature(double s2, bool captured, double di = 0.0, double apd = 0.0) {
  return {1000.0, s2, 0, di, {captured, 1.0, apd, {captured ? apd : none}, none}, false};
}

CurvePoint steady(double bcl, int beat, double di, double apd) {
  return {bcl, none, beat, di, {true, 1.0, apd, {apd}, none}, false};
}

/// A cell with this refractory period, and what it was asked.
struct Cell {
  double refractory;
  int rounds = 0;
  std::vector<double> way;

  Bracket search(Bracket start, double resolution, std::size_t width) {
    return bisect(
        start, resolution, width,
        [&](const std::vector<double>& intervals) {
          ++rounds;
          EXPECT_LE(intervals.size(), width);
          std::vector<bool> captured;
          for (const double interval : intervals) captured.push_back(interval > refractory);
          return captured;
        },
        [&](double interval) { way.push_back(interval); });
  }
};

TEST(Bisection, FindsTheErpToTheResolution) {
  for (const double refractory : {1.5, 200.0, 316.99, 317.0, 999.5}) {
    Cell cell{refractory, 0, {}};
    const Bracket found = cell.search({1.0, 1000.0}, 1.0, 1);
    EXPECT_LE(found.blocked, refractory);
    EXPECT_GT(found.captured, refractory);
    EXPECT_NEAR(found.captured - found.blocked, 1.0, 1e-9);
    EXPECT_LE(cell.way.size(), 10u);  // log2(999) rounded up
  }
}

TEST(Bisection, TheWayDoesNotDependOnTheWidth) {
  Cell alone{317.3, 0, {}};
  const Bracket expected = alone.search({300.0, 600.0}, 0.5, 1);
  for (const std::size_t width : {2u, 3u, 7u}) {
    Cell side_by_side{317.3, 0, {}};
    const Bracket found = side_by_side.search({300.0, 600.0}, 0.5, width);
    EXPECT_EQ(found.blocked, expected.blocked);
    EXPECT_EQ(found.captured, expected.captured);
    EXPECT_EQ(side_by_side.way, alone.way);
    EXPECT_LE(side_by_side.rounds, alone.rounds);
  }
  Cell seven{317.3, 0, {}};
  seven.search({300.0, 600.0}, 0.5, 7);
  EXPECT_EQ(seven.rounds, (alone.rounds + 2) / 3);  // three halvings a round
}

TEST(Bisection, EndsWithTheBracketWhereNothingIsBetween) {
  Cell cell{400.0, 0, {}};
  const Bracket found = cell.search({399.5, 400.25}, 1.0, 3);
  EXPECT_EQ(cell.rounds, 0);
  EXPECT_EQ(found.captured, 400.25);
  EXPECT_EQ(found.blocked, 399.5);
}

TEST(Bracket, CountsFromTheLongestInterval) {
  const std::vector<CurvePoint> curve = {premature(300, false), premature(320, true),
                                         premature(340, false), premature(360, true),
                                         premature(400, true)};
  const Bracket found = bracket(curve, 1.0, 1000.0);
  EXPECT_EQ(found.blocked, 340.0);
  EXPECT_EQ(found.captured, 360.0);
}

TEST(Bracket, KeepsTheEndsThatTheCurveDoesNotTell) {
  const Bracket nothing = bracket({}, 2.0, 1000.0);
  EXPECT_EQ(nothing.blocked, 2.0);
  EXPECT_EQ(nothing.captured, 1000.0);
  const std::vector<CurvePoint> good = {premature(400, true), premature(500, true)};
  EXPECT_EQ(bracket(good, 2.0, 1000.0).blocked, 2.0);
  EXPECT_EQ(bracket(good, 2.0, 1000.0).captured, 400.0);
  const std::vector<CurvePoint> bad = {premature(400, false)};
  EXPECT_EQ(bracket(bad, 2.0, 1000.0).captured, 1000.0);
}

TEST(Slope, IsTheLargestOfNeighboursThatCaptured) {
  const std::vector<CurvePoint> curve = {premature(500, true, 200, 280), premature(300, false, 0, 0),
                                         premature(400, true, 100, 250), premature(350, true, 50, 190),
                                         premature(350.05, true, 50.05, 195)};
  EXPECT_NEAR(steepest_slope(curve), 60.0 / 50.0, 1e-12);
  std::vector<CurvePoint> with_search = curve;
  with_search.push_back(premature(340, true, 49, 100));
  with_search.back().of_search = true;
  EXPECT_EQ(steepest_slope(with_search), steepest_slope(curve));
  EXPECT_TRUE(std::isnan(steepest_slope(std::span(curve).first(2))));
}

TEST(Slope, TakesTheMeanOfTheBeatsOfACycleLength) {
  const std::vector<CurvePoint> curve = {steady(400, 19, 150, 250), steady(400, 20, 150, 250),
                                         steady(300, 19, 90, 230), steady(300, 20, 70, 210)};
  EXPECT_NEAR(steepest_slope(curve), 30.0 / 70.0, 1e-12);
}

TEST(DiastolicInterval, EndsWithThePulseInACellAndWithTheWaveInTissue) {
  const Response before{true, 20.0, 320.0, {300.0}, none}, now{true, 25.0, 250.0, {225.0}, none};
  EXPECT_EQ(diastolic_interval(400.0, before, now, false), 80.0);
  EXPECT_EQ(diastolic_interval(400.0, before, now, true), 105.0);
  EXPECT_TRUE(std::isnan(diastolic_interval(400.0, before, no_response(1), true)));
}

TEST(CurveCsv, HasAColumnForEachLevelAndNothingForNoValue) {
  std::vector<CurvePoint> curve = {premature(350, true, 50.5, 190), premature(300, false)};
  for (CurvePoint& point : curve) point.response.apd_ms.push_back(none);
  std::istringstream text(curve_csv(curve, {50.0, 90.0}));
  std::string line;
  std::getline(text, line);
  EXPECT_EQ(line, "s1_ms,s2_ms,beat,di_ms,captured,activation_ms,apd50_ms,apd90_ms,cv_m_per_s");
  std::getline(text, line);
  EXPECT_EQ(line, "1000,350,,50.5,1,1,190,,");
  std::getline(text, line);
  EXPECT_EQ(line, "1000,300,,0,0,1,,,");
}

}  // namespace
}  // namespace myowave
