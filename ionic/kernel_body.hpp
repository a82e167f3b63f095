// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/kernel.hpp"
#include "ionic/lookup.hpp"
#include "ionic/simd.hpp"

/// The generic driver of a step, written once for every model, precision and instruction set. All of
/// it has internal linkage.
namespace myowave::ionic {
namespace {

/// Reads and writes cells for one `Real`: T is the type of its elements.
template <class Real>
struct Access;

template <class T>
struct Access<Pack<T>> {
  static constexpr std::size_t width = Pack<T>::width;
  static MYOWAVE_INLINE Pack<T> load(const T* from) {
    Pack<T> x;
    std::memcpy(&x, from, sizeof x);
    return x;
  }
  static MYOWAVE_INLINE void store(T* to, Pack<T> x) { std::memcpy(to, &x, sizeof x); }

  static MYOWAVE_INLINE Pack<T> load_double(const double* from) {
    if constexpr (sizeof(T) == sizeof(double)) {
      return load(from);
    } else {
      using Half = float __attribute__((vector_size(MYOWAVE_VECTOR_BYTES / 2)));
      const auto low = Access<Pack<double>>::load(from);
      const auto high = Access<Pack<double>>::load(from + width / 2);
      return join(__builtin_convertvector(low.v, Half), __builtin_convertvector(high.v, Half),
                  std::make_index_sequence<width>());
    }
  }
  /// to = from + increment, the sum in double.
  static MYOWAVE_INLINE void add(double* to, const double* from, Pack<T> increment) {
    if constexpr (sizeof(T) == sizeof(double)) {
      store(to, load(from) + increment);
    } else {
      using Wide = Access<Pack<double>>;
      using Lanes = typename ElementOf<double>::Lanes;
      const auto low = half<0>(increment, std::make_index_sequence<width / 2>());
      const auto high = half<width / 2>(increment, std::make_index_sequence<width / 2>());
      Wide::store(to, Wide::load(from) + Pack<double>(__builtin_convertvector(low, Lanes)));
      Wide::store(to + width / 2,
                  Wide::load(from + width / 2) + Pack<double>(__builtin_convertvector(high, Lanes)));
    }
  }

 private:
  template <class Half, std::size_t... I>
  static MYOWAVE_INLINE Pack<T> join(Half low, Half high, std::index_sequence<I...>) {
    return __builtin_shufflevector(low, high, static_cast<int>(I)...);
  }
  template <std::size_t first, std::size_t... I>
  static MYOWAVE_INLINE auto half(Pack<T> x, std::index_sequence<I...>) {
    return __builtin_shufflevector(x.v, x.v, static_cast<int>(first + I)...);
  }
};

template <>
struct Access<double> {
  static constexpr std::size_t width = 1;
  static double load(const double* from) { return *from; }
  static void store(double* to, double x) { *to = x; }
  static double load_double(const double* from) { return *from; }
  static void add(double* to, const double* from, double increment) { *to = *from + increment; }
};

template <>
struct Access<Single> {
  static constexpr std::size_t width = 1;
  static Single load(const float* from) { return *from; }
  static void store(float* to, Single x) { *to = x.v; }
  static Single load_double(const double* from) { return *from; }
  static void add(double* to, const double* from, Single increment) {
    *to = *from + static_cast<double>(increment.v);
  }
};

/// Where a state lies: its row among those of its type.
template <class Model, Precision precision>
constexpr int row_of(int state) {
  int row = 0;
  for (int s = 0; s < state; ++s)
    row += is_float(Model::info, s, precision) == is_float(Model::info, state, precision) ? 1 : 0;
  return row;
}

/// Calls body(constant k) for k = 0 .. count - 1, each with its own constant expression.
template <int count, class Body>
MYOWAVE_INLINE void unrolled(Body body) {
  [&]<int... k>(std::integer_sequence<int, k...>) __attribute__((always_inline)) {
    (body(std::integral_constant<int, k>{}), ...);
  }
  (std::make_integer_sequence<int, count>());
}

/// An array of `count` elements, of one where there are none.
template <class Real, int count>
using Array = Real[count > 0 ? count : 1];

template <class Model, class Real, Precision precision, bool corrector>
class Stepper {
  using A = Access<Real>;
  static constexpr int state_count = static_cast<int>(Model::info.states.size());
  static constexpr int parameter_count = static_cast<int>(Model::info.parameters.size());
  static constexpr int voltage_gates = Model::info.voltage_gate_count;
  static constexpr int gate_count = Model::info.gate_count;
  static constexpr int columns = 2 * voltage_gates + Model::info.function_count;

