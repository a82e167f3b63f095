// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/simulation.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/files.hpp"
#include "base/stop_signal.hpp"
#include "base/version.hpp"
#include "field/session.hpp"
#include "ionic/kernel.hpp"
#include "record/checkpoint.hpp"
#include "record/run_folder.hpp"
#include "simulation/cell_fields.hpp"
#include "simulation/fallbacks.hpp"
#include "simulation/make_operator.hpp"
#include "simulation/phase_start.hpp"
#include "simulation/problem.hpp"
#include "simulation/restart.hpp"
#include "simulation/results.hpp"
#include "surrogates/surrogate_model.hpp"

namespace myowave {
namespace {

/// Bytes of a checkpoint, generously. Collective.
double checkpoint_bytes(const Problem& problem) {
  double states = 0.0;
  for (const RegionCells& region : problem.reaction->regions())
    states += static_cast<double>(region.nodes.size() * (region.model->info().states.size() + 1));
  const double per_node = 12.0;  // V, node numbers, beat maps
  return 1e5 +
         8.0 * (parallel::sum(states) + per_node * static_cast<double>(problem.layout.global_size()));
}

/// Bytes that the run may write, generously: frames, maps, probes, and two checkpoints.
double output_bytes(const Config& config, const Problem& problem, const FieldWriter& writer) {
  double bytes = 1e6;
  const double end = config.time.end, step = config.time.step;
  if (config.output.fields_every > 0.0)
    bytes += (end / std::max(config.output.fields_every, step) + 1.0) * writer.bytes_per_field() *
             (1.0 + static_cast<double>(config.output.cell_fields.size()));
  bytes += 4.0 * writer.bytes_per_field();
  for (const ProbeSettings& probe : config.probes) bytes += 40.0 * end / std::max(probe.every, step);
  bytes += 20.0 * static_cast<double>(config.electrodes.size() + 1) * end /
           std::max(config.output.ecg.every, step);
  return bytes + 2.0 * checkpoint_bytes(problem);
}

std::string region_model_text(const RegionCells& region) {
  const std::string model = region.model->info().name;
  if (!region.surrogate.content) return model;
  const std::string tables = surrogates::table_summary(*region.surrogate.content);
  return fmt::format("{} surrogate {} for {}{}{}", surrogates::name_of(region.surrogate.content->kind),
                     region.surrogate.path, model, region.model->is_guarded() ? "" : ", not guarded",
                     tables.empty() ? "" : ", " + tables);
}

/// Does the restart go on in the folder of its checkpoint?
bool continues_folder(const RunOptions& options) {
  namespace fs = std::filesystem;
  return !options.restart.empty() && fs::weakly_canonical(fs::absolute(options.restart).parent_path()) ==
                                         fs::weakly_canonical(fs::absolute(options.output));
}

void check_output(const Config& config, const RunOptions& options, const Problem& problem,
                  const FieldWriter& writer) {
  std::vector<Fault> faults;
  for (const std::string& fault :
       {folder_fault(options.output, options.force, continues_folder(options)),
        space_fault(options.output, output_bytes(config, problem, writer))})
    if (!fault.empty()) faults.push_back({"--output", fault});
  parallel::barrier();  // no rank makes the folder while another still looks at it
  if (!faults.empty()) throw InputError(std::move(faults));
}

/// One run: the parts and the time loop.
class Simulation {
 public:
  Simulation(const Config& config, const RunOptions& options, Log& log)
      : config_(config),
        options_(options),
        log_(log),
        total_timing_(timers_.total),
        problem_([&] {
          const Timer::Scope timing(timers_.setup);
          return std::make_unique<Problem>(config);
        }()),
        split_step_(*problem_->reaction, *problem_->diffusion, config.splitting, timers_),
        V_(problem_->layout),
        writer_(problem_->mesh, problem_->layout),
        series_(writer_, options.output, config.output.fields_every),
        maps_(problem_->mesh, problem_->layout, writer_, options.output, config.output,
              problem_->tissue_nodes()),
        probes_(problem_->layout, problem_->probes, options.output, config.output),
        extremes_(problem_->tissue_nodes()),
        tips_(problem_->mesh, problem_->layout, config.output.tips, options.output),
        ecg_(problem_->mesh, problem_->layout,
             membrane_current(*problem_->diffusion_operator, problem_->tissue), config.output.ecg,
             config.electrodes, options.output),
        fallbacks_(*problem_->reaction),
        observers_{&series_, &maps_, &probes_, &extremes_, &tips_, &ecg_, &fallbacks_},
        checkpoints_(config.checkpoint.every),
        checks_(config.checkpoint.every),
        frames_(config.output.fields_every),
        steps_(std::llround(config.time.end / config.time.step)) {
    check_cell_fields(config, *problem_->reaction);
    for (const std::string& name : config.output.cell_fields)
      series_.add(name, [this, name] {
        return cell_field(*problem_->reaction, name, static_cast<std::size_t>(problem_->layout.owned()));
      });
    if (guarded_)
      maps_.add_run_map("surrogate_fallbacks", [this] {
        return fallback_map(*problem_->reaction, static_cast<std::size_t>(problem_->layout.owned()));
      });
  }

