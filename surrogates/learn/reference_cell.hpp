// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "ionic/cell_model.hpp"

namespace myowave::learn {

/// The equations of a model, integrated to a tolerance: the truth that surrogates are trained on.
class ReferenceCell {
 public:
  ReferenceCell(const ionic::CellSpec& spec, double tolerance);

  const ionic::ModelInfo& info() const { return *code_.info; }
  /// V first, then the states.
  const std::vector<double>& initial() const { return initial_; }
  const std::vector<double>& parameters() const { return parameters_; }

  /// dy/dt of y, V first, under the current J [uA/uF].
  void rates(const double* y, const double* parameters, double J, double* dydt) const;

  /// Advances y, V first, by dt [ms] under a constant J, with steps of which each is within the
  /// tolerance (Dormand and Prince 1980, order 5). `step` is the size to begin with, and that to
  /// continue with; 0: any. Returns false if the state leaves the finite numbers.
  bool advance(double* y, const double* parameters, double J, double dt, double& step) const;

  /// The steady state without current near the initial state (Newton). Throws InputError if there is
  /// none.
  std::vector<double> rest() const;

 private:
  double error(const double* y, const double* next, const double* difference) const;

  const ionic::ModelCode& code_;
  std::vector<double> initial_, parameters_;
  std::vector<double> floor_;  ///< below it the tolerance is absolute
  double tolerance_;
};

}  // namespace myowave::learn
