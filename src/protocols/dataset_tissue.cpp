// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "field/session.hpp"
#include "protocols/dataset_cases.hpp"
#include "protocols/dataset_maker.hpp"
#include "protocols/dataset_sampling.hpp"
#include "protocols/preparation.hpp"
#include "record/run_folder.hpp"
#include "simulation/phase_start.hpp"
#include "simulation/problem.hpp"
#include "simulation/split_step.hpp"

namespace myowave {
namespace {

/// A recorded node of this rank.
struct Recorded {
  std::size_t column;  ///< its place among the recorded nodes of all ranks
  std::int32_t node;   ///< local
  std::size_t cell;    ///< in RegionCells::nodes
  std::vector<std::size_t> stimuli;
};

/// Nodes of a run: what each cell has at a time, what acts on it until the next, and V then.
class TissueDataset : public DatasetMaker {
 public:
  TissueDataset(const Config& config, Signal signal, Log& log)
      : config_(config),
        settings_(config.dataset),
        signal_(std::move(signal)),
        log_(log),
        problem_(config),
        split_step_(*problem_.reaction, *problem_.diffusion, Splitting::godunov, timers_),
        V_(problem_.layout) {
    while (config.regions[region_].name != settings_.region) ++region_;
    choose();
    place();
    choose_states();
    make_head();
  }

  const DatasetHead& head() const override { return head_; }
  std::vector<std::string> description() const override {
    return {
        fmt::format("tissue: {} nodes, diffusion {}", problem_.cell_count(),
                    problem_.diffusion->description()),
        fmt::format("{} nodes of region {} ({}, {} precision{}), {} window{} of {} times", nodes_.size(),
                    settings_.region, head_.model, precision_name(cells().model->precision()),
                    cells().model->uses_tables() ? ", tables" : "", settings_.windows.size(),
                    settings_.windows.size() > 1 ? "s" : "", head_.times)};
  }
  std::vector<std::string> warnings() const override {
    std::vector<std::string> all = problem_.warnings;
    for (const StimulusSettings& stimulus : config_.stimuli)
      if (config_.reaction.step < dt() * (1.0 - 1e-9) && has_edge_within_step(stimulus))
        all.push_back(fmt::format(
            "stimulus '{}' begins or ends within a step of {:g} ms: its mean over the step is recorded, "
            "and the "
            "cells are given it by steps of {:g} ms; shift it if every step shall be reproduced",
            stimulus.name, dt(), config_.reaction.step));
    return all;
  }
  double simulated_ms() const override { return time(); }
  std::string precision() const override { return precision_name(cells().model->precision()); }
  double cell_steps() const override {
    return parallel::sum(static_cast<double>(problem_.reaction->cell_steps()));
  }

  void make(DatasetFile* file) override {
    on_first_rank([&] { write_places(*file); });
    write_parameters(file);
    problem_.reaction->rest(V_);
    if (config_.start.period > 0.0) start_spiral(config_, problem_, V_);
    Progress progress(log_, 0.0, settings_.windows.back().second);
    for (std::size_t w = 0; w < settings_.windows.size(); ++w) {
      while (step_ < step_at(settings_.windows[w].first)) advance(progress, [] {});
      record_window(w, file, progress);
    }
    check_states();
  }

 private:
  static constexpr std::size_t J = 0, given = 1, V_after = 2, series_count = 3;

  const RegionCells& cells() const { return std::as_const(*problem_.reaction).regions()[region_]; }
  double dt() const { return config_.time.step; }
  std::int64_t steps_per_sample() const { return std::llround(settings_.every / dt()); }
  double time() const { return static_cast<double>(step_) * dt(); }
  std::int64_t step_at(double t) const { return std::llround(t / dt()); }

  bool has_edge_within_step(const StimulusSettings& stimulus) const {
    const auto within = [&](double t) { return std::abs(t / dt() - std::round(t / dt())) > 1e-6; };
    return within(stimulus.start) || within(stimulus.duration) ||
           (stimulus.count > 1 && within(stimulus.period));
  }

