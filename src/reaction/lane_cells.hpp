// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "ionic/cell_model.hpp"

namespace myowave {

/// Cells of one model without space, side by side in the lanes of the vector units: what is paced
/// outside of tissue. The model must outlive them.
class LaneCells {
 public:
  /// `count` cells at the model's initial state.
  LaneCells(const ionic::CellModel& model, std::size_t count)
      : model_(model),
        count_(count),
        V_((count + ionic::lane_padding - 1) / ionic::lane_padding * ionic::lane_padding,
           model.initial_V()),
        stimulus_(V_.size()),
        fallbacks_(model.is_guarded() ? V_.size() : 0),
        states_(model.make_states(V_.size())) {}

  std::size_t count() const { return count_; }
  double V(std::size_t i) const { return V_[i]; }
  double state(std::size_t s, std::size_t i) const { return states_.get(s, i); }
  std::size_t state_count() const { return states_.state_count(); }
  /// V and every state of one cell.
  std::vector<double> numbers(std::size_t i) const {
    std::vector<double> all = {V_[i]};
    for (std::size_t s = 0; s < state_count(); ++s) all.push_back(state(s, i));
    return all;
  }

  /// All cells take the state of a cell of others of the same model.
  void take(const LaneCells& others, std::size_t i) {
    std::fill(V_.begin(), V_.end(), others.V_[i]);
    for (std::size_t s = 0; s < state_count(); ++s) states_.fill(s, others.state(s, i));
  }

  /// Sets V [mV] of one cell.
  void set_V(std::size_t i, double V) {
    at_lanes_of(i, [&](std::size_t lane) { V_[lane] = V; });
  }
  /// Sets a state of one cell.
  void set_state(std::size_t s, std::size_t i, double value) {
    at_lanes_of(i, [&](std::size_t lane) { states_.set(s, lane, value); });
  }
  /// A parameter that differs from cell to cell, with one value for each; of a model made for that.
  void vary(int parameter, std::vector<double> values) {
    values.resize(V_.size(), values.back());
    varying_.emplace_back(parameter, std::move(values));
  }

  /// By dt [ms], with `stimulus(i)` [uA/uF] for each cell.
  template <class Stimulus>
  void advance(double dt, Stimulus stimulus) {
    for (std::size_t i = 0; i < V_.size(); ++i) stimulus_[i] = stimulus(std::min(i, count_ - 1));
    std::vector<ionic::Varying> varying;
    for (const auto& [parameter, values] : varying_) varying.push_back({parameter, values.data()});
    model_.step({states_.rows(V_.data(), 0), V_.size(), stimulus_.data(), varying,
                 fallbacks_.empty() ? nullptr : fallbacks_.data()},
                dt);
  }
  /// Steps that a surrogate's guard has left to its model, over all cells.
  std::int64_t fallbacks() const {
    std::int64_t all = 0;
    for (std::size_t i = 0; i < count_ && !fallbacks_.empty(); ++i) all += fallbacks_[i];
    return all;
  }
  /// What cell i was given in the last step.
  double stimulus(std::size_t i) const { return stimulus_[i]; }
  /// The first cell whose V is not in the model's range, `count()` if there is none.
  std::size_t first_failed() const {
    std::size_t i = 0;
    while (i < count_ && V_[i] > model_.info().V_min_mV && V_[i] < model_.info().V_max_mV) ++i;
    return i;
  }

 private:
  /// The lanes of a cell: those of the padding follow the last one.
  template <class Set>
  void at_lanes_of(std::size_t i, Set set) {
    for (std::size_t lane = i; lane < (i + 1 < count_ ? i + 1 : V_.size()); ++lane) set(lane);
  }

  const ionic::CellModel& model_;
  std::size_t count_;
  std::vector<double> V_, stimulus_;
  std::vector<std::uint32_t> fallbacks_;
  ionic::CellStates states_;
  std::vector<std::pair<int, std::vector<double>>> varying_;
};

}  // namespace myowave
