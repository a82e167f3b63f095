// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "surrogates/evaluator.hpp"
#include "surrogates/guarded_model.hpp"

namespace myowave::surrogates {

/// Kind `step`: V and all states after the file's dt from one evaluation. A stimulus is an input of its
/// own (J) or, where there is none, has raised V before the networks see it.
template <class Real>
class StepModel : public GuardedModel {
 public:
  StepModel(std::shared_ptr<const Surrogate> surrogate, std::unique_ptr<ionic::CellModel> host,
            bool guarded, ionic::InstructionSet set);

  double fixed_step() const override { return surrogate().dt; }
  /// (state after a step - state) / dt.
  std::vector<double> rates(double V, std::span<const double> states, double stimulus) const override;

 private:
  void advance(const ionic::CellBlock& block, double dt) const override;
  const double* V_seen(const ionic::CellBlock& block, double dt) const override;

  bool has_J_ = false;
  std::vector<std::vector<Source>> sources_;  ///< of each part
  mutable std::vector<Evaluator<Real>> evaluators_;
  mutable std::vector<double> V_;
};

}  // namespace myowave::surrogates
