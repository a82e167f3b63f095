// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "surrogates/evaluator.hpp"
#include "surrogates/guarded_model.hpp"
#include "surrogates/relaxation.hpp"

namespace myowave::surrogates {

/// Kind `rate`: currents, derivatives, and steady states with time constants, integrated over a step of
/// any length as the file says. Parts that give gates alone are evaluated first, so that the currents
/// see the new gates, as in the mechanistic kernels.
template <class Real>
class RateModel : public GuardedModel {
 public:
  RateModel(std::shared_ptr<const Surrogate> surrogate, std::unique_ptr<ionic::CellModel> host,
            bool guarded, ionic::Method method, ionic::InstructionSet set);

  std::vector<double> rates(double V, std::span<const double> states, double stimulus) const override;

 private:
  /// What one output of a part does.
  struct Role {
    Form form;
    Source to;          ///< of derivative, inf
    std::size_t tau;    ///< of inf: the output of the same part that is its time constant
    bool has_reversal;  ///< of current
    double reversal;
  };
  struct Unit {
    std::vector<Source> inputs;
    std::vector<Role> roles;
  };

  void advance(const ionic::CellBlock& block, double dt) const override;
  void evaluate(std::size_t unit, const ionic::CellRows& at, std::size_t count) const;
  /// to += what the rates at `at` do in dt; `to` may be `at`.
  void stage(const ionic::CellRows& at, const ionic::CellRows& to, const double* stimulus,
             std::size_t count, double dt) const;
  void apply(std::size_t unit, const ionic::CellRows& to, std::size_t count, double dt) const;
  void heun(const ionic::CellBlock& block, double dt) const;
  /// Derivatives of V and all states at `at`, [1 + states][chunk].
  void derivatives(const ionic::CellRows& at, const double* stimulus, std::size_t count,
                   std::vector<double>& dydt) const;
  void add_to_dV(const Role& role, const Real* values, const double* V, std::size_t count,
                 double* dV) const;
  void copy(const ionic::CellRows& from, const ionic::CellRows& to, std::size_t count) const;
  void add(const ionic::CellRows& rows, std::size_t count, double factor,
           const std::vector<double>& dydt) const;

  bool midpoint_;
  const Relaxation& relaxation_;
  std::vector<Unit> units_;  ///< of each part, those of gates alone first
  mutable std::vector<Evaluator<Real>> evaluators_;
  mutable ionic::CellStates other_;
  mutable std::vector<double> other_V_, dV_, first_, second_;
};

}  // namespace myowave::surrogates
