// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "record/observer.hpp"
#include "simulation/problem.hpp"

namespace myowave {

/// Evaluations of a region's cells and how many of them its surrogate's guard left to the model, over
/// all ranks.
struct FallbackCount {
  std::int64_t evaluations = 0, fallbacks = 0;
  double fraction() const {
    return evaluations > 0 ? static_cast<double>(fallbacks) / static_cast<double>(evaluations) : 0.0;
  }
};
/// Collective.
FallbackCount count_fallbacks(const RegionCells& region);

/// What to say if a surrogate has been left more often than its region allows; empty if none has.
/// Collective, the same on all ranks.
std::string fallback_failure(const Reaction& reaction, double t);

/// Fallbacks of each owned node [count].
std::vector<double> fallback_map(const Reaction& reaction, std::size_t owned);
bool has_guard(const Reaction& reaction);

/// Keeps the counts over a restart.
class FallbackObserver : public Observer {
 public:
  explicit FallbackObserver(Reaction& reaction) : reaction_(reaction) {}
  void observe(double, const Potential&) override {}
  void save(CheckpointWriter& out) const override;
  void restore(const CheckpointReader& in) override;

 private:
  Reaction& reaction_;
};

}  // namespace myowave
