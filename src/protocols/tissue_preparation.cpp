// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "base/error.hpp"
#include "field/session.hpp"
#include "postprocess/trace.hpp"
#include "protocols/preparation.hpp"
#include "simulation/problem.hpp"
#include "simulation/snapshot.hpp"
#include "simulation/split_step.hpp"

namespace myowave {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
/// Tissue in which no node has been above the activation threshold for this long is taken as at rest
/// [ms].
constexpr double wave_is_dead_after = 100.0;
/// Simulated time between two looks at whether a response is over [ms].
constexpr double look_every = 1.0;

constexpr std::size_t S1 = 0, S2 = 1;

/// The configuration with the two stimuli of the protocols; when they are given is told at each pulse.
Config with_two_stimuli(Config config) {
  if (config.stimuli.size() < 2) config.stimuli.push_back(config.stimuli.front());
  for (StimulusSettings& stimulus : config.stimuli) {
    stimulus.start = 0.0;
    stimulus.period = 0.0;
    stimulus.count = 1;
  }
  return config;
}

/// V at the measured probes, as far as this rank owns their nodes; then, exchanged, whole.
struct Traces {
  std::vector<double> t;
  std::vector<std::vector<double>> V;  ///< by probe

  explicit Traces(std::size_t probes) : V(probes) {}
};

/// Cables compute S2 intervals side by side, each rank its own; larger tissue takes all ranks for one.
int team_count(const Config& config) {
  return config.restitution.on == Preparation::cable ? parallel::size() : 1;
}

class TissuePreparation : public ExcitablePreparation {
 public:
  TissuePreparation(const Config& config, std::function<int()> signal, Log& log)
      : config_(with_two_stimuli(config)),
        signal_(std::move(signal)),
        log_(log),
        teams_(team_count(config)) {
    const parallel::Teams::Scope scope(teams_);
    problem_ = std::make_unique<Problem>(config_);
    split_step_.emplace(*problem_->reaction, *problem_->diffusion, config_.splitting, timers_);
    V_.emplace(problem_->layout);
    find_probes(config_.restitution.from, from_);
    find_probes(config_.restitution.to, to_);
    problem_->reaction->rest(*V_);
  }

  std::vector<Response> pace(double bcl, int beats) override {
    std::vector<Response> responses;
    settle([&] {
      const double first = start_;
      if (teams_.index() == 0) progress_.emplace(log_, first, first + beats * bcl);
      for (int b = 0; b < beats; ++b) responses.push_back(beat(first + b * bcl, bcl));
      start_ = first + beats * bcl;
    });
    progress_.reset();
    kept_.clear();
    return responses;
  }

