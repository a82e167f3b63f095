// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "meshes/geometry.hpp"

namespace myowave {

/// A point in the bath around the tissue.
struct ElectrodeSettings {
  std::string name;
  Point at{};
};

struct EcgSettings {
  double every = 1.0;              ///< ms
  double bath_conductivity = 0.2;  ///< mS/mm
};

struct TipSettings {
  double every = 0.0;         ///< ms between two looks, and the delay of the phase; 0: none
  double centre = -40.0;      ///< mV
  double largest_step = 5.0;  ///< mm that a tip may move between two looks
};

struct OutputSettings {
  double fields_every = 0.0;                ///< ms between frames of V; 0: none
  std::vector<std::string> cell_fields;     ///< states and read-outs of cells in the frames, beside V
  double activation_threshold = 0.0;        ///< mV, crossed upwards
  std::vector<double> apd_levels = {90.0};  ///< % of the amplitude, ascending
  /// Out of map_names().
  std::vector<std::string> maps = {"activation", "apd"};
  int map_beats = 10;  ///< beats kept per node in the maps
  TipSettings tips;
  EcgSettings ecg;

  bool has_map(const std::string& name) const {
    return std::find(maps.begin(), maps.end(), name) != maps.end();
  }
};

/// What maps.vti can hold: of every beat activation, APD at every level, repolarisation (at the highest
/// level), velocity, dV/dt max, peak and rest; of the run the extremes of V.
inline const std::vector<std::string>& map_names() {
  static const std::vector<std::string> names = {"activation", "apd",  "repolarisation", "velocity",
                                                 "dvdt_max",   "peak", "rest",           "extremes"};
  return names;
}

struct ProbeSettings {
  std::string name;
  Point at{};
  double every = 0.1;  ///< ms
};

struct CheckpointSettings {
  double every = 0.0;  ///< ms of simulated time; 0: only when a signal stops the run
};

}  // namespace myowave
