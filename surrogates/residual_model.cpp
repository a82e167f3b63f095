// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/residual_model.hpp"

#include <algorithm>
#include <cmath>

#include "surrogates/surrogate_file.hpp"

namespace myowave::surrogates {
namespace {

constexpr std::size_t intervals_of_one = 4096, intervals_of_two = 512;

std::vector<double> sample(const Surrogate& surrogate, std::size_t V_input, double V, double y) {
  std::vector<double> x(surrogate.inputs.size(), y);
  x[V_input] = V;
  return evaluate(surrogate, x);
}

}  // namespace

ResidualTable::Axis ResidualTable::axis_of(const Input& input, std::size_t intervals) {
  return {input.min, input.max, static_cast<double>(intervals) / (input.max - input.min), intervals};
}

ResidualTable::ResidualTable(const Surrogate& surrogate, const ionic::ModelInfo& info) {
  std::size_t V_input = 0;
  has_state_ = surrogate.inputs.size() > 1;
  for (std::size_t i = 0; i < surrogate.inputs.size(); ++i) {
    const Source source = source_of(surrogate.inputs[i], info);
    const std::size_t intervals = has_state_ ? intervals_of_two : intervals_of_one;
    if (source.of == Source::Of::V)
      V_input = i, V_ = axis_of(surrogate.inputs[i], intervals);
    else
      state_ = source.state, y_ = axis_of(surrogate.inputs[i], intervals);
  }
  for (std::size_t a = 0; a <= V_.intervals; ++a)
    for (std::size_t b = 0; b <= y_.intervals; ++b)
      values_.push_back(sample(surrogate, V_input, V_.value(static_cast<double>(a)),
                               has_state_ ? y_.value(static_cast<double>(b)) : 0.0)
                            .front());
  error_ = measure(surrogate, V_input);
}

double ResidualTable::measure(const Surrogate& surrogate, std::size_t V_input) const {
  // Every cell of one axis, some hundred thousand points at most of two.
  const std::size_t stride = has_state_ ? 4 : 1;
  double worst = 0.0;
  for (std::size_t a = 0; a < V_.intervals; a += stride)
    for (std::size_t b = 0; b < std::max<std::size_t>(1, y_.intervals); b += stride) {
      const double V = V_.value(static_cast<double>(a) + 0.5);
      const double y = has_state_ ? y_.value(static_cast<double>(b) + 0.5) : 0.0;
      worst = std::max(worst, std::abs(at(V, y) - sample(surrogate, V_input, V, y).front()));
    }
  return worst;
}

double ResidualTable::at(double V, double y) const {
  if (std::isnan(V) || (has_state_ && std::isnan(y))) return std::nan("");
  if (!(V >= V_.min && V <= V_.max)) return 0.0;
  if (has_state_ && !(y >= y_.min && y <= y_.max)) return 0.0;
  const double a = (V - V_.min) * V_.per_unit;
  const std::size_t i = std::min(static_cast<std::size_t>(a), V_.intervals - 1);
  const double s = a - static_cast<double>(i);
  if (!has_state_) return values_[i] + s * (values_[i + 1] - values_[i]);
  const double b = (y - y_.min) * y_.per_unit;
  const std::size_t j = std::min(static_cast<std::size_t>(b), y_.intervals - 1);
  const double r = b - static_cast<double>(j);
  const std::size_t row = y_.intervals + 1;
  const double* const low = values_.data() + i * row + j;
  const double* const high = low + row;
  return (1.0 - s) * (low[0] + r * (low[1] - low[0])) + s * (high[0] + r * (high[1] - high[0]));
}

ResidualModel::ResidualModel(std::shared_ptr<const Surrogate> surrogate,
                             std::unique_ptr<ionic::CellModel> host, bool guarded)
    : surrogate_(std::move(surrogate)),
      host_(std::move(host)),
      guarded_(guarded),
      states_(host_->info(), host_->precision()),
      guard_(*surrogate_, host_->info(), host_->precision()),
      table_(*surrogate_, host_->info()) {}

void ResidualModel::correct(const ionic::CellBlock& block, double dt) const {
  for (std::size_t i = 0; i < block.count; ++i)
    block.rows.V[i] +=
        dt * table_.at(block.rows.V[i],
                       table_.has_state() ? states_.get(block.rows, table_.state(), i) : 0.0);
}

void ResidualModel::step(const ionic::CellBlock& block, double dt) const {
  if (guarded_ && block.fallbacks)
    for (const std::uint32_t cell :
         guard_.outside(block.rows, block.rows.V, block.stimulus, block.count))
      ++block.fallbacks[cell];
  correct(block, 0.5 * dt);
  host_->step(block, dt);
  correct(block, 0.5 * dt);
}

std::vector<double> ResidualModel::rates(double V, std::span<const double> states,
                                         double stimulus) const {
  std::vector<double> result = host_->rates(V, states, stimulus);
  result.front() += table_.at(V, table_.has_state() ? states[table_.state()] : 0.0);
  return result;
}

}  // namespace myowave::surrogates
