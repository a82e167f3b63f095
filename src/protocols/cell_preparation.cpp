// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "ionic/kernel.hpp"
#include "postprocess/trace.hpp"
#include "protocols/preparation.hpp"
#include "reaction/lane_cells.hpp"
#include "reaction/region_model.hpp"

namespace myowave {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
/// Copies of the cell that are computed together; their traces are held in memory.
constexpr std::size_t most_copies = 64;

/// V and the ionic dV/dt of one copy from one pulse on. A step's dV/dt belongs to its middle.
struct Trace {
  std::vector<double> t, V, t_middle, dVdt;
};

Response response_of(const Trace& trace, double onset, double rest, const std::vector<double>& levels) {
  Response response = no_response(levels.size());
  const Upstroke upstroke = find_upstroke(trace.t_middle, trace.dVdt);
  response.captured = upstroke.captured();
  if (!response.captured) return response;
  const auto peak =
      static_cast<std::size_t>(std::max_element(trace.V.begin(), trace.V.end()) - trace.V.begin());
  response.activation_ms = upstroke.time - onset;
  for (std::size_t l = 0; l < levels.size(); ++l) {
    const double level = trace.V[peak] - levels[l] / 100.0 * (trace.V[peak] - rest);
    const double end = falls_through(trace.t, trace.V, peak, level);
    response.apd_ms[l] = end - upstroke.time;
    response.repolarisation_ms = end - onset;
  }
  return response;
}

/// Cells of one model, each with its own pulse, and what a step does to V of each.
class Copies {
 public:
  Copies(const Config& config, const ionic::CellModel& model, std::size_t count)
      : config_(config), model_(model), cells_(model, count), before_(count) {}

  /// All copies take the state of the first copy of another.
  void take(const Copies& other) { cells_.take(other.cells_, 0); }

  /// From t to t + dt [ms]. Copy i is given a pulse at `common` and one at onsets[i], if there are any.
  void advance(double t, double dt, double common, std::span<const double> onsets) {
    for (std::size_t i = 0; i < before_.size(); ++i) before_[i] = cells_.V(i);
    StimulusSettings pulse{"", {}, {}, config_.pacing.stimulus, common, config_.pacing.duration, 0.0, 1};
    const double of_all = mean_amplitude(pulse, t, dt);
    cells_.advance(dt, [&](std::size_t i) {
      if (i >= onsets.size()) return of_all;
      pulse.start = onsets[i];
      return of_all + mean_amplitude(pulse, t, dt);
    });
    if (const std::size_t i = cells_.first_failed(); i < cells_.count())
      throw RunError(fmt::format(
          "the computation failed: V = {:g} mV at t = {:g} ms after a pulse ({}). Likely causes: "
          "reaction.step = {:g} ms is too large for the model, or the stimulus is far too strong",
          cells_.V(i), t + dt - common, model_.info().name, config_.reaction.step));
  }

  double V(std::size_t i) const { return cells_.V(i); }
  std::int64_t fallbacks() const { return cells_.fallbacks(); }
  /// After the step from t: appends to the trace of copy i.
  void record(std::size_t i, double t, double dt, Trace& trace) const {
    trace.t.push_back(t + dt);
    trace.V.push_back(V(i));
    trace.t_middle.push_back(t + 0.5 * dt);
    trace.dVdt.push_back((V(i) - before_[i]) / dt - cells_.stimulus(i));
  }

 private:
  const Config& config_;
  const ionic::CellModel& model_;
  LaneCells cells_;
  std::vector<double> before_;
};

class CellPreparation : public ExcitablePreparation {
 public:
  CellPreparation(const Config& config, std::function<int()> signal)
      : config_(config),
        signal_(std::move(signal)),
        model_(make_region_model(config.regions.front(), config.reaction.numerics())),
        cell_(config, *model_, 1),
        at_last_pulse_(config, *model_, 1) {}

  std::vector<Response> pace(double bcl, int beats) override {
    std::vector<Response> responses;
    const double dt = step_of(bcl);
    for (int b = 0; b < beats; ++b) {
      at_last_pulse_.take(cell_);
      rest_ = cell_.V(0);
      Trace trace{{0.0}, {rest_}, {}, {}};
      for (long k = 0, steps = std::lround(bcl / dt); k < steps; ++k) {
        const double t = static_cast<double>(k) * dt;
        cell_.advance(t, dt, 0.0, {});
        cell_.record(0, t, dt, trace);
      }
      count(bcl, dt, 1);
      check_fallbacks();
      excited_ = 0.5 * (rest_ + *std::max_element(trace.V.begin(), trace.V.end()));
      responses.push_back(response_of(trace, 0.0, rest_, config_.restitution.levels));
      stop_if_asked();
    }
    return responses;
  }

