// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "ionic/cell_model.hpp"
#include "surrogates/surrogate.hpp"

namespace myowave::learn {

/// Cells of a model, paced side by side from rest: some by slow beats and then faster ones, at a steady
/// cycle length each, some by one premature beat. Recorded cells are short, so their errors do not tell
/// where a surrogate settles after a minute of pacing, nor how many such states it has.
class PacedCells {
 public:
  /// Paces the model, in double precision, once.
  explicit PacedCells(const ionic::CellSpec& host);

  /// Largest difference of APD90 [ms] between the surrogate and the model, of the cells in which the
  /// model has all beats in full; one that the surrogate has not counts `lost_beat`.
  double largest_error(std::shared_ptr<const surrogates::Surrogate> surrogate) const;
  static constexpr double lost_beat = 50.0;  // ms

 private:
  std::vector<std::vector<double>> host_;  ///< [cells][last beats]: APD90 [ms]; empty: no measure
};

}  // namespace myowave::learn