  std::vector<Response> premature(std::span<const double> intervals) override {
    const std::size_t levels = config_.restitution.levels.size();
    const std::size_t numbers = 4 + levels;
    std::vector<double> all(numbers * intervals.size());
    settle([&] {
      // Ascending, so that each goes on from where the one before it began.
      std::vector<std::size_t> order(intervals.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::sort(order.begin(), order.end(),
                [&](std::size_t a, std::size_t b) { return intervals[a] < intervals[b]; });
      for (std::size_t k = 0; k < order.size(); ++k) {
        if (static_cast<int>(k) % teams_.count() != teams_.index()) continue;
        const Response response = respond(intervals[order[k]]);
        if (parallel::rank() != 0) continue;  // one rank of the team tells the others
        double* const to = all.data() + numbers * order[k];
        to[0] = response.captured, to[1] = response.activation_ms;
        to[2] = response.repolarisation_ms, to[3] = response.cv_m_per_s;
        std::copy(response.apd_ms.begin(), response.apd_ms.end(), to + 4);
      }
    });
    std::vector<double> total(all.size());
    parallel::sum(all, total);
    std::vector<Response> responses;
    for (std::size_t i = 0; i < intervals.size(); ++i) {
      const double* const from = total.data() + numbers * i;
      responses.push_back({from[0] > 0.5, from[1], from[2], {from + 4, from + 4 + levels}, from[3]});
    }
    return responses;
  }

  std::size_t width() const override { return static_cast<std::size_t>(teams_.count()); }
  bool in_tissue() const override { return true; }
  double shortest_interval() const override { return latest_arrival_; }
  double simulated_ms() const override {
    return parallel::sum(simulated_ms_) * teams_.count() / parallel::size();
  }
  double cell_steps() const override {
    return parallel::sum(static_cast<double>(problem_->reaction->cell_steps()));
  }

  std::vector<SurrogateUse> surrogate_uses() const override {
    return myowave::surrogate_uses(*problem_->reaction);
  }
  std::vector<std::string> description() const override {
    std::vector<std::string> lines;
    lines.push_back(fmt::format("tissue: {}, diffusion {}", mesh_text(*problem_),
                                problem_->diffusion->description()));
    if (teams_.count() > 1)
      lines.push_back(fmt::format("{} S2 intervals side by side, one a rank", teams_.count()));
    lines.push_back(fmt::format("CV over {:.4g} mm, from {} to {}", distance(),
                                fmt::join(config_.restitution.from, ", "),
                                fmt::join(config_.restitution.to, ", ")));
    for (const std::string& warning : problem_->warnings) lines.push_back("warning: " + warning);
    return lines;
  }

 private:
  struct Kept {
    double interval;  ///< from the last pulse, ms
    std::int64_t step;
    Snapshot snapshot;
  };

  /// Calls `compute` within the team; what has stopped one team stops all.
  template <class Compute>
  void settle(Compute compute) {
    std::string error;
    int signal = 0;
    try {
      const parallel::Teams::Scope scope(teams_);
      compute();
    } catch (const RunError& failure) {
      error = failure.what();
    } catch (const Stopped& stopped) {
      signal = stopped.signal;
    }
    error = parallel::first_text(error);
    if (!error.empty()) throw RunError(error);
    signal = static_cast<int>(parallel::max(static_cast<std::int64_t>(signal)));
    if (signal) throw Stopped{signal};
  }

  /// One pulse of a train and the time to the next.
  Response beat(double onset, double bcl) {
    reach(onset);
    last_pulse_ = {0.0, t_step_, take_snapshot(*problem_->reaction, *V_)};
    last_onset_ = onset;
    problem_->reaction->reschedule(S1, onset);
    Traces traces(probe_nodes_.size());
    record(traces);
    advance_until(onset + bcl, traces, {});
    check_states();
    share(traces);
    rest_ = rest_before_upstroke(traces, onset);
    last_ = response_of(traces, onset, std::min(bcl, config_.restitution.window));
    // Later, and a wave could not be told from that of the pulse before or after it.
    if (last_.captured && latest_arrival_ > 0.8 * bcl)
      throw RunError(fmt::format(
          "a wave takes {:.1f} ms to the farthest probe of restitution.cv, too long to tell it from the "
          "next one at a cycle of {:g} ms; place the probes nearer to the stimulus",
          latest_arrival_, bcl));
    return last_;
  }

  /// The lowest V of each probe between the pulse and its upstroke.
  std::vector<double> rest_before_upstroke(const Traces& traces, double onset) const {
    std::vector<double> rest;
    for (const std::vector<double>& V : traces.V) {
      const std::size_t up = rise(V, first_after(traces.t, onset), config_.output.activation_threshold);
      rest.push_back(*std::min_element(
          V.begin(), V.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(up, 1))));
    }
    return rest;
  }

  static std::size_t first_after(std::span<const double> t, double onset) {
    return static_cast<std::size_t>(std::lower_bound(t.begin(), t.end(), onset - 1e-9) - t.begin());
  }

  void find_probes(const std::vector<std::string>& names, std::vector<std::size_t>& group) {
    for (const std::string& name : names)
      for (const PlacedProbe& probe : problem_->probes)
        if (probe.settings.name == name) {
          group.push_back(probe_nodes_.size());
          probe_nodes_.push_back(problem_->layout.local_node(probe.node));
          positions_.push_back(probe.position);
        }
  }

  double distance() const {
    Point between{};
    for (std::size_t a = 0; a < 3; ++a) {
      for (const std::size_t p : from_)
        between[a] -= positions_[p][a] / static_cast<double>(from_.size());
      for (const std::size_t p : to_) between[a] += positions_[p][a] / static_cast<double>(to_.size());
    }
    return std::hypot(between[0], between[1], between[2]);
  }