  // ------------------------------------------------------------------------------- before the run
  /// The global numbers of the nodes that are recorded, the same on all ranks.
  void choose() {
    const RecordedNodes& choice = settings_.nodes;
    if (choice.by == RecordedNodes::By::probes) return choose_probes();
    // The nodes with the smallest of random numbers that belong to them: no rank needs to know all.
    const auto mine = static_cast<std::int64_t>(cells().nodes.size());
    const auto all = static_cast<std::size_t>(parallel::sum(mine));
    std::size_t wanted = all;
    if (choice.by == RecordedNodes::By::count) wanted = static_cast<std::size_t>(choice.count);
    if (choice.by == RecordedNodes::By::fraction)
      wanted = std::max<std::size_t>(
          1, static_cast<std::size_t>(std::llround(choice.fraction * static_cast<double>(all))));
    if (wanted > all)
      throw InputError({config_.fault(
          "dataset.nodes.count", fmt::format("{} nodes are asked for, region '{}' has {}; take fewer",
                                             wanted, settings_.region, all))});
    std::vector<std::pair<double, double>> drawn;  // the random number, the node
    for (const std::int32_t node : cells().nodes) {
      const std::int64_t global = problem_.layout.global_node(node);
      drawn.emplace_back(random_share(settings_.seed, static_cast<std::uint64_t>(global)),
                         static_cast<double>(global));
    }
    std::sort(drawn.begin(), drawn.end());
    drawn.resize(std::min(drawn.size(), wanted));
    std::vector<double> flat;
    for (const auto& [number, node] : drawn) flat.insert(flat.end(), {number, node});
    flat = parallel::gather(flat);
    drawn.clear();
    for (std::size_t i = 0; i < flat.size(); i += 2) drawn.emplace_back(flat[i], flat[i + 1]);
    std::sort(drawn.begin(), drawn.end());
    drawn.resize(wanted);
    for (const auto& [number, node] : drawn) nodes_.push_back(static_cast<std::int64_t>(node));
    std::sort(nodes_.begin(), nodes_.end());
  }

  void choose_probes() {
    std::vector<Fault> faults;
    for (const std::string& name : settings_.nodes.probes)
      for (const PlacedProbe& probe : problem_.probes)
        if (probe.settings.name == name) {
          nodes_.push_back(probe.node);
          if (!parallel::any(cell_at(problem_.layout.local_node(probe.node)) >= 0))
            faults.push_back(config_.fault(
                "dataset.nodes",
                fmt::format("probe '{}' lies outside of region '{}', whose cells are recorded; "
                            "leave it out or take another dataset.region",
                            name, settings_.region)));
        }
    if (!faults.empty()) throw InputError(std::move(faults));
  }

  /// The place of a local node in its region, -1 if it is in another.
  std::ptrdiff_t cell_at(std::int32_t node) const {
    const std::vector<std::int32_t>& all = cells().nodes;
    const auto found = std::lower_bound(all.begin(), all.end(), node);
    return node >= 0 && found != all.end() && *found == node ? found - all.begin() : -1;
  }

  /// Finds this rank's part of the recorded nodes.
  void place() {
    std::vector<double> columns;
    for (std::size_t column = 0; column < nodes_.size(); ++column) {
      const std::int32_t node = problem_.layout.local_node(nodes_[column]);
      if (node < 0) continue;
      Recorded each{column, node, static_cast<std::size_t>(cell_at(node)), {}};
      for (std::size_t s = 0; s < problem_.nodes.stimuli.size(); ++s)
        if (std::binary_search(problem_.nodes.stimuli[s].begin(), problem_.nodes.stimuli[s].end(), node))
          each.stimuli.push_back(s);
      mine_.push_back(std::move(each));
      columns.push_back(static_cast<double>(column));
    }
    for (const double column : parallel::gather(columns))
      gathered_columns_.push_back(static_cast<std::size_t>(column));
  }

  void choose_states() {
    const auto& states = cells().model->info().states;
    for (std::size_t s = 0; s < states.size(); ++s)
      if (settings_.states.empty() ||
          std::count(settings_.states.begin(), settings_.states.end(), states[s].name))
        states_.push_back(s);
    if (settings_.ionic_current) make_models();
    V_before_.resize(mine_.size());
    all_states_.resize(states.size());
  }

  /// For I_ion: one for all nodes, or one for each where parameters differ from node to node.
  void make_models() {
    const auto& varying = cells().varying;
    for (const Recorded& node : mine_) {
      if (varying.empty() && !models_.empty()) break;
      ionic::CellSpec spec = config_.regions[region_].cell;
      for (const NodeParameter& each : varying) {
        const ionic::Quantity& parameter =
            cells().model->info().parameters[static_cast<std::size_t>(each.parameter)];
        const std::string unit =
            std::string_view(parameter.unit) == "1" ? "" : std::string(" ") + parameter.unit;
        spec.scale.erase(parameter.name);
        spec.parameters[parameter.name] = fmt::format("{:.17g}{}", each.values[node.cell], unit);
      }
      models_.push_back(ionic::make_cell_model(spec, {}));
    }
  }

