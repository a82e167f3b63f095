// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/kernel.hpp"
#include "ionic/simd.hpp"

/// Table look-up for a vector of cells: each cell's two rows are read whole and interpolated, and the
/// columns come out by a transposition in registers. Gathers of single values are slower.
namespace myowave::ionic {
namespace {

/// A shuffle of two vectors whose lane indices are given by a constexpr function object.
template <class Pattern, class T, std::size_t... I>
MYOWAVE_INLINE Pack<T> shuffled(Pack<T> a, Pack<T> b, std::index_sequence<I...>) {
  return __builtin_shufflevector(a.v, b.v, Pattern{}(static_cast<int>(I))...);
}
template <class Pattern, class T>
MYOWAVE_INLINE Pack<T> shuffle(Pack<T> a, Pack<T> b) {
  return shuffled<Pattern>(a, b, std::make_index_sequence<Pack<T>::width>());
}

/// Interleaves runs of `run` lanes of the low (or high) half of each group of `group` lanes of a and b.
template <int width, int group, int run, bool high>
struct Interleave {
  constexpr int operator()(int lane) const {
    const int in_group = lane % group;
    const int from_b = in_group / run % 2;
    const int source = in_group / (2 * run) * run + in_group % run + (high ? group / 2 : 0);
    return lane / group * group + source + (from_b ? width : 0);
  }
};

template <int group, int run, class T>
MYOWAVE_INLINE void interleave(Pack<T>& a, Pack<T>& b) {
  constexpr int width = static_cast<int>(Pack<T>::width);
  const Pack<T> low = shuffle<Interleave<width, group, run, false>>(a, b);
  b = shuffle<Interleave<width, group, run, true>>(a, b);
  a = low;
}

/// Transposes a square of registers. Within 16-byte lanes first (single instructions everywhere), then
/// whole lanes across registers.
template <class T>
MYOWAVE_INLINE void transpose(Pack<T> (&m)[Pack<T>::width]) {
  constexpr int width = static_cast<int>(Pack<T>::width);
  constexpr int lane = 16 / static_cast<int>(sizeof(T));
  Pack<T> c[width];
  for (int g = 0; g < width; g += lane) {
    if constexpr (lane == 4) {
      interleave<4, 1>(m[g], m[g + 1]);
      interleave<4, 1>(m[g + 2], m[g + 3]);
      interleave<4, 2>(m[g], m[g + 2]);
      interleave<4, 2>(m[g + 1], m[g + 3]);
      c[g] = m[g], c[g + 1] = m[g + 2], c[g + 2] = m[g + 1], c[g + 3] = m[g + 3];
    } else {
      interleave<2, 1>(m[g], m[g + 1]);
      c[g] = m[g], c[g + 1] = m[g + 1];
    }
  }
  // c[g + j] holds column j of each lane's block for the rows of group g.
  if constexpr (width == lane) {
    for (int j = 0; j < width; ++j) m[j] = c[j];
  } else if constexpr (width == 2 * lane) {
    for (int j = 0; j < lane; ++j) {
      interleave<2 * lane, lane>(c[j], c[lane + j]);
      m[j] = c[j], m[lane + j] = c[lane + j];
    }
  } else {
    for (int j = 0; j < lane; ++j) {
      interleave<4 * lane, lane>(c[j], c[2 * lane + j]);
      interleave<4 * lane, lane>(c[lane + j], c[3 * lane + j]);
      interleave<4 * lane, lane>(c[j], c[lane + j]);
      interleave<4 * lane, lane>(c[2 * lane + j], c[3 * lane + j]);
      m[j] = c[j], m[lane + j] = c[lane + j];
      m[2 * lane + j] = c[2 * lane + j], m[3 * lane + j] = c[3 * lane + j];
    }
  }
}

/// The first `columns` values of the rows at V, linearly interpolated. Returns which lanes lie in the
/// table; those outside, and NaN, get values of no meaning.
template <int columns, class T>
MYOWAVE_INLINE Mask<T> look_up(const TableRows& table, Pack<T> V, Pack<T>* out) {
  using Bits = typename ElementOf<T>::LaneBits;
  constexpr std::size_t width = Pack<T>::width;
  Pack<T> position = (V - table.V_first) * table.per_mV;
  const Mask<T> inside = (position > Pack<T>(0.0)) & (position < Pack<T>(table.intervals));
  position = select(inside, position, Pack<T>(0.5));
  const Bits row = __builtin_convertvector(position.v, Bits);
  const Pack<T> weight = position - Pack<T>(__builtin_convertvector(row, typename Pack<T>::Lanes));
  const T* const rows = static_cast<const T*>(table.rows);
  const T* at[width];
  for (std::size_t i = 0; i < width; ++i)
    at[i] = rows + static_cast<std::size_t>(row[i]) * table.row_length;
  for (int c = 0; c < columns; c += static_cast<int>(width)) {
    Pack<T> m[width];
    for (std::size_t i = 0; i < width; ++i) {
      Pack<T> low, high;
      std::memcpy(&low, at[i] + c, sizeof low);
      std::memcpy(&high, at[i] + table.row_length + c, sizeof high);
      m[i] = low + Pack<T>(typename Pack<T>::Lanes{} + weight.v[i]) * (high - low);
    }
    transpose(m);
    for (int j = 0; j < static_cast<int>(width) && c + j < columns; ++j) out[c + j] = m[j];
  }
  return inside;
}

/// The same for one cell.
template <int columns, class T, class Real>
MYOWAVE_INLINE bool look_up_scalar(const TableRows& table, Real V, Real* out) {
  const Real position = (V - table.V_first) * table.per_mV;
  if (!(position > Real(0.0) && position < Real(table.intervals))) return false;
  double x;
  if constexpr (sizeof(Real) == sizeof(double))
    x = position;
  else
    x = static_cast<double>(position.v);
  const auto row = static_cast<std::size_t>(x);
  const T* const at = static_cast<const T*>(table.rows) + row * table.row_length;
  for (int c = 0; c < columns; ++c)
    out[c] =
        at[c] + (x - static_cast<double>(row)) *
                    (static_cast<double>(at[static_cast<std::size_t>(c) + table.row_length]) - at[c]);
  return true;
}
template <int columns>
MYOWAVE_INLINE bool look_up(const TableRows& table, double V, double* out) {
  return look_up_scalar<columns, double>(table, V, out);
}
template <int columns>
MYOWAVE_INLINE bool look_up(const TableRows& table, Single V, Single* out) {
  return look_up_scalar<columns, float>(table, V, out);
}

}  // namespace
}  // namespace myowave::ionic
