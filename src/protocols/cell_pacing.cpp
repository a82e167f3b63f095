// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/cell_pacing.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/timer.hpp"
#include "base/version.hpp"
#include "field/session.hpp"
#include "ionic/kernel.hpp"
#include "record/observer.hpp"
#include "record/run_folder.hpp"
#include "tissue/stimulus.hpp"

namespace myowave {
namespace {

using Json = nlohmann::ordered_json;

/// One cell in a block: the kernels work on whole vectors, so the cell is computed in every lane.
class PacedCell {
 public:
  PacedCell(const Config& config, ionic::Method method)
      : model_(ionic::make_cell_model(config.regions.front().cell, method)),
        V_(ionic::lane_padding, model_->initial_V()),
        stimulus_(ionic::lane_padding, 0.0) {
    for (const double state : model_->initial_states())
      states_.insert(states_.end(), ionic::lane_padding, state);
  }

  void step(double stimulus, double dt) {
    std::fill(stimulus_.begin(), stimulus_.end(), stimulus);
    model_->step({V_.data(), states_.data(), ionic::lane_padding, ionic::lane_padding, stimulus_.data()},
                 dt);
  }

  const ionic::CellModel& model() const { return *model_; }
  double V() const { return V_.front(); }
  double state(std::size_t s) const { return states_[s * ionic::lane_padding]; }
  std::size_t state_count() const { return model_->info().states.size(); }
  bool in_range() const { return V() > model_->info().V_min_mV && V() < model_->info().V_max_mV; }
  double ionic_dVdt() const {
    std::vector<double> y(state_count());
    for (std::size_t s = 0; s < y.size(); ++s) y[s] = state(s);
    return model_->rates(V(), y).front();
  }

 private:
  std::unique_ptr<ionic::CellModel> model_;
  std::vector<double> V_, states_, stimulus_;
};

/// The samples of the running beat.
struct Beat {
  std::vector<double> t, V, dVdt, Ca;
};

int calcium_index(const ionic::ModelInfo& info) {
  for (std::size_t s = 0; info.calcium && s < info.states.size(); ++s)
    if (std::string(info.states[s].name) == info.calcium) return static_cast<int>(s);
  return -1;
}

void sample(const PacedCell& cell, double t, int calcium, Beat& beat) {
  beat.t.push_back(t);
  beat.V.push_back(cell.V());
  beat.dVdt.push_back(cell.ionic_dVdt());
  if (calcium >= 0) beat.Ca.push_back(cell.state(static_cast<std::size_t>(calcium)));
}

std::string trace_header(const ionic::ModelInfo& info) {
  std::string text = "t_ms,V_mV";
  for (const ionic::Quantity& state : info.states)
    text += fmt::format(",{}{}", state.name,
                        std::string(state.unit) == "1" ? "" : "_" + std::string(state.unit));
  return text + "\n";
}

void append_row(const PacedCell& cell, double t, std::string& trace) {
  trace += fmt::format("{:.10g},{:.9g}", t, cell.V());
  for (std::size_t s = 0; s < cell.state_count(); ++s) trace += fmt::format(",{:.9g}", cell.state(s));
  trace += '\n';
}

Json beat_json(const Biomarkers& b) {
  return {{"start_ms", b.start_ms}, {"captured", b.captured}, {"rmp_mV", b.rmp_mV},
          {"peak_mV", b.peak_mV},   {"apa_mV", b.apa_mV},     {"dvdt_max_V_per_s", b.dvdt_max_V_per_s},
          {"apd50_ms", b.apd50_ms}, {"apd90_ms", b.apd90_ms}, {"ca_peak_uM", b.ca_peak_uM}};
}

Json final_state(const PacedCell& cell) {
  Json state = {{"V_mV", cell.V()}};
  for (std::size_t s = 0; s < cell.state_count(); ++s)
    state[cell.model().info().states[s].name] = cell.state(s);
  return state;
}

/// Steps per beat; the cycle must be a whole number of them, so that beats start on a step.
long steps_per_beat(const Config& config) {
  const double steps = config.pacing.bcl / config.reaction.step;
  if (steps < 1.0 || std::abs(steps - std::round(steps)) > 1e-6 * steps)
    throw InputError({config.fault(
        "pacing.bcl", fmt::format("{:g} ms is no multiple of the step {:g} ms (reaction.step)",
                                  config.pacing.bcl, config.reaction.step))});
  return std::lround(steps);
}

/// A paced cell with what it has recorded.
class CellRun {
 public:
  CellRun(const Config& config, const RunOptions& options)
      : config_(config),
        options_(options),
        beat_steps_(steps_per_beat(config)),
        cell_(config, config.reaction.method),
        calcium_(calcium_index(cell_.model().info())),
        trace_(trace_header(cell_.model().info())),
        rows_(config.pacing.trace_every) {}

