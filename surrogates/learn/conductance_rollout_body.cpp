// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
//
// Compiled once per instruction set, with MYOWAVE_ISA set to its name.
#include <algorithm>
#include <cmath>
#include <utility>

#include "surrogates/learn/cell_rows.hpp"

namespace myowave::learn {
namespace {

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

/// The loss of a cell whose errors are known, and its derivatives by what they are errors of.
template <class T>
double count(const RolloutCall<T>& call) {
  double loss = 0.0;
  for (std::size_t n = 0; n < call.count; ++n) {
    const RecordedStep& step = call.steps[n];
    const Counted<T> of = counted(call.error[n], step.free);
    const T weight = static_cast<T>(step.weight);
    loss += static_cast<double>(weight * of.size);
    if (call.tables_gradient) call.derivative[n] = T(2) * weight * of.slope;
  }
  return loss;
}

/// The weights of cells that are followed at once, side by side in registers.
template <class T, int latents, std::size_t cells>
struct Weights {
  using R = Row<T, cells>;
  static constexpr int of_factor = 1 + latents;

  alignas(64) T factors[3 * of_factor * R::R::lanes];
  alignas(64) T transposed[3 * row * R::R::lanes];

  explicit Weights(const RolloutCall<T>* calls) {
    const auto gathered = [&](T* to, const T* RolloutCall<T>::*from, std::size_t rows) {
      for (std::size_t n = 0; n < rows; ++n)
        R::load([&](std::size_t c) { return calls[c].*from + n * row; }).store_all(to + n * R::R::lanes);
    };
    gathered(factors, &RolloutCall<T>::factors, 3 * of_factor);
    gathered(transposed, &RolloutCall<T>::transposed, 3 * row);
  }

  /// Row k of factor j: 0 for the constant, then one for each latent.
  MYOWAVE_INLINE R factor(std::size_t j, std::size_t k) const {
    return R::load_all(factors + (j * of_factor + k) * R::R::lanes);
  }
  /// Of term r in factor j its row over latents.
  MYOWAVE_INLINE R of_term(std::size_t j, std::size_t r) const {
    return R::load_all(transposed + (j * row + r) * R::R::lanes);
  }
};

/// What a step takes from the tables at the V of each cell.
template <class T, std::size_t cells>
struct Local {
  using E = Each<T, cells>;
  using R = Row<T, cells>;

  std::size_t at[cells];  ///< of the left knot
  E share, slope;         ///< between the knots; d(share)/dV, 0 beyond all knots
  R inf, rate, g, inf_step, rate_step, g_step;

  MYOWAVE_INLINE Local(const RolloutCall<T>* calls, E V) {
    const RolloutCall<T>& shape = calls[0];
    const E zero = E::all(T(0)), last = E::all(static_cast<T>(shape.knots - 1));
    const E last_left = E::all(static_cast<T>(shape.knots - 2)), per_mV = E::all(shape.per_mV);
    const E place = (V - E::all(shape.V_first)) * per_mV;
    const E from_first = where_above(place, zero, place, zero);  // a NaN is at 0
    const E within = where_above(last, from_first, from_first, last);
    const E whole = truncated(within), left = where_above(last_left, whole, whole, last_left);
    share = within - left;
    slope = where_above(place, zero, where_above(last, place, per_mV, zero), zero);
    for (std::size_t c = 0; c < cells; ++c)
      at[c] = static_cast<std::size_t>(static_cast<int>(left[c])) * 3 * row;
    const R s = share;
    const auto between = [&](std::size_t offset, R & value, R & step) __attribute__((always_inline)) {
      const R low = R::load([&](std::size_t c) { return calls[c].tables + at[c] + offset; });
      const R high = R::load([&](std::size_t c) { return calls[c].tables + at[c] + 3 * row + offset; });
      step = high - low;
      value = low + s * step;
    };
    between(0, inf, inf_step);
    between(row, rate, rate_step);
    between(2 * row, g, g_step);
  }
};

/// The three factors of all terms. Each is added up in two halves, which do not wait for each other.
template <class T, int latents, std::size_t cells>
MYOWAVE_INLINE void factors(const Weights<T, latents, cells>& weights, const Row<T, cells>& z,
                            Row<T, cells>* f) {
  Row<T, cells> other[3];
  for (std::size_t j = 0; j < 3; ++j)
    f[j] = weights.factor(j, 0), other[j] = weights.factor(j, 1) * z.template at<0>();
  for_each<latents - 1>([&](auto n) __attribute__((always_inline)) {
    constexpr std::size_t k = n + 1;
    const Row<T, cells> z_k = z.template at<k>();
    for (std::size_t j = 0; j < 3; ++j) {
      Row<T, cells>& to = k % 2 == 0 ? other[j] : f[j];
      to = to + weights.factor(j, 1 + k) * z_k;
    }
  });
  for (std::size_t j = 0; j < 3; ++j) f[j] = f[j] + other[j];
}

/// Number of a step of each cell.
template <class T, std::size_t cells, class F>
MYOWAVE_INLINE Each<T, cells> of_steps(const RolloutCall<T>* calls, std::size_t n, F number) {
  return Each<T, cells>::of([&](std::size_t c) { return number(calls[c].steps[n]); });
}

/// Cells on their way to the last step.
template <class T, int latents, std::size_t cells>
class Forward {
  using E = Each<T, cells>;
  using R = Row<T, cells>;

