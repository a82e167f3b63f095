// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "postprocess/phase.hpp"

namespace myowave {

/// The way of one singularity: its sightings, in the order of time.
struct Trajectory {
  int layer;
  int charge;
  std::vector<double> t;        ///< [sightings] ms
  std::vector<double> x, y, z;  ///< [sightings] mm
  bool alive = true;            ///< false once the tracker has given it up

  double birth() const { return t.front(); }  ///< [ms] first sighting
  double death() const { return t.back(); }   ///< [ms] last sighting, so far if it is alive
  double lifetime() const { return death() - birth(); }
};

/// Links the singularities of successive frames into trajectories.
///
/// Only singularities of the same layer and charge are linked, at most `largest_step` mm apart in space;
/// the nearest pair of all first, then the nearest of those left (greedy). What is left of the new ones
/// is born. A trajectory without a sighting is kept for `largest_gap` ms: until then a singularity
/// within `largest_step` of its last place goes on with it, without entries in between; then it has died
/// at its last sighting. With the default gap of 0 it dies at the first frame without it. A pair of
/// opposite charges that annihilates ends both of its trajectories in the same frame.
class SingularityTracker {
 public:
  explicit SingularityTracker(double largest_step_mm, double largest_gap_ms = 0.0);

  /// All singularities of the frame at time t [ms], later than the frame before.
  void update(double t, std::span<const Singularity> singularities);

  /// In the order of birth.
  const std::vector<Trajectory>& trajectories() const { return trajectories_; }
  std::size_t alive() const { return open_.size(); }
  /// Goes on from trajectories() of an earlier tracker.
  void restore(std::vector<Trajectory> trajectories);

 private:
  struct Link {
    double distance;
    std::size_t trajectory, singularity;
  };
  std::vector<Link> links(std::span<const Singularity> singularities) const;
  void append(Trajectory& trajectory, double t, const Singularity& singularity);

  double largest_step_, largest_gap_;
  std::vector<Trajectory> trajectories_;
  std::vector<std::size_t> open_;  ///< trajectories that are alive
};

}  // namespace myowave
