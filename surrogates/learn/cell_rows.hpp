// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "ionic/functions.hpp"
#include "surrogates/kernel_reals.hpp"
#include "surrogates/learn/conductance_rollout_kernel.hpp"

/// Several cells in the lanes of registers: each has a row of eight numbers, or one number. Where a
/// register is wider than a row it holds the rows of several cells; where it is narrower a row takes
/// several registers.
namespace myowave::learn {
namespace {

template <class T>
struct RealOf {
  using Type = surrogates::Double;
};
template <>
struct RealOf<float> {
  using Type = surrogates::Float;
};

/// How cells lie in registers.
template <class T, std::size_t cells>
struct Registers {
  using Real = typename RealOf<T>::Type;
  using A = ionic::Access<Real>;
  static constexpr std::size_t width = A::width, lanes = std::max(cells * row, width);
  static constexpr std::size_t of_rows = lanes / width;
  static constexpr std::size_t of_row = std::max<std::size_t>(1, row / width);  ///< of one cell
  static constexpr std::size_t rows_in = std::max<std::size_t>(1, width / row);
};

template <std::size_t count, class F>
MYOWAVE_INLINE void for_each(F f) {
  [&]<std::size_t... k>(std::index_sequence<k...>) __attribute__((always_inline)) {
    (f(std::integral_constant<std::size_t, k>{}), ...);
  }
  (std::make_index_sequence<count>());
}

/// The lanes of x in another order: lane k of the result is `lane(k)`.
template <auto lane, class Real>
MYOWAVE_INLINE Real permuted(Real x) {
  if constexpr (ionic::Access<Real>::width == 1)
    return x;
  else
    return [&]<std::size_t... k>(std::index_sequence<k...>) __attribute__((always_inline))->Real {
      return __builtin_shufflevector(x.v, x.v, static_cast<int>(lane(k))...);
    }
  (std::make_index_sequence<ionic::Access<Real>::width>());
}

/// Registers that are computed with one by one, as a `Self`.
template <class Self, class Real, std::size_t count>
struct Parts {
  static constexpr std::size_t parts = count;

  Real part[parts];

  /// f(p): register p.
  template <class F>
  static MYOWAVE_INLINE Self each(F f) {
    Self all;
    for_each<parts>([&](auto p) { all.part[p] = f(p); });
    return all;
  }
  friend MYOWAVE_INLINE Self operator+(Self a, Self b) {
    return each([&](std::size_t p) { return a.part[p] + b.part[p]; });
  }
  friend MYOWAVE_INLINE Self operator-(Self a, Self b) {
    return each([&](std::size_t p) { return a.part[p] - b.part[p]; });
  }
  friend MYOWAVE_INLINE Self operator*(Self a, Self b) {
    return each([&](std::size_t p) { return a.part[p] * b.part[p]; });
  }
};

/// A number of each cell, in all lanes that its row has.
template <class T, std::size_t cells>
struct Each : Parts<Each<T, cells>, typename Registers<T, cells>::Real,
                    Registers<T, cells>::of_rows / Registers<T, cells>::of_row> {
  using R = Registers<T, cells>;
  using Real = typename R::Real;
  using Each::Parts::each, Each::Parts::part, Each::Parts::parts;

  /// number(c): that of cell c.
  template <class F>
  static MYOWAVE_INLINE Each of(F number) {
    Each e;
    for_each<parts>([&](auto p) {
      if constexpr (R::rows_in == 2 && cells > 1) {
        typedef T Half __attribute__((vector_size(R::width / 2 * sizeof(T))));
        const Half low = number(2 * p) - Half{}, high = number(2 * p + 1) - Half{};
        e.part[p] = joined(low, high);
      } else {
        e.part[p] = Real(static_cast<double>(number(p)));
      }
    });
    return e;
  }
  static MYOWAVE_INLINE Each all(T x) {
    return of([&](std::size_t) { return x; });
  }
  MYOWAVE_INLINE T operator[](std::size_t cell) const {
    const Real& in = part[cell / R::rows_in];
    if constexpr (R::width == 1) {
      T x;
      std::memcpy(&x, &in, sizeof x);
      return x;
    } else {
      return in.v[cell % R::rows_in * row];
    }
  }
  /// x where a > b, else y, as where one of them is no number.
  friend MYOWAVE_INLINE Each where_above(Each a, Each b, Each x, Each y) {
    using ionic::select;
    return each([&](std::size_t p) { return select(a.part[p] > b.part[p], x.part[p], y.part[p]); });
  }
  /// Towards 0; |x| < 2^31.
  friend MYOWAVE_INLINE Each truncated(Each x) {
    return each([&](std::size_t p) -> Real {
      if constexpr (R::width == 1) {
        return Real(static_cast<double>(static_cast<int>(x[p])));
      } else {
        typedef int Integers __attribute__((vector_size(R::width * sizeof(int))));
        using Lanes = decltype(x.part[p].v);
        return __builtin_convertvector(__builtin_convertvector(x.part[p].v, Integers), Lanes);
      }
    });
  }

  template <class Half>
  static MYOWAVE_INLINE Real joined(Half low, Half high) {
    return [&]<std::size_t... k>(std::index_sequence<k...>) __attribute__((always_inline))->Real {
      return __builtin_shufflevector(low, high, k...);
    }
    (std::make_index_sequence<R::width>());
  }
};

/// Eight numbers of each cell.
template <class T, std::size_t cells>
struct Row : Parts<Row<T, cells>, typename Registers<T, cells>::Real, Registers<T, cells>::of_rows> {
  using R = Registers<T, cells>;
  using Real = typename R::Real;
  using A = typename R::A;
  using Row::Parts::each, Row::Parts::part, Row::Parts::parts;