  void make_head() {
    const ionic::ModelInfo& info = cells().model->info();
    const ionic::CellSpec& cell = config_.regions[region_].cell;
    const auto& [from, to] = settings_.windows.front();
    head_.source = "tissue";
    head_.model = info.name;
    head_.variant = cell.variant.empty() ? info.variants.front().name : cell.variant;
    head_.config = resolved_toml(config_);
    head_.dt = settings_.every;
    head_.seed = settings_.seed;
    head_.cases = nodes_.size() * settings_.windows.size();
    head_.times = static_cast<std::size_t>((step_at(to) - step_at(from)) / steps_per_sample());
    head_.variables = {{"V", "mV"}};
    for (const std::size_t s : states_)
      head_.variables.push_back({info.states[s].name, info.states[s].unit});
    if (settings_.ionic_current) head_.variables.push_back({"I_ion", "uA/uF"});
    head_.series = {{"J", "uA/uF"}, {"stimulus", "uA/uF"}, {"V_after", "mV"}};
    // All numbers of a sample travel to the first rank together.
    head_.blocks = dataset_blocks(nodes_.size(), head_.times, head_.variables.size() + series_count);
  }

  /// Adds "parameters/<name>" of those that differ from node to node. Collective.
  void write_parameters(DatasetFile* file) const {
    const ionic::ModelInfo& info = cells().model->info();
    for (const NodeParameter& each : cells().varying) {
      std::vector<double> here;
      for (const Recorded& node : mine_) here.push_back(each.values[node.cell]);
      const std::vector<double> all = parallel::gather(here);
      std::vector<double> values(head_.cases);
      for (std::size_t g = 0; g < all.size(); ++g)
        for (std::size_t first = 0; first < head_.cases; first += nodes_.size())
          values[first + gathered_columns_[g]] = all[g];
      const ionic::Quantity& parameter = info.parameters[static_cast<std::size_t>(each.parameter)];
      on_first_rank([&] {
        file->write_by_case(fmt::format("parameters/{}", parameter.name), values, 0, parameter.unit);
      });
    }
  }

  void write_places(DatasetFile& file) const {
    std::vector<std::int64_t> nodes;
    std::vector<double> positions, starts;
    for (const auto& [from, to] : settings_.windows)
      for (const std::int64_t node : nodes_) {
        nodes.push_back(node);
        const Point at = problem_.mesh.position(node);
        positions.insert(positions.end(), at.begin(), at.end());
        starts.push_back(from);
      }
    file.write_by_case("node", nodes);
    file.write_by_case("position_mm", positions, 3, "mm");
    file.write_by_case("start_ms", starts, 0, "ms");
  }

  // ----------------------------------------------------------------------------------- the run
  /// A step, with a look at V between diffusion and reaction.
  template <class Between>
  void advance(Progress& progress, Between between) {
    try {
      split_step_.advance(V_, time(), dt(), between);
    } catch (const RunError& error) {
      throw RunError(fmt::format("{} at t = {:g} ms", error.what(), time() + dt()));
    }
    ++step_;
    progress.update(time(), static_cast<double>(problem_.reaction->cell_steps()) * parallel::size());
    constexpr std::int64_t failed = 1000;
    const std::int64_t here = problem_.reaction->failure() ? failed : signal_();
    const std::int64_t all = parallel::size() > 1 ? parallel::max(here) : here;
    if (all == failed) throw RunError(failure_text(config_, problem_, time()));
    if (all != 0) throw Stopped{static_cast<int>(all)};
  }

  /// The steps look at V alone: every state of every node, before the file is given its name.
  void check_states() {
    problem_.reaction->check(V_.values());
    if (parallel::any(problem_.reaction->failure().has_value()))
      throw RunError(failure_text(config_, problem_, time()));
  }

