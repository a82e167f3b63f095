// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "meshes/geometry.hpp"

namespace myowave {

/// A pulse, or a train of them, on a part of the tissue.
struct StimulusSettings {
  std::string name;
  Shape where;
  std::string region;      ///< nodes of this region, if not empty
  double amplitude = 0.0;  ///< uA/uF, positive depolarises
  double start = 0.0;      ///< ms
  double duration = 0.0;   ///< ms
  double period = 0.0;     ///< ms between the starts of two pulses of a train
  int count = 1;           ///< number of pulses
  bool fills_run = false;  ///< the count follows from the end of the run
};

/// Mean amplitude [uA/uF] of the train over [t, t + dt], so that the delivered charge does not depend on
/// where the steps fall. Edges nearer than 1e-9 ms to a step's ends are taken as falling on them.
double mean_amplitude(const StimulusSettings& stimulus, double t, double dt);

}  // namespace myowave