 public:
  /// Everything is inlined here, so that what depends on parameters alone leaves the loop.
  __attribute__((flatten)) static void run(const Stage& stage) {
    const Stage s = stage;  // a copy of our own, which no store can change
    Array<Real, parameter_count> p;
    for (int k = 0; k < parameter_count; ++k) p[k] = Real(s.parameters[k]);
    if (s.varying.empty())
      for (std::size_t i = 0; i < s.count; i += A::width) step(s, p, i);
    else
      for (std::size_t i = 0; i < s.count; i += A::width) {
        for (const Varying& v : s.varying) p[v.parameter] = A::load_double(v.values + i);
        step(s, p, i);
      }
  }

 private:
  template <int state>
  static MYOWAVE_INLINE std::size_t offset(const CellRows& rows, std::size_t i) {
    constexpr std::size_t row = static_cast<std::size_t>(row_of<Model, precision>(state));
    return row * rows.stride + i;
  }
  template <int state>
  static MYOWAVE_INLINE Real load(const CellRows& rows, std::size_t i) {
    if constexpr (is_float(Model::info, state, precision))
      return A::load(rows.floats + offset<state>(rows, i));
    else
      return A::load_double(rows.doubles + offset<state>(rows, i));
  }

  /// to = base + increment, in the state's own type; `old` is base as a Real.
  template <int state>
  static MYOWAVE_INLINE void advance(const CellRows& to, const CellRows& base, std::size_t i, Real old,
                                     Real increment) {
    if constexpr (is_float(Model::info, state, precision))
      A::store(to.floats + offset<state>(to, i), old + increment);
    else
      A::add(to.doubles + offset<state>(to, i), base.doubles + offset<state>(base, i), increment);
  }

  static MYOWAVE_INLINE void step(const Stage& s, const Real* p, std::size_t i) {
    const CellRows& base = corrector ? s.to : s.at;
    const Real V = A::load_double(s.at.V + i);
    Array<Real, state_count> y, dy;
    unrolled<state_count>([&](auto k) __attribute__((always_inline)) { y[k] = load<k>(s.at, i); });
    Array<Real, gate_count> inf, share;
    Array<Real, Model::info.function_count> f;
    voltage(s, V, p, inf, share, f);
    Array<Real, gate_count> rate;
    Model::gates(V, y, p, f, inf, rate);
    for (int g = voltage_gates; g < gate_count; ++g) share[g] = -expm1(-s.dt * rate[g]);

    unrolled<gate_count>([&](auto g) __attribute__((always_inline)) {
      const Real old = corrector ? load<g>(s.to, i) : y[g];
      const Real increment = (inf[g] - old) * share[g];
      advance<g>(s.to, base, i, old, increment);
      if constexpr (!corrector) y[g] = old + increment;
    });

    const Real dV = Model::currents(V, y, p, f, A::load_double(s.stimulus + i), dy);
    unrolled<state_count - gate_count>([&](auto n) __attribute__((always_inline)) {
      constexpr int k = gate_count + decltype(n)::value;
      advance<k>(s.to, base, i, y[k], s.dt * dy[k]);
    });
    A::add(s.to.V + i, base.V + i, s.dt * dV);
  }

  /// Steady states and 1 - exp(-dt rate) of the voltage gates, and the functions of V.
  static MYOWAVE_INLINE void voltage(const Stage& s, Real V, const Real* p, Real* inf, Real* share,
                                     Real* f) {
    constexpr int functions = Model::info.function_count;
    Array<Real, columns> row;
    auto inside = V < V;  // none
    if constexpr (columns > 0) {
      if (s.tables) {
        inside = look_up<columns>(*s.tables, V, row);
        if (all(inside)) {
          for (int g = 0; g < voltage_gates; ++g) inf[g] = row[g], share[g] = row[voltage_gates + g];
          for (int k = 0; k < functions; ++k) f[k] = row[2 * voltage_gates + k];
          return;
        }
      }
    }
    Array<Real, voltage_gates> rate;
    Model::voltage(V, p, inf, rate, f);
    for (int g = 0; g < voltage_gates; ++g) share[g] = -expm1(-s.dt * rate[g]);
    if constexpr (columns > 0) {
      if (!s.tables) return;
      // A cell outside must not change what its neighbours in the register get.
      for (int g = 0; g < voltage_gates; ++g) {
        inf[g] = select(inside, row[g], inf[g]);
        share[g] = select(inside, row[voltage_gates + g], share[g]);
      }
      for (int k = 0; k < functions; ++k) f[k] = select(inside, row[2 * voltage_gates + k], f[k]);
    }
  }
};

template <class Model, class DoubleReal, class FloatReal>
constexpr ModelKernels kernels_of() {
  return {{Stepper<Model, DoubleReal, Precision::double_, false>::run,
           Stepper<Model, DoubleReal, Precision::double_, true>::run},
          {Stepper<Model, FloatReal, Precision::mixed, false>::run,
           Stepper<Model, FloatReal, Precision::mixed, true>::run}};
}

}  // namespace
}  // namespace myowave::ionic
