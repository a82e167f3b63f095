// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "ionic/cell_model.hpp"
#include "surrogates/guarded_model.hpp"

namespace myowave::surrogates {

/// The correction of dV/dt [mV/ms] as a table in V, or in V and one state, linear between its points.
class ResidualTable {
 public:
  ResidualTable(const Surrogate& surrogate, const ionic::ModelInfo& info);
  bool has_state() const { return has_state_; }
  std::size_t state() const { return state_; }
  /// Zero outside of the trained range, NaN for NaN.
  double at(double V, double y) const;
  /// The largest difference from the network half-way between the points, mV/ms.
  double error() const { return error_; }

 private:
  struct Axis {
    double min = 0.0, max = 0.0, per_unit = 0.0;
    std::size_t intervals = 0;
    double value(double position) const { return min + position / per_unit; }
  };
  static Axis axis_of(const Input& input, std::size_t intervals);
  double measure(const Surrogate& surrogate, std::size_t V_input) const;

  bool has_state_ = false;
  std::size_t state_ = 0;
  Axis V_, y_;
  std::vector<double> values_;  ///< [V][y]
  double error_ = 0.0;
};

/// Kind `residual`: half a step of the correction, the model's own step, half a step of the correction,
/// which keeps the order of the model's method. Outside of the trained range there is no correction.
class ResidualModel : public ionic::CellModel {
 public:
  ResidualModel(std::shared_ptr<const Surrogate> surrogate, std::unique_ptr<ionic::CellModel> host,
                bool guarded);

  const ionic::ModelInfo& info() const override { return host_->info(); }
  ionic::Precision precision() const override { return host_->precision(); }
  double initial_V() const override { return host_->initial_V(); }
  const std::vector<double>& initial_states() const override { return host_->initial_states(); }
  const std::vector<double>& parameters() const override { return host_->parameters(); }
  bool uses_tables() const override { return host_->uses_tables(); }
  bool is_guarded() const override { return guarded_; }
  void step(const ionic::CellBlock& block, double dt) const override;
  std::vector<double> rates(double V, std::span<const double> states, double stimulus) const override;

 private:
  void correct(const ionic::CellBlock& block, double dt) const;

  std::shared_ptr<const Surrogate> surrogate_;
  std::unique_ptr<ionic::CellModel> host_;
  bool guarded_;
  StateRows states_;
  Guard guard_;
  ResidualTable table_;
};

}  // namespace myowave::surrogates