  const ionic::ModelInfo& info() const { return cell_.model().info(); }
  const Json& last_beat() const { return beats_.back(); }

  /// All beats. Throws RunError if V leaves the model's range.
  void pace() {
    const Timer::Scope timing(total_);
    for (int b = 0; b < config_.pacing.beats; ++b) pace_beat(b);
  }

  void record(const std::string& status, const std::string& message) const {
    write_atomically(options_.output / "trace.csv", trace_);
    Json json;
    json["status"] = status;
    if (!message.empty()) json["message"] = message;
    json["version"] = version;
    json["commit"] = commit;
    json["command"] = options_.command;
    json["ranks"] = 1;
    json["precision"] = "double";
    json["instruction_set"] = ionic::kernels().instruction_set;
    json["time"] = {{"steps", steps_}};
    json["timing"] = {{"total_s", total_.seconds()}};
    json["results"] = {{"beats", beats_}, {"final_state", final_state(cell_)}};
    json["config"] = resolved_toml(config_);
    write_atomically(options_.output / "run.json", json.dump(2) + "\n");
  }

 private:
  void pace_beat(int b) {
    const PacingSettings& pacing = config_.pacing;
    const StimulusSettings pulse{"pacing", {}, {}, pacing.stimulus, 0.0, pacing.duration, 0.0, 1};
    const double dt = config_.reaction.step, start = b * pacing.bcl;
    const bool traced = b >= pacing.beats - pacing.trace_beats;
    if (!traced) rows_.skip_to(start + pacing.bcl - dt);
    Beat beat;
    for (long k = 0; k <= beat_steps_; ++k) {
      const double t = static_cast<double>(k) * dt;
      sample(cell_, start + t, calcium_, beat);
      // The end of a beat is the start of the next one, where its row belongs.
      const bool last_of_run = k == beat_steps_ && b == pacing.beats - 1;
      if (traced && (k < beat_steps_ || last_of_run) && rows_.due(start + t))
        append_row(cell_, start + t, trace_);
      if (k == beat_steps_) break;
      cell_.step(mean_amplitude(pulse, t, dt), dt);
      ++steps_;
      if (!cell_.in_range()) fail(start + t + dt);
    }
    beats_.push_back(beat_json(biomarkers(beat.t, beat.V, beat.dVdt, beat.Ca)));
  }

  [[noreturn]] void fail(double t) const {
    throw RunError(
        fmt::format("the computation failed: V = {:g} mV at t = {:g} ms ({}). Likely causes: "
                    "reaction.step = {:g} ms is "
                    "too large for the model, or the stimulus is far too strong",
                    cell_.V(), t, info().name, config_.reaction.step));
  }

  const Config& config_;
  const RunOptions& options_;
  long beat_steps_;
  PacedCell cell_;
  int calcium_;
  std::string trace_;
  Schedule rows_;
  Json beats_ = Json::array();
  Timer total_;
  long steps_ = 0;
};

}  // namespace

void run_cell(const Config& config, const RunOptions& options, Log& log) {
  CellRun run(config, options);
  if (const std::string fault = folder_fault(options.output, options.force, false); !fault.empty())
    throw InputError({{"--output", fault}});
  prepare_folder(options.output, options.force);
  write_atomically(options.output / "config.toml", resolved_toml(config));
  log.open(options.output / "log.txt", false);
  log.info(fmt::format("Myowave {} ({}), {} kernels; {}: {} beats at {:g} ms", version, commit,
                       ionic::kernels().instruction_set, run.info().name, config.pacing.beats,
                       config.pacing.bcl));
  try {
    run.pace();
  } catch (const RunError& error) {
    log.info(fmt::format("failed: {}", error.what()));
    run.record("failed", error.what());
    throw;
  }
  run.record("finished", "");
  const Json& last = run.last_beat();
  log.info(fmt::format("last beat: RMP {:.2f} mV, peak {:.2f} mV, APD90 {} ms; results in {}",
                       last["rmp_mV"].get<double>(), last["peak_mV"].get<double>(),
                       last["apd90_ms"].dump(), (options.output / "run.json").string()));
}

}  // namespace myowave
