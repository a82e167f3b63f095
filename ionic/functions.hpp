// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/simd.hpp"

/// What the equations of ionic models are written with, for every `Real` (a number or a vector of
/// them): + - * /, < >, `select(condition, a, b)`, exp, expm1, log, sqrt, and the functions below.
namespace myowave::ionic {
namespace {

template <class Real>
MYOWAVE_INLINE Real square(Real x) {
  return x * x;
}

template <class Real>
MYOWAVE_INLINE Real cube(Real x) {
  return x * x * x;
}

/// 1 / (1 + e^x)
template <class Real>
MYOWAVE_INLINE Real sigmoid(Real x) {
  return 1.0 / (1.0 + exp(x));
}

/// x / (e^x - 1), which is 1 at x = 0: the denominator is replaced there, not the quotient.
template <class Real>
MYOWAVE_INLINE Real x_over_expm1(Real x) {
  const Real safe = select(x * x < Real(1e-16), Real(1e-8), x);
  return safe / expm1(safe);
}

template <class Real>
MYOWAVE_INLINE Real tanh(Real x) {
  const Real e = expm1(-2.0 * x);
  return -e / (2.0 + e);
}

/// x^exponent for positive x.
template <class Real>
MYOWAVE_INLINE Real power(Real x, double exponent) {
  return exp(exponent * log(x));
}

}  // namespace
}  // namespace myowave::ionic
