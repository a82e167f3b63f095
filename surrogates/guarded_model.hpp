// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "ionic/cell_model.hpp"
#include "surrogates/state_rows.hpp"
#include "surrogates/surrogate.hpp"

namespace myowave::surrogates {

/// Which of a surrogate's inputs are V, states or J of a model.
struct Source {
  enum class Of { V, J, state } of;
  std::size_t state = 0;
};
Source source_of(const Input& input, const ionic::ModelInfo& info);

/// Whether any value is below `min`, above `max` or no number. Of nearly all blocks none is: it is
/// written so that the compiler needs neither branches nor stores.
template <class T>
bool any_outside(const T* values, double min, double max, std::size_t count) {
  const T low = static_cast<T>(min), high = static_cast<T>(max);
  T outside = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const T above = values[i] - low, below = high - values[i];
    const T least = above < below ? above : below;
    outside = least >= 0 ? outside : T(1);
  }
  return outside != 0;
}

/// Finds the cells of a block whose inputs are outside the trained range.
class Guard {
 public:
  Guard(const Surrogate& surrogate, const ionic::ModelInfo& info, ionic::Precision precision);
  /// Indices of cells with an input outside, or NaN; V from `V`, which may differ from that of the rows.
  std::span<const std::uint32_t> outside(const ionic::CellRows& rows, const double* V, const double* J,
                                         std::size_t count) const;

 private:
  struct Range {
    Source source;
    double min, max;
  };
  StateRows states_;
  std::vector<Range> ranges_;
  mutable std::vector<std::uint8_t> is_outside_;
  mutable std::vector<std::uint32_t> cells_;
};

/// A surrogate that shares the states of the model it stands for: cells outside the trained range take
/// that model's steps.
class GuardedModel : public ionic::CellModel {
 public:
  GuardedModel(std::shared_ptr<const Surrogate> surrogate, std::unique_ptr<ionic::CellModel> host,
               bool guarded);

  const ionic::ModelInfo& info() const override { return host_->info(); }
  ionic::Precision precision() const override { return host_->precision(); }
  double initial_V() const override { return host_->initial_V(); }
  const std::vector<double>& initial_states() const override { return host_->initial_states(); }
  const std::vector<double>& parameters() const override { return host_->parameters(); }
  bool uses_tables() const override { return false; }
  bool is_guarded() const override { return guarded_; }
  void step(const ionic::CellBlock& block, double dt) const final;

 protected:
  /// Cells that are advanced together; a multiple of ionic::lane_padding.
  static constexpr std::size_t chunk = 128;

  const Surrogate& surrogate() const { return *surrogate_; }
  const StateRows& states() const { return states_; }
  /// Advances all cells of a block of at most `chunk`, whether in range or not.
  virtual void advance(const ionic::CellBlock& block, double dt) const = 0;
  /// V as the networks get it, at the start of a step.
  virtual const double* V_seen(const ionic::CellBlock& block, double) const { return block.rows.V; }

 private:
  void step_chunk(const ionic::CellBlock& block, double dt) const;
  void gather(const ionic::CellBlock& block, std::span<const std::uint32_t> cells) const;
  void step_host(std::size_t count, double dt) const;
  void scatter(const ionic::CellBlock& block, std::span<const std::uint32_t> cells) const;

  std::shared_ptr<const Surrogate> surrogate_;
  std::unique_ptr<ionic::CellModel> host_;
  bool guarded_;
  StateRows states_;
  Guard guard_;
  // Cells left to the host, side by side.
  mutable ionic::CellStates left_;
  mutable std::vector<double> left_V_, left_stimulus_;
};

}  // namespace myowave::surrogates
