// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "base/aligned.hpp"
#include "ionic/kernel.hpp"

namespace myowave::ionic {

/// The states of a run of cells, each in the type that the precision gives it. V is held elsewhere.
class CellStates {
 public:
  CellStates() = default;
  /// `count` cells, padded for the kernels.
  CellStates(const ModelInfo& info, Precision precision, std::size_t count);

  std::size_t state_count() const { return row_.size(); }
  std::size_t stride() const { return stride_; }
  double get(std::size_t state, std::size_t cell) const {
    const std::size_t at = row_[state].row * stride_ + cell;
    return row_[state].in_float ? static_cast<double>(floats_[at]) : doubles_[at];
  }
  void set(std::size_t state, std::size_t cell, double value) {
    const std::size_t at = row_[state].row * stride_ + cell;
    if (row_[state].in_float)
      floats_[at] = static_cast<float>(value);
    else
      doubles_[at] = value;
  }
  /// Sets a state of all cells, those of the padding too.
  void fill(std::size_t state, double value) {
    for (std::size_t i = 0; i < stride_; ++i) set(state, i, value);
  }
  /// The kernels' view, from a cell on.
  CellRows rows(double* V, std::size_t first) {
    return {V, doubles_.empty() ? nullptr : doubles_.data() + first,
            floats_.empty() ? nullptr : floats_.data() + first, stride_};
  }
  /// Copies the last cell over the padding after it, so that the padding holds valid states.
  void pad(std::size_t count);
  std::size_t bytes() const { return doubles_.size() * sizeof(double) + floats_.size() * sizeof(float); }

 private:
  struct Place {
    bool in_float;
    std::size_t row;
  };
  std::vector<Place> row_;
  std::size_t stride_ = 0;
  AlignedVector<double> doubles_;
  AlignedVector<float> floats_;
};

}  // namespace myowave::ionic