  void check() const {
    if (!options_.restart.empty()) check_restart(options_.restart, config_);
    if (!options_.output.empty()) check_output(config_, options_, *problem_, writer_);
  }

  int run() {
    check();
    start();
    const StopSignal signal;
    try {
      const int stopped_by = loop(signal);
      // Where checkpoints are asked for, the last one lets a longer time.end continue the run.
      if (stopped_by != 0 || config_.checkpoint.every > 0.0) checkpoint();
      finish(stopped_by == 0 ? "finished" : "stopped");
      return stopped_by;
    } catch (const RunError& error) {
      fail(error.what());
    }
  }

  void describe() const {
    log_.info(fmt::format("Myowave {} ({}), {} rank{}, {} kernels", version, commit, parallel::size(),
                          parallel::size() > 1 ? "s" : "", ionic::name_of(ionic::instruction_set())));
    log_.info("mesh: " + mesh_text(*problem_));
    for (const std::string& line : problem_->mesh_notes.lines) log_.info(line);
    for (const RegionCells& region : problem_->reaction->regions())
      log_.info(fmt::format(
          "region {}: {}, {} nodes, {} precision{}", region.name, region_model_text(region),
          parallel::sum(static_cast<std::int64_t>(region.nodes.size())),
          precision_name(region.model->precision()), region.model->uses_tables() ? ", tables" : ""));
    for (std::size_t s = 0; s < config_.stimuli.size(); ++s)
      log_.info(fmt::format(
          "stimulus {}: {} nodes, {:g} uA/uF for {:g} ms from {:g} ms{}", config_.stimuli[s].name,
          parallel::sum(static_cast<std::int64_t>(problem_->nodes.stimuli[s].size())),
          config_.stimuli[s].amplitude, config_.stimuli[s].duration, config_.stimuli[s].start,
          config_.stimuli[s].count > 1 ? fmt::format(", {} pulses every {:g} ms",
                                                     config_.stimuli[s].count, config_.stimuli[s].period)
                                       : ""));
    for (const PlacedProbe& probe : problem_->probes)
      log_.info(fmt::format("probe {}: node {} at ({:g}, {:g}, {:g}) mm", probe.settings.name,
                            probe.node, probe.position[0], probe.position[1], probe.position[2]));
    log_.info(fmt::format("diffusion: {}; explicit steps are stable up to {:.4g} ms",
                          problem_->diffusion->description(),
                          explicit_limit(*problem_->diffusion_operator)));
    warn_from(0);
  }

 private:
  /// Logs the warnings from the given one on.
  void warn_from(std::size_t first) const {
    for (std::size_t w = first; w < problem_->warnings.size(); ++w) log_.warning(problem_->warnings[w]);
  }

