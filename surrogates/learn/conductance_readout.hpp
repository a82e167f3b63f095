// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "ionic/cell_model.hpp"
#include "surrogates/conductance.hpp"
#include "surrogates/learn/task.hpp"

namespace myowave::learn {

/// States of a model along cells that are paced side by side from its initial state: at steady cycle
/// lengths, and at random intervals. What read-outs of a surrogate are fitted to, and judged by.
class PacedTraces {
 public:
  /// Computes the model, in double precision, once. `names`: its states, positive ones.
  PacedTraces(const ionic::CellSpec& host, std::vector<std::string> names);

  /// Adds read-outs to a surrogate: its latents follow the model's V, and the weights are those of the
  /// least squares of the logarithm.
  void fit(surrogates::Conductance& surrogate) const;
  /// What they are off by in other cells, in their units.
  std::vector<OutputError> errors(const surrogates::Conductance& surrogate) const;

 private:
  struct Cell {
    std::vector<double> V;       ///< [times] mV
    std::vector<double> states;  ///< [times][names]
  };

  static std::vector<Cell> paced(const ionic::CellSpec& host, const std::vector<std::size_t>& states,
                                 const std::vector<std::vector<double>>& starts);

  std::vector<std::string> names_, units_;
  std::vector<Cell> fitted_, apart_;
};

}  // namespace myowave::learn
