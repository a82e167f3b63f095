// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/recorded_steps.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace myowave::learn {
namespace {

using Phase = RecordedCell::Phase;

constexpr double armed_below = -60.0, upstroke_at = -20.0;  // mV
constexpr double foot = 3.0, before_upstroke = 5.0;         // ms
constexpr double onset = 10.0;                              // ms
constexpr double relative_error = 0.1;                      // of a large current
constexpr double scale_at_rest = 0.3;                       // of V_scale
constexpr double overshoot = 50.0;                          // mV; beyond it only a stimulus leads
constexpr double overshoot_weight = 0.05;
constexpr double late_below = -20.0, late_weight = 3.0;  // mV: where V falls fast and APDs are decided
constexpr double current_step = 0.02, relative_current_step = 0.05;

/// One cell at equidistant times.
class CellReader {
 public:
  CellReader(const RecordedCells& data, const ConductanceSettings& settings, std::int64_t cell,
             const SodiumCurrent& sodium, std::size_t gates)
      : settings_(settings), every_(data.every), times_(static_cast<std::size_t>(data.times)) {
    const auto first = static_cast<std::size_t>(cell) * times_;
    V_ = data.V.data() + first;
    for (std::size_t n = 0; n < times_; ++n)
      I_.push_back(data.I_ion[first + n] - sodium(data.gates.data() + (first + n) * gates, V_[n]));
    find_phases();
  }

  RecordedCell read(int group) {
    RecordedCell cell;
    cell.group = group;
    for (std::size_t n = 0; n + 1 < times_;) {
      const std::size_t m = length(n);
      append(n, m, cell);
      n += m;
    }
    return cell;
  }

 private:
  std::size_t samples(double ms) const { return static_cast<std::size_t>(std::llround(ms / every_)); }

  void mark(std::size_t from, std::size_t to, Phase phase, bool free) {
    for (std::size_t n = from; n < std::min(to, times_); ++n) phase_[n] = phase, free_[n] = free;
  }

  void find_phases() {
    phase_.assign(times_, Phase::diastole);
    free_.assign(times_, false);
    bool armed = true;
    for (std::size_t n = 0; n + 1 < times_; ++n) {
      armed = armed || V_[n] < armed_below;
      if (!armed || !(V_[n] < upstroke_at && V_[n + 1] >= upstroke_at)) continue;
      armed = false;
      const std::size_t early = samples(before_upstroke), start = n + samples(settings_.free_after);
      std::size_t end = start;
      while (end < times_ && V_[end] >= settings_.free_until) ++end;
      for (std::size_t k = n - std::min(n, early); k < n; ++k)
        if (phase_[k] == Phase::diastole || n - k < samples(foot))
          phase_[k] = Phase::upstroke, free_[k] = false;
      mark(n, start, Phase::upstroke, false);
      const std::size_t plateau = std::min(start + samples(onset), end);
      mark(start, plateau, Phase::onset, true);
      mark(plateau, end, Phase::repolarisation, true);
      mark(end, times_, Phase::diastole, true);  // the next upstroke takes what is its own
    }
  }

  /// Samples to the end of the step that begins at n.
  std::size_t length(std::size_t n) const {
    const std::size_t most = std::max<std::size_t>(1, samples(settings_.longest_step));
    const double I_most = current_step + relative_current_step * std::abs(I_[n]);
    std::size_t m = 1;
    while (m < most && n + m + 1 < times_ && phase_[n + m] == phase_[n] && free_[n + m] == free_[n] &&
           std::abs(V_[n + m + 1] - V_[n]) <= settings_.V_step &&
           std::abs(I_[n + m + 1] - I_[n]) <= I_most)
      ++m;
    return m;
  }

  double mean(const double* of, std::size_t n, std::size_t m) const {
    double sum = 0.5 * (of[n] + of[n + m]);
    for (std::size_t k = 1; k < m; ++k) sum += of[n + k];
    return sum / static_cast<double>(m);
  }

  void append(std::size_t n, std::size_t m, RecordedCell& cell) const {
    const double dt = every_ * static_cast<double>(m), I = mean(I_.data(), n, m);
    const double scale = settings_.current_scale + relative_error * std::abs(I);
    const double V_scale = settings_.V_scale * (phase_[n] == Phase::diastole ? scale_at_rest : 1.0);
    const bool late = phase_[n] == Phase::repolarisation && V_[n] < late_below;
    const double weight = (late ? late_weight : 1.0) * dt / (V_scale * V_scale);
    const double share = mean(V_, n, m) > overshoot ? overshoot_weight : 1.0;
    const RecordedStep clamped{static_cast<float>(dt),
                               static_cast<float>(mean(V_, n, m)),
                               static_cast<float>(I),
                               0.0f,
                               static_cast<float>(share * dt / (scale * scale)),
                               0};
    cell.clamped.push_back(clamped);
    cell.phase.push_back(phase_[n]);
    cell.free.push_back(!free_[n] ? clamped
                                  : RecordedStep{static_cast<float>(dt), static_cast<float>(V_[n]),
                                                 static_cast<float>(V_[n + m]),
                                                 static_cast<float>(V_[n + m] - V_[n] + dt * I),
                                                 static_cast<float>(weight), bounded});
  }

  const ConductanceSettings& settings_;
  double every_;
  std::size_t times_;
  const double* V_;
  std::vector<double> I_;  ///< I_rest
  std::vector<Phase> phase_;
  std::vector<bool> free_;
};

}  // namespace

std::vector<RecordedCell> recorded_cells(const RecordedCells& data, const ConductanceSettings& settings,
                                         const SodiumCurrent& sodium, std::size_t gates, int group) {
  std::vector<RecordedCell> cells;
  for (std::int64_t c = 0; c < data.cells; ++c)
    cells.push_back(CellReader(data, settings, c, sodium, gates).read(group));
  return cells;
}

void weigh_phases(std::vector<RecordedCell>& training, std::vector<RecordedCell>& validation) {
  // The upstroke and what follows it are short but decide on the velocity.
  constexpr std::array<double, RecordedCell::phases> share = {0.25, 0.15, 0.35, 0.25};
  std::array<double, RecordedCell::phases> length{};
  for (const RecordedCell& cell : training)
    for (std::size_t n = 0; n < cell.phase.size(); ++n)
      length[static_cast<std::size_t>(cell.phase[n])] += static_cast<double>(cell.clamped[n].dt);
  for (std::vector<RecordedCell>* const cells : {&training, &validation})
    for (RecordedCell& cell : *cells)
      for (std::size_t n = 0; n < cell.phase.size(); ++n) {
        const auto phase = static_cast<std::size_t>(cell.phase[n]);
        const auto factor =
            static_cast<float>(share[phase] / length[phase] * static_cast<double>(training.size()));
        cell.clamped[n].weight *= factor;
        cell.free[n].weight *= factor;
      }
}

}  // namespace myowave::learn
