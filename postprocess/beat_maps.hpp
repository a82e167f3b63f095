// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace myowave {

/// Activation time and APD of every beat of every point, found while V is computed.
///
/// Activation: V rises through `threshold`; the time is interpolated linearly within the step. A point
/// can be activated again once V has fallen 20 mV below the threshold, or half the way to rest if that
/// is less. APD at level L: from the activation to the time at which V falls through peak - L/100 (peak
/// - rest), interpolated linearly; `rest` is the lowest V since the last repolarisation, `peak` the
/// highest since the activation. A beat that is overtaken by the next one before that has no APD.
class BeatMaps {
 public:
  /// Beats beyond `max_beats` are not stored.
  BeatMaps(std::size_t points, double threshold_mV, double apd_level_percent, std::size_t max_beats);

  /// V at time t; the first call sets where the curves start.
  void update(double t, std::span<const double> V);

  std::size_t points() const { return phase_.size(); }
  /// Stored beats of the point with the most.
  std::size_t beats() const { return activation_.size(); }
  /// Beats, stored or not, of the point with the most.
  std::size_t most_beats() const;
  /// [points] ms; NaN where the point has no such beat.
  std::span<const double> activation(std::size_t beat) const { return activation_[beat]; }
  std::span<const double> apd(std::size_t beat) const { return apd_[beat]; }

  /// The running state, for a checkpoint: arrays of [points].
  struct State {
    double t_previous;
    std::vector<double> V_previous, extreme, rest, phase, count;
  };
  State state() const;
  void restore(const State& state, std::vector<std::vector<double>> activation,
               std::vector<std::vector<double>> apd);

 private:
  static constexpr double hysteresis_mV = 20.0;

  /// falling: below the level of a new activation, not yet at the APD level; repolarising: the reverse.
  enum class Phase : std::uint8_t { diastole, action_potential, repolarising, falling };

  /// Whether the points of a run are all at rest, or all in a plateau that goes on; then it advances
  /// them together, in loops without branches.
  bool nothing_happens(std::span<const double> V, std::size_t first, std::size_t last);
  void update_point(std::size_t i, double t, double now);
  double rearming_level(std::size_t i) const;
  void activate(std::size_t i, double t_previous, double t, double V);
  void repolarise(std::size_t i, double level, double t_previous, double t, double V);
  void set(std::vector<std::vector<double>>& maps, std::size_t beat, std::size_t i, double value);

  double threshold_, level_;
  std::size_t max_beats_;
  bool started_ = false;
  double t_previous_ = 0.0;
  std::vector<double> V_previous_;
  std::vector<double> extreme_;  ///< lowest V in diastole, highest in an action potential
  std::vector<double> rest_;     ///< the diastole's lowest V, kept for the beat
  std::vector<Phase> phase_;
  std::vector<std::int32_t> count_;  ///< beats so far
  std::vector<std::vector<double>> activation_, apd_;
};

}  // namespace myowave
