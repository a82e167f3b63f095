// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "protocols/dataset_cases.hpp"
#include "protocols/dataset_maker.hpp"
#include "protocols/dataset_sampling.hpp"
#include "protocols/paced_cell.hpp"
#include "protocols/preparation.hpp"

namespace myowave {
namespace {

/// Cells that are computed side by side.
constexpr std::size_t together = 256;

/// Times from 0 to the duration, both included.
std::size_t times_of(const DatasetSettings& settings) {
  return static_cast<std::size_t>(std::llround(settings.duration / settings.every)) + 1;
}

/// Cells under currents of their own.
class CellsDataset : public DatasetMaker {
 public:
  CellsDataset(const Config& config, Signal signal, Log& log)
      : config_(config),
        settings_(config.dataset),
        signal_(std::move(signal)),
        log_(log),
        sampler_(config),
        head_(head_of_cells(config, sampler_.model().info(), times_of(settings_),
                            settings_.ionic_current, settings_.reference ? 1 : together)),
        substeps_(std::max(1L, std::lround(settings_.every / config.reaction.step))) {
    head_.source = "cells";
  }

  const DatasetHead& head() const override { return head_; }
  std::vector<std::string> description() const override {
    return {fmt::format(
        "{} cells: {}, {}", head_.cases, head_.model,
        settings_.reference
            ? "CVODE"
            : fmt::format("{} precision{}, {} at a time", precision_name(sampler_.model().precision()),
                          sampler_.model().uses_tables() ? ", tables" : "", head_.blocks.cases))};
  }
  double simulated_ms() const override { return simulated_; }
  std::string precision() const override {
    return settings_.reference ? "CVODE" : precision_name(sampler_.model().precision());
  }
  double cell_steps() const override { return cell_steps_; }

  void make(DatasetFile* file) override {
    sampler_.write_parameters(*file);
    Progress progress(log_, 0.0, settings_.duration * static_cast<double>(head_.cases));
    const std::size_t at_once = head_.blocks.cases;
    for (std::size_t first = 0; first < head_.cases; first += at_once) {
      const std::size_t count = std::min(at_once, head_.cases - first);
      if (settings_.reference)
        make_reference(first, *file, progress);
      else
        make_some(first, count, *file, progress);
    }
  }

 private:
  std::vector<CurrentSource> currents(std::size_t first, std::size_t count) const {
    std::vector<CurrentSource> all;
    for (std::size_t i = 0; i < count; ++i)
      all.emplace_back(settings_.current, settings_.every, settings_.seed, first + i);
    return all;
  }

  void make_some(std::size_t first, std::size_t count, DatasetFile& file, Progress& progress) {
    LaneCells cells = sampler_.cells(first, count);
    std::vector<CurrentSource> sources = currents(first, count);
    std::vector<std::shared_ptr<const ionic::CellModel>> models;
    for (std::size_t i = 0; i < count && settings_.ionic_current; ++i)
      models.push_back(sampler_.rates_model(first + i));
    SampleBlock block(head_, first, count);
    std::vector<double> J(count);
    for (std::size_t k = 0; k < head_.times; ++k) {
      for (std::size_t i = 0; i < count; ++i) {
        const std::vector<double> numbers = cells.numbers(i);
        double* const to = std::copy(numbers.begin(), numbers.end(), block.values(i));
        if (settings_.ionic_current)
          *to = ionic_current(*models[i], numbers[0], std::span(numbers).subspan(1));
        block.series(0, i) = J[i] = sources[i].next();
      }
      block.next(file);
      if (k + 1 == head_.times) break;
      for (long s = 0; s < substeps_; ++s)
        cells.advance(settings_.every / static_cast<double>(substeps_),
                      [&](std::size_t i) { return J[i]; });
      count_steps(count, progress);
      if (const std::size_t i = cells.first_failed(); i < count)
        fail(first + i, k + 1, cells.V(i), J[i]);
    }
  }

  void make_reference(std::size_t each, DatasetFile& file, Progress& progress) {
    Config config = config_;
    config.regions.front().cell = sampler_.spec(each);
    const std::unique_ptr<PacedCell> cell = make_reference_cell(config);
    CurrentSource source = currents(each, 1).front();
    SampleBlock block(head_, each, 1);
    const double dt = settings_.every;
    for (std::size_t k = 0; k < head_.times; ++k) {
      const std::vector<double> states = cell->states();
      double* to = block.values(0);
      *to++ = cell->V();
      to = std::copy(states.begin(), states.end(), to);
      if (settings_.ionic_current) *to = ionic_current(cell->model(), cell->V(), states);
      const double J = block.series(0, 0) = source.next();
      block.next(file);
      if (k + 1 == head_.times) break;
      const double t = static_cast<double>(k) * dt;
      cell->advance({"", {}, {}, J, t, dt, 0.0, 1}, t, dt);
      count_steps(1, progress);
      if (cell->fault() == "V") fail(each, k + 1, cell->V(), J);
    }
  }

  /// After an interval of `count` cells.
  void count_steps(std::size_t count, Progress& progress) {
    simulated_ += settings_.every * static_cast<double>(count);
    cell_steps_ += static_cast<double>(count) * static_cast<double>(substeps_);
    progress.update(simulated_, cell_steps_);
    if (const int signal = signal_()) throw Stopped{signal};
  }

  [[noreturn]] void fail(std::size_t each, std::size_t time, double V, double J) const {
    const ionic::ModelInfo& info = sampler_.model().info();
    throw RunError(fmt::format(
        "the computation failed: V = {:g} mV of case {} at t = {:g} ms under J = {:g} uA/uF ({} allows "
        "{:g} to "
        "{:g} mV). Likely causes: reaction.step = {:g} ms is too large for the model, or the ranges of "
        "dataset.current, initial or parameters are far too wide",
        V, each, static_cast<double>(time) * settings_.every, J, info.name, info.V_min_mV, info.V_max_mV,
        config_.reaction.step));
  }

  const Config& config_;
  const DatasetSettings& settings_;
  Signal signal_;
  Log& log_;
  CaseSampler sampler_;
  DatasetHead head_;
  long substeps_;
  double simulated_ = 0.0, cell_steps_ = 0.0;
};

}  // namespace

std::unique_ptr<DatasetMaker> make_cells_dataset(const Config& config, Signal signal, Log& log) {
  return std::make_unique<CellsDataset>(config, std::move(signal), log);
}

}  // namespace myowave
