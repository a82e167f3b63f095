// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/guarded_model.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace myowave::surrogates {
namespace {

template <class T>
void mark_outside(const T* values, double min, double max, std::span<std::uint8_t> is_outside) {
  const T low = static_cast<T>(min), high = static_cast<T>(max);
  // NaN compares false with both ends, so it is outside.
  for (std::size_t i = 0; i < is_outside.size(); ++i)
    is_outside[i] |= static_cast<std::uint8_t>(!(values[i] >= low) | !(values[i] <= high));
}

}  // namespace

Source source_of(const Input& input, const ionic::ModelInfo& info) {
  if (input.name == "V") return {Source::Of::V};
  if (input.name == "J") return {Source::Of::J};
  for (std::size_t s = 0; s < info.states.size(); ++s)
    if (input.name == info.states[s].name) return {Source::Of::state, s};
  throw InternalError("input " + input.name + " is no state of " + info.name);
}

Guard::Guard(const Surrogate& surrogate, const ionic::ModelInfo& info, ionic::Precision precision)
    : states_(info, precision) {
  for (const Input& input : surrogate.inputs)
    ranges_.push_back({source_of(input, info), input.min, input.max});
}

std::span<const std::uint32_t> Guard::outside(const ionic::CellRows& rows, const double* V,
                                              const double* J, std::size_t count) const {
  const auto visit = [&](const Range& range, auto body) {
    if (range.source.of == Source::Of::V) return body(V);
    if (range.source.of == Source::Of::J) return body(J);
    if (states_.is_float(range.source.state)) return body(states_.floats(rows, range.source.state));
    return body(states_.doubles(rows, range.source.state));
  };
  bool any = false;
  for (const Range& range : ranges_)
    any = any || visit(range, [&](const auto* values) {
            return any_outside(values, range.min, range.max, count);
          });
  cells_.clear();
  if (!any) return cells_;
  is_outside_.assign(count, 0);
  for (const Range& range : ranges_)
    visit(range, [&](const auto* values) {
      mark_outside(values, range.min, range.max, is_outside_);
      return true;
    });
  for (std::size_t i = 0; i < count; ++i)
    if (is_outside_[i]) cells_.push_back(static_cast<std::uint32_t>(i));
  return cells_;
}

GuardedModel::GuardedModel(std::shared_ptr<const Surrogate> surrogate,
                           std::unique_ptr<ionic::CellModel> host, bool guarded)
    : surrogate_(std::move(surrogate)),
      host_(std::move(host)),
      guarded_(guarded),
      states_(host_->info(), host_->precision()),
      guard_(*surrogate_, host_->info(), host_->precision()),
      left_(host_->info(), host_->precision(), chunk),
      left_V_(chunk),
      left_stimulus_(chunk) {}

void GuardedModel::step(const ionic::CellBlock& block, double dt) const {
  for (std::size_t first = 0; first < block.count; first += chunk)
    step_chunk({from(block.rows, first),
                std::min(chunk, block.count - first),
                block.stimulus + first,
                {},
                block.fallbacks ? block.fallbacks + first : nullptr},
               dt);
}

void GuardedModel::step_chunk(const ionic::CellBlock& block, double dt) const {
  if (!guarded_) return advance(block, dt);
  const std::span<const std::uint32_t> cells =
      guard_.outside(block.rows, V_seen(block, dt), block.stimulus, block.count);
  if (cells.empty()) return advance(block, dt);
  gather(block, cells);
  // The numbers of cells outside are replaced after it, whatever comes out for them.
  if (cells.size() < block.count) advance(block, dt);
  step_host(cells.size(), dt);
  scatter(block, cells);
  if (block.fallbacks)
    for (const std::uint32_t cell : cells) ++block.fallbacks[cell];
}

void GuardedModel::gather(const ionic::CellBlock& block, std::span<const std::uint32_t> cells) const {
  for (std::size_t k = 0; k < cells.size(); ++k) {
    left_V_[k] = block.rows.V[cells[k]];
    left_stimulus_[k] = block.stimulus[cells[k]];
    for (std::size_t s = 0; s < states_.count(); ++s)
      left_.set(s, k, states_.get(block.rows, s, cells[k]));
  }
}

void GuardedModel::step_host(std::size_t count, double dt) const {
  const std::size_t padded =
      (count + ionic::lane_padding - 1) / ionic::lane_padding * ionic::lane_padding;
  for (std::size_t k = count; k < padded; ++k) {
    left_V_[k] = left_V_[count - 1], left_stimulus_[k] = left_stimulus_[count - 1];
    for (std::size_t s = 0; s < states_.count(); ++s) left_.set(s, k, left_.get(s, count - 1));
  }
  // A surrogate's step may be longer than its model can bear.
  const int steps = std::max(1, static_cast<int>(std::ceil(dt / info().step_max_ms - 1e-6)));
  for (int n = 0; n < steps; ++n)
    host_->step({left_.rows(left_V_.data(), 0), padded, left_stimulus_.data()}, dt / steps);
}

void GuardedModel::scatter(const ionic::CellBlock& block, std::span<const std::uint32_t> cells) const {
  for (std::size_t k = 0; k < cells.size(); ++k) {
    block.rows.V[cells[k]] = left_V_[k];
    for (std::size_t s = 0; s < states_.count(); ++s)
      states_.set(block.rows, s, cells[k], left_.get(s, k));
  }
}

}  // namespace myowave::surrogates
