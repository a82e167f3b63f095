// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/conduction_velocity.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>

namespace myowave {
namespace {

using enum VelocityStatus;

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr double speed = 0.6;  // m/s = mm/ms

/// A map on a grid from a formula of x, y, z [mm].
struct GridMap {
  GridShape grid;
  std::vector<Point> positions;
  std::vector<double> activation;

  template <class Formula>
  GridMap(GridShape shape, Formula time) : grid(shape), positions(grid_positions(shape)) {
    for (const Point& x : positions) activation.push_back(time(x[0], x[1], x[2]));
  }

  VelocityMap velocity(int radius, const VelocityOptions& options = {}) const {
    return conduction_velocity(positions, grid_neighbours(grid, radius), activation, options);
  }

  void round_to_float() {
    for (double& t : activation) t = static_cast<float>(t);
  }

  std::size_t node(int i, int j, int k = 0) const {
    return static_cast<std::size_t>(i + grid.nodes[0] * (j + grid.nodes[1] * k));
  }
};

GridShape sheet(int n, double spacing) { return {{n, n, 1}, {spacing, spacing, 1.0}}; }
GridShape slab(int n, double spacing) { return {{n, n, n}, {spacing, spacing, spacing}}; }

double distance(const Point& a, const Point& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/// Largest |v - speed * direction| / speed; 1e9 if a node has no velocity.
double largest_error(const VelocityMap& map, const Point& direction) {
  double worst = 0.0;
  for (std::size_t i = 0; i < map.status.size(); ++i) {
    const Point exact = {speed * direction[0], speed * direction[1], speed * direction[2]};
    worst = std::max(worst, map.status[i] == ok ? distance(map.velocity[i], exact) / speed : 1e9);
  }
  return worst;
}

TEST(GridNeighbours, AreTheBoxAroundANodeWithoutItselfShiftedAtTheBorder) {
  const GridShape grid{{4, 3, 1}, {1, 1, 1}};

  const NeighbourLists lists = grid_neighbours(grid, 1);

  ASSERT_EQ(lists.rows(), 12u);
  const auto corner = lists.of(0), inside = lists.of(5);
  EXPECT_EQ(std::vector<std::int32_t>(corner.begin(), corner.end()),
            (std::vector<std::int32_t>{1, 2, 4, 5, 6, 8, 9, 10}));
  EXPECT_EQ(std::vector<std::int32_t>(inside.begin(), inside.end()),
            (std::vector<std::int32_t>{0, 1, 2, 4, 6, 8, 9, 10}));
}

TEST(GridNeighbours, LeaveOutHoles) {
  const GridShape grid{{3, 1, 1}, {1, 1, 1}};
  const std::vector<std::uint8_t> tissue = {1, 0, 1};

  const NeighbourLists lists = grid_neighbours(grid, 2, tissue);

  EXPECT_EQ(std::vector<std::int32_t>(lists.of(0).begin(), lists.of(0).end()),
            std::vector<std::int32_t>{2});
  EXPECT_TRUE(lists.of(1).empty());
}

TEST(ConductionVelocity, OfAPlaneWaveOnASheetIsExactAtEveryAngle) {
  for (int degrees = 0; degrees < 360; degrees += 17) {
    const double angle = degrees * M_PI / 180.0;
    const Point n = {std::cos(angle), std::sin(angle), 0.0};
    GridMap map(sheet(15, 0.25),
                [&n](double x, double y, double) { return 100.0 + (n[0] * x + n[1] * y) / speed; });

    EXPECT_LT(largest_error(map.velocity(1), n), 1e-9) << degrees;
    map.round_to_float();
    EXPECT_LT(largest_error(map.velocity(1), n), 5e-3) << degrees;
    EXPECT_LT(largest_error(map.velocity(2), n), 5e-3) << degrees;
  }
}

TEST(ConductionVelocity, OfAPlaneWaveInASlabIsExactAtEveryAngle) {
  for (int degrees = 0; degrees < 180; degrees += 29) {
    const double a = degrees * M_PI / 180.0, b = 1.7 * a;
    const Point n = {std::cos(a) * std::cos(b), std::sin(a) * std::cos(b), std::sin(b)};
    GridMap map(slab(6, 0.2), [&n](double x, double y, double z) {
      return 100.0 + (n[0] * x + n[1] * y + n[2] * z) / speed;
    });
    map.round_to_float();

    EXPECT_LT(largest_error(map.velocity(1), n), 5e-3) << degrees;
  }
}

TEST(ConductionVelocity, OfTwoLayersIsThatOfTheSlab) {
  const Point n = {std::sqrt(0.5), 0.5, 0.5};
  const GridMap map({{8, 8, 2}, {0.5, 0.5, 0.1}}, [&n](double x, double y, double z) {
    return (n[0] * x + n[1] * y + n[2] * z) / speed;
  });

  EXPECT_LT(largest_error(map.velocity(1), n), 1e-9);
}

TEST(ConductionVelocity, OfACableIsAlongIt) {
  const GridMap map({{30, 1, 1}, {0.2, 1, 1}}, [](double x, double, double) { return 7.0 - x / speed; });

  EXPECT_LT(largest_error(map.velocity(1), {-1, 0, 0}), 1e-9);
  EXPECT_LT(largest_error(map.velocity(2), {-1, 0, 0}), 1e-9);
}

TEST(ConductionVelocity, OfACableThatLiesAcrossTheAxesIsAlongIt) {
  const Point n = {2.0 / 3.0, -1.0 / 3.0, 2.0 / 3.0};
  GridMap map({{20, 1, 1}, {0.2, 1, 1}}, [](double x, double, double) { return x / speed; });
  for (Point& x : map.positions) x = {n[0] * x[0], n[1] * x[0], n[2] * x[0]};

  EXPECT_LT(largest_error(map.velocity(2), n), 1e-9);
}

/// Largest relative error of |v| and direction of a wave from the centre, at `from` mm and beyond.
double point_wave_error(const GridMap& map, const VelocityMap& velocity, const Point& centre,
                        double from) {
  double worst = 0.0;
  for (std::size_t i = 0; i < map.positions.size(); ++i) {
    const Point& x = map.positions[i];
    const double r = distance(x, centre);
    if (r < from) continue;
    if (velocity.status[i] != ok) return 1e9;
    Point exact;
    for (std::size_t a = 0; a < 3; ++a) exact[a] = speed * (x[a] - centre[a]) / r;
    worst = std::max(worst, distance(velocity.velocity[i], exact) / speed);
  }
  return worst;
}

TEST(ConductionVelocity, OfACircularWaveIsWithinTwoPercentFromOneMillimetreOn) {
  for (const double h : {0.1, 0.2, 0.25, 0.5})
    for (const int radius : {1, 2})
      for (const Point& shift : {Point{0, 0, 0}, Point{0.4, 0.3, 0}}) {
        const int n = 2 * static_cast<int>(4.0 / h) + 1;
        const Point centre = {4.0 + shift[0] * h, 4.0 + shift[1] * h, 0.0};
        GridMap map(sheet(n, h), [&centre](double x, double y, double) {
          return 10.0 + std::hypot(x - centre[0], y - centre[1]) / speed;
        });
        map.round_to_float();

        const double error = point_wave_error(map, map.velocity(radius), centre, 1.0);
        EXPECT_LT(error, 0.02) << "h " << h << " radius " << radius << " shift " << shift[0];
      }
}

TEST(ConductionVelocity, OfAWaveFromAStimulatedDiscIsWithinTwoPercentOutsideOfIt) {
  for (const double h : {0.1, 0.25, 0.5})
    for (const int radius : {1, 2}) {
      const Point centre = {4.0, 4.0, 0.0};
      const GridMap map(sheet(2 * static_cast<int>(4.0 / h) + 1, h), [](double x, double y, double) {
        return 10.0 + std::max(std::hypot(x - 4.0, y - 4.0) - 1.0, 0.0) / speed;
      });

      const VelocityMap velocity = map.velocity(radius);

      EXPECT_LT(point_wave_error(map, velocity, centre, 1.0 + radius * h * std::sqrt(2.0)), 0.02) << h;
      for (std::size_t i = 0; i < velocity.speed.size(); ++i) {
        if (velocity.status[i] != ok) continue;
        EXPECT_NEAR(velocity.speed[i], speed, 0.25 * speed)
            << h << " " << radius << " " << distance(map.positions[i], centre);
      }
      if (radius * h * std::sqrt(2.0) < 1.0) {
        EXPECT_EQ(velocity.status[map.node(map.grid.nodes[0] / 2, map.grid.nodes[1] / 2)], flat);
      }
    }
}

TEST(ConductionVelocity, OfASphericalWaveIsWithinTwoPercent) {
  const Point centre = {2.0, 2.1, 1.9};
  const GridMap map(slab(17, 0.25), [&centre](double x, double y, double z) {
    return distance({x, y, z}, centre) / speed;
  });

  EXPECT_LT(point_wave_error(map, map.velocity(1), centre, 1.0), 0.02);
}

TEST(ConductionVelocity, OfAnEllipticWaveHasTheRatioAlongToAcross) {
  const double along = 0.6, across = 0.2, h = 0.1;
  GridMap map(sheet(101, h), [=](double x, double y, double) {
    return std::hypot((x - 5.0) / along, (y - 5.0) / across);
  });
  map.round_to_float();

  const VelocityMap velocity = map.velocity(2);

  const double ratio = velocity.speed[map.node(80, 50)] / velocity.speed[map.node(50, 80)];
  EXPECT_NEAR(ratio, along / across, 0.01 * along / across);
  EXPECT_NEAR(velocity.speed[map.node(80, 50)], along, 0.01 * along);
}

TEST(ConductionVelocity, OfANoisyMapHasTheRightMeanAndNoOutliers) {
  std::mt19937 random(3);
  std::normal_distribution<double> noise(0.0, 0.02);
  const Point centre = {-5.0, 2.0, 0.0};
  const GridMap map(sheet(41, 0.25), [&](double x, double y, double) {
    return distance({x, y, 0}, centre) / speed + noise(random);
  });

  const VelocityMap velocity = map.velocity(2);

  double sum = 0.0;
  int count = 0;
  for (std::size_t i = 0; i < velocity.speed.size(); ++i) {
    if (velocity.status[i] != ok) continue;
    ++count;
    sum += velocity.speed[i];
    EXPECT_NEAR(velocity.speed[i], speed, 0.15 * speed);
  }
  EXPECT_GT(count, 0.97 * static_cast<double>(velocity.speed.size()));
  EXPECT_NEAR(sum / count, speed, 0.01 * speed);
}

TEST(ConductionVelocity, OfCollidingWavesIsMarkedOnTheLineAndRightThreeNodesAway) {
  const double h = 0.25;
  for (const double line : {5.0, 5.1, 5.125}) {
    const GridMap map(sheet(41, h),
                      [=](double x, double, double) { return -std::abs(x - line) / speed; });

    const VelocityMap velocity = map.velocity(2);

    for (std::size_t i = 0; i < velocity.status.size(); ++i) {
      const double from_line = map.positions[i][0] - line;
      if (std::abs(from_line) <= 1.001 * h) {
        EXPECT_EQ(velocity.status[i], collision) << from_line;
      } else if (std::abs(from_line) >= 2.999 * h) {
        ASSERT_EQ(velocity.status[i], ok);
        EXPECT_NEAR(velocity.velocity[i][0], from_line < 0 ? speed : -speed, 1e-9);
      } else if (velocity.status[i] == ok) {
        EXPECT_NEAR(velocity.speed[i], speed, 0.15 * speed) << from_line;
      }
    }
  }
}

TEST(ConductionVelocity, OfWavesThatMeetAtAnAngleIsMarkedOnTheLine) {
  const double h = 0.25, tilt = M_PI / 4;
  const GridMap map(sheet(41, h), [=](double x, double y, double) {
    return (y * std::sin(tilt) - std::abs(x - 5.0) * std::cos(tilt)) / speed;
  });

  const VelocityMap velocity = map.velocity(1);

  for (int j = 0; j < 41; ++j) {
    EXPECT_EQ(velocity.status[map.node(20, j)],
              j == 0 || j == 40 ? velocity.status[map.node(20, j)] : collision);
    EXPECT_NEAR(velocity.speed[map.node(17, j)], speed, 1e-9);
  }
}

TEST(ConductionVelocity, OfABreakThroughIsMarkedAtItsCentre) {
  for (const int radius : {1, 2}) {
    const GridMap map(sheet(21, 0.25),
                      [](double x, double y, double) { return std::hypot(x - 2.5, y - 2.5) / speed; });

    EXPECT_EQ(map.velocity(radius).status[map.node(10, 10)], source);
  }
}

TEST(ConductionVelocity, OnACableMarksSourceAndCollision) {
  const GridMap map({{41, 1, 1}, {0.25, 1, 1}}, [](double x, double, double) {
    return x < 5.0 ? std::abs(x - 2.0) / speed : std::abs(x - 8.0) / speed;
  });

  for (const int radius : {1, 2}) {
    const VelocityMap velocity = map.velocity(radius);
    EXPECT_EQ(velocity.status[20], collision);
    EXPECT_EQ(velocity.status[8], source);
    EXPECT_NEAR(velocity.velocity[14][0], speed, 1e-9);
    EXPECT_NEAR(velocity.velocity[26][0], -speed, 1e-9);
  }
}

TEST(ConductionVelocity, OfANodeThatIsNotActivatedIsNoneAndItsNeighboursDoWithoutIt) {
  GridMap map(sheet(11, 0.25), [](double x, double, double) { return x / speed; });
  map.activation[map.node(5, 5)] = none;

  const VelocityMap velocity = map.velocity(1);

  EXPECT_EQ(velocity.status[map.node(5, 5)], not_activated);
  EXPECT_TRUE(std::isnan(velocity.speed[map.node(5, 5)]));
  EXPECT_TRUE(std::isnan(velocity.velocity[map.node(5, 5)][0]));
  EXPECT_NEAR(velocity.velocity[map.node(4, 5)][0], speed, 1e-9);
  EXPECT_EQ(velocity.neighbours[map.node(4, 5)], 7);
  EXPECT_NEAR(velocity.quality[map.node(4, 5)], 7.0 / 8.0, 1e-9);
  EXPECT_NEAR(velocity.quality[map.node(2, 5)], 1.0, 1e-9);
}

TEST(ConductionVelocity, OfANodeWithoutActivatedNeighboursAcrossIsNone) {
  // One row of a sheet is activated: it tells nothing about the direction across.
  const GridMap map(sheet(11, 0.25), [](double x, double y, double) {
    return std::abs(y - 1.25) < 0.1 ? x / speed : none;
  });

  EXPECT_EQ(map.velocity(2).status[map.node(5, 5)], too_few_neighbours);
}

TEST(ConductionVelocity, BesideALineOfBlockUsesItsOwnSideAlone) {
  // The other side is activated 40 ms later: 0.006 m/s to the next node, 0.0125 m/s to the one after.
  for (const int radius : {2, 3}) {
    const GridMap map(sheet(21, 0.25),
                      [](double x, double y, double) { return y / speed + (x > 2.6 ? 40.0 : 0.0); });

    EXPECT_LT(largest_error(map.velocity(radius), {0, 1, 0}), 1e-9) << radius;
  }
}

TEST(ConductionVelocity, OfTissueActivatedAtOnceIsFlat) {
  const GridMap map(sheet(7, 0.25), [](double, double, double) { return 3.0; });

  for (const VelocityStatus status : map.velocity(1).status) EXPECT_EQ(status, flat);
}

TEST(ConductionVelocity, OfRandomTimesIsNeverAnOutlier) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> time(0.0, 10.0);
  const GridMap map(sheet(41, 0.25), [&](double, double, double) { return time(random); });

  const VelocityMap velocity = map.velocity(2);

  const auto fine = std::count(velocity.status.begin(), velocity.status.end(), ok);
  EXPECT_LT(fine, 0.01 * static_cast<double>(velocity.status.size()));
}

}  // namespace
}  // namespace myowave
