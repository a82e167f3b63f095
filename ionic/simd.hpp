// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// Vectors of doubles and of floats on the compiler's vector extension, with exp, expm1 and log, for
/// kernels that are compiled once per instruction set. Everything is in an anonymous namespace on
/// purpose: two translation units with different instruction sets must never share a symbol.
/// MYOWAVE_VECTOR_BYTES is the size of a register (16, 32, 64).
#ifndef MYOWAVE_VECTOR_BYTES
#define MYOWAVE_VECTOR_BYTES 16
#endif
#define MYOWAVE_INLINE inline __attribute__((always_inline))

namespace myowave::ionic {
namespace {

/// What the two element types differ in.
template <class T>
struct ElementOf;

template <>
struct ElementOf<double> {
  using Bits = std::int64_t;
  typedef double Lanes __attribute__((vector_size(MYOWAVE_VECTOR_BYTES)));
  typedef std::int64_t LaneBits __attribute__((vector_size(MYOWAVE_VECTOR_BYTES)));
  static constexpr int mantissa = 52, bias = 1023;
  static constexpr double exp_max = 709.0, exp_min = -708.0;
  static constexpr double ln2_high = 0x1.62e42fefa3800p-1, ln2_low = 0x1.ef35793c76730p-45;
  static constexpr double rounding = 0x1.8p52;  ///< adding it rounds to an integer in the low bits
  static constexpr double smallest = 0x1p-1022, largest = 0x1.fffffffffffffp1023;
  static constexpr Bits sqrt_half = 0x3fe6a09e667f3bcd;
};

template <>
struct ElementOf<float> {
  using Bits = std::int32_t;
  typedef float Lanes __attribute__((vector_size(MYOWAVE_VECTOR_BYTES)));
  typedef std::int32_t LaneBits __attribute__((vector_size(MYOWAVE_VECTOR_BYTES)));
  static constexpr int mantissa = 23, bias = 127;
  static constexpr float exp_max = 88.0f, exp_min = -87.0f;
  static constexpr float ln2_high = 0x1.62e400p-1f, ln2_low = 0x1.7f7d1cp-20f;
  static constexpr float rounding = 0x1.8p23f;
  static constexpr float smallest = 0x1p-126f, largest = 0x1.fffffep127f;
  static constexpr Bits sqrt_half = 0x3f3504f3;
};

/// The outcome of a comparison, lane by lane.
template <class T>
struct Mask {
  using Bits = typename ElementOf<T>::LaneBits;
  Bits bits;
  friend MYOWAVE_INLINE Mask operator&(Mask a, Mask b) { return {a.bits & b.bits}; }
  friend MYOWAVE_INLINE Mask operator|(Mask a, Mask b) { return {a.bits | b.bits}; }
};

template <class T>
MYOWAVE_INLINE bool all(Mask<T> mask) {
  typedef std::int64_t Words __attribute__((vector_size(MYOWAVE_VECTOR_BYTES)));
  Words words;
  std::memcpy(&words, &mask.bits, sizeof words);
  std::int64_t result = -1;
  for (std::size_t i = 0; i < sizeof words / sizeof(std::int64_t); ++i) result &= words[i];
  return result == -1;
}
MYOWAVE_INLINE bool all(bool condition) { return condition; }

/// A register of T. Numbers of any type convert to it, so equations read as they do for numbers.
template <class T>
struct Pack {
  using Element = T;
  using Lanes = typename ElementOf<T>::Lanes;
  static constexpr std::size_t width = MYOWAVE_VECTOR_BYTES / sizeof(T);

  Lanes v;

  Pack() = default;
  MYOWAVE_INLINE Pack(Lanes lanes) : v(lanes) {}
  /// x - 0 is x, but 0 + x is not if x is -0: the compiler would have to add.
  MYOWAVE_INLINE Pack(double x) : v(static_cast<T>(x) - Lanes{}) {}

