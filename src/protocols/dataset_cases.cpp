// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/dataset_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/error.hpp"
#include "protocols/dataset_sampling.hpp"

namespace myowave {
namespace {

std::string quantity_text(double value, std::string_view unit) {
  return unit == "1" ? fmt::format("{:.17g}", value) : fmt::format("{:.17g} {}", value, unit);
}

std::size_t index_of(std::span<const ionic::Quantity> items, const std::string& name) {
  for (std::size_t k = 0; k < items.size(); ++k)
    if (name == items[k].name) return k;
  throw InternalError("no quantity " + name);  // the configuration has been checked
}

}  // namespace

CaseSampler::CaseSampler(const Config& config, std::vector<ValueRange> further)
    : spec_(config.regions.front().cell), cases_(static_cast<std::size_t>(config.dataset.cases)) {
  const DatasetSettings& settings = config.dataset;
  const auto plain = ionic::make_cell_model(spec_, {});
  const ionic::ModelInfo& info = plain->info();
  std::vector<int> varying;
  for (const SampledQuantity& each : settings.initial) {
    const bool is_V = each.name == "V";
    axes_.push_back(
        {is_V ? Axis::To::V : Axis::To::state, is_V ? 0 : index_of(info.states, each.name), each.range});
  }
  for (const bool factor : {false, true})
    for (const SampledQuantity& each : factor ? settings.scale : settings.parameters) {
      const std::size_t k = index_of(info.parameters, each.name);
      const double of = factor ? plain->parameters()[k] : 1.0;
      axes_.push_back({Axis::To::parameter, k, {of * each.range.low, of * each.range.high}});
      varying.push_back(static_cast<int>(k));
    }
  for (std::size_t k = 0; k < further.size(); ++k) axes_.push_back({Axis::To::further, k, further[k]});
  model_ = ionic::make_cell_model(spec_, config.reaction.numerics(), varying);
  shares_ = latin_hypercube(cases_, axes_.size(), settings.seed);
}

double CaseSampler::value(std::size_t each, std::size_t axis) const {
  return axes_[axis].range.at(shares_[each * axes_.size() + axis]);
}

double CaseSampler::further(std::size_t number, std::size_t each) const {
  for (std::size_t a = 0; a < axes_.size(); ++a)
    if (axes_[a].to == Axis::To::further && axes_[a].index == number) return value(each, a);
  throw InternalError("no such range");
}

LaneCells CaseSampler::cells(std::size_t first, std::size_t count) const {
  LaneCells cells(*model_, count);
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    std::vector<double> values(count);
    for (std::size_t i = 0; i < count; ++i) values[i] = value(first + i, a);
    const Axis& axis = axes_[a];
    if (axis.to == Axis::To::parameter) cells.vary(static_cast<int>(axis.index), values);
    for (std::size_t i = 0; i < count; ++i) {
      if (axis.to == Axis::To::V) cells.set_V(i, values[i]);
      if (axis.to == Axis::To::state) cells.set_state(axis.index, i, values[i]);
    }
  }
  return cells;
}

ionic::CellSpec CaseSampler::spec(std::size_t each) const {
  const ionic::ModelInfo& info = model_->info();
  ionic::CellSpec spec = spec_;
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    const Axis& axis = axes_[a];
    if (axis.to == Axis::To::V) spec.initial_state["V"] = quantity_text(value(each, a), "mV");
    if (axis.to == Axis::To::state) {
      const ionic::Quantity& state = info.states[axis.index];
      spec.initial_state[state.name] = quantity_text(value(each, a), state.unit);
    }
    if (axis.to == Axis::To::parameter) {
      const ionic::Quantity& parameter = info.parameters[axis.index];
      spec.parameters[parameter.name] = quantity_text(value(each, a), parameter.unit);
      spec.scale.erase(parameter.name);
    }
  }
  return spec;
}

std::shared_ptr<const ionic::CellModel> CaseSampler::rates_model(std::size_t each) const {
  const bool differs = std::any_of(axes_.begin(), axes_.end(),
                                   [](const Axis& axis) { return axis.to == Axis::To::parameter; });
  if (!differs) return model_;
  return ionic::make_cell_model(spec(each), {});
}

void CaseSampler::write_parameters(DatasetFile& file) const {
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    if (axes_[a].to != Axis::To::parameter) continue;
    std::vector<double> values(cases_);
    for (std::size_t c = 0; c < cases_; ++c) values[c] = value(c, a);
    const ionic::Quantity& parameter = model_->info().parameters[axes_[a].index];
    file.write_by_case(fmt::format("parameters/{}", parameter.name), values, 0, parameter.unit);
  }
}

std::vector<DatasetVariable> variables_of(const ionic::ModelInfo& info, bool ionic_current) {
  std::vector<DatasetVariable> variables = {{"V", "mV"}};
  for (const ionic::Quantity& state : info.states) variables.push_back({state.name, state.unit});
  if (ionic_current) variables.push_back({"I_ion", "uA/uF"});
  return variables;
}

DatasetHead head_of_cells(const Config& config, const ionic::ModelInfo& info, std::size_t times,
                          bool ionic_current, std::size_t together) {
  const DatasetSettings& settings = config.dataset;
  const ionic::CellSpec& cell = config.regions.front().cell;
  DatasetHead head;
  head.model = info.name;
  head.variant = cell.variant.empty() ? info.variants.front().name : cell.variant;
  head.config = resolved_toml(config);
  head.dt = settings.every;
  head.seed = settings.seed;
  head.cases = static_cast<std::size_t>(settings.cases);
  head.times = times;
  head.variables = variables_of(info, ionic_current);
  head.series = {{"J", "uA/uF"}};
  head.blocks = dataset_blocks(std::min(together, head.cases), times, head.variables.size());
  return head;
}

double ionic_current(const ionic::CellModel& model, double V, std::span<const double> states) {
  return -model.rates(V, states).front();
}

SampleBlock::SampleBlock(const DatasetHead& head, std::size_t first_case, std::size_t cases)
    : head_(head),
      part_{first_case, cases, 0, std::min(head.blocks.times, head.times)},
      values_(part_.count() * head.variables.size()),
      series_(head.series.size(), std::vector<double>(part_.count())) {}

double* SampleBlock::values(std::size_t each) {
  return values_.data() + (each * part_.times + at_) * head_.variables.size();
}

double& SampleBlock::series(std::size_t index, std::size_t each) {
  return series_[index][each * part_.times + at_];
}

void SampleBlock::next(DatasetFile& file) {
  if (++at_ < part_.times) return;
  const std::size_t count = part_.count();
  file.write_values(part_, {values_.data(), count * head_.variables.size()});
  for (std::size_t k = 0; k < series_.size(); ++k)
    file.write_series(k, part_, {series_[k].data(), count});
  at_ = 0;
  part_.first_time += part_.times;
  part_.times = std::min(part_.times, head_.times - part_.first_time);
}

}  // namespace myowave