  void record_window(std::size_t window, DatasetFile* file, Progress& progress) {
    std::size_t done = 0;
    while (done < head_.times) {
      const std::size_t times = std::min(head_.blocks.times, head_.times - done);
      const std::size_t numbers = head_.variables.size() + series_count;
      std::vector<double> block(mine_.size() * times * numbers);
      for (std::size_t k = 0; k < times; ++k) {
        const auto at = [&](std::size_t i) { return block.data() + (i * times + k) * numbers; };
        for (std::size_t i = 0; i < mine_.size(); ++i) sample(i, at(i));
        for (std::int64_t step = 0; step < steps_per_sample(); ++step) {
          for (std::size_t i = 0; i < mine_.size(); ++i) V_before_[i] = V_at(mine_[i]);
          advance(progress, [&, t = time()] {
            for (std::size_t i = 0; i < mine_.size(); ++i) after_diffusion(i, t, at(i));
          });
        }
        for (std::size_t i = 0; i < mine_.size(); ++i) series(at(i))[V_after] = V_at(mine_[i]);
      }
      write(window * nodes_.size(), done, times, block, file);
      done += times;
    }
  }

  double V_at(const Recorded& each) const { return V_.values()[static_cast<std::size_t>(each.node)]; }
  double* series(double* sample) const { return sample + head_.variables.size(); }

  void sample(std::size_t i, double* numbers) {
    const Recorded& each = mine_[i];
    *numbers++ = V_at(each);
    for (const std::size_t s : states_) *numbers++ = cells().states.get(s, each.cell);
    if (!settings_.ionic_current) return;
    for (std::size_t s = 0; s < all_states_.size(); ++s)
      all_states_[s] = cells().states.get(s, each.cell);
    *numbers = ionic_current(*models_[cells().varying.empty() ? 0 : i], V_at(each), all_states_);
  }

  /// Adds to the means over the steps of a sample.
  void after_diffusion(std::size_t i, double t, double* sample) const {
    const Recorded& each = mine_[i];
    double stimulus = 0.0;
    for (const std::size_t s : each.stimuli) stimulus += mean_amplitude(config_.stimuli[s], t, dt());
    const double share = 1.0 / static_cast<double>(steps_per_sample());
    series(sample)[given] += share * stimulus;
    series(sample)[J] += share * (stimulus + (V_at(each) - V_before_[i]) / dt());
  }

  /// Brings the samples of all ranks [nodes][times][variables and series] to the first one's file.
  void write(std::size_t first_case, std::size_t first_time, std::size_t times,
             const std::vector<double>& block, DatasetFile* file) const {
    const std::vector<double> all = parallel::gather(block);
    const std::size_t variables = head_.variables.size(), numbers = variables + series_count;
    const DatasetPart part{first_case, nodes_.size(), first_time, times};
    on_first_rank([&] {
      std::vector<double> values(part.count() * variables);
      std::vector<std::vector<double>> of_series(series_count, std::vector<double>(part.count()));
      for (std::size_t g = 0; g < gathered_columns_.size(); ++g)
        for (std::size_t k = 0; k < times; ++k) {
          const double* const from = all.data() + (g * times + k) * numbers;
          const std::size_t to = gathered_columns_[g] * times + k;
          std::copy_n(from, variables, values.data() + to * variables);
          for (std::size_t s = 0; s < series_count; ++s) of_series[s][to] = from[variables + s];
        }
      file->write_values(part, values);
      for (std::size_t s = 0; s < series_count; ++s) file->write_series(s, part, of_series[s]);
    });
  }

  const Config& config_;
  const DatasetSettings& settings_;
  Signal signal_;
  Log& log_;
  PhaseTimers timers_;
  Problem problem_;
  SplitStep split_step_;
  Potential V_;
  std::size_t region_ = 0;
  std::vector<std::int64_t> nodes_;  ///< global, of all ranks, in the order of the file
  std::vector<Recorded> mine_;       ///< of this rank
  std::vector<std::size_t> states_;  ///< that are recorded
  std::vector<std::unique_ptr<ionic::CellModel>> models_;
  std::vector<double> V_before_;               ///< of the nodes of this rank, before a step
  std::vector<double> all_states_;             ///< of one cell
  std::vector<std::size_t> gathered_columns_;  ///< of the recorded nodes, rank after rank
  DatasetHead head_;
  std::int64_t step_ = 0;
};

}  // namespace

std::unique_ptr<DatasetMaker> make_tissue_dataset(const Config& config, Signal signal, Log& log) {
  return std::make_unique<TissueDataset>(config, std::move(signal), log);
}

}  // namespace myowave
