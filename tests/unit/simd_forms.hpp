// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include "ionic/kernel.hpp"

/// What ionic/simd.hpp and ionic/lookup.hpp compile to for one instruction set, as functions on arrays
/// of `width` elements. simd_forms.cpp is compiled once per set; nothing else may be compiled with its
/// flags, or a processor without them could not run the tests.
namespace myowave::ionic {

/// Columns of the tables that `look_up` reads: no multiple of a width.
inline constexpr int form_columns = 21;

template <class T>
struct PackForm {
  std::size_t width;
  void (*exp)(const T* x, T* y);
  void (*expm1)(const T* x, T* y);
  void (*log)(const T* x, T* y);
  void (*sqrt)(const T* x, T* y);
  void (*clamp)(const T* x, T* y);       ///< to -2 .. 3
  void (*is_below)(const T* x, T* y);    ///< x < 0 ? 1 : 2
  void (*is_above)(const T* x, T* y);    ///< x > 0 ? 1 : 2
  void (*is_inside)(const T* x, T* y);   ///< x > -1 and x < 1 ? 1 : 2
  void (*is_outside)(const T* x, T* y);  ///< x < -1 or x > 1 ? 1 : 2
  bool (*all_positive)(const T* x);
  void (*transpose)(const T* rows, T* columns);                     ///< [width * width]
  bool (*look_up)(const TableRows& table, const T* V, T* columns);  ///< [form_columns * width]
};

struct SimdForm {
  PackForm<double> of_double;
  PackForm<float> of_float;
};

#if defined(__x86_64__)
extern const SimdForm simd_form_x86_64_v2, simd_form_x86_64_v3, simd_form_x86_64_v4;
#else
extern const SimdForm simd_form_generic;
#endif

}  // namespace myowave::ionic