  double dt() const { return config_.time.step; }
  double time() const { return static_cast<double>(t_step_) * dt(); }

  /// To the last step that ends at or before t.
  void reach(double t) {
    while (may_step(t)) step();
  }
  bool may_step(double t) const { return static_cast<double>(t_step_ + 1) * dt() <= t + 1e-9; }

  void step() {
    split_step_->advance(*V_, time(), dt());
    ++t_step_;
    simulated_ms_ += dt();
    if (progress_)
      progress_->update(time(),
                        static_cast<double>(problem_->reaction->cell_steps()) * parallel::size());
    const std::int64_t failed = 1000;
    const std::int64_t mine = problem_->reaction->failure() ? failed : signal_();
    const std::int64_t all = parallel::size() > 1 ? parallel::max(mine) : mine;
    if (all == failed) throw RunError(failure_text(config_, *problem_, time()));
    if (all != 0) throw Stopped{static_cast<int>(all)};
  }

  void record(Traces& traces) const {
    traces.t.push_back(time());
    for (std::size_t p = 0; p < probe_nodes_.size(); ++p)
      traces.V[p].push_back(
          probe_nodes_[p] >= 0 ? V_->values()[static_cast<std::size_t>(probe_nodes_[p])] : 0.0);
  }

  /// Records up to the last step before t, or until the response to the pulse at `onset` is over.
  void advance_until(double t, Traces& traces, std::optional<double> onset) {
    double next_look = onset.value_or(0.0) + look_every, last_active = time();
    while (may_step(t)) {
      step();
      record(traces);
      if (!onset || time() < next_look) continue;
      next_look += look_every;
      if (parallel::any(std::any_of(V_->values().begin(), V_->values().end(),
                                    [&](double V) { return V > config_.output.activation_threshold; })))
        last_active = time();
      if (time() - last_active > wave_is_dead_after) return;
      bool over = true;
      for (std::size_t p = 0; p < probe_nodes_.size() && over; ++p)
        if (probe_nodes_[p] >= 0) over = is_over(traces.t, traces.V[p], p, *onset);
      if (!parallel::any(!over)) return;
    }
  }

  bool is_over(std::span<const double> t, std::span<const double> V, std::size_t probe,
               double onset) const {
    if (V.back() > config_.output.activation_threshold) return false;
    return !std::isnan(repolarisation(t, V, probe, onset, config_.restitution.levels.back()).second);
  }

  /// When the probe is activated after the pulse, and when it has repolarised to the level.
  std::pair<double, double> repolarisation(std::span<const double> t, std::span<const double> V,
                                           std::size_t probe, double onset, double level) const {
    const double threshold = config_.output.activation_threshold;
    const std::size_t up = rise(V, first_after(t, onset), threshold);
    if (up == V.size()) return {none, none};
    // The peak before V falls back through the threshold, or so far.
    std::size_t end = up;
    while (end < V.size() && V[end] >= threshold) ++end;
    const auto peak =
        static_cast<std::size_t>(std::max_element(V.begin() + static_cast<std::ptrdiff_t>(up),
                                                  V.begin() + static_cast<std::ptrdiff_t>(end)) -
                                 V.begin());
    const double at = V[peak] - level / 100.0 * (V[peak] - rest_[probe]);
    return {rise_time(t, V, up, threshold), falls_through(t, V, peak, at)};
  }

  /// The steps look at V alone: every state of every node, before a response is made of the traces.
  void check_states() {
    problem_->reaction->check(V_->values());
    if (parallel::any(problem_->reaction->failure().has_value()))
      throw RunError(failure_text(config_, *problem_, time()));
    const std::string failure = fallback_failure(surrogate_uses(), time());
    if (!failure.empty()) throw RunError(failure);
  }

  /// Sums the traces over the ranks of the team: each probe is on one of them.
  static void share(Traces& traces) {
    if (parallel::size() == 1) return;
    for (std::vector<double>& V : traces.V) {
      const std::vector<double> mine = V;
      parallel::sum(mine, V);
    }
  }

