// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
//
// Compiled once per instruction set, with MYOWAVE_ISA set to its name.
#if MYOWAVE_VECTOR_BYTES > 32  // a row of floats
#undef MYOWAVE_VECTOR_BYTES
#define MYOWAVE_VECTOR_BYTES 32
#endif
#include <cmath>

#include "ionic/functions.hpp"
#include "surrogates/kernel_reals.hpp"
#include "surrogates/learn/conductance_rollout_kernel.hpp"

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

/// Eight numbers in as many registers as they need.
template <class T>
struct Row {
  using Real = typename RealOf<T>::Type;
  using A = ionic::Access<Real>;
  static constexpr std::size_t parts = row / A::width;

  Real part[parts];

  static MYOWAVE_INLINE Row load(const T* from) {
    Row r;
    for (std::size_t k = 0; k < parts; ++k) r.part[k] = A::load(from + k * A::width);
    return r;
  }
  static MYOWAVE_INLINE Row all(T x) {
    Row r;
    for (std::size_t k = 0; k < parts; ++k) r.part[k] = Real(static_cast<double>(x));
    return r;
  }
  MYOWAVE_INLINE void store(T* to) const {
    for (std::size_t k = 0; k < parts; ++k) A::store(to + k * A::width, part[k]);
  }
  template <class F>
  static MYOWAVE_INLINE Row each(F f) {
    Row r;
    for (std::size_t k = 0; k < parts; ++k) r.part[k] = f(k);
    return r;
  }
  friend MYOWAVE_INLINE Row operator+(Row a, Row b) {
    return each([&](std::size_t k) { return a.part[k] + b.part[k]; });
  }
  friend MYOWAVE_INLINE Row operator-(Row a, Row b) {
    return each([&](std::size_t k) { return a.part[k] - b.part[k]; });
  }
  friend MYOWAVE_INLINE Row operator*(Row a, Row b) {
    return each([&](std::size_t k) { return a.part[k] * b.part[k]; });
  }
  friend MYOWAVE_INLINE Row exp(Row a) {
    return each([&](std::size_t k) { return exp(a.part[k]); });
  }
};

template <class T>
MYOWAVE_INLINE T sum(Row<T> r) {
  alignas(64) T x[row];
  r.store(x);
  return ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7]));
}

template <class T>
MYOWAVE_INLINE void add(T* to, Row<T> r) {
  (Row<T>::load(to) + r).store(to);
}

/// What a step takes from the tables at its V.
template <class T>
struct Local {
  std::size_t at;  ///< of the left knot
  T share, slope;  ///< between the knots; d(share)/dV, 0 beyond all knots
  Row<T> inf, rate, g, inf_step, rate_step, g_step;

  MYOWAVE_INLINE Local(const RolloutCall<T>& call, T V) {
    const T last = static_cast<T>(call.knots - 1), place = (V - call.V_first) * call.per_mV;
    const bool inside = place > T(0) && place < last;
    const T within = place > T(0) ? (place < last ? place : last) : T(0);  // a NaN is at 0
    int left = static_cast<int>(within);
    left = left < call.knots - 2 ? left : call.knots - 2;
    share = within - static_cast<T>(left);
    slope = inside ? call.per_mV : T(0);
    at = static_cast<std::size_t>(left) * 3 * row;
    const T* const low = call.tables + at;
    const T* const high = low + 3 * row;
    const Row<T> s = Row<T>::all(share);
    const auto between = [&](std::size_t offset, Row<T>& value, Row<T>& step) {
      const Row<T> first = Row<T>::load(low + offset);
      step = Row<T>::load(high + offset) - first;
      value = first + s * step;
    };
    between(0, inf, inf_step);
    between(row, rate, rate_step);
    between(2 * row, g, g_step);
  }
};

/// What an error counts, and half of the derivative.
template <class T>
struct Counted {
  T size, slope;
};

template <class T>
MYOWAVE_INLINE Counted<T> counted(T error, std::uint32_t free) {
  constexpr T far = static_cast<T>(far_off), scale = static_cast<T>(1.0 / (far_off * far_off));
  if (free == bounded) {
    const T less = T(1) + scale * error * error;
    return {error * error / less, error / (less * less)};
  }
  if (free == unbounded && (error > far || error < -far))
    return {far * ((error > T(0) ? error : -error) * T(2) - far), error > T(0) ? far : -far};
  return {error * error, error};
}

/// The three factors of all terms.
template <class T, int latents>
MYOWAVE_INLINE void factors(const RolloutCall<T>& call, const T* z, Row<T>* f) {
  const T* w = call.factors;
  for (int j = 0; j < 3; ++j) {
    f[j] = Row<T>::load(w);
    w += row;
    for (int k = 0; k < latents; ++k, w += row) f[j] = f[j] + Row<T>::load(w) * Row<T>::all(z[k]);
  }
}

