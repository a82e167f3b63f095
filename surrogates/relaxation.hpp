// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include "ionic/kernel.hpp"

namespace myowave::surrogates {

/// Gates by their exact exponential, x += (inf - x) (1 - exp(-dt/tau)), for a block of cells. The count
/// is a multiple of ionic::lane_padding.
struct Relaxation {
  void (*floats)(float* x, const float* inf, const float* tau, double dt, std::size_t count);
  /// x in double, computed in float but for the sum.
  void (*mixed)(double* x, const float* inf, const float* tau, double dt, std::size_t count);
  void (*doubles)(double* x, const double* inf, const double* tau, double dt, std::size_t count);
};

const Relaxation& relaxation(ionic::InstructionSet set);

}  // namespace myowave::surrogates
