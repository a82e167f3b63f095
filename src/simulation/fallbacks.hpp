// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "record/observer.hpp"
#include "simulation/problem.hpp"

namespace myowave {

/// What cells of one region asked of its surrogate, and how often the guard left it to the model.
struct SurrogateUse {
  std::string region;
  const SurrogateSettings* settings;
  const ionic::CellModel* model;
  std::int64_t evaluations = 0, fallbacks = 0;

  double fraction() const {
    return evaluations > 0 ? static_cast<double>(fallbacks) / static_cast<double>(evaluations) : 0.0;
  }
};

/// Of each region with a surrogate, over all ranks. Collective.
std::vector<SurrogateUse> surrogate_uses(const Reaction& reaction);

/// What to say if a surrogate has been left by t [ms] more often than its region allows; empty if none
/// has.
std::string fallback_failure(const std::vector<SurrogateUse>& uses, double t);

/// What run.json says of them, by region: a JSON object.
std::string surrogate_results(const std::vector<SurrogateUse>& uses);

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
