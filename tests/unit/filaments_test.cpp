// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/filaments.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace myowave {
namespace {

/// The crossings of a row of cells first .. last - 1, whose facets k and k + 1 lie at x = k.
std::vector<Crossing> row(std::int32_t first, std::int32_t last, double y, std::int32_t mark = 0) {
  auto facet = [mark](std::int32_t k) { return std::array{mark, k, k + 1000, k + 2000}; };
  std::vector<Crossing> crossings;
  for (std::int32_t cell = first; cell < last; ++cell) {
    crossings.push_back({mark + cell, facet(cell), -1, {static_cast<double>(cell), y, 0.5}});
    crossings.push_back({mark + cell, facet(cell + 1), 1, {cell + 1.0, y, 0.5}});
  }
  return crossings;
}

TEST(Filaments, RunFromWhereTheyComeInToWhereTheyLeave) {
  std::vector<Crossing> crossings = row(0, 5, 2.0);
  std::reverse(crossings.begin(), crossings.end());

  const FilamentSet set = chain_filaments(crossings);

  ASSERT_EQ(set.filaments.size(), 1u);
  const Filament& filament = set.filaments[0];
  EXPECT_FALSE(filament.closed);
  ASSERT_EQ(filament.points.size(), 6u);
  for (std::size_t k = 0; k < 6; ++k)
    EXPECT_EQ(filament.points[k], (Point{static_cast<double>(k), 2.0, 0.5}));
  EXPECT_DOUBLE_EQ(filament.length(), 5.0);
  ASSERT_EQ(set.ends.size(), 2u);
  for (const Singularity& end : set.ends) {
    EXPECT_EQ(end.charge, end.x < 1.0 ? -1 : 1);
    EXPECT_EQ(end.z, 0.5);
    EXPECT_EQ(end.layer, 0);
  }
}

TEST(Filaments, AreListedFromTheLongest) {
  std::vector<Crossing> crossings = row(0, 2, 0.0, 100);
  for (const Crossing& each : row(0, 7, 1.0, 200)) crossings.push_back(each);

  const FilamentSet set = chain_filaments(crossings);

  ASSERT_EQ(set.filaments.size(), 2u);
  EXPECT_DOUBLE_EQ(set.filaments[0].length(), 7.0);
  EXPECT_DOUBLE_EQ(set.filaments[1].length(), 2.0);
  EXPECT_EQ(set.ends.size(), 4u);
}

TEST(Filaments, ThatCloseHaveNoEndsAndTheirFirstPointTwice) {
  // Four cells around an edge, facet k at the angle k pi / 2.
  std::vector<Crossing> crossings;
  auto place = [](int k) { return Point{std::cos(0.5 * M_PI * k), std::sin(0.5 * M_PI * k), 0.0}; };
  for (std::int32_t cell = 0; cell < 4; ++cell) {
    crossings.push_back({cell, {cell, 10, 20, -1}, -1, place(cell)});
    crossings.push_back({cell, {(cell + 1) % 4, 10, 20, -1}, 1, place((cell + 1) % 4)});
  }

  const FilamentSet set = chain_filaments(crossings);

  ASSERT_EQ(set.filaments.size(), 1u);
  EXPECT_TRUE(set.filaments[0].closed);
  EXPECT_EQ(set.filaments[0].points.size(), 5u);
  EXPECT_EQ(set.filaments[0].points.front(), set.filaments[0].points.back());
  EXPECT_NEAR(set.filaments[0].length(), 4.0 * std::sqrt(2.0), 1e-12);
  EXPECT_TRUE(set.ends.empty());
}

TEST(Filaments, ThatPassOneCellSideBySideStayApart) {
  std::vector<Crossing> crossings = row(0, 3, 0.0, 100);
  for (Crossing each : row(0, 3, 0.9, 200)) {
    each.cell -= 100;  // the same cells
    crossings.push_back(each);
  }

  const FilamentSet set = chain_filaments(crossings);

  ASSERT_EQ(set.filaments.size(), 2u);
  for (const Filament& each : set.filaments)
    for (const Point& p : each.points) EXPECT_EQ(p[1], each.points[0][1]);
}

TEST(Filaments, OfNothingAreNone) {
  const FilamentSet set = chain_filaments({});
  EXPECT_TRUE(set.filaments.empty());
  EXPECT_TRUE(set.ends.empty());
}

}  // namespace
}  // namespace myowave
