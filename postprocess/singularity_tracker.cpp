// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/singularity_tracker.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/error.hpp"

namespace myowave {

SingularityTracker::SingularityTracker(double largest_step_mm, double largest_gap_ms)
    : largest_step_(largest_step_mm), largest_gap_(largest_gap_ms) {}

std::vector<SingularityTracker::Link> SingularityTracker::links(
    std::span<const Singularity> singularities) const {
  std::vector<Link> links;
  for (const std::size_t i : open_)
    for (std::size_t j = 0; j < singularities.size(); ++j) {
      const Trajectory& trajectory = trajectories_[i];
      const Singularity& s = singularities[j];
      if (s.layer != trajectory.layer || s.charge != trajectory.charge) continue;
      const double distance =
          std::hypot(s.x - trajectory.x.back(), s.y - trajectory.y.back(), s.z - trajectory.z.back());
      if (distance <= largest_step_) links.push_back({distance, i, j});
    }
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) {
    return std::tie(a.distance, a.trajectory, a.singularity) <
           std::tie(b.distance, b.trajectory, b.singularity);
  });
  return links;
}

void SingularityTracker::append(Trajectory& trajectory, double t, const Singularity& singularity) {
  trajectory.t.push_back(t);
  trajectory.x.push_back(singularity.x);
  trajectory.y.push_back(singularity.y);
  trajectory.z.push_back(singularity.z);
}

void SingularityTracker::restore(std::vector<Trajectory> trajectories) {
  trajectories_ = std::move(trajectories);
  open_.clear();
  for (std::size_t i = 0; i < trajectories_.size(); ++i)
    if (trajectories_[i].alive) open_.push_back(i);
}

void SingularityTracker::update(double t, std::span<const Singularity> singularities) {
  for (const std::size_t i : open_) MYOWAVE_ASSERT(trajectories_[i].t.back() < t);
  std::vector<bool> taken(singularities.size(), false);
  for (const Link& link : links(singularities)) {
    Trajectory& trajectory = trajectories_[link.trajectory];
    if (taken[link.singularity] || trajectory.t.back() == t) continue;
    taken[link.singularity] = true;
    append(trajectory, t, singularities[link.singularity]);
  }
  // A gap is the time without a sighting, this frame included.
  std::erase_if(open_, [this, t](std::size_t i) {
    Trajectory& trajectory = trajectories_[i];
    trajectory.alive = t - trajectory.t.back() <= largest_gap_;
    return !trajectory.alive;
  });
  for (std::size_t j = 0; j < singularities.size(); ++j) {
    if (taken[j]) continue;
    open_.push_back(trajectories_.size());
    trajectories_.push_back({singularities[j].layer, singularities[j].charge, {}, {}, {}, {}});
    append(trajectories_.back(), t, singularities[j]);
  }
}

}  // namespace myowave
