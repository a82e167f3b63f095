// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
//
// Compiled once per instruction set, with MYOWAVE_ISA set to its name.
#include "ionic/functions.hpp"
#include "surrogates/kernel_reals.hpp"
#include "surrogates/learn/training_kernels.hpp"
#include "surrogates/network_functions.hpp"

namespace myowave::learn {
namespace {

using ionic::select;
using surrogates::Activation;
using surrogates::Double;
using surrogates::Float;

template <class T>
struct RealOf {
  using Type = Double;
};
template <>
struct RealOf<float> {
  using Type = Float;
};

/// Calls f on registers; the last ones of an array that does not fill them are padded with zeros.
/// Arrays: `f(i)` reads and writes element i and those after it of the arrays that it gets.
template <class T, std::size_t inputs, class F>
MYOWAVE_INLINE void in_registers(std::size_t count, const T* const (&from)[inputs], T* to, F f) {
  using A = ionic::Access<typename RealOf<T>::Type>;
  typename RealOf<T>::Type x[inputs];
  std::size_t i = 0;
  for (; i + A::width <= count; i += A::width) {
    for (std::size_t k = 0; k < inputs; ++k) x[k] = A::load(from[k] + i);
    A::store(to + i, f(x));
  }
  if (i == count) return;
  const std::size_t rest = count - i;
  for (std::size_t k = 0; k < inputs; ++k) {
    T padded[A::width] = {};
    for (std::size_t j = 0; j < rest; ++j) padded[j] = from[k][i + j];
    x[k] = A::load(padded);
  }
  T result[A::width];
  A::store(result, f(x));
  for (std::size_t j = 0; j < rest; ++j) to[i + j] = result[j];
}

MYOWAVE_INLINE Float hyperbolic(Float x) { return surrogates::tanh_of(x); }
MYOWAVE_INLINE Double hyperbolic(Double x) { return ionic::tanh(x); }

template <class Real>
MYOWAVE_INLINE Real value_of(Activation activation, Real z) {
  const Real zero = 0.0;
  switch (activation) {
    case Activation::tanh:
      return hyperbolic(z);
    case Activation::sigmoid:
      return 1.0 / (1.0 + exp(-z));
    case Activation::softplus: {
      const Real size = select(z < zero, -z, z);
      return select(z < zero, zero, z) + log(1.0 + exp(-size));
    }
    case Activation::silu:
      return z / (1.0 + exp(-z));
    case Activation::relu:
      return select(z < zero, zero, z);
    case Activation::leaky_relu:
      return select(z < zero, 0.01 * z, z);
    case Activation::elu:
      return select(z < zero, expm1(z), z);
    default:
      return z;
  }
}

template <class Real>
MYOWAVE_INLINE Real slope_of(Activation activation, Real z, Real a) {
  const Real zero = 0.0, one = 1.0;
  switch (activation) {
    case Activation::tanh:
      return 1.0 - a * a;
    case Activation::sigmoid:
      return a * (1.0 - a);
    case Activation::softplus:
      return -expm1(-a);
    case Activation::silu: {
      const Real s = 1.0 / (1.0 + exp(-z));
      return s + a * (1.0 - s);
    }
    case Activation::relu:
      return select(a > zero, one, zero);
    case Activation::leaky_relu:
      return select(a > zero, one, Real(0.01));
    case Activation::elu:
      return select(a > zero, one, a + 1.0);
    default:
      return one;
  }
}

/// The loops, each with its activation known to the compiler.
template <Activation activation, class T>
void activate_with(const T* z, T* a, std::size_t count) {
  using Real = typename RealOf<T>::Type;
  in_registers<T, 1>(count, {z}, a, [](const Real(&x)[1]) { return value_of(activation, x[0]); });
}

template <Activation activation, class T>
void back_with(const T* z, const T* a, T* gradient, std::size_t count) {
  using Real = typename RealOf<T>::Type;
  in_registers<T, 3>(count, {z, a, gradient}, gradient,
                     [](const Real(&x)[3]) { return x[2] * slope_of(activation, x[0], x[1]); });
}

template <class T>
void activate(Activation activation, const T* z, T* a, std::size_t count) {
  constexpr decltype(&activate_with<Activation::tanh, T>) loops[] = {
      activate_with<Activation::identity, T>,   activate_with<Activation::tanh, T>,
      activate_with<Activation::sigmoid, T>,    activate_with<Activation::softplus, T>,
      activate_with<Activation::silu, T>,       activate_with<Activation::relu, T>,
      activate_with<Activation::leaky_relu, T>, activate_with<Activation::elu, T>};
  loops[static_cast<int>(activation)](z, a, count);
}

template <class T>
void back(Activation activation, const T* z, const T* a, T* gradient, std::size_t count) {
  constexpr decltype(&back_with<Activation::tanh, T>) loops[] = {
      back_with<Activation::identity, T>,   back_with<Activation::tanh, T>,
      back_with<Activation::sigmoid, T>,    back_with<Activation::softplus, T>,
      back_with<Activation::silu, T>,       back_with<Activation::relu, T>,
      back_with<Activation::leaky_relu, T>, back_with<Activation::elu, T>};
  loops[static_cast<int>(activation)](z, a, gradient, count);
}

template <class T>
void adam(const AdamStep& step, const T* gradient, T* value, T* first, T* second, std::size_t count) {
  constexpr T decay_1 = T(0.9), rest_1 = T(1.0 - 0.9), decay_2 = T(0.999), rest_2 = T(1.0 - 0.999);
  const T size = T(step.size), correction = T(step.root_correction), decay = T(step.decay),
          shrink = T(step.shrink), factor = T(step.factor), epsilon = T(1e-8);
  for (std::size_t k = 0; k < count; ++k) {
    const T g = gradient[k] * factor + decay * value[k];
    first[k] = decay_1 * first[k] + rest_1 * g;
    second[k] = decay_2 * second[k] + rest_2 * g * g;
    value[k] = shrink * value[k] - size * first[k] / (std::sqrt(second[k]) * correction + epsilon);
  }
}

}  // namespace

extern const TrainingKernels MYOWAVE_OF_ISA(training_kernels_);
const TrainingKernels MYOWAVE_OF_ISA(training_kernels_) = {
    {activate<float>, back<float>, adam<float>}, {activate<double>, back<double>, adam<double>}};

}  // namespace myowave::learn
