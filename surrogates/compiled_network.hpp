// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "ionic/kernel.hpp"
#include "surrogates/surrogate.hpp"

namespace myowave::surrogates {

/// One input of a block of cells, where it lies.
struct InputRow {
  const void* values;  ///< [count] double or float
  bool is_float;
};

/// A part of a surrogate in the layout of the kernels of one instruction set, in float. Cells lie side
/// by side in the lanes of the vector units.
class CompiledNetwork {
 public:
  CompiledNetwork(const Surrogate& surrogate, const Part& part,
                  ionic::InstructionSet set = ionic::instruction_set());
  ~CompiledNetwork();
  CompiledNetwork(CompiledNetwork&&) noexcept;
  CompiledNetwork& operator=(CompiledNetwork&&) noexcept;

  int inputs() const;
  int outputs() const;
  /// Physical outputs of `count` cells, a multiple of ionic::lane_padding: output o of cell c at
  /// out[o * stride + c]. `rows` are the part's inputs in physical units. Not for two threads at once.
  void evaluate(std::span<const InputRow> rows, std::size_t count, float* out, std::size_t stride) const;

 private:
  struct Packed;
  std::unique_ptr<Packed> packed_;
};

}  // namespace myowave::surrogates
