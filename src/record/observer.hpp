// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cmath>

#include "field/potential.hpp"

namespace myowave {

class CheckpointWriter;
class CheckpointReader;

/// Sees V after every step and keeps or writes what it is there for; never changes V. All calls are
/// collective.
class Observer {
 public:
  virtual ~Observer() = default;

  virtual void observe(double t, const Potential& V) = 0;
  /// What a restarted run needs to continue; the default is nothing.
  virtual void save(CheckpointWriter&) const {}
  virtual void restore(const CheckpointReader&) {}
  /// Writes what is written once, at the end of the run or when it stops.
  virtual void finish() {}
};

/// Output times k * interval: `due` is true once for each, at the first step that reaches it.
class Schedule {
 public:
  explicit Schedule(double interval) : interval_(interval) {}

  bool due(double t) {
    if (interval_ <= 0.0 || t < static_cast<double>(next_) * interval_ - 1e-9) return false;
    skip_to(t);
    return true;
  }
  /// The times up to and including t are taken as done.
  void skip_to(double t) {
    if (interval_ > 0.0) next_ = std::max(next_, std::llround(std::floor((t + 1e-9) / interval_)) + 1);
  }

 private:
  double interval_;
  long long next_ = 0;
};

}  // namespace myowave