  MYOWAVE_INLINE Pack& operator+=(Pack b) { return v += b.v, *this; }
  MYOWAVE_INLINE Pack& operator-=(Pack b) { return v -= b.v, *this; }
  MYOWAVE_INLINE Pack& operator*=(Pack b) { return v *= b.v, *this; }
  friend MYOWAVE_INLINE Pack operator+(Pack a, Pack b) { return a.v + b.v; }
  friend MYOWAVE_INLINE Pack operator-(Pack a, Pack b) { return a.v - b.v; }
  friend MYOWAVE_INLINE Pack operator*(Pack a, Pack b) { return a.v * b.v; }
  friend MYOWAVE_INLINE Pack operator/(Pack a, Pack b) { return a.v / b.v; }
  /// By a number: a product with its reciprocal, which the compiler may not make of it by itself. The
  /// rounding differs by at most 1 ulp; a division costs ten products.
  friend MYOWAVE_INLINE Pack operator/(Pack a, double b) { return a * Pack(1.0 / b); }
  friend MYOWAVE_INLINE Pack operator-(Pack a) { return -a.v; }
  friend MYOWAVE_INLINE Mask<T> operator<(Pack a, Pack b) { return {a.v < b.v}; }
  friend MYOWAVE_INLINE Mask<T> operator>(Pack a, Pack b) { return {a.v > b.v}; }
  /// condition ? a : b, lane by lane.
  friend MYOWAVE_INLINE Pack select(Mask<T> condition, Pack a, Pack b) {
    return condition.bits ? a.v : b.v;
  }
};

MYOWAVE_INLINE double select(bool condition, double a, double b) { return condition ? a : b; }

template <class To, class From>
MYOWAVE_INLINE To bits_to(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

/// x within the limits; a NaN stays one, because the second operand of the instructions is returned.
template <class T>
MYOWAVE_INLINE Pack<T> clamped(Pack<T> x, T low, T high) {
  const Pack<T> lowest = low, highest = high;
#if defined(__x86_64__)
  if constexpr (sizeof(T) == sizeof(float)) {
#if MYOWAVE_VECTOR_BYTES == 64
    return _mm512_max_ps(lowest.v, _mm512_min_ps(highest.v, x.v));
#elif MYOWAVE_VECTOR_BYTES == 32
    return _mm256_max_ps(lowest.v, _mm256_min_ps(highest.v, x.v));
#else
    return _mm_max_ps(lowest.v, _mm_min_ps(highest.v, x.v));
#endif
  } else {
#if MYOWAVE_VECTOR_BYTES == 64
    return _mm512_max_pd(lowest.v, _mm512_min_pd(highest.v, x.v));
#elif MYOWAVE_VECTOR_BYTES == 32
    return _mm256_max_pd(lowest.v, _mm256_min_pd(highest.v, x.v));
#else
    return _mm_max_pd(lowest.v, _mm_min_pd(highest.v, x.v));
#endif
  }
#else
  return select(x < lowest, lowest, select(x > highest, highest, x));
#endif
}

template <class T>
MYOWAVE_INLINE Pack<T> sqrt(Pack<T> x) {
#if defined(__x86_64__)
  if constexpr (sizeof(T) == sizeof(float)) {
#if MYOWAVE_VECTOR_BYTES == 64
    return _mm512_sqrt_ps(x.v);
#elif MYOWAVE_VECTOR_BYTES == 32
    return _mm256_sqrt_ps(x.v);
#else
    return _mm_sqrt_ps(x.v);
#endif
  } else {
#if MYOWAVE_VECTOR_BYTES == 64
    return _mm512_sqrt_pd(x.v);
#elif MYOWAVE_VECTOR_BYTES == 32
    return _mm256_sqrt_pd(x.v);
#else
    return _mm_sqrt_pd(x.v);
#endif
  }
#else
  for (std::size_t i = 0; i < Pack<T>::width; ++i) x.v[i] = static_cast<T>(std::sqrt(x.v[i]));
  return x;
#endif
}

/// Sum of c[k] x^k, highest power first in the list.
template <class T, class... C>
MYOWAVE_INLINE Pack<T> polynomial(Pack<T> x, double highest, C... rest) {
  Pack<T> p = highest;
  ((p = p * x + rest), ...);
  return p;
}

/// (e^r - 1 - r) / r^2: Chebyshev fits for |r| <= ln2/2 (relative error of e^r 1e-17 and 8e-9) and for
/// |r| <= 1/2 (2e-17 and 3e-9).
MYOWAVE_INLINE Pack<double> exp_tail(Pack<double> r) {
  return polynomial(r, 2.5100424157005066788e-8, 2.7620138719733995569e-7, 2.7557268378684192873e-6,
                    2.4801521190217727651e-5, 1.9841269863105968748e-4, 1.3888888917281793308e-3,
                    8.3333333333300513464e-3, 4.1666666666623991516e-2, 0.16666666666666667456, 0.5);
}
MYOWAVE_INLINE Pack<float> exp_tail(Pack<float> r) {
  return polynomial(r, 1.3926213466332443e-3, 8.3632029715758549e-3, 4.1666554437685939e-2,
                    0.16666576845993976, 0.5);
}
MYOWAVE_INLINE Pack<double> expm1_tail(Pack<double> r) {
  return polynomial(r, 2.0955762289494409639e-9, 2.5162744626460177829e-8, 2.7557121595012789059e-7,
                    2.7557042448192959141e-6, 2.4801587517802269925e-5, 1.9841270144086634847e-4,
                    1.3888888888792351428e-3, 8.3333333331981265854e-3, 4.1666666666666787345e-2,
                    0.16666666666666835685, 0.5);
}
MYOWAVE_INLINE Pack<float> expm1_tail(Pack<float> r) {
  return polynomial(r, 1.9944874441589590e-4, 1.3982186046277751e-3, 8.3332361335218625e-3,
                    4.1665791230006455e-2, 0.16666666801683435, 0.50000001216071667);
}

/// x = n ln2 + r. The integer n stands in the low bits of `shifted`.
template <class T>
struct Reduced {
  Pack<T> r;
  typename ElementOf<T>::LaneBits n;
};

/// Lanes of `near_zero`, all with |x| <= 1/2, are left as they are: n = 0.
template <class T>
MYOWAVE_INLINE Reduced<T> reduce(Pack<T> x, Mask<T> near_zero) {
  using E = ElementOf<T>;
  const Pack<T> rounded = x * 1.44269504088896340736 + E::rounding;
  const Pack<T> shifted = select(near_zero, E::rounding, rounded);
  const Pack<T> n = shifted - E::rounding;
  return {(x - n * E::ln2_high) - n * E::ln2_low, bits_to<typename E::LaneBits>(shifted.v)};
}

/// Within the range of finite normal numbers, to which x is clamped; within 1 ulp with FMA, 1.3 without.
template <class T>
MYOWAVE_INLINE Pack<T> exp(Pack<T> x) {
  using E = ElementOf<T>;
  using Bits = typename E::LaneBits;
  const Reduced<T> reduced = reduce(clamped(x, E::exp_min, E::exp_max), Mask<T>{});
  const Pack<T> r = reduced.r;
  const Pack<T> p = r * (r * exp_tail(r) + 1.0) + 1.0;
  // Times 2^n: n is added to the exponent.
  return bits_to<typename E::Lanes>(bits_to<Bits>(p.v) + (reduced.n << E::mantissa));
}

/// Within 1.2 ulp for |x| < 15, 1.4 beyond: up to 1/2 there is no reduction, hence no cancellation.
template <class T>
MYOWAVE_INLINE Pack<T> expm1(Pack<T> x) {
  using E = ElementOf<T>;
  const Reduced<T> reduced =
      reduce(clamped(x, E::exp_min, E::exp_max), (x > Pack<T>(-0.5)) & (x < Pack<T>(0.5)));
  const Pack<T> r = reduced.r;
  const Pack<T> q = expm1_tail(r) * (r * r) + r;
  const Pack<T> scale = bits_to<typename E::Lanes>((reduced.n + E::bias) << E::mantissa);
  return scale * q + (scale - 1.0);
}

/// log(1 + f) = f - f^2/2 + f^3 tail(f) for 1 + f in [sqrt(1/2), sqrt(2)), plus a correction `low`.
MYOWAVE_INLINE Pack<double> log1p_reduced(Pack<double> f, Pack<double> low) {
  const Pack<double> s = f / (2.0 + f);
  const Pack<double> z = s * s;
  // 2 atanh(s), series in s^2 <= 0.0295
  const Pack<double> p =
      z * polynomial(z, 2.0 / 23.0, 2.0 / 21.0, 2.0 / 19.0, 2.0 / 17.0, 2.0 / 15.0, 2.0 / 13.0,
                     2.0 / 11.0, 2.0 / 9.0, 2.0 / 7.0, 2.0 / 5.0, 2.0 / 3.0);
  const Pack<double> half_square = 0.5 * f * f;
  return f - (half_square - (s * (half_square + p) + low));
}
MYOWAVE_INLINE Pack<float> log1p_reduced(Pack<float> f, Pack<float> low) {
  // Chebyshev fit, error 2.9e-8; no division.
  const Pack<float> p = polynomial(f, 0.069716114714511778, -0.11479733846637636, 0.11685419923486740,
                                   -0.12425687331451106, 0.14249057645697480, -0.16667802319501254,
                                   0.20000715748892102, -0.24999996957950882, 0.33333331180030048);
  const Pack<float> square = f * f;
  return f - (0.5 * square - (square * f * p + low));
}

/// log(x) for normal positive x; anything else gives NaN.
template <class T>
MYOWAVE_INLINE Pack<T> log(Pack<T> x) {
  using E = ElementOf<T>;
  using Bits = typename E::LaneBits;
  using Lanes = typename E::Lanes;
  const Bits bits = bits_to<Bits>(x.v);
  const Bits e = (bits - E::sqrt_half) >> E::mantissa;
  const Pack<T> m = bits_to<Lanes>(bits - (e << E::mantissa));  // in [sqrt(1/2), sqrt(2))
  const Pack<T> exponent =
      Pack<T>(bits_to<Lanes>(e + bits_to<Bits>(Pack<T>(E::rounding).v))) - E::rounding;
  const Pack<T> result = exponent * E::ln2_high + log1p_reduced(m - 1.0, exponent * E::ln2_low);
  const Pack<T> bad = std::nan("");
  const Mask<T> normal = {(x.v >= E::smallest) & (x.v <= E::largest)};
  return select(normal, result, bad);
}

using std::exp;
using std::expm1;
using std::log;
using std::sqrt;

/// One float, for the scalar kernels of the mixed precision: a bare float would turn into a double at
/// the first literal of an equation.
struct Single {
  float v;

  Single() = default;
  MYOWAVE_INLINE Single(double x) : v(static_cast<float>(x)) {}
  MYOWAVE_INLINE Single& operator+=(Single b) { return v += b.v, *this; }
  MYOWAVE_INLINE Single& operator-=(Single b) { return v -= b.v, *this; }
  MYOWAVE_INLINE Single& operator*=(Single b) { return v *= b.v, *this; }
  friend MYOWAVE_INLINE Single operator+(Single a, Single b) { return of(a.v + b.v); }
  friend MYOWAVE_INLINE Single operator-(Single a, Single b) { return of(a.v - b.v); }
  friend MYOWAVE_INLINE Single operator*(Single a, Single b) { return of(a.v * b.v); }
  friend MYOWAVE_INLINE Single operator/(Single a, Single b) { return of(a.v / b.v); }
  friend MYOWAVE_INLINE Single operator-(Single a) { return of(-a.v); }
  friend MYOWAVE_INLINE bool operator<(Single a, Single b) { return a.v < b.v; }
  friend MYOWAVE_INLINE bool operator>(Single a, Single b) { return a.v > b.v; }
  friend MYOWAVE_INLINE Single select(bool condition, Single a, Single b) { return condition ? a : b; }
  friend MYOWAVE_INLINE Single exp(Single x) { return of(std::exp(x.v)); }
  friend MYOWAVE_INLINE Single expm1(Single x) { return of(std::expm1(x.v)); }
  friend MYOWAVE_INLINE Single log(Single x) { return of(std::log(x.v)); }
  friend MYOWAVE_INLINE Single sqrt(Single x) { return of(std::sqrt(x.v)); }

 private:
  static MYOWAVE_INLINE Single of(float x) {
    Single result;
    result.v = x;
    return result;
  }
};

}  // namespace
}  // namespace myowave::ionic
