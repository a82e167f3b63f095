// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace myowave {

enum class DatasetSource { cells, voltage_clamp, ap_clamp, tissue };

/// From low to high; equal where one value is given, NaN where none is.
struct ValueRange {
  double low = std::numeric_limits<double>::quiet_NaN(), high = low;

  bool given() const { return !std::isnan(low); }
  /// At a share of 0 to 1 of the way.
  double at(double share) const { return low + share * (high - low); }
};

/// A state or a parameter that differs from case to case.
struct SampledQuantity {
  std::string name;
  std::string low, high;  ///< as written, with units
  ValueRange range{};     ///< in the published unit of the model; a factor has none
};

enum class CurrentKind { none, train, steps, noise };

/// What stimulates a cell. It differs from case to case.
struct CurrentSettings {
  CurrentKind kind = CurrentKind::none;
  ValueRange amplitude;     ///< uA/uF, of each pulse or level
  ValueRange start;         ///< ms, of the first pulse
  ValueRange duration;      ///< ms, of a pulse
  ValueRange interval;      ///< ms, from the start of a pulse to that of the next
  ValueRange hold;          ///< ms, of a level
  double mean = 0.0;        ///< uA/uF, of the noise
  double sigma = 0.0;       ///< uA/uF, its standard deviation
  double relaxation = 0.0;  ///< 1/ms, theta: its autocorrelation is exp(-theta t)
};

/// A part of a voltage clamp.
struct ClampSegment {
  std::vector<double> V;  ///< mV, one in each case
  double duration = 0.0;  ///< ms
};

/// The course of V of an AP clamp: that of the paced cell, or of a CSV file.
struct WaveformSettings {
  std::string file;  ///< empty: the last beat of the cell that [pacing] paces
  std::string column = "V_mV";
  /// What differs from case to case: V = base + scale (V - base) + shift at the time t / stretch, with
  /// base the V at the start.
  ValueRange scale{1.0, 1.0}, shift{0.0, 0.0}, stretch{1.0, 1.0};
};

/// Which nodes of a tissue are recorded.
struct RecordedNodes {
  enum class By { all, probes, count, fraction } by = By::all;
  std::vector<std::string> probes{};
  int count = 0;
  double fraction = 0.0;
};

/// For the command `dataset`.
struct DatasetSettings {
  DatasetSource source = DatasetSource::cells;
  int cases = 0;
  int seed = 1;
  double duration = 0.0;  ///< ms
  double every = 0.0;     ///< ms between two samples
  std::vector<SampledQuantity> initial, parameters, scale;
  CurrentSettings current;
  bool reference = false;                                     ///< by CVODE
  bool ionic_current = false;                                 ///< cells, tissue: I_ion is recorded too
  double holding = std::numeric_limits<double>::quiet_NaN();  ///< mV, before a voltage clamp
  double settle = 0.0;                                        ///< ms, at the holding potential
  std::vector<ClampSegment> segments;
  WaveformSettings waveform;
  std::string region;  ///< tissue: whose nodes are recorded
  RecordedNodes nodes;
  std::vector<std::string> states;                 ///< tissue: those that are recorded; empty: all
  std::vector<std::pair<double, double>> windows;  ///< ms, of one length, ascending
};

}  // namespace myowave
