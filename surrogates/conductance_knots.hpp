// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "ionic/kernel.hpp"

/// The step of a `conductance` surrogate with its functions of V in registers, where an instruction set
/// can pick lanes of two registers by index (AVX-512): each function is its values on the knots, and
/// what a cell needs of it comes by two permutations and a product, without the rows of a table.
namespace myowave::surrogates {

/// Functions take this many numbers; those behind the last knot are not read.
inline constexpr int most_register_knots = 64;
/// The largest dt times a rate; beyond it 1 - exp(-dt rate) needs more than a short polynomial, whose
/// relative error is 7e-9 at 0.5 and 2e-7 here, a float's rounding. Trainings hold rates below 5 per ms
/// with a margin of a percent, so that 0.5 would leave steps of 0.1 ms to the rows of a table.
inline constexpr double largest_register_share = 0.6;

/// Columns that are looked up together.
inline constexpr int sodium_block = 8;

/// The columns of the sodium gates: of each gate that of its steady state and that of its rate.
struct SodiumColumns {
  std::span<const int> steady, rate;

  constexpr int blocks() const {
    return std::max(*std::max_element(steady.begin(), steady.end()),
                    *std::max_element(rate.begin(), rate.end())) /
               sodium_block +
           1;
  }
};

/// A surrogate for one dt. All arrays begin at multiples of 64 bytes.
struct KnotTables {
  int knots;
  float V_first, per_mV;  ///< V of the first knot [mV], knots per mV
  /// [2 latents + terms + 1][2][most_register_knots]: steady states, dt times rates, g_0, g_1, ..; of
  /// each the values on the knots, then their differences to the next knot.
  const float* functions;
  const float* factors;             ///< as Conductance::factors
  float conductances[2], reversal;  ///< of the sodium current, one or two conductances
  /// Of the sodium gates, on equidistant V: [sodium_rows][blocks][2][sodium_block]: first the steady
  /// states, then 1 - exp(-dt rate), gates that are alike sharing a column; of each block the values in
  /// this row, then their differences to the next row.
  const float* sodium;
  float sodium_first, sodium_per_mV;
  int sodium_rows;
  float V_low, V_high;  ///< the trained range [mV]
};

/// As ionic::Kernel, in mixed precision; Stage::tables and Stage::parameters are not read.
struct KnotKernel {
  /// `outside`: [cells], one more where V at the start, or a NaN, is not in the trained range; or
  /// nullptr.
  void (*first_order)(const ionic::Stage&, const KnotTables&, std::uint32_t* outside);
  void (*corrector)(const ionic::Stage&, const KnotTables&);
};

}  // namespace myowave::surrogates
