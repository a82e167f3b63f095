// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include "ionic/kernel.hpp"
#include "surrogates/network.hpp"

/// The loops of a training over arrays of activations and weights, compiled once per instruction set.
namespace myowave::learn {

/// One step of Adam: what differs from step to step.
struct AdamStep {
  double size;             ///< learning rate over the correction of the first moment
  double root_correction;  ///< 1 / sqrt of the correction of the second moment
  double decay;            ///< of weights, added to the gradient
  double shrink;           ///< factor on weights
  double factor;           ///< on the gradient
};

template <class T>
struct TrainingKernelsOf {
  /// a = activation(z); `a` may be `z`.
  void (*activate)(surrogates::Activation activation, const T* z, T* a, std::size_t count);
  /// gradient *= derivative of the activation, from its argument and its value.
  void (*back)(surrogates::Activation activation, const T* z, const T* a, T* gradient,
               std::size_t count);
  void (*adam)(const AdamStep& step, const T* gradient, T* value, T* first, T* second,
               std::size_t count);
};

struct TrainingKernels {
  TrainingKernelsOf<float> floats;
  TrainingKernelsOf<double> doubles;

  template <class T>
  const TrainingKernelsOf<T>& of() const {
    if constexpr (sizeof(T) == sizeof(float))
      return floats;
    else
      return doubles;
  }
};

/// Those of the instruction set in use.
const TrainingKernels& training_kernels();

/// Whether there are kernels for an activation.
bool has_kernel(surrogates::Activation activation);
/// Whether `back` needs the argument, not the value alone.
bool needs_argument(surrogates::Activation activation);

}  // namespace myowave::learn
