// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "ionic/cell_model.hpp"

/// Reference data of tests/data and one paced cell to compare with it.
namespace myowave::ionic {

inline std::ifstream open_data(const std::string& file) {
  std::ifstream stream(MYOWAVE_SOURCE_DIR "/tests/data/" + file);
  if (!stream) throw std::runtime_error("cannot read tests/data/" + file);
  return stream;
}

inline nlohmann::json read_json(const std::string& file) {
  std::ifstream stream = open_data(file);
  return nlohmann::json::parse(stream);
}

/// Rows of numbers below a header line.
inline std::vector<std::vector<double>> read_csv(const std::string& file) {
  std::ifstream stream = open_data(file);
  std::vector<std::vector<double>> rows;
  std::string line;
  std::getline(stream, line);
  while (std::getline(stream, line)) {
    std::vector<double> row;
    std::stringstream fields(line);
    for (std::string field; std::getline(fields, field, ',');) row.push_back(std::stod(field));
    rows.push_back(std::move(row));
  }
  return rows;
}

/// A rectangular pulse; its edges must lie on the steps.
struct Pulse {
  double start = 0.0, end = 0.0;  ///< ms
  double amplitude = 0.0;         ///< uA/uF
};

/// One cell (in a block of equal ones), advanced from t = 0 by steps of dt [ms].
class PacedCell {
 public:
  PacedCell(const CellModel& model, double dt, const Pulse& pulse = {})
      : PacedCell(model, dt, pulse, model.initial_V(), model.initial_states()) {}
  PacedCell(const CellModel& model, double dt, const Pulse& pulse, double V,
            const std::vector<double>& states)
      : model_(model),
        dt_(dt),
        pulse_(pulse),
        V_(lane_padding, V),
        stimulus_(lane_padding),
        states_(model.make_states(lane_padding)) {
    for (std::size_t s = 0; s < states.size(); ++s) states_.fill(s, states[s]);
  }

  double t() const { return static_cast<double>(steps_) * dt_; }
  double V() const { return V_[0]; }
  double state(std::size_t s) const { return states_.get(s, 0); }
  /// dV/dt of the membrane without stimulus [mV/ms].
  double ionic_dVdt() const {
    std::vector<double> states;
    for (std::size_t s = 0; s < model_.info().states.size(); ++s) states.push_back(state(s));
    return model_.rates(V(), states)[0];
  }

  void step() {
    const double middle = t() + 0.5 * dt_;
    const bool on = middle > pulse_.start && middle < pulse_.end;
    stimulus_.assign(lane_padding, on ? pulse_.amplitude : 0.0);
    model_.step({states_.rows(V_.data(), 0), lane_padding, stimulus_.data()}, dt_);
    ++steps_;
  }
  /// Steps to `end`, a multiple of dt.
  void run_to(double end) {
    while (t() < end - 0.5 * dt_) step();
  }

 private:
  const CellModel& model_;
  double dt_;
  Pulse pulse_;
  long steps_ = 0;
  std::vector<double> V_, stimulus_;
  CellStates states_;
};

/// Slope of log(error) over log(dt) between two halvings.
inline double order(double coarse, double fine) { return std::log2(coarse / fine); }

/// What the reference's README defines for one beat: the upstroke is the time of the largest ionic
/// dV/dt, APD90 counts from there to the fall through peak - 0.9 (peak - V(0)).
struct Beat {
  double upstroke = 0.0, peak = -1e9, apd90 = 0.0, dVdt_max = -1e9;
};

inline Beat measure_beat(const CellModel& model, double dt, const Pulse& pulse, double end) {
  PacedCell cell(model, dt, pulse);
  const double rest = cell.V();
  std::vector<double> V = {rest}, slope = {cell.ionic_dVdt()};
  while (cell.t() < end) {
    cell.step();
    V.push_back(cell.V());
    if (cell.t() < 20.0) slope.push_back(cell.ionic_dVdt());
  }
  Beat beat;
  std::size_t top = 0;
  for (std::size_t i = 1; i + 1 < slope.size(); ++i)
    if (slope[i] > beat.dVdt_max) {
      // Vertex of the parabola through three points.
      const double curvature = slope[i - 1] - 2.0 * slope[i] + slope[i + 1];
      beat.dVdt_max = slope[i];
      beat.upstroke = (static_cast<double>(i) + 0.5 * (slope[i - 1] - slope[i + 1]) / curvature) * dt;
    }
  for (std::size_t i = 0; i < V.size(); ++i)
    if (V[i] > beat.peak) beat.peak = V[i], top = i;
  const double level = beat.peak - 0.9 * (beat.peak - rest);
  for (std::size_t i = top; i + 1 < V.size(); ++i)
    if (V[i] > level && V[i + 1] <= level) {
      beat.apd90 = (static_cast<double>(i) + (V[i] - level) / (V[i] - V[i + 1])) * dt - beat.upstroke;
      break;
    }
  return beat;
}

}  // namespace myowave::ionic
