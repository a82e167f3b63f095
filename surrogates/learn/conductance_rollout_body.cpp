// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
//
// Compiled once per instruction set, with MYOWAVE_ISA set to its name.
#if MYOWAVE_VECTOR_BYTES > 32  // a row of floats
#undef MYOWAVE_VECTOR_BYTES
#define MYOWAVE_VECTOR_BYTES 32
#endif
#include <algorithm>
#include <cmath>
#include <utility>

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

/// A cell on its way to the last step.
template <class T, int latents>
class Forward {
 public:
  explicit Forward(const RolloutCall<T>& call) : z_(Row<T>::load(call.z)) {}

  double loss() const { return loss_; }

  MYOWAVE_INLINE void step(const RolloutCall<T>& call, std::size_t n) {
    const RecordedStep& step = call.steps[n];
    V_ = step.free && follows_ ? V_ : static_cast<T>(step.V);
    follows_ = step.free;
    call.V[n] = V_;
    const Local<T> local(call, V_);
    const T dt = static_cast<T>(step.dt);
    const Row<T> decay = exp(Row<T>::all(-dt) * local.rate);
    z_ = local.inf + (z_ - local.inf) * decay;
    T* const stored = call.z + (n + 1) * row;
    z_.store(stored);
    Row<T> f[3];
    factors<T, latents>(call, stored, f);
    const T I = sum(local.g * f[0] * f[1] * f[2]);
    V_ = V_ + static_cast<T>(step.jump) - dt * I;
    const T error = (step.free ? V_ : I) - static_cast<T>(step.target);
    call.error[n] = error;
    loss_ += static_cast<double>(static_cast<T>(step.weight) * counted(error, step.free).size);
  }

 private:
  double loss_ = 0.0;
  T V_ = T(0);
  bool follows_ = false;
  Row<T> z_;
};

/// And its gradient on the way back.
template <class T, int latents>
class Backward {
 public:
  void store(const RolloutCall<T>& call) const { dz_.store(call.z_gradient); }

  MYOWAVE_INLINE void step(const RolloutCall<T>& call, std::size_t n) {
    const Row<T> one = Row<T>::all(T(1));
    const RecordedStep& step = call.steps[n];
    const T V = call.V[n], dt = static_cast<T>(step.dt);
    const Local<T> local(call, V);
    const Row<T> decay = exp(Row<T>::all(-dt) * local.rate);
    const T* const z_new = call.z + (n + 1) * row;
    Row<T> f[3];
    factors<T, latents>(call, z_new, f);

    const T of_error = T(2) * static_cast<T>(step.weight) * counted(call.error[n], step.free).slope;
    const T of_next = (step.free ? of_error : T(0)) + (step.free && next_follows_ ? dV_ : T(0));
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
        dz_ = dz_ + Row<T>::load(w + static_cast<std::size_t>(r) * row) * Row<T>::all(of_term[r]);
      w += row * row;
    }

    // Their relaxation: d(decay)/d(rate) = -dt decay.
    const Row<T> z_old = Row<T>::load(call.z + n * row);
    const Row<T> d_inf = dz_ * (one - decay);
    const Row<T> d_rate = dz_ * (local.inf - z_old) * decay * Row<T>::all(dt);
    to_knots(0, d_inf);
    to_knots(row, d_rate);
    of_share = of_share + d_inf * local.inf_step + d_rate * local.rate_step;
    dz_ = dz_ * decay;
    dV_ = of_next + sum(of_share) * local.slope;
    dV_ = dV_ > call.steepest ? call.steepest : dV_ < -call.steepest ? -call.steepest : dV_;
    // What the first of several free steps begins at is recorded.
    next_follows_ = step.free && n > 0 && call.steps[n - 1].free;
  }

 private:
  T dV_ = T(0);  ///< of V at the start of the step behind, if that follows
  bool next_follows_ = false;
  Row<T> dz_ = Row<T>::all(T(0));
};

/// Cells are independent, and each step of one waits for the one before it: side by side they fill each
/// other's gaps.
template <class T, int latents, std::size_t... c>
void run(const RolloutCall<T>* calls, double* losses, std::index_sequence<c...>) {
  const std::size_t shortest = std::min({calls[c].count...});
  Forward<T, latents> forward[] = {Forward<T, latents>(calls[c])...};
  for (std::size_t n = 0; n < shortest; ++n) (forward[c].step(calls[c], n), ...);
  const auto to_the_end = [&](std::size_t k) {
    for (std::size_t n = shortest; n < calls[k].count; ++n) forward[k].step(calls[k], n);
    losses[k] = forward[k].loss();
  };
  (to_the_end(c), ...);
  if (!calls[0].tables_gradient) return;

  Backward<T, latents> backward[sizeof...(c)];
  const auto from_the_end = [&](std::size_t k) {
    for (std::size_t n = calls[k].count; n-- > shortest;) backward[k].step(calls[k], n);
  };
  (from_the_end(c), ...);
  for (std::size_t n = shortest; n-- > 0;) (backward[c].step(calls[c], n), ...);
  (backward[c].store(calls[c]), ...);
}

template <class T, int latents, std::size_t cells>
void run_cells(const RolloutCall<T>* calls, double* losses) {
  run<T, latents>(calls, losses, std::make_index_sequence<cells>());
}

template <class T, std::size_t cells>
void run_any(const RolloutCall<T>* calls, double* losses) {
  constexpr typename RolloutKernels<T>::Run of_latents[] = {
      run_cells<T, 1, cells>, run_cells<T, 2, cells>, run_cells<T, 3, cells>, run_cells<T, 4, cells>,
      run_cells<T, 5, cells>, run_cells<T, 6, cells>, run_cells<T, 7, cells>, run_cells<T, 8, cells>};
  of_latents[calls->latents - 1](calls, losses);
}

}  // namespace

extern const RolloutKernels<float> MYOWAVE_OF_ISA(rollout_floats_);
const RolloutKernels<float> MYOWAVE_OF_ISA(rollout_floats_) = {run_any<float, 1>,
                                                               run_any<float, side_by_side>};
extern const RolloutKernels<double> MYOWAVE_OF_ISA(rollout_doubles_);
const RolloutKernels<double> MYOWAVE_OF_ISA(rollout_doubles_) = {run_any<double, 1>,
                                                                 run_any<double, side_by_side>};

}  // namespace myowave::learn