 public:
  /// From step n on; V is what the step before has led to, if that was free.
  Forward(const RolloutCall<T>* calls, std::size_t n, const T* V, const T* free)
      : weights_(calls),
        z_(R::load([&](std::size_t c) { return calls[c].z + n * row; })),
        V_(E::of([&](std::size_t c) { return V[c]; })),
        free_(E::of([&](std::size_t c) { return free[c]; })) {}

  void leave(T* V, T* free) const {
    for (std::size_t c = 0; c < cells; ++c) V[c] = V_[c], free[c] = free_[c];
  }

  MYOWAVE_INLINE void step(const RolloutCall<T>* calls, std::size_t n) {
    const E given =
        of_steps<T, cells>(calls, n, [](const RecordedStep& s) { return static_cast<T>(s.V); });
    const E free =
        of_steps<T, cells>(calls, n, [](const RecordedStep& s) { return s.free ? T(1) : T(0); });
    const E dt =
        of_steps<T, cells>(calls, n, [](const RecordedStep& s) { return static_cast<T>(s.dt); });
    const E jump =
        of_steps<T, cells>(calls, n, [](const RecordedStep& s) { return static_cast<T>(s.jump); });
    const E target =
        of_steps<T, cells>(calls, n, [](const RecordedStep& s) { return static_cast<T>(s.target); });
    V_ = where_above(free * free_, E::all(T(0)), V_, given);
    free_ = free;
    for (std::size_t c = 0; c < cells; ++c) calls[c].V[n] = V_[c];
    const Local<T, cells> local(calls, V_);
    const R decay = exp(R(E::all(T(0)) - dt) * local.rate);
    z_ = local.inf + (z_ - local.inf) * decay;
    z_.store([&](std::size_t c) { return calls[c].z + (n + 1) * row; });
    R f[3];
    factors(weights_, z_, f);
    const E I = sum(local.g * f[0] * f[1] * f[2]);
    V_ = V_ + jump - dt * I;
    const E error = where_above(free, E::all(T(0)), V_, I) - target;
    for (std::size_t c = 0; c < cells; ++c) calls[c].error[n] = error[c];
  }

 private:
  Weights<T, latents, cells> weights_;
  R z_;
  E V_, free_;
};

/// What a step gets from the one behind it: the derivatives by the latents and V that it ends with.
template <class T>
struct Behind {
  T dz[row] = {};
  T dV = T(0), free = T(0);
};

/// And the gradient on the way back. All that a step adds is proportional to dI, the derivative by its
/// current, or to that by its latents, which come from the step behind: everything else is taken before
/// they are needed, so that steps wait for each other as briefly as they can.
template <class T, int latents, std::size_t cells>
class Backward {
  using E = Each<T, cells>;
  using R = Row<T, cells>;
  static constexpr std::size_t lanes = R::R::lanes;

 public:
  Backward(const RolloutCall<T>* calls, const Behind<T>* behind)
      : weights_(calls),
        dz_(R::load([&](std::size_t c) { return behind[c].dz; })),
        dV_(E::of([&](std::size_t c) { return behind[c].dV; })),
        next_free_(E::of([&](std::size_t c) { return behind[c].free; })) {}

