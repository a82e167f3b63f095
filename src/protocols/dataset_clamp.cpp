// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "protocols/dataset_cases.hpp"
#include "protocols/dataset_maker.hpp"
#include "protocols/paced_cell.hpp"
#include "protocols/preparation.hpp"
#include "protocols/report_table.hpp"

namespace myowave {
namespace {

/// Cells that are computed side by side.
constexpr std::size_t together = 256;

/// V of every case over time.
class Command {
 public:
  virtual ~Command() = default;

  virtual const char* source() const = 0;
  /// Of the recorded time [ms].
  virtual double duration() const = 0;
  /// V [mV] of a case at t [ms]; at a jump that after it. Beyond the end that of the end.
  virtual double V(std::size_t each, double t) const = 0;
  /// The states to start from, empty: those of the region.
  virtual std::vector<double> states() const { return {}; }
  virtual void write(DatasetFile&) const {}
  /// Throws InputError where V leaves the model's range.
  virtual void check(const ionic::ModelInfo&) const {}
  virtual std::string description() const = 0;
};

/// Steps of V: one case for each combination of the segments' potentials, the last segment's changing
/// first.
class Steps : public Command {
 public:
  explicit Steps(const Config& config)
      : segments_(config.dataset.segments), cases_(static_cast<std::size_t>(config.dataset.cases)) {}

  const char* source() const override { return "voltage_clamp"; }
  double duration() const override {
    double sum = 0.0;
    for (const ClampSegment& segment : segments_) sum += segment.duration;
    return sum;
  }
  double V(std::size_t each, double t) const override {
    // Rounding must not put the start of a segment into the one before it.
    constexpr double rounding = 1e-9;
    std::size_t s = 0;
    for (double end = segments_[0].duration; s + 1 < segments_.size() && t > end - rounding;
         end += segments_[s].duration)
      ++s;
    return potential(each, s);
  }
  void write(DatasetFile& file) const override {
    std::vector<double> all;
    for (std::size_t each = 0; each < cases_; ++each)
      for (std::size_t s = 0; s < segments_.size(); ++s) all.push_back(potential(each, s));
    file.write_by_case("segments", all, segments_.size(), "mV");
  }
  std::string description() const override {
    return fmt::format("voltage clamp: {} segments, {:g} ms", segments_.size(), duration());
  }

 private:
  double potential(std::size_t each, std::size_t segment) const {
    for (std::size_t s = segments_.size() - 1; s > segment; --s) each /= segments_[s].V.size();
    return segments_[segment].V[each % segments_[segment].V.size()];
  }

  std::vector<ClampSegment> segments_;
  std::size_t cases_;
};

/// The course of an action potential, scaled, shifted and stretched.
class ActionPotential : public Command {
 public:
  enum Further : std::size_t { scale, shift, stretch };
  static std::vector<ValueRange> further(const Config& config) {
    const WaveformSettings& waveform = config.dataset.waveform;
    return {waveform.scale, waveform.shift, waveform.stretch};
  }

  explicit ActionPotential(const Config& config) : config_(config) {
    if (config.dataset.waveform.file.empty())
      pace();
    else
      read(config.dataset.waveform);
  }

  /// The cases' own scale, shift and stretch.
  void follow(const CaseSampler& sampler) {
    for (std::size_t each = 0; each < sampler.cases(); ++each)
      jitter_.push_back(
          {sampler.further(scale, each), sampler.further(shift, each), sampler.further(stretch, each)});
  }

  void check(const ionic::ModelInfo& info) const override {
    const auto [lowest, highest] = std::minmax_element(V_.begin(), V_.end());
    for (std::size_t each = 0; each < jitter_.size(); ++each)
      for (const double of : {*lowest, *highest})
        if (const double V = moved(each, of); !(V > info.V_min_mV && V < info.V_max_mV))
          throw InputError({config_.fault(
              "dataset.waveform",
              fmt::format("V = {:g} mV of case {} is out of range for {}; allowed: {:g} to {:g} mV", V,
                          each, info.name, info.V_min_mV, info.V_max_mV))});
  }

  const char* source() const override { return "ap_clamp"; }
  double duration() const override { return config_.dataset.duration; }
  double V(std::size_t each, double t) const override {
    return moved(each, interpolated(t / jitter_[each].stretch));
  }
  std::vector<double> states() const override { return states_; }
  std::string description() const override {
    return fmt::format("AP clamp: {} samples of V over {:g} ms, {}", V_.size(), t_.back() - t_.front(),
                       config_.dataset.waveform.file.empty() ? "of the paced cell"
                                                             : "from " + config_.dataset.waveform.file);
  }