  /// To the end, or to a signal that comes before it; returns the signal.
  int loop(const StopSignal& signal) {
    Progress progress(log_, time(step_), config_.time.end);
    if (options_.restart.empty()) observe();
    while (step_ < steps_) {
      advance();
      ++step_;
      ++steps_here_;
      const int stopped_by = agree(signal.received());
      const bool frame = frames_.due(time(step_)), check = checks_.due(time(step_));
      if (frame || check || step_ == steps_ || stopped_by != 0) check_states();
      if (guarded_ && (step_ % guard_interval == 0 || step_ == steps_)) check_fallbacks();
      observe();
      progress.update(time(step_), cell_steps());
      if (step_ == steps_) break;
      if (stopped_by != 0) return stopped_by;
      if (checkpoints_.due(time(step_))) checkpoint();
    }
    return 0;
  }

  double time(std::int64_t step) const { return static_cast<double>(step) * config_.time.step; }
  double cell_steps() const {
    // Regions are spread evenly enough for a progress line; run.json sums over the ranks.
    return static_cast<double>(problem_->reaction->cell_steps()) * parallel::size();
  }

  void start() {
    const Timer::Scope timing(timers_.setup);
    on_first_rank([&] {
      // Never the folder that holds the checkpoint: --force must not remove what is about to be read.
      prepare_folder(options_.output, options_.force && !continues_folder(options_));
      write_atomically(options_.output / "config.toml", resolved_toml(config_));
      log_.open(options_.output / "log.txt", !options_.restart.empty());
    });
    describe();
    problem_->reaction->rest(V_);
    if (config_.start.period > 0.0 && options_.restart.empty()) {
      start_spiral(config_, *problem_, V_);
      log_.info(fmt::format("start: a spiral wave about ({:g}, {:g}) mm from a cell paced every {:g} ms",
                            config_.start.centre[0], config_.start.centre[1], config_.start.period));
    }
    if (!options_.restart.empty()) {
      const std::size_t told = problem_->warnings.size();
      step_ = read_checkpoint(options_.restart, *problem_, V_, observers_);
      // The results of the part before are those of an unfinished run from here on.
      if (parallel::rank() == 0) std::filesystem::remove(options_.output / "run.json");
      checkpoints_.skip_to(time(step_));
      checks_.skip_to(time(step_));
      frames_.skip_to(time(step_));
      last_checkpoint_ = fmt::format("The last good checkpoint is {} at t = {:g} ms.",
                                     options_.restart.string(), time(step_));
      warn_from(told);
      log_.info(fmt::format("continued from {} at t = {:g} ms", options_.restart.string(), time(step_)));
    }
    checkpoints_.skip_to(0.0);
    checks_.skip_to(0.0);
    frames_.skip_to(0.0);
  }

  void advance() {
    try {
      split_step_.advance(V_, time(step_), config_.time.step);
    } catch (const RunError& error) {
      // A solve fails because V is no number more often than for its own sake; say where.
      problem_->reaction->check(V_.values());
      if (parallel::any(problem_->reaction->failure().has_value())) report_failure(time(step_ + 1));
      throw RunError(
          fmt::format("{} at t = {:g} ms. Likely causes: time.step = {:g} ms is too large for the "
                      "conductivity and the "
                      "spacing, or solver.tolerance = {:g} is too small. {}",
                      error.what(), time(step_ + 1), config_.time.step, config_.diffusion.tolerance,
                      checkpoint_text()));
    }
  }

  /// What any rank has met decides for all: a failure is thrown on all ranks, a signal stops all.
  int agree(int signal) {
    constexpr std::int64_t failed = 1000;
    const std::int64_t mine = problem_->reaction->failure() ? failed : signal;
    const std::int64_t all = parallel::size() > 1 ? parallel::max(mine) : mine;
    if (all == failed) report_failure(time(step_));
    return static_cast<int>(all);
  }

  [[noreturn]] void report_failure(double t) {
    throw RunError(fmt::format("{} {}", failure_text(config_, *problem_, t), checkpoint_text()));
  }

  /// Every state of every node, before anything made of them is kept.
  void check_states() {
    problem_->reaction->check(V_.values());
    if (parallel::any(problem_->reaction->failure().has_value())) report_failure(time(step_));
  }

