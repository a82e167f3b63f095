// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>

#include "ionic/simd.hpp"

/// Activations on registers of floats, and on a single float by the standard library. NaN gives NaN;
/// tests/unit/network_test.cpp holds the bounds of their errors. In an anonymous namespace for the
/// reason that ionic/simd.hpp gives.
namespace myowave::surrogates {
namespace {

using ionic::clamped;
using ionic::polynomial;
using ionic::Single;
using Floats = ionic::Pack<float>;

/// x, or `low` where x is less; a NaN stays, because the instruction returns its second operand.
MYOWAVE_INLINE Floats at_least(float low, Floats x) { return select(Floats(low) > x, Floats(low), x); }

MYOWAVE_INLINE Floats absolute(Floats x) {
  using Bits = ionic::ElementOf<float>::LaneBits;
  return ionic::bits_to<Floats::Lanes>(ionic::bits_to<Bits>(x.v) & 0x7fffffff);
}

/// Rational minimax approximation, relative error 2.1e-8 and with rounding 3e-7; beyond the limits the
/// result is 1 in float.
MYOWAVE_INLINE Floats tanh_of(Floats x) {
  x = clamped(x, -9.01f, 9.01f);
  const Floats t = x * x;
  const Floats p = polynomial(t, 0.01716613313845019, 26.509866429356947, 4498.237069025536,
                              172221.23736851197, 1287118.3753942696);
  const Floats q =
      polynomial(t, 1.0, 422.73667028969504, 33302.94151870682, 601260.4741471858, 1287118.4021148225);
  return x * p / q;
}

MYOWAVE_INLINE Floats sigmoid_of(Floats x) { return 1.0 / (1.0 + exp(-x)); }

/// log(1 + t) for 0 <= t <= 1, relative error 5e-9 before rounding.
MYOWAVE_INLINE Floats log1p_of(Floats t) {
  return t * polynomial(t, -3.244024015360371e-3, 1.9851457123548626e-2, -5.695952441194057e-2,
                        0.10603653884908885, -0.15305591980011468, 0.19675939051749802,
                        -0.24954133615716867, 0.33329962412682024, -0.4999990242262774,
                        0.999999995287209);
}
/// max(x, 0) + log(1 + e^-|x|): never a difference of close numbers.
MYOWAVE_INLINE Floats softplus_of(Floats x) { return at_least(0.0f, x) + log1p_of(exp(-absolute(x))); }

MYOWAVE_INLINE Floats silu_of(Floats x) { return x / (1.0 + exp(-x)); }
MYOWAVE_INLINE Floats relu_of(Floats x) { return at_least(0.0f, x); }
MYOWAVE_INLINE Floats leaky_relu_of(Floats x) { return select(x < Floats(0.0), 0.01 * x, x); }
MYOWAVE_INLINE Floats elu_of(Floats x) { return select(x > Floats(0.0), x, expm1(x)); }

/// x times the normal distribution function. Its tail is e^(-x^2/2) times a polynomial of
/// 1 / (1 + 0.3 |x|), relative error 6e-8 to |x| = 14, where e^(-x^2/2) is 0 in float.
MYOWAVE_INLINE Floats gelu_of(Floats x) {
  const Floats t = 1.0 / (1.0 + 0.3 * absolute(x));
  const Floats p = polynomial(t, 3.837828138494636e-2, -0.1691660740273629, 0.22866000835713973,
                              -7.650640049599844e-2, 0.14253547577223016, 9.468354164550766e-2,
                              0.12192033796185735, 0.1194876894683336, 7.168849867345006e-6);
  const Floats tail = exp(-0.5 * (x * x)) * p;
  return select(x > Floats(0.0), x - x * tail, x * tail);
}

MYOWAVE_INLINE Single single(float x) { return {static_cast<double>(x)}; }
MYOWAVE_INLINE Single at_least(float low, Single x) { return single(x.v < low ? low : x.v); }
MYOWAVE_INLINE Single tanh_of(Single x) { return single(std::tanh(x.v)); }
MYOWAVE_INLINE Single sigmoid_of(Single x) { return 1.0 / (1.0 + exp(-x)); }
MYOWAVE_INLINE Single softplus_of(Single x) {
  return at_least(0.0f, x) + single(std::log1p(std::exp(-std::abs(x.v))));
}
MYOWAVE_INLINE Single silu_of(Single x) { return x / (1.0 + exp(-x)); }
MYOWAVE_INLINE Single relu_of(Single x) { return at_least(0.0f, x); }
MYOWAVE_INLINE Single leaky_relu_of(Single x) { return select(x < Single(0.0), 0.01 * x, x); }
MYOWAVE_INLINE Single elu_of(Single x) { return select(x > Single(0.0), x, expm1(x)); }
MYOWAVE_INLINE Single gelu_of(Single x) {
  const double wide = static_cast<double>(x.v);
  return {0.5 * wide * std::erfc(-wide * 0.70710678118654752440)};
}

}  // namespace
}  // namespace myowave::surrogates
