// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/beat_maps.hpp"

#include <algorithm>
#include <limits>

#include "base/all_between.hpp"

namespace myowave {
namespace {

constexpr std::size_t run_length = 32;
/// V in the plateau must stay so far above the next level for a run of points to be left alone [mV].
constexpr double margin_mV = 5.0;
/// What a peak may grow by once V is above the threshold and a run is taken to be in its spike [mV].
constexpr double largest_spike_mV = 60.0;
/// From this part of the way between threshold and rest on, a point is taken to be in its upstroke.
constexpr double upstroke_begins = 0.7;

constexpr double none = std::numeric_limits<double>::quiet_NaN();

double crossing(double level, double t0, double V0, double t1, double V1) {
  return t0 + (level - V0) / (V1 - V0) * (t1 - t0);
}

std::string percent(double level) {
  std::string text = std::to_string(level);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

BeatMaps::BeatMaps(std::size_t points, BeatSettings settings)
    : settings_(std::move(settings)),
      runs_((points + run_length - 1) / run_length),
      fresh_(runs_.size(), 1),
      V_previous_(points),
      extreme_(points),
      rest_(points),
      rate_(settings_.shape ? points : 0),
      since_(points, none),
      phase_(points, Phase::diastole),
      passed_(points, 0),
      count_(points, 0) {
  for (const double level : settings_.levels) fractions_.push_back(level / 100.0);
  quantities_.push_back({"activation", "ms", {}});
  for (const double level : settings_.levels) quantities_.push_back({"apd" + percent(level), "ms", {}});
  if (settings_.shape)
    for (const auto& [name, unit] : {std::pair{"dvdt_max", "V/s"}, {"peak", "mV"}, {"rest", "mV"}})
      quantities_.push_back({name, unit, {}});
}

void BeatMaps::start(double t, std::span<const double> V) {
  started_ = true;
  t_previous_ = t;
  std::copy(V.begin(), V.end(), V_previous_.begin());
  std::copy(V.begin(), V.end(), extreme_.begin());
  for (std::size_t i = 0; i < V.size(); ++i) {
    rest_[i] = std::min(V[i], settings_.threshold_mV - 2.0 * hysteresis_mV);
    // A point that starts above the threshold has no upstroke in this run.
    if (V[i] >= settings_.threshold_mV) phase_[i] = Phase::repolarising;
  }
}

void BeatMaps::update(double t, std::span<const double> V) {
  if (!started_) return start(t, V);
  const bool looks = ++updates_ % look_every == 0;
  for (std::size_t r = 0; r < runs_.size(); ++r) {
    const std::size_t first = r * run_length, last = std::min(first + run_length, V.size());
    if (nothing_happens(runs_[r], V.subspan(first, last - first))) {
      const bool spike = runs_[r].kind == Run::Kind::spike;
      fresh_[r] = looks || spike;
      if (spike) follow_spike(t, V.subspan(first, last - first), first, looks);
      if (looks) {
        look(runs_[r], V.subspan(first, last - first), first);
        summarise(runs_[r], first, last);
      }
      continue;
    }
    for (std::size_t i = first; i < last; ++i) update_point(i, t, V[i], fresh_[r] != 0, looks);
    fresh_[r] = 1;
    summarise(runs_[r], first, last);
  }
  t_previous_ = t;
}

bool BeatMaps::nothing_happens(const Run& run, std::span<const double> V) const {
  if (run.kind == Run::Kind::mixed) return false;
  constexpr double lowest = -std::numeric_limits<double>::infinity();
  return run.kind == Run::Kind::rest ? all_between(V.data(), V.size(), lowest, run.safe)
                                     : all_between(V.data(), V.size(), run.safe, run.top);
}

void BeatMaps::follow_spike(double t, std::span<const double> V, std::size_t first, bool looks) {
  if (looks) return;  // look() comes
  for (std::size_t k = 0; k < V.size(); ++k) {
    double& peak = extreme_[first + k];
    const double raised = V[k] > peak ? V[k] : peak;
    peak = t <= since_[first + k] + upstroke_ms ? raised : peak;
    V_previous_[first + k] = V[k];
  }
}

void BeatMaps::look(const Run& run, std::span<const double> V, std::size_t first) {
  const std::size_t last = first + V.size();
  if (run.kind == Run::Kind::rest)
    for (std::size_t i = first; i < last; ++i)
      extreme_[i] = V[i - first] < extreme_[i] ? V[i - first] : extreme_[i];
  else
    for (std::size_t i = first; i < last; ++i) raise_peak(i, V[i - first]);
  std::copy(V.begin(), V.end(), V_previous_.begin() + static_cast<std::ptrdiff_t>(first));
}

void BeatMaps::summarise(Run& run, std::size_t first, std::size_t last) {
  run.kind = Run::Kind::mixed;
  const Phase phase = phase_[first];
  for (std::size_t i = first; i < last; ++i)
    if (phase_[i] != phase) return;
  const double threshold = settings_.threshold_mV;
  if (phase == Phase::diastole) {
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = first; i < last; ++i) highest = std::max(highest, extreme_[i]);
    run.kind = Run::Kind::rest;
    run.safe = threshold - upstroke_begins * (threshold - highest);
  } else if (phase == Phase::action_potential || phase == Phase::falling) {
    const bool falling = phase == Phase::falling;
    const double lowest = -std::numeric_limits<double>::infinity();
    double safe = lowest, safe_in_spike = threshold, latest = lowest;
    bool passed = false;
    for (std::size_t i = first; i < last; ++i) {
      const double next = level(i, passed_[i]) + margin_mV;
      safe = std::max(safe, next);
      if (!falling) safe = std::max(safe, rearming_level(i));
      // The peak may still grow, and the level with it.
      safe_in_spike = std::max(safe_in_spike, next + (1.0 - fractions_[passed_[i]]) * largest_spike_mV);
      latest = std::max(latest, since_[i]);
      passed = passed || passed_[i] != 0;
    }
    const bool spike = t_previous_ <= latest + upstroke_ms;
    if (spike && (settings_.shape || passed || falling)) return;
    run.top = falling ? threshold : std::numeric_limits<double>::infinity();
    run.kind = spike ? Run::Kind::spike : Run::Kind::plateau;
    run.safe = spike ? safe_in_spike : safe;
  }
}

void BeatMaps::follow_upstroke(std::size_t i, double t, double now, bool looked_before) {
  const double threshold = settings_.threshold_mV;
  const bool diastole = phase_[i] == Phase::diastole;
  const double end = since_[i] + upstroke_ms;  // NaN before the first beat
  const double bottom = diastole ? extreme_[i] : rest_[i];
  if (looked_before && (diastole || t <= end) &&
      now > threshold - upstroke_begins * (threshold - bottom))
    rate_[i] = std::max(rate_[i], (now - V_previous_[i]) / (t - t_previous_));
  if (!diastole && t > end && t_previous_ <= end) keep_upstroke(i);
}

void BeatMaps::update_point(std::size_t i, double t, double now, bool looked_before, bool looks) {
  const double threshold = settings_.threshold_mV;
  if (settings_.shape) follow_upstroke(i, t, now, looked_before);
  switch (phase_[i]) {
    case Phase::diastole:
      if (looks && now < extreme_[i]) extreme_[i] = now;
      if (now >= threshold) {
        rest_[i] = extreme_[i];
        activate(i, t, now);
      }
      break;
    case Phase::action_potential:
    case Phase::falling:
      if (now > extreme_[i]) {
        if (looks || t <= since_[i] + upstroke_ms) raise_peak(i, now);
      } else if (now <= level(i, passed_[i]) && now < extreme_[i]) {
        pass_levels(i, t, now);
      }
      if (passed_[i] == settings_.levels.size()) {
        end_shape(i);
        phase_[i] = now < rearming_level(i) ? Phase::diastole : Phase::repolarising;
        extreme_[i] = now;
      } else if (phase_[i] == Phase::falling && now >= threshold) {
        end_shape(i);
        activate(i, t, now);  // the beat before has no APD
      } else if (now < threshold && now < rearming_level(i)) {
        phase_[i] = Phase::falling;
      }
      break;
    case Phase::repolarising:
      if (now < rearming_level(i)) {
        phase_[i] = Phase::diastole;
        extreme_[i] = now;
        if (settings_.shape) rate_[i] = 0.0;
      }
      break;
  }
  V_previous_[i] = now;
}

double BeatMaps::rearming_level(std::size_t i) const {
  return settings_.threshold_mV - std::min(hysteresis_mV, 0.5 * (settings_.threshold_mV - rest_[i]));
}

void BeatMaps::activate(std::size_t i, double t, double V) {
  ++count_[i];
  passed_[i] = 0;
  phase_[i] = Phase::action_potential;
  extreme_[i] = V;
  since_[i] = crossing(settings_.threshold_mV, t_previous_, V_previous_[i], t, V);
  set(0, i, since_[i]);
}

void BeatMaps::pass_levels(std::size_t i, double t, double V) {
  for (; passed_[i] < settings_.levels.size(); ++passed_[i]) {
    const double at = level(i, passed_[i]);
    if (V > at) return;
    set(1u + passed_[i], i,
        (V_previous_[i] > at ? crossing(at, t_previous_, V_previous_[i], t, V) : t) - since_[i]);
  }
}

void BeatMaps::raise_peak(std::size_t i, double V) {
  if (!(V > extreme_[i])) return;
  extreme_[i] = V;
  passed_[i] = 0;  // the levels have moved up with the peak, below V
}

void BeatMaps::keep_upstroke(std::size_t i) {
  set(1 + settings_.levels.size(), i, rate_[i]);
  set(3 + settings_.levels.size(), i, rest_[i]);
}

void BeatMaps::end_shape(std::size_t i) {
  if (!settings_.shape) return;
  keep_upstroke(i);
  set(2 + settings_.levels.size(), i, extreme_[i]);
  rate_[i] = 0.0;
}

std::size_t BeatMaps::most_beats() const {
  const auto most = std::max_element(count_.begin(), count_.end());
  return most == count_.end() ? 0 : static_cast<std::size_t>(*most);
}

void BeatMaps::set(std::size_t quantity, std::size_t i, double value) {
  const auto beat = static_cast<std::size_t>(count_[i] - 1);
  if (count_[i] < 1 || beat >= settings_.max_beats) return;
  // All lists grow together so that a beat always has every entry, NaN until it is known.
  while (quantities_.front().beats.size() <= beat)
    for (Quantity& each : quantities_) each.beats.emplace_back(points(), none);
  quantities_[quantity].beats[beat][i] = value;
}

std::vector<std::string> BeatMaps::state_names() {
  return {"V_previous", "extreme", "rest", "rate", "since", "phase", "passed", "count", "fresh"};
}

BeatMaps::State BeatMaps::state() const {
  auto numbers = [](const auto& values) {
    std::vector<double> result;
    for (const auto value : values) result.push_back(static_cast<double>(value));
    return result;
  };
  State state{t_previous_, static_cast<double>(updates_), {}};
  const std::vector<std::string> names = state_names();
  const std::vector<double> rate = settings_.shape ? rate_ : std::vector<double>(points());
  std::vector<double> fresh(points());
  for (std::size_t i = 0; i < points(); ++i) fresh[i] = fresh_[i / run_length];
  const std::vector<double> arrays[] = {V_previous_,     extreme_,         rest_,           rate, since_,
                                        numbers(phase_), numbers(passed_), numbers(count_), fresh};
  for (std::size_t k = 0; k < names.size(); ++k) state.arrays.emplace_back(names[k], arrays[k]);
  return state;
}

void BeatMaps::restore(const State& state, std::vector<Quantity> quantities) {
  started_ = true;
  t_previous_ = state.t_previous;
  updates_ = static_cast<std::int64_t>(state.updates);
  const auto array = [&](std::size_t k) -> const std::vector<double>& { return state.arrays[k].second; };
  V_previous_ = array(0);
  extreme_ = array(1);
  rest_ = array(2);
  if (settings_.shape) rate_ = array(3);
  since_ = array(4);
  for (std::size_t i = 0; i < points(); ++i) {
    phase_[i] = static_cast<Phase>(static_cast<int>(array(5)[i]));
    passed_[i] = static_cast<std::uint8_t>(array(6)[i]);
    count_[i] = static_cast<std::int32_t>(array(7)[i]);
    if (array(8)[i] == 0.0) fresh_[i / run_length] = 0;
  }
  quantities_ = std::move(quantities);
}

}  // namespace myowave
