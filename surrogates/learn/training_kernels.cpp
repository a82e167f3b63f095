// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/training_kernels.hpp"

namespace myowave::learn {

using surrogates::Activation;

extern const TrainingKernels training_kernels_scalar;
#if defined(__x86_64__)
extern const TrainingKernels training_kernels_x86_64_v2, training_kernels_x86_64_v3,
    training_kernels_x86_64_v4;
#endif

const TrainingKernels& training_kernels() {
#if defined(__x86_64__)
  static const TrainingKernels* const all[ionic::instruction_set_count] = {
      &training_kernels_scalar, &training_kernels_x86_64_v2, &training_kernels_x86_64_v3,
      &training_kernels_x86_64_v4};
  return *all[static_cast<int>(ionic::instruction_set())];
#else
  return training_kernels_scalar;
#endif
}

bool has_kernel(Activation activation) { return activation != Activation::gelu; }

bool needs_argument(Activation activation) { return activation == Activation::silu; }

}  // namespace myowave::learn
