// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>

namespace myowave {

/// Accumulates wall time over scopes.
class Timer {
 public:
  double seconds() const { return total_; }

  /// Times from its construction to `stop`, at the latest to its destruction.
  class Scope {
   public:
    explicit Scope(Timer& timer) : timer_(&timer), start_(Clock::now()) {}
    ~Scope() { stop(); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    void stop() {
      if (timer_) timer_->total_ += std::chrono::duration<double>(Clock::now() - start_).count();
      timer_ = nullptr;
    }

   private:
    using Clock = std::chrono::steady_clock;
    Timer* timer_;
    Clock::time_point start_;
  };

 private:
  double total_ = 0.0;
};

}  // namespace myowave
