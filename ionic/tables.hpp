// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "base/aligned.hpp"
#include "ionic/cell_model.hpp"
#include "ionic/kernel.hpp"

namespace myowave::ionic {

/// V from -120 to 80 mV at 0.05 mV; outside, functions are evaluated.
inline constexpr double table_V_first = -120.0, table_spacing = 0.05;
inline constexpr int table_intervals = 4000;

/// The functions of V of one model with given parameters for one dt [ms].
class Tables {
 public:
  Tables(const ModelCode& code, std::span<const double> parameters, Precision precision, double dt,
         const LearntGates* learnt = nullptr);
  double dt() const { return dt_; }
  const TableRows& rows() const { return view_; }

 private:
  double dt_;
  AlignedVector<double> doubles_;
  AlignedVector<float> floats_;
  TableRows view_;
};

/// Puts learnt gates in the place of the model's: inf and rate (1/tau) by state, if V is in their range.
void replace_gates(const LearntGates& learnt, double V, std::span<double> inf, std::span<double> rate);

/// How well a column of a table stands for its function.
struct TableError {
  std::string column;       ///< "m_inf", "m 1-exp(-dt/tau)" or "function 2"
  double largest, typical;  ///< error half-way between rows over the column's largest value: the
                            ///< largest one, where a jump shows, and the 99th percentile
};
std::vector<TableError> table_errors(const ModelCode& code, std::span<const double> parameters,
                                     double dt);

/// Whether some function of V depends on the parameter.
bool is_tabulated(const ModelCode& code, std::span<const double> parameters, int parameter);

}  // namespace myowave::ionic
