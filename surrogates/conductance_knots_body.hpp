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

/// Eight columns of sixteen rows, interpolated and transposed: register i < 4 holds cells i and 4 + i,
/// the others 4 + i and 8 + i, so that the last step, of whole lanes, leaves the cells in order.
struct BlockOfColumns {
  Float column[sodium_block];

  /// `at`: where each cell's row of the block begins; `within`: how far it is to the next row.
  MYOWAVE_INLINE BlockOfColumns(const float* table, const int* at, const float* within) {
    __m512 m[8];
    for (int i = 0; i < 8; ++i) {
      const int a = i < 4 ? i : 4 + i, b = a + 4;
      const auto both = [&](int half) __attribute__((always_inline)) {
        return _mm512_insertf32x8(
            _mm512_castps256_ps512(_mm256_load_ps(table + at[a] + half * sodium_block)),
            _mm256_load_ps(table + at[b] + half * sodium_block), 1);
      };
      const __m512 share =
          _mm512_mask_mov_ps(_mm512_set1_ps(within[a]), 0xff00, _mm512_set1_ps(within[b]));
      m[i] = _mm512_fmadd_ps(share, both(1), both(0));
    }
    __m512 t[2][4];
    for (int g = 0; g < 2; ++g) {
      const __m512* const r = m + 4 * g;
      const __m512d low01 = _mm512_castps_pd(_mm512_unpacklo_ps(r[0], r[1])),
                    low23 = _mm512_castps_pd(_mm512_unpacklo_ps(r[2], r[3])),
                    high01 = _mm512_castps_pd(_mm512_unpackhi_ps(r[0], r[1])),
                    high23 = _mm512_castps_pd(_mm512_unpackhi_ps(r[2], r[3]));
      t[g][0] = _mm512_castpd_ps(_mm512_unpacklo_pd(low01, low23));
      t[g][1] = _mm512_castpd_ps(_mm512_unpackhi_pd(low01, low23));
      t[g][2] = _mm512_castpd_ps(_mm512_unpacklo_pd(high01, high23));
      t[g][3] = _mm512_castpd_ps(_mm512_unpackhi_pd(high01, high23));
    }
    for (int j = 0; j < 4; ++j) {
      column[j] = Float(_mm512_shuffle_f32x4(t[0][j], t[1][j], 0x88));
      column[4 + j] = Float(_mm512_shuffle_f32x4(t[0][j], t[1][j], 0xdd));
    }
  }
};

/// The steady states and shares of the sodium gates.
template <class Sodium>
struct SodiumShares {
  static constexpr int gates = Sodium::gate_count,
                       blocks = SodiumColumns{Sodium::steady_column, Sodium::rate_column}.blocks();
  Float inf[gates], share[gates];

  MYOWAVE_INLINE SodiumShares(const KnotTables& tables, Float V) {
    const Float place = ionic::clamped<float>((V - tables.sodium_first) * Float(tables.sodium_per_mV),
                                              0.0f, static_cast<float>(tables.sodium_rows - 1));
    const __m512i row = _mm512_cvttps_epi32(place.v);
    alignas(64) int at[16];
    alignas(64) float within[16];
    _mm512_store_si512(at, _mm512_mullo_epi32(row, _mm512_set1_epi32(2 * sodium_block * blocks)));
    _mm512_store_ps(within, (place - Float(_mm512_cvtepi32_ps(row))).v);
    Float all[sodium_block * blocks];
    ionic::unrolled<blocks>([&](auto b) __attribute__((always_inline)) {
      const BlockOfColumns block(tables.sodium + 2 * sodium_block * b, at, within);
      for (int c = 0; c < sodium_block; ++c) all[sodium_block * b + c] = block.column[c];
    });
    ionic::unrolled<gates>([&](auto g) __attribute__((always_inline)) {
      inf[g] = all[Sodium::steady_column[g]];
      share[g] = all[Sodium::rate_column[g]];
    });
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

  /// As Access::add, whose conversion GCC 12 does by quarters.
  static MYOWAVE_INLINE void add(double* to, const double* from, Float increment) {
    const __m512d low = _mm512_cvtps_pd(_mm512_castps512_ps256(increment.v)),
                  high = _mm512_cvtps_pd(_mm512_extractf32x8_ps(increment.v, 1));
    _mm512_storeu_pd(to, _mm512_add_pd(_mm512_loadu_pd(from), low));
    _mm512_storeu_pd(to + 8, _mm512_add_pd(_mm512_loadu_pd(from + 8), high));
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
      add(s.to.doubles + offset<state>(s.to, i), base.doubles + offset<state>(base, i), increment);
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
  static void first_order(const ionic::Stage& stage, const KnotTables& tables, std::uint32_t* outside) {
    run(stage, tables, outside);
  }
  static void second_order(const ionic::Stage& stage, const KnotTables& tables) {
    run(stage, tables, nullptr);
  }

 private:
  static MYOWAVE_INLINE void count(Float V, const KnotTables& t, std::uint32_t* outside) {
    const auto not_low = _mm512_cmp_ps_mask(V.v, _mm512_set1_ps(t.V_low), _CMP_GE_OQ);
    const auto inside = _mm512_mask_cmp_ps_mask(not_low, V.v, _mm512_set1_ps(t.V_high), _CMP_LE_OQ);
    if (inside == 0xffff) [[likely]]
      return;
    const __m512i before = _mm512_loadu_si512(outside);
    _mm512_storeu_si512(outside, _mm512_mask_add_epi32(before, static_cast<__mmask16>(~inside), before,
                                                       _mm512_set1_epi32(1)));
  }

  __attribute__((flatten)) static void run(const ionic::Stage& stage, const KnotTables& tables,
                                           std::uint32_t* outside) {
    const ionic::Stage s = stage;  // copies of our own, which no store can change
    const KnotTables t = tables;
    const Float conductances[2] = {Float(t.conductances[0]), Float(t.conductances[1])};
    for (std::size_t i = 0; i < s.count; i += A::width) {
      const Float V = A::load_double(s.at.V + i);
      if (outside) count(V, t, outside + i);
      const SodiumShares<typename Host::Sodium> sodium(t, V);
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
      add(s.to.V + i, base.V + i, s.dt * (A::load_double(s.stimulus + i) - current));
    }
  }
};

template <class Host, class Model, int K, int R, bool two_halves>
constexpr KnotKernel knot_kernel = {KnotStepper<Host, Model, K, R, two_halves, false>::first_order,
                                    KnotStepper<Host, Model, K, R, two_halves, true>::second_order};

}  // namespace
}  // namespace myowave::surrogates
#endif
