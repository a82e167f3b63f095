// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/conductance_pacing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "surrogates/surrogate_model.hpp"

namespace myowave::learn {
namespace {

constexpr double amplitude = 52.0, duration = 1.0;  // uA/uF, ms
/// A beat begins where V rises above it [mV].
constexpr double threshold = -40.0;

/// Times of the stimuli of a cell [ms], and how many beats of the last are compared.
struct Protocol {
  std::vector<double> start;
  std::size_t compared;
};

/// The arena's cycle lengths and intervals lie between these, so that it judges by others.
std::vector<Protocol> protocols() {
  constexpr int slow_beats = 8, steady_beats = 20, beats_before = 8;
  constexpr double slow = 1600.0, before = 1000.0, after = 800.0;
  std::vector<Protocol> all;
  const auto regular = [](std::vector<double>& to, double cycle, int beats) {
    for (int b = 0; b < beats; ++b) to.push_back((to.empty() ? 10.0 - cycle : to.back()) + cycle);
  };
  for (const double cycle : {375.0, 450.0, 550.0, 650.0, 750.0, 900.0, 1150.0, 1800.0}) {
    all.push_back({{}, 2});
    regular(all.back().start, slow, slow_beats);
    regular(all.back().start, cycle, steady_beats);
    all.back().start.push_back(all.back().start.back() + after);  // ends the beat before
  }
  for (const double interval : {345.0, 355.0, 375.0, 390.0, 425.0, 475.0, 550.0, 700.0}) {
    all.push_back({{}, 1});
    regular(all.back().start, before, beats_before);
    all.back().start.push_back(all.back().start.back() + interval);
    all.back().start.push_back(all.back().start.back() + after);
  }
  return all;
}

/// APD90 of the beats of a cell, from one stimulus to the next.
class Beats {
 public:
  explicit Beats(const Protocol& protocol) : protocol_(protocol) {}

  double stimulus(double t, double dt) {
    if (next_ < protocol_.start.size() && t >= protocol_.start[next_] - 0.5 * dt) {
      if (next_ > 0) apd_.push_back(V_90_ < last_V_ || up_ < 0.0 ? none : down_ - up_);
      ++next_;
      rest_ = last_V_, peak_ = last_V_, up_ = down_ = -1.0;
    }
    return next_ > 0 && t < protocol_.start[next_ - 1] + duration - 0.5 * dt ? amplitude : 0.0;
  }
  void observe(double t, double dt, double V) {
    if (up_ < 0.0 && last_V_ < threshold && V >= threshold) up_ = t;
    peak_ = std::max(peak_, V);
    V_90_ = rest_ + 0.1 * (peak_ - rest_);
    if (up_ >= 0.0 && last_V_ > V_90_ && V <= V_90_) down_ = t - dt * (V_90_ - V) / (last_V_ - V);
    last_V_ = V;
  }
  void start(double V) { last_V_ = V; }
  /// Those that are compared: the beat that the last stimulus ends, and those before it.
  std::vector<double> compared() const {
    return {apd_.end() - static_cast<std::ptrdiff_t>(protocol_.compared), apd_.end()};
  }

 private:
  static constexpr double none = std::numeric_limits<double>::quiet_NaN();
  const Protocol& protocol_;
  std::size_t next_ = 0;
  double rest_ = 0.0, peak_ = 0.0, V_90_ = 0.0, up_ = -1.0, down_ = -1.0, last_V_ = 0.0;
  std::vector<double> apd_;
};

std::vector<std::vector<double>> paced(const ionic::CellModel& model, double dt) {
  const std::vector<Protocol> all = protocols();
  const std::size_t lanes = (all.size() + ionic::lane_padding - 1) / ionic::lane_padding *
                            static_cast<std::size_t>(ionic::lane_padding);
  ionic::CellStates states = model.make_states(lanes);
  std::vector<double> V(lanes, model.initial_V()), stimulus(lanes, 0.0);
  std::vector<Beats> beats(all.begin(), all.end());
  double end = 0.0;
  for (std::size_t c = 0; c < all.size(); ++c)
    end = std::max(end, all[c].start.back() + dt), beats[c].start(V[c]);
  for (long n = 0; static_cast<double>(n) * dt < end; ++n) {
    const double t = static_cast<double>(n) * dt;
    for (std::size_t c = 0; c < all.size(); ++c) stimulus[c] = beats[c].stimulus(t, dt);
    model.step({states.rows(V.data(), 0), lanes, stimulus.data()}, dt);
    for (std::size_t c = 0; c < all.size(); ++c) beats[c].observe(t + dt, dt, V[c]);
  }
  std::vector<std::vector<double>> apd;
  for (const Beats& each : beats) apd.push_back(each.compared());
  return apd;
}

}  // namespace

PacedCells::PacedCells(const ionic::CellSpec& host)
    : host_(paced(
          *ionic::make_cell_model(host, {ionic::Method::midpoint, ionic::Precision::double_, true}),
          0.02)) {
  // Below its refractory period the model answers every other stimulus or so, and near it with beats
  // that are over at once: which of them is no measure.
  constexpr double share = 1.0 / 3.0;
  double longest = 0.0;
  for (const std::vector<double>& cell : host_)
    for (const double apd : cell) longest = std::isnan(apd) ? longest : std::max(longest, apd);
  for (std::vector<double>& cell : host_)
    if (!std::all_of(cell.begin(), cell.end(), [&](double apd) { return apd > share * longest; }))
      cell.clear();
}

double PacedCells::largest_error(std::shared_ptr<const surrogates::Surrogate> surrogate) const {
  const auto model = surrogates::make_surrogate_model(
      std::move(surrogate), {}, {ionic::Method::midpoint, ionic::Precision::mixed, true}, false);
  const std::vector<std::vector<double>> ours = paced(*model, 0.05);
  double largest = 0.0;
  for (std::size_t c = 0; c < ours.size(); ++c)
    for (std::size_t b = 0; b < host_[c].size(); ++b) {
      const double error = std::abs(ours[c][b] - host_[c][b]);
      largest = std::max(largest, std::isnan(error) ? lost_beat : error);
    }
  return largest;
}

}  // namespace myowave::learn
