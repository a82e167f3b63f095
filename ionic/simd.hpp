// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

/// A vector of doubles on the compiler's vector extension, with exp, expm1 and log, for kernels that
/// are compiled once per instruction set. Everything is in an anonymous namespace on purpose: two
/// translation units with different instruction sets must never share a symbol.
/// MYOWAVE_LANES is the number of doubles in a vector (2, 4, 8).
#ifndef MYOWAVE_LANES
#define MYOWAVE_LANES 2
#endif

namespace myowave::ionic {
namespace {

constexpr int lanes = MYOWAVE_LANES;

typedef double Lanes __attribute__((vector_size(lanes * sizeof(double))));
typedef std::int64_t LaneBits __attribute__((vector_size(lanes * sizeof(double))));

struct Pack;
struct PackMask {
  LaneBits bits;
};

#define MYOWAVE_INLINE inline __attribute__((always_inline))

struct Pack {
  Lanes v;

  Pack() = default;
  MYOWAVE_INLINE Pack(Lanes lanes_) : v(lanes_) {}
  MYOWAVE_INLINE Pack(double x) : v(Lanes{} + x) {}

  MYOWAVE_INLINE Pack& operator+=(Pack b) { return v += b.v, *this; }
  MYOWAVE_INLINE Pack& operator-=(Pack b) { return v -= b.v, *this; }
  MYOWAVE_INLINE Pack& operator*=(Pack b) { return v *= b.v, *this; }
};

MYOWAVE_INLINE Pack operator+(Pack a, Pack b) { return a.v + b.v; }
MYOWAVE_INLINE Pack operator-(Pack a, Pack b) { return a.v - b.v; }
MYOWAVE_INLINE Pack operator*(Pack a, Pack b) { return a.v * b.v; }
MYOWAVE_INLINE Pack operator/(Pack a, Pack b) { return a.v / b.v; }
MYOWAVE_INLINE Pack operator-(Pack a) { return -a.v; }
MYOWAVE_INLINE PackMask operator<(Pack a, Pack b) { return {a.v < b.v}; }
MYOWAVE_INLINE PackMask operator>(Pack a, Pack b) { return {a.v > b.v}; }

/// condition ? a : b, lane by lane.
MYOWAVE_INLINE Pack select(PackMask condition, Pack a, Pack b) { return condition.bits ? a.v : b.v; }
MYOWAVE_INLINE double select(bool condition, double a, double b) { return condition ? a : b; }

MYOWAVE_INLINE Pack load(const double* from, Pack) {
  Pack p;
  std::memcpy(&p.v, from, sizeof p.v);
  return p;
}
MYOWAVE_INLINE void store(double* to, Pack p) { std::memcpy(to, &p.v, sizeof p.v); }
MYOWAVE_INLINE double load(const double* from, double) { return *from; }
MYOWAVE_INLINE void store(double* to, double x) { *to = x; }

MYOWAVE_INLINE LaneBits bits_of(Lanes x) {
  LaneBits bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
MYOWAVE_INLINE Lanes lanes_of(LaneBits bits) {
  Lanes x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}

/// exp(x) = 2^n (1 + q) with q = expm1(r), |r| <= ln2/2.
struct Exponential {
  Lanes scale, q;
};

MYOWAVE_INLINE Exponential reduced_exp(Lanes x) {
  constexpr double rounding = 0x1.8p52;  // adding it rounds to an integer held in the low bits
  constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;
  // NaN passes both comparisons unchanged.
  x = x > 709.0 ? Lanes{} + 709.0 : x;
  x = x < -708.0 ? Lanes{} - 708.0 : x;
  const Lanes shifted = x * 1.44269504088896340736 + rounding;
  const Lanes n = shifted - rounding;
  const Lanes r = (x - n * ln2_high) - n * ln2_low;
  // Taylor series of (e^r - 1 - r)/r^2; the remainder is below 1e-17 for |r| <= 0.347.
  Lanes p = Lanes{} + 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  const LaneBits exponent = (bits_of(shifted) + 1023) << 52;
  return {lanes_of(exponent), p * (r * r) + r};
}

MYOWAVE_INLINE Pack exp(Pack x) {
  const Exponential e = reduced_exp(x.v);
  return e.scale * e.q + e.scale;
}

MYOWAVE_INLINE Pack expm1(Pack x) {
  const Exponential e = reduced_exp(x.v);
  return e.scale * e.q + (e.scale - 1.0);
}

/// log(x) for normal positive x; anything else gives NaN.
MYOWAVE_INLINE Pack log(Pack x) {
  constexpr std::int64_t sqrt_half_bits = 0x3fe6a09e667f3bcd;
  constexpr double magic = 0x1.8p52;
  constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;
  const LaneBits bits = bits_of(x.v);
  const LaneBits e = (bits - sqrt_half_bits) >> 52;
  const Lanes m = lanes_of(bits - (e << 52));  // in [sqrt(1/2), sqrt(2))
  const Lanes exponent = lanes_of(e + bits_of(Lanes{} + magic)) - magic;
  const Lanes f = m - 1.0;
  const Lanes s = f / (2.0 + f);
  const Lanes z = s * s;
  // 2 atanh(s) = log(1 + f), series in s^2 <= 0.0295
  Lanes p = Lanes{} + 2.0 / 23.0;
  p = p * z + 2.0 / 21.0;
  p = p * z + 2.0 / 19.0;
  p = p * z + 2.0 / 17.0;
  p = p * z + 2.0 / 15.0;
  p = p * z + 2.0 / 13.0;
  p = p * z + 2.0 / 11.0;
  p = p * z + 2.0 / 9.0;
  p = p * z + 2.0 / 7.0;
  p = p * z + 2.0 / 5.0;
  p = p * z + 2.0 / 3.0;
  p = p * z;
  const Lanes half_square = 0.5 * f * f;
  const Lanes result =
      exponent * ln2_high - ((half_square - (s * (half_square + p) + exponent * ln2_low)) - f);
  const Lanes bad = Lanes{} + std::nan("");
  const Lanes low_ok = x.v >= 0x1p-1022 ? result : bad;
  return x.v <= 0x1.fffffffffffffp1023 ? low_ok : bad;
}

MYOWAVE_INLINE Pack sqrt(Pack x) {
  for (int i = 0; i < lanes; ++i) x.v[i] = __builtin_sqrt(x.v[i]);
  return x;
}

using std::exp;
using std::expm1;
using std::log;
using std::sqrt;

}  // namespace
}  // namespace myowave::ionic