  void check_fallbacks() {
    const std::string failure = fallback_failure(surrogate_uses(*problem_->reaction), time(step_));
    if (!failure.empty()) throw RunError(fmt::format("{} {}", failure, checkpoint_text()));
  }

  std::string checkpoint_text() const {
    return last_checkpoint_.empty() ? "There is no checkpoint to go back to." : last_checkpoint_;
  }

  void observe() {
    const Timer::Scope timing(timers_.output);
    for (Observer* observer : observers_) observer->observe(time(step_), V_);
  }

  void checkpoint() {
    const Timer::Scope timing(timers_.output);
    const std::filesystem::path file = options_.output / "checkpoint.h5";
    // Parallel HDF5 does not survive a full disk, so it is not asked to.
    const double bytes = checkpoint_bytes(*problem_);
    on_first_rank([&] {
      if (!space_fault(options_.output, bytes).empty())
        throw RunError(
            fmt::format("the checkpoint {} cannot be written; is the disk full?", file.string()));
    });
    write_checkpoint(file, config_, *problem_, V_, step_, time(step_), observers_);
    last_checkpoint_ =
        fmt::format("The last good checkpoint is {} at t = {:g} ms.", file.string(), time(step_));
    log_.info(fmt::format("checkpoint at t = {:g} ms", time(step_)));
  }

  void finish(const std::string& status) {
    {
      const Timer::Scope timing(timers_.output);
      for (Observer* observer : observers_) observer->finish();
    }
    if (const std::size_t beats = maps_.most_beats();
        beats > static_cast<std::size_t>(config_.output.map_beats))
      log_.warning(
          fmt::format("the maps keep the first {} of {} beats; raise output.map_beats to keep more",
                      config_.output.map_beats, beats));
    record(status, "");
    if (status == "finished")
      log_.info(fmt::format("finished; results in {}", (options_.output / "run.json").string()));
    else
      log_.info(fmt::format("stopped at t = {:g} ms; continue with --restart {}", time(step_),
                            (options_.output / "checkpoint.h5").string()));
  }

  [[noreturn]] void fail(const std::string& message) {
    log_.info("failed: " + message);
    try {
      record("failed", message);
    } catch (const RunError&) {
      // The disk may be full; the message below says what came first.
    }
    throw RunError(message);
  }

  void record(const std::string& status, const std::string& message) {
    const double all_steps = parallel::sum(static_cast<double>(problem_->reaction->cell_steps()));
    total_timing_.stop();
    write_results(options_.output, config_, *problem_,
                  {status, message, options_.command, time(step_), steps_here_, all_steps}, timers_,
                  maps_, probes_, extremes_, tips_);
  }

  const Config& config_;
  const RunOptions& options_;
  Log& log_;
  PhaseTimers timers_;
  Timer::Scope total_timing_;
  std::unique_ptr<Problem> problem_;
  SplitStep split_step_;
  Potential V_;
  FieldWriter writer_;
  FieldSeries series_;
  MapObserver maps_;
  ProbeObserver probes_;
  ExtremesObserver extremes_;
  TipObserver tips_;
  EcgObserver ecg_;
  FallbackObserver fallbacks_;
  std::vector<Observer*> observers_;
  Schedule checkpoints_;
  Schedule checks_, frames_;  ///< when states are looked at: before checkpoints and with frames
  std::int64_t steps_;
  std::int64_t step_ = 0;
  std::int64_t steps_here_ = 0;                        ///< without those before a restart
  static constexpr std::int64_t guard_interval = 200;  ///< steps between two looks at the fallbacks
  bool guarded_ = has_guard(*problem_->reaction);
  std::string last_checkpoint_;
};

}  // namespace

int run_simulation(const Config& config, const RunOptions& options, Log& log) {
  return Simulation(config, options, log).run();
}

void check_simulation(const Config& config, const RunOptions& options, Log& log) {
  const Simulation simulation(config, options, log);
  simulation.check();
  simulation.describe();
}

bool must_not_finalise() { return checkpoint_left_open(); }

}  // namespace myowave
