// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/conductance_judgement.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace myowave::learn {

/// So that one beat that is lost does not decide which weights are kept.
constexpr double cut_off = 5.0;  // mV

void ConductanceJudgement::add(const RecordedCell& cell, const ConductanceRollout<double>::Work& work) {
  constexpr double repolarised = -70.0;
  double t = 0.0, ours = -1.0, theirs = -1.0;
  cells += 1.0;
  for (std::size_t n = 0; n < cell.free.size(); ++n) {
    const RecordedStep& step = cell.free[n];
    const double dt = static_cast<double>(step.dt), error = std::abs(work.error[n]);
    t += dt;
    const double size = error * error / (step.free ? 1.0 + std::pow(error / far_off, 2) : 1.0);
    loss[static_cast<std::size_t>(cell.phase[n])] += static_cast<double>(step.weight) * size;
    if (!step.free) {
      I_square += dt * error * error, I_mean += dt * error, I_ms += dt;
      I_largest = std::max(I_largest, error);
      continue;
    }
    V_square += dt * error * error, V_mean += dt * error, V_ms += dt;
    V_capped += dt * std::pow(std::min(error, cut_off), 2);
    V_largest = std::max(V_largest, error);
    const double end = static_cast<double>(step.target), V = end + work.error[n];
    const bool is_first = n == 0 || !cell.free[n - 1].free;
    const bool is_last = n + 1 == cell.free.size() || !cell.free[n + 1].free;
    if (is_first) ours = theirs = -1.0;
    const double start = static_cast<double>(cell.free[n].V), V_start = work.V[n];
    const auto crossed = [&](double from, double until) {
      return t - dt * (repolarised - until) / (from - until);
    };
    if (ours < 0.0 && V < repolarised) ours = V_start > repolarised ? crossed(V_start, V) : t - dt;
    if (theirs < 0.0 && end < repolarised) theirs = start > repolarised ? crossed(start, end) : t - dt;
    if (!is_last || theirs < 0.0) continue;
    const double off = std::abs((ours < 0.0 ? t : ours) - theirs);
    APD_sum += off, APD_largest = std::max(APD_largest, off), ++beats;
  }
}

void ConductanceJudgement::add(const ConductanceJudgement& other) {
  V_capped += other.V_capped;
  cells += other.cells;
  for (std::size_t k = 0; k < loss.size(); ++k) loss[k] += other.loss[k];
  V_square += other.V_square, V_mean += other.V_mean, V_ms += other.V_ms;
  I_square += other.I_square, I_mean += other.I_mean, I_ms += other.I_ms;
  APD_sum += other.APD_sum, beats += other.beats;
  V_largest = std::max(V_largest, other.V_largest);
  I_largest = std::max(I_largest, other.I_largest);
  APD_largest = std::max(APD_largest, other.APD_largest);
}

double ConductanceJudgement::rms() const { return std::sqrt(V_square / std::max(V_ms, 1.0)); }

double ConductanceJudgement::capped_rms() const { return std::sqrt(V_capped / std::max(V_ms, 1.0)); }

Metrics ConductanceJudgement::metrics() const {
  const double of_V = std::max(V_ms, 1.0), of_I = std::max(I_ms, 1.0);
  const auto count = static_cast<double>(std::max(1l, beats));
  Metrics out;
  out.outputs = {{"V", "mV", V_mean / of_V, V_largest, rms()},
                 {"rest", "uA/uF", I_mean / of_I, I_largest, std::sqrt(I_square / of_I)}};
  out.figures = {{"repolarisation_mean", "ms", APD_sum / count},
                 {"repolarisation_largest", "ms", APD_largest},
                 {"beats", "1", static_cast<double>(beats)},
                 {"loss_upstroke", "1", loss[0] / std::max(1.0, cells)},
                 {"loss_onset", "1", loss[1] / std::max(1.0, cells)},
                 {"loss_repolarisation", "1", loss[2] / std::max(1.0, cells)},
                 {"loss_diastole", "1", loss[3] / std::max(1.0, cells)},
                 {"random_states_stuck", "1", stuck},
                 {"paced_APD90_largest", "ms", paced}};
  return out;
}

std::vector<double> random_state(const ConductanceShape& shape, Random& random,
                                 std::vector<RecordedStep>& steps) {
  steps[0].V = static_cast<float>(random.uniform(-95.0, shape.V_last));
  std::vector<double> z;
  for (int k = 0; k < shape.latents; ++k) {
    const double p = random.uniform(0.001, 0.999);
    z.push_back(std::log(p / (1.0 - p)));
  }
  return z;
}

std::vector<RecordedStep> steps_to_rest(double V_rest) {
  // Longer steps are unstable where the current rises steeply with V, and leave a spurious equilibrium
  // there in which a run would stay.
  constexpr double dt = 0.5, until = 2000.0, counts = 500.0, scale = 5.0;
  constexpr auto steps = static_cast<int>(until / dt), first = static_cast<int>((until - counts) / dt);
  std::vector<RecordedStep> all;
  for (int n = 0; n < steps; ++n)
    all.push_back({static_cast<float>(dt), 0.0f, static_cast<float>(V_rest), 0.0f,
                   n < first ? 0.0f : static_cast<float>(dt / (counts * scale * scale)), unbounded});
  return all;
}

}  // namespace myowave::learn
