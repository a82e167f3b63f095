// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/singularity_tracker.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace myowave {
namespace {

using Frame = std::vector<Singularity>;

TEST(SingularityTracker, KeepsTheIdentityOfCentresThatMoveAndPass) {
  // Two of the same charge pass at 1.5 mm, listed in turning order; steps of 0.4 mm.
  SingularityTracker tracker(1.0);
  for (int step = 0; step < 50; ++step) {
    const Singularity right = {0.4 * step, 0.0, 0, 1}, left = {20.0 - 0.4 * step, 1.5, 0, 1};
    tracker.update(2.0 * step, step % 2 == 0 ? Frame{right, left} : Frame{left, right});
  }

  ASSERT_EQ(tracker.trajectories().size(), 2u);
  const Trajectory &first = tracker.trajectories()[0], &second = tracker.trajectories()[1];
  ASSERT_EQ(first.t.size(), 50u);
  ASSERT_EQ(second.t.size(), 50u);
  EXPECT_NEAR(first.x.back(), 0.4 * 49, 1e-12);
  EXPECT_NEAR(first.y.back(), 0.0, 1e-12);
  EXPECT_NEAR(second.x.back(), 20.0 - 0.4 * 49, 1e-12);
  EXPECT_DOUBLE_EQ(first.lifetime(), 98.0);
  EXPECT_EQ(tracker.alive(), 2u);
}

TEST(SingularityTracker, FollowsASpiralFoundInItsFields) {
  const GridShape grid = {{60, 60, 1}, {0.5, 0.5, 1.0}};
  const std::vector<Point> positions = grid_positions(grid);
  SingularityTracker tracker(1.5);
  for (int step = 0; step < 60; ++step) {
    const double x = 15.0 + 5.0 * std::cos(0.1 * step), y = 15.0 + 5.0 * std::sin(0.1 * step);
    std::vector<double> V, V_delayed;
    for (const Point& p : positions) {
      const double phase = std::atan2(p[1] - y, p[0] - x) - 0.5 * std::hypot(p[0] - x, p[1] - y) + step;
      V.push_back(std::cos(phase));
      V_delayed.push_back(std::sin(phase));
    }
    tracker.update(step, find_singularities(grid, V, V_delayed, 0.0));
  }

  ASSERT_EQ(tracker.trajectories().size(), 1u);
  const Trajectory& trajectory = tracker.trajectories()[0];
  ASSERT_EQ(trajectory.t.size(), 60u);
  for (std::size_t i = 0; i < 60; ++i)
    EXPECT_NEAR(std::hypot(trajectory.x[i] - 15.0, trajectory.y[i] - 15.0), 5.0, 0.35);
}

TEST(SingularityTracker, GivesBirthDeathAndLifeTimeOfAPairThatAnnihilates) {
  // Born 8 mm apart at 10 ms, they meet at 50 ms.
  SingularityTracker tracker(1.0);
  for (int t = 0; t <= 70; t += 5) {
    Frame frame;
    if (t >= 10 && t <= 50) frame = {{0.1 * (t - 10), 3.0, 0, 1}, {8.0 - 0.1 * (t - 10), 3.0, 0, -1}};
    tracker.update(t, frame);
  }

  ASSERT_EQ(tracker.trajectories().size(), 2u);
  for (const Trajectory& trajectory : tracker.trajectories()) {
    EXPECT_DOUBLE_EQ(trajectory.birth(), 10.0);
    EXPECT_DOUBLE_EQ(trajectory.death(), 50.0);
    EXPECT_DOUBLE_EQ(trajectory.lifetime(), 40.0);
    EXPECT_FALSE(trajectory.alive);
  }
  EXPECT_EQ(tracker.trajectories()[0].charge, -tracker.trajectories()[1].charge);
}

TEST(SingularityTracker, LinksNeitherOtherChargesNorLayersNorFarOnes) {
  SingularityTracker tracker(1.0);
  tracker.update(0.0, Frame{{5, 5, 0, 1}});
  tracker.update(1.0, Frame{{5, 5, 0, -1}, {5, 5, 1, 1}, {6.01, 5, 0, 1}});

  EXPECT_EQ(tracker.trajectories().size(), 4u);
  EXPECT_FALSE(tracker.trajectories()[0].alive);
}

TEST(SingularityTracker, MeasuresDistancesInSpace) {
  SingularityTracker tracker(1.0);
  tracker.update(0.0, Frame{{5, 5, 0, 1, 0.0}, {5, 5, 0, 1, 4.0}});
  tracker.update(1.0, Frame{{5.1, 5, 0, 1, 4.2}, {5.2, 5, 0, 1, 1.5}});

  ASSERT_EQ(tracker.trajectories().size(), 3u);
  EXPECT_FALSE(tracker.trajectories()[0].alive);
  EXPECT_EQ(tracker.trajectories()[1].z, (std::vector<double>{4.0, 4.2}));
  EXPECT_EQ(tracker.trajectories()[2].z, std::vector<double>{1.5});
}

TEST(SingularityTracker, LinksTheNearestPairFirst) {
  SingularityTracker tracker(2.0);
  tracker.update(0.0, Frame{{0, 0, 0, 1}, {1.5, 0, 0, 1}});
  tracker.update(1.0, Frame{{1.4, 0, 0, 1}});

  EXPECT_FALSE(tracker.trajectories()[0].alive);
  EXPECT_TRUE(tracker.trajectories()[1].alive);
}

TEST(SingularityTracker, GoesOnAfterAGapThatIsShortEnough) {
  for (const double gap : {0.0, 2.0, 3.0}) {
    SingularityTracker tracker(1.0, gap);
    tracker.update(0.0, Frame{{5, 5, 0, 1}});
    tracker.update(1.0, Frame{});
    tracker.update(2.0, Frame{});
    tracker.update(3.0, Frame{{5.5, 5, 0, 1}});

    // Two frames without it: after 2 ms it is still open, and taken up at 3 ms.
    EXPECT_EQ(tracker.trajectories().size(), gap == 0.0 ? 2u : 1u) << gap;
    EXPECT_DOUBLE_EQ(tracker.trajectories()[0].death(), gap == 0.0 ? 0.0 : 3.0);
  }
}

}  // namespace
}  // namespace myowave