  std::vector<Response> premature(std::span<const double> intervals) override {
    std::vector<Response> responses;
    for (std::size_t first = 0; first < intervals.size(); first += most_copies) {
      const auto some = intervals.subspan(first, std::min(most_copies, intervals.size() - first));
      for (Response& response : premature_together(some)) responses.push_back(std::move(response));
      stop_if_asked();
    }
    return responses;
  }

  std::size_t width() const override { return 7; }  // three halvings at once cost what one costs
  bool in_tissue() const override { return false; }
  double shortest_interval() const override { return 0.0; }
  double simulated_ms() const override { return simulated_ms_; }
  double cell_steps() const override { return cell_steps_; }
  std::vector<SurrogateUse> surrogate_uses() const override {
    const RegionSettings& region = config_.regions.front();
    if (!region.surrogate.content) return {};
    return {{region.name, &region.surrogate, model_.get(), std::llround(cell_steps_),
             cell_.fallbacks() + fallbacks_of_copies_}};
  }
  std::vector<std::string> description() const override {
    return {fmt::format("cell: {}, {} precision{}", model_->info().name,
                        precision_name(model_->precision()), model_->uses_tables() ? ", tables" : "")};
  }

 private:
  std::vector<Response> premature_together(std::span<const double> intervals) {
    Copies copies(config_, *model_, intervals.size());
    copies.take(at_last_pulse_);
    const double window = config_.restitution.window, dt = config_.reaction.step;
    const double end = *std::max_element(intervals.begin(), intervals.end()) + window;
    std::vector<Trace> traces(intervals.size());
    for (long k = 0; static_cast<double>(k) * dt < end; ++k) {
      const double t = static_cast<double>(k) * dt;
      for (std::size_t i = 0; i < intervals.size(); ++i)
        if (traces[i].t.empty() && t + dt > intervals[i] + 1e-9)
          traces[i] = {{t}, {copies.V(i)}, {}, {}};
      copies.advance(t, dt, 0.0, intervals);
      for (std::size_t i = 0; i < intervals.size(); ++i)
        if (!traces[i].t.empty() && t < intervals[i] + window) copies.record(i, t, dt, traces[i]);
    }
    count(end, dt, intervals.size());
    fallbacks_of_copies_ += copies.fallbacks();
    check_fallbacks();
    std::vector<Response> responses;
    // A pulse into the first half of the last action potential excites nothing.
    for (std::size_t i = 0; i < intervals.size(); ++i)
      responses.push_back(traces[i].V.front() > excited_
                              ? no_response(config_.restitution.levels.size())
                              : response_of(traces[i], intervals[i], rest_, config_.restitution.levels));
    return responses;
  }

  /// The cycle in equal steps of at most reaction.step, so that pulses fall on steps.
  double step_of(double bcl) const {
    const double fixed = model_->fixed_step();
    if (fixed == 0.0) return bcl / std::ceil(bcl / config_.reaction.step - 1e-9);
    if (std::abs(bcl / fixed - std::round(bcl / fixed)) > 1e-6)
      throw InputError(fmt::format(
          "a cycle of {:g} ms is no multiple of the surrogate's step of {:g} ms; choose one that is",
          bcl, fixed));
    return fixed;
  }

  void count(double time, double dt, std::size_t copies) {
    simulated_ms_ += time * static_cast<double>(copies);
    cell_steps_ += time / dt * static_cast<double>(copies);
  }

  void check_fallbacks() const {
    const std::string failure = fallback_failure(surrogate_uses(), simulated_ms_);
    if (!failure.empty()) throw RunError(failure);
  }

  void stop_if_asked() const {
    if (const int signal = signal_()) throw Stopped{signal};
  }

  const Config& config_;
  std::function<int()> signal_;
  std::unique_ptr<ionic::CellModel> model_;
  Copies cell_, at_last_pulse_;
  double rest_ = none;     ///< V at the last pulse of the last train
  double excited_ = none;  ///< half-way to the peak after that pulse
  double simulated_ms_ = 0.0, cell_steps_ = 0.0;
  std::int64_t fallbacks_of_copies_ = 0;
};

}  // namespace

Response no_response(std::size_t levels) {
  return {false, none, none, std::vector<double>(levels, none), none};
}

std::unique_ptr<ExcitablePreparation> make_cell_preparation(const Config& config,
                                                            std::function<int()> signal) {
  return std::make_unique<CellPreparation>(config, std::move(signal));
}

}  // namespace myowave
