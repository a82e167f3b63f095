// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "surrogates/compiled_network.hpp"
#include "surrogates/surrogate_file.hpp"

namespace myowave::surrogates {

/// A part of a surrogate with room for its outputs over a block of cells: in float by the kernels, in
/// double plainly, which is the reference.
template <class Real>
class Evaluator;

template <>
class Evaluator<float> {
 public:
  Evaluator(const Surrogate& surrogate, const Part& part, std::size_t chunk, ionic::InstructionSet set)
      : network_(surrogate, part, set), chunk_(chunk), out_(part.outputs.size() * chunk) {}
  void evaluate(std::span<const InputRow> rows, std::size_t count) {
    network_.evaluate(rows, count, out_.data(), chunk_);
  }
  /// The values [count] of the part's output o.
  const float* output(std::size_t o) const { return out_.data() + o * chunk_; }

 private:
  CompiledNetwork network_;
  std::size_t chunk_;
  std::vector<float> out_;
};

template <>
class Evaluator<double> {
 public:
  Evaluator(const Surrogate& surrogate, const Part& part, std::size_t chunk, ionic::InstructionSet)
      : surrogate_(surrogate), part_(part), chunk_(chunk), out_(part.outputs.size() * chunk) {}
  void evaluate(std::span<const InputRow> rows, std::size_t count) {
    std::vector<double> x(rows.size());
    for (std::size_t c = 0; c < count; ++c) {
      for (std::size_t i = 0; i < rows.size(); ++i)
        x[i] = rows[i].is_float ? static_cast<double>(static_cast<const float*>(rows[i].values)[c])
                                : static_cast<const double*>(rows[i].values)[c];
      const std::vector<double> y = surrogates::evaluate(surrogate_, part_, x);
      for (std::size_t o = 0; o < y.size(); ++o) out_[o * chunk_ + c] = y[o];
    }
  }
  const double* output(std::size_t o) const { return out_.data() + o * chunk_; }

 private:
  const Surrogate& surrogate_;
  const Part& part_;
  std::size_t chunk_;
  std::vector<double> out_;
};

}  // namespace myowave::surrogates
