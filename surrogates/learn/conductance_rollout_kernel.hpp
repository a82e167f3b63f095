// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include "surrogates/learn/conductance_rollout.hpp"

/// The loop over the steps, compiled once per instruction set. What belongs to latents or terms lies in
/// rows of eight, unused ones filled with zeros.
namespace myowave::learn {

inline constexpr std::size_t row = 8;

/// One cell.
template <class T>
struct RolloutCall {
  int latents, terms, knots;
  T V_first, per_mV;  ///< knots per mV
  T steepest;         ///< largest derivative by V
  const T* tables;    ///< as in ConductanceRollout
  const T* factors;
  const T* transposed;
  const RecordedStep* steps;
  std::size_t count;
  T* z;                ///< [count + 1][row], the first given
  T* V;                ///< [count]
  T* error;            ///< [count]
  T* derivative;       ///< [count], with a gradient
  T* tables_gradient;  ///< nullptr: none is wanted
  T* factors_gradient;
  T* z_gradient;  ///< [row], of the latents at the start
};

template <class T>
struct RolloutKernels {
  using Run = void (*)(const RolloutCall<T>* calls, double* losses);
  Run one;
  Run several;  ///< side_by_side of them, of one shape, with or without gradients
};

template <class T>
const RolloutKernels<T>& rollout_kernels();

}  // namespace myowave::learn
