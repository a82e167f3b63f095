// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "ionic/cell_model.hpp"
#include "surrogates/guarded_model.hpp"

namespace myowave::surrogates {

/// Kind `gate`: the model itself, its tables made of the learnt gates where V is in the trained range
/// and of its own elsewhere. What is left here is to count the cells elsewhere.
class GateModel : public ionic::CellModel {
 public:
  GateModel(std::shared_ptr<const Surrogate> surrogate, std::unique_ptr<ionic::CellModel> host,
            bool guarded);

  const ionic::ModelInfo& info() const override { return host_->info(); }
  ionic::Precision precision() const override { return host_->precision(); }
  double initial_V() const override { return host_->initial_V(); }
  const std::vector<double>& initial_states() const override { return host_->initial_states(); }
  const std::vector<double>& parameters() const override { return host_->parameters(); }
  bool uses_tables() const override { return true; }
  bool is_guarded() const override { return guarded_; }
  void step(const ionic::CellBlock& block, double dt) const override;
  std::vector<double> rates(double V, std::span<const double> states, double stimulus) const override {
    return host_->rates(V, states, stimulus);
  }

 private:
  std::shared_ptr<const Surrogate> surrogate_;
  std::unique_ptr<ionic::CellModel> host_;
  bool guarded_;
  Guard guard_;
};

}  // namespace myowave::surrogates
