// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace myowave {

/// What BeatMaps looks for.
struct BeatSettings {
  double threshold_mV = 0.0;            ///< of the activation
  std::vector<double> levels = {90.0};  ///< % of the amplitude, of the APDs; ascending
  std::size_t max_beats = 10;           ///< kept; later ones are only counted
  bool shape = false;                   ///< dV/dt max, peak and rest of every beat too
};

/// Activation time, APD and shape of every beat of every point, found while V is computed.
///
/// Activation: V rises through `threshold`; the time is interpolated linearly within the step. A point
/// can be activated again once V has fallen 20 mV below the threshold, or half the way to rest if that
/// is less. APD at level L: from the activation to the time at which V falls through peak - L/100 (peak
/// - rest), interpolated linearly; `rest` is the lowest V since the last repolarisation, `peak` the
/// highest since the activation (where the peak still grows after a level was passed, the level is
/// sought again). A beat that is overtaken by the next one has no APD at the levels it has not reached.
/// dV/dt max: the largest change of V over a step, stimulus and diffusion included, from 70 % of the way
/// between threshold and rest to 5 ms after the activation.
///
/// To cost little beside a fast cell model, rest and the peak later than 5 ms after the activation
/// are looked for at every sixteenth update only, when they change slowly; the rule is the same for
/// every point, so that nothing depends on how points are spread over ranks.
class BeatMaps {
 public:
  BeatMaps(std::size_t points, BeatSettings settings);

  /// V at time t; the first call sets where the curves start.
  void update(double t, std::span<const double> V);

  std::size_t points() const { return phase_.size(); }
  const BeatSettings& settings() const { return settings_; }
  /// Stored beats of the point with the most.
  std::size_t beats() const { return quantities_.front().beats.size(); }
  /// Beats, stored or not, of the point with the most.
  std::size_t most_beats() const;
  /// [points] ms; NaN where the point has no such beat.
  std::span<const double> activation(std::size_t beat) const { return quantities_[0].beats[beat]; }
  /// At the highest level, or at one of settings().levels.
  std::span<const double> apd(std::size_t beat) const { return apd(beat, settings_.levels.size() - 1); }
  std::span<const double> apd(std::size_t beat, std::size_t level) const {
    return quantities_[1 + level].beats[beat];
  }

  /// A value of every beat of every point: "activation" [ms], "apd90" [ms] by level and, with `shape`,
  /// "dvdt_max" [V/s], "peak" [mV], "rest" [mV]. Always in this order.
  struct Quantity {
    std::string name, unit;
    std::vector<std::vector<double>> beats;  ///< [beats][points], NaN where there is none
  };
  const std::vector<Quantity>& quantities() const { return quantities_; }

  /// The running state, for a checkpoint: two numbers, arrays of [points] by name, and quantities().
  struct State {
    double t_previous, updates;
    std::vector<std::pair<std::string, std::vector<double>>> arrays;
  };
  State state() const;
  /// The names of State::arrays.
  static std::vector<std::string> state_names();
  void restore(const State& state, std::vector<Quantity> quantities);

 private:
  static constexpr double hysteresis_mV = 20.0, upstroke_ms = 5.0;
  static constexpr int look_every = 16;  ///< updates

  /// falling: below the level of a new activation, not yet at the last APD level; repolarising: the
  /// reverse.
  enum class Phase : std::uint8_t { diastole, action_potential, repolarising, falling };

  /// Points looked at together, and what is known of them.
  struct Run {
    enum class Kind : std::uint8_t { mixed, rest, spike, plateau } kind = Kind::mixed;
    /// While V of all stays on the right side, nothing happens: below for rest, above for the others. In
    /// the spike some may still look for their peak at every update.
    double safe = 0.0;
    double top = 0.0;  ///< and below this, where all are falling already
  };

  void start(double t, std::span<const double> V);
  bool nothing_happens(const Run& run, std::span<const double> V) const;
  void follow_spike(double t, std::span<const double> V, std::size_t first, bool looks);
  void look(const Run& run, std::span<const double> V, std::size_t first);
  void summarise(Run& run, std::size_t first, std::size_t last);
  void follow_upstroke(std::size_t i, double t, double now, bool looked_before);
  void update_point(std::size_t i, double t, double now, bool looked_before, bool looks);
  double rearming_level(std::size_t i) const;
  double level(std::size_t i, std::size_t k) const {
    return extreme_[i] - fractions_[k] * (extreme_[i] - rest_[i]);
  }
  void activate(std::size_t i, double t, double V);
  void pass_levels(std::size_t i, double t, double V);
  void set(std::size_t quantity, std::size_t i, double value);
  void raise_peak(std::size_t i, double V);
  void keep_upstroke(std::size_t i);
  void end_shape(std::size_t i);

  BeatSettings settings_;
  std::vector<double> fractions_;  ///< levels / 100
  bool started_ = false;
  double t_previous_ = 0.0;
  std::int64_t updates_ = 0;
  std::vector<Run> runs_;
  std::vector<std::uint8_t> fresh_;  ///< by run: V_previous_ is of the last update
  std::vector<double> V_previous_;
  std::vector<double> extreme_;  ///< lowest V in diastole, highest in an action potential
  std::vector<double> rest_;     ///< the diastole's lowest V, kept for the beat
  std::vector<double> rate_;     ///< largest dV/dt of this upstroke
  std::vector<double> since_;    ///< time of the last activation
  std::vector<Phase> phase_;
  std::vector<std::uint8_t> passed_;  ///< levels that this beat has fallen through
  std::vector<std::int32_t> count_;   ///< beats so far
  std::vector<Quantity> quantities_;
};

}  // namespace myowave