  Row() = default;
  MYOWAVE_INLINE Row(const Each<T, cells>& e) {
    for_each<parts>([&](auto p) { part[p] = e.part[p / R::of_row]; });
  }

  /// from(c): eight numbers of cell c.
  template <class F>
  static MYOWAVE_INLINE Row load(F from) {
    Row r;
    for_each<parts>([&](auto p) {
      if constexpr (R::rows_in == 2) {
        typedef T Half __attribute__((vector_size(R::width / 2 * sizeof(T))));
        Half low, high{};
        std::memcpy(&low, from(cells > 1 ? 2 * p : p), sizeof low);
        if constexpr (cells > 1) std::memcpy(&high, from(2 * p + 1), sizeof high);
        r.part[p] = Each<T, cells>::joined(low, high);
      } else {
        r.part[p] = A::load(from(p / R::of_row) + p % R::of_row * R::width);
      }
    });
    return r;
  }
  template <class F>
  MYOWAVE_INLINE void store(F to) const {
    for_each<parts>([&](auto p) {
      if constexpr (R::rows_in == 2) {
        store_half<0>(to(cells > 1 ? 2 * p : p), part[p]);
        if constexpr (cells > 1) store_half<R::width / 2>(to(2 * p + 1), part[p]);
      } else {
        A::store(to(p / R::of_row) + p % R::of_row * R::width, part[p]);
      }
    });
  }
  /// To and from arrays of R::lanes, the rows of the cells one after the other.
  static MYOWAVE_INLINE Row load_all(const T* from) {
    return each([&](std::size_t p) { return A::load(from + p * R::width); });
  }
  MYOWAVE_INLINE void store_all(T* to) const {
    for (std::size_t p = 0; p < parts; ++p) A::store(to + p * R::width, part[p]);
  }

  /// Number k of each row.
  template <std::size_t k>
  MYOWAVE_INLINE Each<T, cells> at() const {
    constexpr std::size_t within = k % std::min(row, R::width);
    constexpr auto lane = [](std::size_t to) { return to / row * row + within; };
    return Each<T, cells>::each(
        [&](std::size_t p) { return permuted<lane>(part[p * R::of_row + k / R::width % R::of_row]); });
  }
  /// Of the eight numbers.
  friend MYOWAVE_INLINE Each<T, cells> sum(Row r) {
    return Each<T, cells>::each([&](std::size_t p) {
      Real x = r.part[p * R::of_row];
      for (std::size_t k = 1; k < R::of_row; ++k) x = x + r.part[p * R::of_row + k];
      if constexpr (R::width >= 8) x = x + permuted<[](std::size_t k) { return k ^ 4; }>(x);
      if constexpr (R::width >= 4) x = x + permuted<[](std::size_t k) { return k ^ 2; }>(x);
      if constexpr (R::width >= 2) x = x + permuted<[](std::size_t k) { return k ^ 1; }>(x);
      return x;
    });
  }

  friend MYOWAVE_INLINE Row exp(Row a) {
    return each([&](std::size_t p) { return exp(a.part[p]); });
  }

 private:
  template <std::size_t first>
  static MYOWAVE_INLINE void store_half(T* to, Real x) {
    [&]<std::size_t... k>(std::index_sequence<k...>) __attribute__((always_inline)) {
      const auto half = __builtin_shufflevector(x.v, x.v, (first + k)...);
      std::memcpy(to, &half, sizeof half);
    }
    (std::make_index_sequence<R::width / 2>());
  }
};

}  // namespace
}  // namespace myowave::learn
