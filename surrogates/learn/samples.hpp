// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "surrogates/learn/settings.hpp"
#include "surrogates/surrogate.hpp"

namespace myowave::learn {

/// What the networks see of a variable: (value - offset) / scale.
struct Scaling {
  std::vector<double> offset, scale, low, high;  ///< the last two: the least and the largest value

  /// (x - offset) / scale of [samples, variables], and back.
  torch::Tensor normalised(const torch::Tensor& x) const;
  torch::Tensor physical(const torch::Tensor& x) const;
};

/// Mean, standard deviation (1 where there is none) and range of each column.
Scaling scaling_of(const torch::Tensor& x);

/// An input of the surrogate with the scaling of a column.
surrogates::Input input_of(const Scaling& scaling, std::size_t column, std::string name,
                           std::string unit);

/// Samples in random order, a different one in each epoch. The batch of an iteration depends on the
/// seed and the iteration alone.
class Batches {
 public:
  /// x, y: [samples, ...]
  Batches(torch::Tensor x, torch::Tensor y, int batch, int seed);

  std::int64_t samples() const { return x_.size(0); }
  std::pair<torch::Tensor, torch::Tensor> all() const { return {x_, y_}; }
  /// Views of at most `batch` samples.
  std::pair<torch::Tensor, torch::Tensor> at(long iteration);

 private:
  void shuffle(long epoch);

  torch::Tensor x_, y_, shuffled_x_, shuffled_y_;
  std::int64_t batch_;
  std::uint64_t seed_;
  long epoch_ = -1;
};

/// Mean square over samples and columns, or mean length of the rows.
torch::Tensor distance(const torch::Tensor& error, Distance kind);

}  // namespace myowave::learn