  Response response_of(const Traces& traces, double onset, double window) {
    const std::vector<double>& levels = config_.restitution.levels;
    Response response = no_response(levels.size());
    std::vector<double> activation(probe_nodes_.size());
    for (std::size_t p = 0; p < activation.size(); ++p) {
      activation[p] = repolarisation(traces.t, traces.V[p], p, onset, levels.back()).first - onset;
      if (!(activation[p] <= window)) return response;
    }
    auto mean = [](const std::vector<std::size_t>& group, auto&& value) {
      double sum = 0.0;
      for (const std::size_t p : group) sum += value(p);
      return sum / static_cast<double>(group.size());
    };
    auto at = [&](std::size_t p) { return activation[p]; };
    response.captured = true;
    latest_arrival_ = *std::max_element(activation.begin(), activation.end());
    response.activation_ms = mean(from_, at);
    response.cv_m_per_s = distance() / (mean(to_, at) - response.activation_ms);
    for (std::size_t l = 0; l < levels.size(); ++l) {
      response.repolarisation_ms = mean(from_, [&](std::size_t p) {
        return repolarisation(traces.t, traces.V[p], p, onset, levels[l]).second - onset;
      });
      response.apd_ms[l] = response.repolarisation_ms - response.activation_ms;
    }
    return response;
  }

  /// One premature pulse.
  Response respond(double interval) {
    // Before S1 has passed the probes, the wave of S2 could not be told from that of S1.
    if (interval < shortest_interval()) return no_response(config_.restitution.levels.size());
    const Kept* from = &last_pulse_;
    for (const Kept& kept : kept_)
      if (kept.interval <= interval && kept.interval > from->interval) from = &kept;
    t_step_ = from->step;
    restore(from->snapshot, *problem_->reaction, *V_);
    problem_->reaction->reschedule(S1, last_onset_);
    problem_->reaction->reschedule(S2, std::numeric_limits<double>::infinity());
    const double onset = last_onset_ + interval;
    reach(onset);
    keep({interval, t_step_, take_snapshot(*problem_->reaction, *V_)});
    problem_->reaction->reschedule(S2, onset);
    Traces traces(probe_nodes_.size());
    record(traces);
    advance_until(onset + config_.restitution.window, traces, onset);
    check_states();
    share(traces);
    const double arrival_of_S1 = latest_arrival_;
    const Response response = response_of(traces, onset, config_.restitution.window);
    latest_arrival_ = arrival_of_S1;
    if (!response.captured) longest_block_ = std::max(longest_block_, interval);
    return response;
  }

  /// Where later intervals may start: the latest two, and the longest that did not capture.
  void keep(Kept kept) {
    const double latest = kept_.empty() ? 0.0 : kept_.back().interval;
    std::erase_if(kept_, [&](const Kept& each) {
      return each.interval != longest_block_ && each.interval != latest;
    });
    kept_.push_back(std::move(kept));
  }

  Config config_;
  std::function<int()> signal_;
  Log& log_;
  std::optional<Progress> progress_;  ///< of the train, on the first team
  parallel::Teams teams_;
  std::unique_ptr<Problem> problem_;
  PhaseTimers timers_;
  std::optional<SplitStep> split_step_;
  std::optional<Potential> V_;
  std::vector<std::size_t> from_, to_;     ///< indices into the following
  std::vector<std::int32_t> probe_nodes_;  ///< local, -1 if another rank of the team owns it
  std::vector<Point> positions_;
  std::int64_t t_step_ = 0;
  double start_ = 0.0;  ///< when the next train begins
  double last_onset_ = 0.0;
  Response last_;                ///< to the last pulse
  std::vector<double> rest_;     ///< of the probes, before their upstroke after the last pulse
  double latest_arrival_ = 0.0;  ///< of the wave of the last pulse at a probe, ms after the pulse
  Kept last_pulse_{};
  std::vector<Kept> kept_;
  double longest_block_ = 0.0;
  double simulated_ms_ = 0.0;
};

}  // namespace

std::unique_ptr<ExcitablePreparation> make_tissue_preparation(const Config& config,
                                                              std::function<int()> signal, Log& log) {
  return std::make_unique<TissuePreparation>(config, std::move(signal), log);
}

}  // namespace myowave