  MYOWAVE_INLINE void step(const RolloutCall<T>* calls, std::size_t n) {
    const R one = E::all(T(1));
    const E dt =
        of_steps<T, cells>(calls, n, [](const RecordedStep& s) { return static_cast<T>(s.dt); });
    const E free =
        of_steps<T, cells>(calls, n, [](const RecordedStep& s) { return s.free ? T(1) : T(0); });
    const E of_error = E::of([&](std::size_t c) { return calls[c].derivative[n]; });
    const Local<T, cells> local(calls, E::of([&](std::size_t c) { return calls[c].V[n]; }));
    const R decay = exp(R(E::all(T(0)) - dt) * local.rate);
    const R z_old = R::load([&](std::size_t c) { return calls[c].z + n * row; });
    const R z_new = R::load([&](std::size_t c) { return calls[c].z + (n + 1) * row; });
    R f[3];
    factors(weights_, z_new, f);

    // By the current: of the functions g, of the factors, and through these of the latents.
    const R of_g = f[0] * f[1] * f[2];
    const R of_f[3] = {local.g * f[1] * f[2], local.g * f[0] * f[2], local.g * f[0] * f[1]};
    const R of_z = through(calls[0].terms, of_f);
    // By the latents: their relaxation, where d(decay)/d(rate) = -dt decay.
    const R of_inf = one - decay;
    const R of_rate = (local.inf - z_old) * decay * R(dt);
    const R z_of_V = of_inf * local.inf_step + of_rate * local.rate_step;
    const E I_of_V = sum(of_g * local.g_step + of_z * z_of_V);

    // What the first of several free steps begins at is recorded.
    const E of_next = free * (of_error + next_free_ * dV_);
    const E dI = (E::all(T(1)) - free) * of_error - dt * of_next;
    dV_ = of_next + (sum(dz_ * z_of_V) + dI * I_of_V) * local.slope;
    const E most = E::all(calls[0].steepest), least = E::all(-calls[0].steepest);
    dV_ = where_above(dV_, most, most, where_above(least, dV_, least, dV_));
    next_free_ = free;
    const R i = dI;
    dz_ = dz_ + i * of_z;

    const R right = local.share, left = one - right;
    const auto to_knots = [&](std::size_t offset, R d) __attribute__((always_inline)) {
      add(calls, local.at, offset, left * d);
      add(calls, local.at, offset + 3 * row, right * d);
    };
    to_knots(0, dz_ * of_inf);
    to_knots(row, dz_ * of_rate);
    to_knots(2 * row, i * of_g);
    R df[3];
    for (std::size_t j = 0; j < 3; ++j) {
      df[j] = i * of_f[j];
      T* const to = factors_ + j * of_factor * lanes;
      (R::load_all(to) + df[j]).store_all(to);
    }
    for_each<latents>([&](auto k) __attribute__((always_inline)) {
      const R z_k = z_new.template at<k>();
      for (std::size_t j = 0; j < 3; ++j) {
        T* const to = factors_ + (j * of_factor + 1 + k) * lanes;
        (R::load_all(to) + df[j] * z_k).store_all(to);
      }
    });
    dz_ = dz_ * decay;
  }

  /// Adds the gradients by the factors to those of the cells, and leaves what comes next.
  void leave(const RolloutCall<T>* calls, Behind<T>* behind) const {
    dz_.store([&](std::size_t c) { return behind[c].dz; });
    for (std::size_t c = 0; c < cells; ++c) behind[c].dV = dV_[c], behind[c].free = next_free_[c];
    for (std::size_t n = 0; n < 3 * of_factor; ++n) {
      const auto to = [&](std::size_t c) { return calls[c].factors_gradient + n * row; };
      (R::load(to) + R::load_all(factors_ + n * lanes)).store(to);
    }
  }

 private:
  static constexpr std::size_t of_factor = 1 + latents;

