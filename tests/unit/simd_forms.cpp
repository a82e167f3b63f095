// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tests/unit/simd_forms.hpp"

#include "ionic/lookup.hpp"
#include "ionic/simd.hpp"

namespace myowave::ionic {
namespace {

template <class T>
struct Form {
  using P = Pack<T>;
  static P load(const T* from) {
    P x;
    std::memcpy(&x, from, sizeof x);
    return x;
  }
  static void store(T* to, P x) { std::memcpy(to, &x, sizeof x); }

  static void exp_(const T* x, T* y) { store(y, exp(load(x))); }
  static void expm1_(const T* x, T* y) { store(y, expm1(load(x))); }
  static void log_(const T* x, T* y) { store(y, log(load(x))); }
  static void sqrt_(const T* x, T* y) { store(y, sqrt(load(x))); }
  static void clamp(const T* x, T* y) { store(y, clamped(load(x), T(-2), T(3))); }
  static void is_below(const T* x, T* y) { store(y, select(load(x) < P(0.0), P(1.0), P(2.0))); }
  static void is_above(const T* x, T* y) { store(y, select(load(x) > P(0.0), P(1.0), P(2.0))); }
  static void is_inside(const T* x, T* y) {
    store(y, select((load(x) > P(-1.0)) & (load(x) < P(1.0)), P(1.0), P(2.0)));
  }
  static void is_outside(const T* x, T* y) {
    store(y, select((load(x) < P(-1.0)) | (load(x) > P(1.0)), P(1.0), P(2.0)));
  }
  static bool all_positive(const T* x) { return all(load(x) > P(0.0)); }
  static void transpose_(const T* rows, T* columns) {
    P m[P::width];
    for (std::size_t i = 0; i < P::width; ++i) m[i] = load(rows + i * P::width);
    transpose(m);
    for (std::size_t i = 0; i < P::width; ++i) store(columns + i * P::width, m[i]);
  }
  static bool look_up_(const TableRows& table, const T* V, T* columns) {
    P out[form_columns];
    if (!all(look_up<form_columns>(table, load(V), out))) return false;
    for (std::size_t c = 0; c < form_columns; ++c) store(columns + c * P::width, out[c]);
    return true;
  }

  static constexpr PackForm<T> functions() {
    return {P::width, exp_,      expm1_,     log_,         sqrt_,      clamp,   is_below,
            is_above, is_inside, is_outside, all_positive, transpose_, look_up_};
  }
};

}  // namespace

#define MYOWAVE_FORM_(isa) simd_form_##isa
#define MYOWAVE_FORM(isa) MYOWAVE_FORM_(isa)
extern const SimdForm MYOWAVE_FORM(MYOWAVE_ISA);
const SimdForm MYOWAVE_FORM(MYOWAVE_ISA) = {Form<double>::functions(), Form<float>::functions()};

}  // namespace myowave::ionic
