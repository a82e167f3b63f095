// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/cell_pacing.hpp"

#include <fmt/format.h>

#include <cmath>
#include <deque>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/timer.hpp"
#include "base/version.hpp"
#include "field/session.hpp"
#include "ionic/kernel.hpp"
#include "protocols/paced_cell.hpp"
#include "record/observer.hpp"
#include "record/run_folder.hpp"
#include "simulation/fallbacks.hpp"
#include "tissue/stimulus.hpp"

namespace myowave {
namespace {

using Json = nlohmann::ordered_json;

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

std::string trace_header(const ionic::CellModel& model) {
  std::string text = "t_ms,V_mV";
  const auto add = [&](const std::string& name, const std::string& unit) {
    text += fmt::format(",{}{}", name, unit == "1" ? "" : "_" + unit);
  };
  for (const ionic::Quantity& state : model.info().states) add(state.name, state.unit);
  for (const ionic::Readout& each : model.readouts()) add(each.name, each.unit);
  return text + "\n";
}

void append_row(const PacedCell& cell, double t, std::string& trace) {
  trace += fmt::format("{:.10g},{:.9g}", t, cell.V());
  const std::vector<double> states = cell.states();
  for (const double state : states) trace += fmt::format(",{:.9g}", state);
  for (std::size_t k = 0; k < cell.model().readouts().size(); ++k)
    trace += fmt::format(",{:.9g}", cell.model().readout(k, states));
  trace += '\n';
}

Json beat_json(const Biomarkers& b) {
  return {{"start_ms", b.start_ms}, {"captured", b.captured}, {"rmp_mV", b.rmp_mV},
          {"peak_mV", b.peak_mV},   {"apa_mV", b.apa_mV},     {"dvdt_max_V_per_s", b.dvdt_max_V_per_s},
          {"apd50_ms", b.apd50_ms}, {"apd90_ms", b.apd90_ms}, {"ca_peak_uM", b.ca_peak_uM}};
}

Json final_state(const PacedCell& cell) {
  Json state = {{"V_mV", cell.V()}};
  for (std::size_t s = 0; s < cell.state_count(); ++s) state[cell.info().states[s].name] = cell.state(s);
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
        cell_(config.pacing.reference ? make_reference_cell(config) : make_kernel_cell(config)),
        calcium_(calcium_index(cell_->info())),
        rows_(config.pacing.trace_every) {}

  const ionic::ModelInfo& info() const { return cell_->info(); }
  const Json& last_beat() const { return beats_.back(); }

  /// All beats. Throws RunError if V leaves the model's range.
  void pace() {
    const Timer::Scope timing(total_);
    for (int b = 0; b < config_.pacing.beats && !steady(); ++b) {
      const std::vector<double> before = numbers();
      pace_beat(b);
      change_ = largest_change(before, numbers());
    }
    const double end = static_cast<double>(beats_.size()) * config_.pacing.bcl;
    if (rows_.due(end)) append_row(*cell_, end, traces_.back());
  }

  /// Whether a beat has left every state as it was, within the tolerance asked for.
  bool steady() const { return change_ < config_.pacing.steady_tolerance; }
  std::size_t beats() const { return beats_.size(); }
  double change() const { return change_; }

  void record(const std::string& status, const std::string& message) const {
    write_atomically(options_.output / "trace.csv",
                     fmt::format("{}{}", trace_header(cell_->model()), fmt::join(traces_, "")));
    if (status == "finished") write_atomically(options_.output / "final_state.toml", state_toml());
    Json json;
    json["status"] = status;
    if (!message.empty()) json["message"] = message;
    json["version"] = version;
    json["commit"] = commit;
    json["command"] = options_.command;
    json["ranks"] = 1;
    json["precision"] = config_.pacing.reference ? "CVODE" : precision_name(cell_->model().precision());
    json["instruction_set"] = ionic::name_of(ionic::instruction_set());
    json["time"] = {{"steps", steps_}};
    json["timing"] = {{"total_s", total_.seconds()}};
    json["results"] = {
        {"beats", beats_}, {"final_state", final_state(*cell_)}, {"beat_change", change_}};
    if (config_.pacing.steady_tolerance > 0.0) json["results"]["steady"] = steady();
    if (config_.regions.front().surrogate.content)
      json["results"]["surrogate"] = Json::parse(surrogate_results({surrogate_use()}));
    json["config"] = resolved_toml(config_);
    write_atomically(options_.output / "run.json", json.dump(2) + "\n");
  }

 private:
  SurrogateUse surrogate_use() const {
    const RegionSettings& region = config_.regions.front();
    return {region.name, &region.surrogate, &cell_->model(), steps_, cell_->fallbacks()};
  }

  void pace_beat(int b) {
    const PacingSettings& pacing = config_.pacing;
    const StimulusSettings pulse{"pacing", {}, {}, pacing.stimulus, 0.0, pacing.duration, 0.0, 1};
    const double dt = config_.reaction.step, start = b * pacing.bcl;
    const bool traced = b >= pacing.beats - pacing.trace_beats || pacing.steady_tolerance > 0.0;

    if (!traced) rows_.skip_to(start + pacing.bcl - dt);
    if (traced) traces_.emplace_back();
    // Which beats are the last ones shows only at the end: the latest are kept.
    if (traces_.size() > static_cast<std::size_t>(pacing.trace_beats)) traces_.pop_front();
    Beat beat;
    for (long k = 0; k <= beat_steps_; ++k) {
      const double t = static_cast<double>(k) * dt;
      sample(*cell_, start + t, calcium_, beat);
      // The end of a beat is the start of the next one, where its row belongs.
      if (k == beat_steps_) break;
      if (traced && rows_.due(start + t)) append_row(*cell_, start + t, traces_.back());
      cell_->advance(pulse, t, dt);
      ++steps_;
      if (const std::string state = cell_->fault(); !state.empty()) fail(start + t + dt, state);
    }
    beats_.push_back(beat_json(biomarkers(beat.t, beat.V, beat.dVdt, beat.Ca)));
    const double end = static_cast<double>(b + 1) * pacing.bcl;
    if (!cell_->model().is_guarded()) return;
    if (const std::string failure = fallback_failure({surrogate_use()}, end); !failure.empty())
      throw RunError(failure);
  }

  std::vector<double> numbers() const {
    std::vector<double> all = cell_->states();
    all.push_back(cell_->V());
    return all;
  }

  /// Absolute for what has no unit (gates), else relative; V over 100 mV.
  double largest_change(const std::vector<double>& before, const std::vector<double>& after) const {
    double largest = std::abs(after.back() - before.back()) / 100.0;
    for (std::size_t s = 0; s + 1 < before.size(); ++s) {
      const double difference = std::abs(after[s] - before[s]);
      const bool gate = std::string(info().states[s].unit) == "1";
      const double scale = gate ? 1.0 : std::max(std::abs(after[s]), 1e-300);
      largest = std::max(largest, difference / scale);
    }
    return largest;
  }

  /// What `initial_state` of a region reads.
  std::string state_toml() const {
    std::string text = fmt::format(
        "# State after {} beats at {:g} ms; name this file in initial_state.\n"
        "model = \"{}\"\n\n[state]\nV = \"{:.17g} mV\"\n",
        beats_.size(), config_.pacing.bcl, info().name, cell_->V());
    for (std::size_t s = 0; s < cell_->state_count(); ++s) {
      const std::string unit = info().states[s].unit;
      text += fmt::format("{} = \"{:.17g}{}\"\n", info().states[s].name, cell_->state(s),
                          unit == "1" ? "" : " " + unit);
    }
    return text;
  }

  [[noreturn]] void fail(double t, const std::string& state) const {
    throw RunError(fmt::format(
        "the computation failed: {} at t = {:g} ms ({}, V = {:g} mV). Likely causes: reaction.step = "
        "{:g} ms is too large for the model, or the stimulus is far too strong",
        state == "V" ? "V out of range" : "state " + state + " is no finite number", t, info().name,
        cell_->V(), config_.reaction.step));
  }

  const Config& config_;
  const RunOptions& options_;
  long beat_steps_;
  std::unique_ptr<PacedCell> cell_;
  double change_ = 1e300;  ///< over the last beat
  int calcium_;
  std::deque<std::string> traces_;  ///< rows of the last beats
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
                       ionic::name_of(ionic::instruction_set()), run.info().name, config.pacing.beats,
                       config.pacing.bcl));
  if (!config.pacing.reference)
    for (const std::string& warning : cell_warnings(config.regions.front(), config.reaction))
      log.warning(warning);
  try {
    run.pace();
  } catch (const RunError& error) {
    log.info(fmt::format("failed: {}", error.what()));
    run.record("failed", error.what());
    throw;
  }
  run.record("finished", "");
  if (config.pacing.steady_tolerance > 0.0) {
    const std::string after = fmt::format("after {} beats; the last one changed the states by {:.2g}",
                                          run.beats(), run.change());
    if (run.steady())
      log.info("steady state " + after);
    else
      log.warning(
          fmt::format("no steady state {}, more than pacing.steady_tolerance = {:g}; raise "
                      "pacing.beats",
                      after, config.pacing.steady_tolerance));
  }
  const Json& last = run.last_beat();
  const Json& apd = last["apd90_ms"];
  log.info(fmt::format("last beat: RMP {:.2f} mV, peak {:.2f} mV, {}; results in {}",
                       last["rmp_mV"].get<double>(), last["peak_mV"].get<double>(),
                       apd.is_number() && std::isfinite(apd.get<double>())
                           ? fmt::format("APD90 {:.2f} ms", apd.get<double>())
                           : "no APD90",
                       (options.output / "run.json").string()));
}

}  // namespace myowave