 private:
  struct Jitter {
    double scale, shift, stretch;
  };

  double moved(std::size_t each, double V) const {
    return V_.front() + jitter_[each].scale * (V - V_.front()) + jitter_[each].shift;
  }

  double interpolated(double t) const {
    if (t <= t_.front()) return V_.front();
    const auto after = std::upper_bound(t_.begin(), t_.end(), t) - t_.begin();
    if (after == static_cast<std::ptrdiff_t>(t_.size())) return V_.back();
    const auto k = static_cast<std::size_t>(after);
    const double share = (t - t_[k - 1]) / (t_[k] - t_[k - 1]);
    return V_[k - 1] + share * (V_[k] - V_[k - 1]);
  }

  /// The last of the beats of [pacing].
  void pace() {
    const std::unique_ptr<PacedCell> cell = make_kernel_cell(config_);
    const PacingSettings& pacing = config_.pacing;
    const double steps = std::ceil(pacing.bcl / config_.reaction.step - 1e-9), dt = pacing.bcl / steps;
    const StimulusSettings pulse{"", {}, {}, pacing.stimulus, 0.0, pacing.duration, 0.0, 1};
    for (int b = 0; b < pacing.beats; ++b) {
      t_.clear(), V_.clear();
      states_ = cell->states();
      for (double k = 0.0; k <= steps; k += 1.0) {
        t_.push_back(k * dt);
        V_.push_back(cell->V());
        if (k == steps) break;
        cell->advance(pulse, k * dt, dt);
        if (const std::string fault = cell->fault(); !fault.empty())
          throw RunError(
              fmt::format("the paced cell of the AP clamp failed: {}, V = {:g} mV, at t = {:g} ms "
                          "({}); see [pacing]",
                          fault, cell->V(), (k + 1.0) * dt, cell->info().name));
      }
    }
  }

  void read(const WaveformSettings& waveform) {
    const auto fail = [&](const std::string& key, const std::string& message) {
      throw InputError({config_.fault("dataset.waveform." + key, message)});
    };
    NumberTable table;
    try {
      table = read_number_table(waveform.file, [](const std::string&) { return true; });
    } catch (const InputError& error) {
      fail("file", error.faults().front().message);
    }
    const auto column = [&](const std::string& name) {
      return static_cast<std::size_t>(std::find(table.names.begin(), table.names.end(), name) -
                                      table.names.begin());
    };
    const std::size_t time = column("t_ms"), V = column(waveform.column);
    if (time == table.names.size())
      fail("file",
           fmt::format("{} has no column t_ms; its columns: {}", waveform.file, list_of(table.names)));
    if (V == table.names.size())
      fail("column",
           fmt::format("{} has no column '{}'{}; its columns: {}", waveform.file, waveform.column,
                       suggestion(waveform.column, table.names), list_of(table.names)));
    // Another probe may be recorded more often: rows without a value of this one are none.
    for (std::size_t row = 0; row < table.rows(); ++row) {
      if (std::isnan(table.columns[time][row]) || std::isnan(table.columns[V][row])) continue;
      const double t = table.columns[time][row] - (t_.empty() ? table.columns[time][row] : origin_);
      if (t_.empty()) origin_ = table.columns[time][row];
      if (!t_.empty() && !(t > t_.back()))
        fail("file",
             fmt::format("{}:{}: t_ms does not increase; take a whole trace", waveform.file, row + 2));
      t_.push_back(t);
      V_.push_back(table.columns[V][row]);
    }
    if (t_.size() < 2)
      fail("file", fmt::format("{} has fewer than two rows of {}", waveform.file, waveform.column));
  }

  const Config& config_;
  double origin_ = 0.0;  ///< of the time in the file
  std::vector<double> t_, V_, states_;
  std::vector<Jitter> jitter_;
};

/// Cells whose V follows a command.
class ClampDataset : public DatasetMaker {
 public:
  ClampDataset(const Config& config, Signal signal, Log& log)
      : config_(config),
        settings_(config.dataset),
        signal_(std::move(signal)),
        log_(log),
        steps_of_V_(settings_.source == DatasetSource::voltage_clamp),
        sampler_(config, steps_of_V_ ? std::vector<ValueRange>{} : ActionPotential::further(config)) {
    if (steps_of_V_) {
      command_ = std::make_unique<Steps>(config);
    } else {
      auto waveform = std::make_unique<ActionPotential>(config);
      waveform->follow(sampler_);
      command_ = std::move(waveform);
    }
    const auto times =
        static_cast<std::size_t>(std::llround(command_->duration() / settings_.every)) + 1;
    head_ = head_of_cells(config, sampler_.model().info(), times, true, together);
    head_.source = command_->source();
    substeps_ = std::max(1L, std::lround(settings_.every / config.reaction.step));
    command_->check(sampler_.model().info());
  }