template <class T, int latents>
double forward(const RolloutCall<T>& call) {
  double loss = 0.0;
  T V = T(0);
  bool follows = false;
  Row<T> z = Row<T>::load(call.z);
  for (std::size_t n = 0; n < call.count; ++n) {
    const RecordedStep& step = call.steps[n];
    V = step.free && follows ? V : static_cast<T>(step.V);
    follows = step.free;
    call.V[n] = V;
    const Local<T> local(call, V);
    const T dt = static_cast<T>(step.dt);
    const Row<T> decay = exp(Row<T>::all(-dt) * local.rate);
    z = local.inf + (z - local.inf) * decay;
    T* const stored = call.z + (n + 1) * row;
    z.store(stored);
    Row<T> f[3];
    factors<T, latents>(call, stored, f);
    const T I = sum(local.g * f[0] * f[1] * f[2]);
    V = V + static_cast<T>(step.jump) - dt * I;
    const T error = (step.free ? V : I) - static_cast<T>(step.target);
    call.error[n] = error;
    loss += static_cast<double>(static_cast<T>(step.weight) * counted(error, step.free).size);
  }
  return loss;
}

template <class T, int latents>
void backward(const RolloutCall<T>& call) {
  T dV = T(0);  // of V at the start of the step behind, if that follows
  bool next_follows = false;
  Row<T> dz = Row<T>::all(T(0));
  const Row<T> one = Row<T>::all(T(1));
  for (std::size_t n = call.count; n-- > 0;) {
    const RecordedStep& step = call.steps[n];
    const T V = call.V[n], dt = static_cast<T>(step.dt);
    const Local<T> local(call, V);
    const Row<T> decay = exp(Row<T>::all(-dt) * local.rate);
    const T* const z_new = call.z + (n + 1) * row;
    Row<T> f[3];
    factors<T, latents>(call, z_new, f);

    const T of_error = T(2) * static_cast<T>(step.weight) * counted(call.error[n], step.free).slope;
    const T of_next = (step.free ? of_error : T(0)) + (step.free && next_follows ? dV : T(0));
    const T dI = (step.free ? T(0) : of_error) - dt * of_next;
    const Row<T> i = Row<T>::all(dI), s = Row<T>::all(local.share), rest = one - s;

    // The functions g.
    const Row<T> dg = i * f[0] * f[1] * f[2];
    T* const low = call.tables_gradient + local.at;
    T* const high = low + 3 * row;
    const auto to_knots = [&](std::size_t offset, Row<T> d) {
      add(low + offset, rest * d);
      add(high + offset, s * d);
    };
    to_knots(2 * row, dg);
    Row<T> of_share = dg * local.g_step;

    // The factors, and through them the latents.
    const Row<T> ig = i * local.g;
    const Row<T> df[3] = {ig * f[1] * f[2], ig * f[0] * f[2], ig * f[0] * f[1]};
    T* dw = call.factors_gradient;
    const T* w = call.transposed;
    for (int j = 0; j < 3; ++j) {
      add(dw, df[j]);
      dw += row;
      for (int k = 0; k < latents; ++k, dw += row) add(dw, df[j] * Row<T>::all(z_new[k]));
      alignas(64) T of_term[row];
      df[j].store(of_term);
      for (int r = 1; r <= call.terms; ++r)
        dz = dz + Row<T>::load(w + static_cast<std::size_t>(r) * row) * Row<T>::all(of_term[r]);
      w += row * row;
    }

    // Their relaxation: d(decay)/d(rate) = -dt decay.
    const Row<T> z_old = Row<T>::load(call.z + n * row);
    const Row<T> d_inf = dz * (one - decay);
    const Row<T> d_rate = dz * (local.inf - z_old) * decay * Row<T>::all(dt);
    to_knots(0, d_inf);
    to_knots(row, d_rate);
    of_share = of_share + d_inf * local.inf_step + d_rate * local.rate_step;
    dz = dz * decay;
    dV = of_next + sum(of_share) * local.slope;
    dV = dV > call.steepest ? call.steepest : dV < -call.steepest ? -call.steepest : dV;
    // What the first of several free steps begins at is recorded.
    next_follows = step.free && n > 0 && call.steps[n - 1].free;
  }
  dz.store(call.z_gradient);
}

template <class T, int latents>
double run(const RolloutCall<T>& call) {
  const double loss = forward<T, latents>(call);
  if (call.tables_gradient) backward<T, latents>(call);
  return loss;
}

template <class T>
double run_any(const RolloutCall<T>& call) {
  constexpr decltype(&run<T, 1>) of_latents[] = {run<T, 1>, run<T, 2>, run<T, 3>, run<T, 4>,
                                                 run<T, 5>, run<T, 6>, run<T, 7>, run<T, 8>};
  return of_latents[call.latents - 1](call);
}

}  // namespace

extern const RolloutKernels<float> MYOWAVE_OF_ISA(rollout_floats_);
const RolloutKernels<float> MYOWAVE_OF_ISA(rollout_floats_) = {run_any<float>};
extern const RolloutKernels<double> MYOWAVE_OF_ISA(rollout_doubles_);
const RolloutKernels<double> MYOWAVE_OF_ISA(rollout_doubles_) = {run_any<double>};

}  // namespace myowave::learn
