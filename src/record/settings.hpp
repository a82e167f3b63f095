// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "meshes/geometry.hpp"

namespace myowave {

struct OutputSettings {
  double fields_every = 0.0;          ///< ms between frames of V; 0: none
  double activation_threshold = 0.0;  ///< mV, crossed upwards
  double apd_level = 90.0;            ///< % of the amplitude
  int map_beats = 10;                 ///< beats kept per node in the maps
};

struct ProbeSettings {
  std::string name;
  Point at{};
  double every = 0.1;  ///< ms
};

struct CheckpointSettings {
  double every = 0.0;  ///< ms of simulated time; 0: only when a signal stops the run
};

}  // namespace myowave
