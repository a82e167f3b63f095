// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "surrogates/conductance_knots.hpp"
#include "surrogates/kernel_reals.hpp"

#if MYOWAVE_VECTOR_BYTES == 64 && !defined(MYOWAVE_ISA_SCALAR)
#define MYOWAVE_HAS_KNOT_KERNELS
namespace myowave::surrogates {
namespace {

/// Where a V lies between the knots.
struct Between {
  __m512i knot;
  __mmask16 upper;  ///< knots from 32 on
  Float share;

  MYOWAVE_INLINE Between(const KnotTables& tables, Float V) {
    const float last = static_cast<float>(tables.knots - 1);  // its difference to the next one is 0
    const Float place = ionic::clamped<float>((V - tables.V_first) * Float(tables.per_mV), 0.0f, last);
    knot = _mm512_cvttps_epi32(place.v);
    upper = _mm512_test_epi32_mask(knot, _mm512_set1_epi32(32));
    share = place - Float(_mm512_cvtepi32_ps(knot));
  }

  template <bool two_halves>
  MYOWAVE_INLINE Float pick(const float* from) const {
    const __m512 low = _mm512_permutex2var_ps(_mm512_load_ps(from), knot, _mm512_load_ps(from + 16));
    if constexpr (!two_halves) return Float(low);
    const __m512 high =
        _mm512_permutex2var_ps(_mm512_load_ps(from + 32), knot, _mm512_load_ps(from + 48));
    return Float(_mm512_mask_mov_ps(low, upper, high));
  }
  template <bool two_halves>
  MYOWAVE_INLINE Float of(const KnotTables& tables, int function) const {
    const float* const values = tables.functions + 2 * most_register_knots * function;
    return pick<two_halves>(values) + share * pick<two_halves>(values + most_register_knots);
  }
};

/// The steady states and shares of the sodium gates: the row of each cell whole, transposed in
/// registers.
template <int gates>
struct SodiumShares {
  static constexpr int columns = sodium_columns(gates), blocks = 2 * columns / 16;
  Float inf[gates], share[gates];

  MYOWAVE_INLINE SodiumShares(const KnotTables& tables, Float V) {
    const Float place = ionic::clamped<float>((V - tables.sodium_first) * Float(tables.sodium_per_mV),
                                              0.0f, static_cast<float>(tables.sodium_rows - 1));
    const __m512i row = _mm512_cvttps_epi32(place.v);
    const Float within = place - Float(_mm512_cvtepi32_ps(row));
    alignas(64) int at[16];
    _mm512_store_si512(at, _mm512_mullo_epi32(row, _mm512_set1_epi32(2 * columns)));
    Float all[2 * columns];
    for (int b = 0; b < blocks; ++b) {
      Float m[16];
      for (int i = 0; i < 16; ++i) m[i] = Float(_mm512_load_ps(tables.sodium + at[i] + 16 * b));
      ionic::transpose(m);
      for (int i = 0; i < 16; ++i) all[16 * b + i] = m[i];
    }
    for (int g = 0; g < gates; ++g) {
      inf[g] = all[g] + within * all[columns + g];
      share[g] = all[gates + g] + within * all[columns + gates + g];
    }
  }
};

template <class Host, class Model, int K, int R, bool two_halves, bool corrector>
class KnotStepper {
  using A = ionic::Access<Float>;
  static constexpr int gates = Host::Sodium::gate_count;

  template <int state>
  static MYOWAVE_INLINE std::size_t offset(const ionic::CellRows& rows, std::size_t i) {
    return static_cast<std::size_t>(ionic::row_of<Model, ionic::Precision::mixed>(state)) * rows.stride +
           i;
  }
  template <int state>
  static constexpr bool in_float = ionic::is_float(Model::info, state, ionic::Precision::mixed);

  template <int state>
  static MYOWAVE_INLINE Float load(const ionic::CellRows& rows, std::size_t i) {
    if constexpr (in_float<state>)
      return A::load(rows.floats + offset<state>(rows, i));
    else
      return A::load_double(rows.doubles + offset<state>(rows, i));
  }

  /// A state relaxes from where `base` has it; what the current takes of it.
  template <int state>
  static MYOWAVE_INLINE Float relax(const ionic::Stage& s, std::size_t i, Float inf, Float share) {
    const ionic::CellRows& base = corrector ? s.to : s.at;
    const Float old = load<state>(base, i), increment = (inf - old) * share;
    const Float used = corrector ? load<state>(s.at, i) : old + increment;
    if constexpr (in_float<state>)
      A::store(s.to.floats + offset<state>(s.to, i), old + increment);
    else
      A::add(s.to.doubles + offset<state>(s.to, i), base.doubles + offset<state>(base, i), increment);
    return used;
  }

  static MYOWAVE_INLINE Float learnt_current(const KnotTables& t, const Between& between,
                                             const Float* z) {
    Float sum = between.of<two_halves>(t, 2 * K);
    ionic::unrolled<R>([&](auto r) __attribute__((always_inline)) {
      Float product = between.of<two_halves>(t, 2 * K + 1 + r);
      ionic::unrolled<3>([&](auto j) __attribute__((always_inline)) {
        const float* const w = t.factors + (3 * r + j) * (K + 1);
        Float factor(_mm512_set1_ps(w[0]));
        ionic::unrolled<K>([&](auto k) __attribute__((always_inline)) {
          factor = factor + Float(_mm512_set1_ps(w[1 + k])) * z[k];
        });
        product = product * factor;
      });
      sum = sum + product;
    });
    return sum;
  }

 public:
  __attribute__((flatten)) static void run(const ionic::Stage& stage, const KnotTables& tables) {
    const ionic::Stage s = stage;  // copies of our own, which no store can change
    const KnotTables t = tables;
    const Float conductances[2] = {Float(t.conductances[0]), Float(t.conductances[1])};
    for (std::size_t i = 0; i < s.count; i += A::width) {
      const Float V = A::load_double(s.at.V + i);
      const SodiumShares<gates> sodium(t, V);
      Float y[gates], z[K];
      ionic::unrolled<gates>([&](auto g) __attribute__((always_inline)) {
        y[g] = relax<g>(s, i, sodium.inf[g], sodium.share[g]);
      });
      const Between between(t, V);
      ionic::unrolled<K>([&](auto k) __attribute__((always_inline)) {
        const Float x = between.of<two_halves>(t, K + k);
        const Float share = x - ionic::expm1_tail(-x) * (x * x);  // 1 - exp(-x)
        z[k] = relax<gates + decltype(k)::value>(s, i, between.of<two_halves>(t, k), share);
      });
      const Float current =
          Host::Sodium::current(y, conductances, V - t.reversal) + learnt_current(t, between, z);
      const ionic::CellRows& base = corrector ? s.to : s.at;
      A::add(s.to.V + i, base.V + i, s.dt * (A::load_double(s.stimulus + i) - current));
    }
  }
};

template <class Host, class Model, int K, int R, bool two_halves>
constexpr KnotKernel knot_kernel = {KnotStepper<Host, Model, K, R, two_halves, false>::run,
                                    KnotStepper<Host, Model, K, R, two_halves, true>::run};

}  // namespace
}  // namespace myowave::surrogates
#endif
