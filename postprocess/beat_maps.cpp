// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/beat_maps.hpp"

#include <algorithm>
#include <limits>

namespace myowave {
namespace {

/// Points looked at together.
constexpr std::size_t run_length = 64;

constexpr double none = std::numeric_limits<double>::quiet_NaN();
double crossing(double level, double t0, double V0, double t1, double V1) {
  return t0 + (level - V0) / (V1 - V0) * (t1 - t0);
}

}  // namespace

BeatMaps::BeatMaps(std::size_t points, double threshold_mV, double apd_level_percent,
                   std::size_t max_beats)
    : threshold_(threshold_mV),
      level_(apd_level_percent / 100.0),
      max_beats_(max_beats),
      V_previous_(points),
      extreme_(points),
      rest_(points),
      phase_(points, Phase::diastole),
      count_(points, 0) {}

void BeatMaps::update(double t, std::span<const double> V) {
  if (!started_) {
    started_ = true;
    t_previous_ = t;
    std::copy(V.begin(), V.end(), V_previous_.begin());
    std::copy(V.begin(), V.end(), extreme_.begin());
    for (std::size_t i = 0; i < V.size(); ++i) {
      rest_[i] = std::min(V[i], threshold_ - 2.0 * hysteresis_mV);
      // A point that starts above the threshold has no upstroke in this run.
      if (V[i] >= threshold_) phase_[i] = Phase::repolarising;
    }
    return;
  }
  for (std::size_t first = 0; first < V.size(); first += run_length) {
    const std::size_t last = std::min(first + run_length, V.size());
    if (!nothing_happens(V, first, last))
      for (std::size_t i = first; i < last; ++i) update_point(i, t, V[i]);
  }
  t_previous_ = t;
}

bool BeatMaps::nothing_happens(std::span<const double> V, std::size_t first, std::size_t last) {
  const Phase phase = phase_[first];
  if (phase != Phase::diastole && phase != Phase::action_potential) return false;
  int quiet = 1;
  for (std::size_t i = first; i < last; ++i) quiet &= static_cast<int>(phase_[i] == phase);
  if (quiet == 0) return false;
  if (phase == Phase::diastole) {
    for (std::size_t i = first; i < last; ++i) quiet &= static_cast<int>(V[i] < threshold_);
    if (quiet == 0) return false;
    for (std::size_t i = first; i < last; ++i) extreme_[i] = V[i] < extreme_[i] ? V[i] : extreme_[i];
  } else {
    for (std::size_t i = first; i < last; ++i) {
      const double peak = V[i] > extreme_[i] ? V[i] : extreme_[i];
      quiet &= static_cast<int>(V[i] >= threshold_) &
               static_cast<int>(V[i] > peak - level_ * (peak - rest_[i]));
    }
    if (quiet == 0) return false;
    for (std::size_t i = first; i < last; ++i) extreme_[i] = V[i] > extreme_[i] ? V[i] : extreme_[i];
  }
  std::copy(V.begin() + static_cast<std::ptrdiff_t>(first),
            V.begin() + static_cast<std::ptrdiff_t>(last),
            V_previous_.begin() + static_cast<std::ptrdiff_t>(first));
  return true;
}

void BeatMaps::update_point(std::size_t i, double t, double now) {
  switch (phase_[i]) {
    case Phase::diastole:
      if (now < extreme_[i]) extreme_[i] = now;
      if (now >= threshold_) {
        rest_[i] = extreme_[i];
        activate(i, t_previous_, t, now);
      }
      break;
    case Phase::action_potential:
    case Phase::falling: {
      if (now > extreme_[i]) extreme_[i] = now;
      const double level = extreme_[i] - level_ * (extreme_[i] - rest_[i]);
      if (now <= level && now < extreme_[i])
        repolarise(i, level, t_previous_, t, now);
      else if (phase_[i] == Phase::falling && now >= threshold_)
        activate(i, t_previous_, t, now);  // the beat before has no APD
      else if (now < rearming_level(i))
        phase_[i] = Phase::falling;
      break;
    }
    case Phase::repolarising:
      if (now < rearming_level(i)) {
        phase_[i] = Phase::diastole;
        extreme_[i] = now;
      }
      break;
  }
  V_previous_[i] = now;
}

double BeatMaps::rearming_level(std::size_t i) const {
  return threshold_ - std::min(hysteresis_mV, 0.5 * (threshold_ - rest_[i]));
}

void BeatMaps::activate(std::size_t i, double t_previous, double t, double V) {
  const double at = crossing(threshold_, t_previous, V_previous_[i], t, V);
  set(activation_, static_cast<std::size_t>(count_[i]), i, at);
  ++count_[i];
  phase_[i] = Phase::action_potential;
  extreme_[i] = V;
}

void BeatMaps::repolarise(std::size_t i, double level, double t_previous, double t, double V) {
  const auto beat = static_cast<std::size_t>(count_[i] - 1);
  phase_[i] = V < rearming_level(i) ? Phase::diastole : Phase::repolarising;
  extreme_[i] = V;
  if (beat >= std::min(max_beats_, activation_.size())) return;
  const double at = V_previous_[i] > level ? crossing(level, t_previous, V_previous_[i], t, V) : t;
  set(apd_, beat, i, at - activation_[beat][i]);
}

std::size_t BeatMaps::most_beats() const {
  const auto most = std::max_element(count_.begin(), count_.end());
  return most == count_.end() ? 0 : static_cast<std::size_t>(*most);
}

void BeatMaps::set(std::vector<std::vector<double>>& maps, std::size_t beat, std::size_t i,
                   double value) {
  if (beat >= max_beats_) return;
  // Both lists grow together so that a beat always has an APD entry, NaN until it ends.
  while (activation_.size() <= beat) {
    activation_.emplace_back(points(), none);
    apd_.emplace_back(points(), none);
  }
  maps[beat][i] = value;
}

BeatMaps::State BeatMaps::state() const {
  State state{t_previous_, V_previous_, extreme_, rest_, {}, {}};
  for (std::size_t i = 0; i < points(); ++i) {
    state.phase.push_back(static_cast<double>(phase_[i]));
    state.count.push_back(count_[i]);
  }
  return state;
}

void BeatMaps::restore(const State& state, std::vector<std::vector<double>> activation,
                       std::vector<std::vector<double>> apd) {
  started_ = true;
  t_previous_ = state.t_previous;
  V_previous_ = state.V_previous;
  extreme_ = state.extreme;
  rest_ = state.rest;
  for (std::size_t i = 0; i < points(); ++i) {
    phase_[i] = static_cast<Phase>(static_cast<int>(state.phase[i]));
    count_[i] = static_cast<std::int32_t>(state.count[i]);
  }
  activation_ = std::move(activation);
  apd_ = std::move(apd);
}

}  // namespace myowave
