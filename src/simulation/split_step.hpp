// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "base/timer.hpp"
#include "config/config.hpp"
#include "diffusion/diffusion.hpp"
#include "reaction/reaction.hpp"

namespace myowave {

/// Wall time of the phases of a run.
struct PhaseTimers {
  Timer total, setup, reaction, diffusion, output;
};

/// One step of the split equation, in place:
///   Godunov: D(dt), then R(dt)                     order 1
///   Strang:  R(dt/2), then D(dt), then R(dt/2)     order 2
/// with D the diffusion alone and R the cells and the stimuli alone. Diffusion comes first, so that
/// cells react to a V that their neighbours have already pulled. Collective.
class SplitStep {
 public:
  SplitStep(Reaction& reaction, Diffusion& diffusion, Splitting splitting, PhaseTimers& timers)
      : reaction_(reaction), diffusion_(diffusion), splitting_(splitting), timers_(timers) {}

  /// From t to t + dt [ms].
  void advance(Potential& V, double t, double dt) {
    if (splitting_ == Splitting::strang) {
      react(V, t, 0.5 * dt);
      diffuse(V, dt);
      react(V, t + 0.5 * dt, 0.5 * dt);
    } else {
      advance(V, t, dt, [] {});
    }
  }
  /// The same of Godunov's, with a look at V between diffusion and reaction.
  template <class Between>
  void advance(Potential& V, double t, double dt, Between between) {
    diffuse(V, dt);
    between();
    react(V, t, dt);
  }

 private:
  void react(Potential& V, double t, double dt) {
    const Timer::Scope timing(timers_.reaction);
    reaction_.advance(V, t, dt);
  }
  void diffuse(Potential& V, double dt) {
    const Timer::Scope timing(timers_.diffusion);
    diffusion_.advance(V, dt);
  }

  Reaction& reaction_;
  Diffusion& diffusion_;
  Splitting splitting_;
  PhaseTimers& timers_;
};

}  // namespace myowave
