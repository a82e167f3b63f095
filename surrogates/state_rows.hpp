// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <vector>

#include "ionic/kernel.hpp"
#include "surrogates/compiled_network.hpp"

namespace myowave::surrogates {

/// Finds the states of a model in the rows of a block, whichever type each is held in.
class StateRows {
 public:
  StateRows(const ionic::ModelInfo& info, ionic::Precision precision) {
    std::size_t rows[2] = {0, 0};
    for (std::size_t s = 0; s < info.states.size(); ++s) {
      const bool in_float = ionic::is_float(info, static_cast<int>(s), precision);
      places_.push_back({in_float, rows[in_float ? 1 : 0]++});
    }
  }

  std::size_t count() const { return places_.size(); }
  bool is_float(std::size_t state) const { return places_[state].in_float; }
  double* doubles(const ionic::CellRows& rows, std::size_t state) const {
    return rows.doubles + places_[state].row * rows.stride;
  }
  float* floats(const ionic::CellRows& rows, std::size_t state) const {
    return rows.floats + places_[state].row * rows.stride;
  }
  InputRow input(const ionic::CellRows& rows, std::size_t state) const {
    if (is_float(state)) return {floats(rows, state), true};
    return {doubles(rows, state), false};
  }
  double get(const ionic::CellRows& rows, std::size_t state, std::size_t cell) const {
    return is_float(state) ? static_cast<double>(floats(rows, state)[cell]) : doubles(rows, state)[cell];
  }
  void set(const ionic::CellRows& rows, std::size_t state, std::size_t cell, double value) const {
    if (is_float(state))
      floats(rows, state)[cell] = static_cast<float>(value);
    else
      doubles(rows, state)[cell] = value;
  }

 private:
  struct Place {
    bool in_float;
    std::size_t row;
  };
  std::vector<Place> places_;
};

/// The rows from a cell on.
inline ionic::CellRows from(const ionic::CellRows& rows, std::size_t first) {
  return {rows.V + first, rows.doubles ? rows.doubles + first : nullptr,
          rows.floats ? rows.floats + first : nullptr, rows.stride};
}

}  // namespace myowave::surrogates