  const DatasetHead& head() const override { return head_; }
  std::vector<std::string> description() const override {
    return {fmt::format("{} cells: {}, {} precision{}", head_.cases, head_.model,
                        precision_name(sampler_.model().precision()),
                        sampler_.model().uses_tables() ? ", tables" : ""),
            command_->description()};
  }
  double simulated_ms() const override { return simulated_; }
  std::string precision() const override { return precision_name(sampler_.model().precision()); }
  double cell_steps() const override { return cell_steps_; }

  void make(DatasetFile* file) override {
    sampler_.write_parameters(*file);
    command_->write(*file);
    Progress progress(log_, 0.0,
                      (settings_.settle + command_->duration()) * static_cast<double>(head_.cases));
    for (std::size_t first = 0; first < head_.cases; first += head_.blocks.cases)
      make_some(first, std::min(head_.blocks.cases, head_.cases - first), *file, progress);
  }

 private:
  void make_some(std::size_t first, std::size_t count, DatasetFile& file, Progress& progress) {
    LaneCells cells = sampler_.cells(first, count);
    const std::vector<double> start = command_->states();
    for (std::size_t s = 0; s < start.size(); ++s)
      for (std::size_t i = 0; i < count; ++i) cells.set_state(s, i, start[s]);
    std::vector<std::shared_ptr<const ionic::CellModel>> models;
    for (std::size_t i = 0; i < count; ++i) models.push_back(sampler_.rates_model(first + i));
    settle(cells, progress);
    SampleBlock block(head_, first, count);
    const double dt = settings_.every;
    for (std::size_t k = 0; k < head_.times; ++k) {
      const double t = static_cast<double>(k) * dt;
      for (std::size_t i = 0; i < count; ++i) {
        const double V = command_->V(first + i, t);
        std::vector<double> numbers = cells.numbers(i);
        numbers[0] = V;
        double* const to = std::copy(numbers.begin(), numbers.end(), block.values(i));
        *to = ionic_current(*models[i], V, std::span(numbers).subspan(1));
        // What the electrode gives: V moves as it does under this and I_ion.
        block.series(0, i) = *to + (command_->V(first + i, t + dt) - V) / dt;
      }
      block.next(file);
      if (k + 1 == head_.times) break;
      hold(cells, dt, substeps_, progress,
           [&](std::size_t i, double within) { return command_->V(first + i, t + within); });
    }
  }

  /// At the holding potential, before the first sample.
  void settle(LaneCells& cells, Progress& progress) {
    if (settings_.settle == 0.0) return;
    const auto intervals = static_cast<long>(std::ceil(settings_.settle / settings_.every - 1e-9));
    for (long k = 0; k < intervals; ++k)
      hold(cells, settings_.settle / static_cast<double>(intervals), substeps_, progress,
           [&](std::size_t, double) { return settings_.holding; });
  }

  /// The states over dt, with V of each step that in its middle.
  template <class V>
  void hold(LaneCells& cells, double dt, long steps, Progress& progress, V V_of) {
    const double h = dt / static_cast<double>(steps);
    for (long s = 0; s < steps; ++s) {
      const double middle = (static_cast<double>(s) + 0.5) * h;
      for (std::size_t i = 0; i < cells.count(); ++i) cells.set_V(i, V_of(i, middle));
      cells.advance(h, [](std::size_t) { return 0.0; });
    }
    const auto count = static_cast<double>(cells.count());
    simulated_ += dt * count;
    cell_steps_ += count * static_cast<double>(steps);
    progress.update(simulated_, cell_steps_);
    if (const int signal = signal_()) throw Stopped{signal};
  }

  const Config& config_;
  const DatasetSettings& settings_;
  Signal signal_;
  Log& log_;
  bool steps_of_V_;
  CaseSampler sampler_;
  std::unique_ptr<Command> command_;
  DatasetHead head_;
  long substeps_ = 1;
  double simulated_ = 0.0, cell_steps_ = 0.0;
};

}  // namespace

std::unique_ptr<DatasetMaker> make_clamp_dataset(const Config& config, Signal signal, Log& log) {
  return std::make_unique<ClampDataset>(config, std::move(signal), log);
}

}  // namespace myowave