  static MYOWAVE_INLINE void add(const RolloutCall<T>* calls, const std::size_t* at, std::size_t offset,
                                 R d) {
    const auto to = [&](std::size_t c) { return calls[c].tables_gradient + at[c] + offset; };
    (R::load(to) + d).store(to);
  }
  /// What the derivatives by the factors are by the latents.
  MYOWAVE_INLINE R through(int terms, const R* of_f) const {
    R by[3];
    for (std::size_t j = 0; j < 3; ++j) by[j] = weights_.of_term(j, 1) * of_f[j].template at<1>();
    for_each<row - 2>([&](auto n) __attribute__((always_inline)) {
      constexpr std::size_t r = n + 2;
      if (static_cast<int>(r) > terms) return;
      for (std::size_t j = 0; j < 3; ++j)
        by[j] = by[j] + weights_.of_term(j, r) * of_f[j].template at<r>();
    });
    return by[0] + by[1] + by[2];
  }

  Weights<T, latents, cells> weights_;
  alignas(64) T factors_[3 * of_factor * lanes] = {};  ///< gradients
  R dz_;
  E dV_, next_free_;
};

/// Steps [from, to) of cells, `together` in the lanes of the same registers. Each step of theirs waits
/// for the one before it: several such groups in turn fill each other's gaps.
template <class T, int latents, std::size_t together, std::size_t... group>
void forward(const RolloutCall<T>* calls, std::size_t from, std::size_t to, T* V, T* free,
             std::index_sequence<group...>) {
  using Group = Forward<T, latents, together>;
  Group all[] = {
      Group(calls + group * together, from, V + group * together, free + group * together)...};
  for (std::size_t n = from; n < to; ++n) (all[group].step(calls + group * together, n), ...);
  (all[group].leave(V + group * together, free + group * together), ...);
}
template <class T, int latents, std::size_t together, std::size_t... group>
void backward(const RolloutCall<T>* calls, std::size_t from, std::size_t to, Behind<T>* behind,
              std::index_sequence<group...>) {
  using Group = Backward<T, latents, together>;
  Group all[] = {Group(calls + group * together, behind + group * together)...};
  for (std::size_t n = to; n-- > from;) (all[group].step(calls + group * together, n), ...);
  (all[group].leave(calls + group * together, behind + group * together), ...);
}

/// All of them as long as they go on, then one by one. Two registers of two cells each are faster than
/// two groups; those of AVX2 have room for one cell at a time; where a row takes several registers
/// (SSE), groups get into each other's way.
template <class T, int latents, std::size_t cells>
void run(const RolloutCall<T>* calls, double* losses) {
  if constexpr (cells > 1 && Registers<T, 1>::of_row > 1) {
    for (std::size_t c = 0; c < cells; ++c) run<T, latents, 1>(calls + c, losses + c);
    return;
  }
  constexpr std::size_t together = Registers<T, 1>::rows_in > 1 ? cells : 1;
  constexpr std::make_index_sequence<cells / together> groups{};
  constexpr std::index_sequence<0> alone{};
  std::size_t shortest = calls[0].count;
  for (std::size_t c = 1; c < cells; ++c) shortest = std::min(shortest, calls[c].count);
  T V[cells] = {}, free[cells] = {};
  forward<T, latents, together>(calls, 0, shortest, V, free, groups);
  for (std::size_t c = 0; c < cells; ++c) {
    if (calls[c].count > shortest)
      forward<T, latents, 1>(calls + c, shortest, calls[c].count, V + c, free + c, alone);
    losses[c] = count(calls[c]);
  }
  if (!calls[0].tables_gradient) return;
  Behind<T> behind[cells];
  for (std::size_t c = 0; c < cells; ++c)
    if (calls[c].count > shortest)
      backward<T, latents, 1>(calls + c, shortest, calls[c].count, behind + c, alone);
  backward<T, latents, together>(calls, 0, shortest, behind, groups);
  for (std::size_t c = 0; c < cells; ++c)
    std::copy(behind[c].dz, behind[c].dz + row, calls[c].z_gradient);
}

template <class T, std::size_t cells>
void run_any(const RolloutCall<T>* calls, double* losses) {
  constexpr typename RolloutKernels<T>::Run of_latents[] = {
      run<T, 1, cells>, run<T, 2, cells>, run<T, 3, cells>, run<T, 4, cells>,
      run<T, 5, cells>, run<T, 6, cells>, run<T, 7, cells>, run<T, 8, cells>};
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
