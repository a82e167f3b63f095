// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
//
// Compiled once per instruction set, with MYOWAVE_ISA set to its name.
#include <array>
#include <iterator>

#include "ionic/models/courtemanche_1998.hpp"
#include "ionic/models/ohara_rudy_2011.hpp"
#include "ionic/models/ten_tusscher_2006.hpp"
#include "surrogates/conductance_kernel.hpp"
#include "surrogates/conductance_knots_body.hpp"
#include "surrogates/kernel_reals.hpp"

namespace myowave::surrogates {
namespace {

using ionic::select;

/// The equations in the form that ionic's driver steps. Functions of V come from tables; beyond these
/// the latents stand still and the conductances keep their last value.
template <class Host, int K, int R>
struct ConductanceModel {
  using Sodium = typename Host::Sodium;
  static constexpr int sodium_gates = Sodium::gate_count, states_count = sodium_gates + K;
  static constexpr int E_Na = static_cast<int>(std::size(Sodium::conductances)), g_low = E_Na + 1,
                       g_high = g_low + R + 1, factors = g_high + R + 1;
  static constexpr int parameter_count = factors + 3 * R * (K + 1);

  static constexpr auto states = [] {
    std::array<ionic::Quantity, states_count> all{};
    for (int s = 0; s < states_count; ++s)
      all[s] = {"", "1", 0.0, "",
                s < sodium_gates ? Host::states[s].slow : s >= states_count - slow_latents(K)};
    return all;
  }();
  static constexpr std::array<ionic::Quantity, parameter_count> parameters{};
  static constexpr ionic::ModelInfo info = {.name = "",
                                            .summary = "",
                                            .citation = "",
                                            .V_initial_mV = 0.0,
                                            .voltage_gate_count = states_count,
                                            .gate_count = states_count,
                                            .function_count = R + 1,
                                            .states = states,
                                            .parameters = parameters,
                                            .V_min_mV = -200.0,
                                            .V_max_mV = 200.0};

  template <class Real>
  static MYOWAVE_INLINE void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* g) {
    Sodium::voltage(V, inf, rate);
    for (int k = sodium_gates; k < states_count; ++k) inf[k] = 0.0, rate[k] = 0.0;
    const auto high = V > Real(0.0);
    for (int r = 0; r <= R; ++r) g[r] = select(high, p[g_high + r], p[g_low + r]);
  }

  template <class Real>
  static MYOWAVE_INLINE void gates(Real, const Real*, const Real*, const Real*, Real*, Real*) {}

  template <class Real>
  static MYOWAVE_INLINE Real currents(Real V, const Real* y, const Real* p, const Real* g, Real stimulus,
                                      Real*) {
    Real rest = g[0];
    ionic::unrolled<R>([&](auto r) __attribute__((always_inline)) {
      Real product = g[1 + r];
      ionic::unrolled<3>([&](auto j) __attribute__((always_inline)) {
        constexpr int at = factors + (3 * decltype(r)::value + decltype(j)::value) * (K + 1);
        Real factor = p[at];
        ionic::unrolled<K>([&](auto k) __attribute__((always_inline)) {
          factor = factor + p[at + 1 + k] * y[sodium_gates + k];
        });
        product = product * factor;
      });
      rest = rest + product;
    });
    Real sodium[E_Na];  // copies, so that p stays in registers
    for (int k = 0; k < E_Na; ++k) sodium[k] = p[k];
    return stimulus - Sodium::current(y, sodium, V - p[E_Na]) - rest;
  }
};

template <class Host>
double sodium(const double* gates, const double* conductances, double driving_force) {
  return Host::Sodium::current(gates, conductances, driving_force);
}

template <class Host, int K, int R>
ConductanceKernel kernel() {
  using Model = ConductanceModel<Host, K, R>;
  static const ionic::ModelKernels kernels = ionic::kernels_of<Model, Double, Float>();
  ConductanceKernel made = {Host::info.name,
                            K,
                            R,
                            &Model::info,
                            &kernels,
                            Host::Sodium::conductances,
                            sodium<Host>,
                            {Host::Sodium::steady_column, Host::Sodium::rate_column}};
#ifdef MYOWAVE_HAS_KNOT_KERNELS
  made.few_knots = &knot_kernel<Host, Model, K, R, false>;
  made.many_knots = &knot_kernel<Host, Model, K, R, true>;
#endif
  return made;
}

template <class Host>
void append(std::vector<ConductanceKernel>& all) {
  all.push_back(kernel<Host, 4, 3>());
  all.push_back(kernel<Host, 5, 4>());
  all.push_back(kernel<Host, 6, 5>());
  all.push_back(kernel<Host, 8, 5>());
}

}  // namespace

std::vector<ConductanceKernel> MYOWAVE_OF_ISA(conductance_kernels_)();
std::vector<ConductanceKernel> MYOWAVE_OF_ISA(conductance_kernels_)() {
  std::vector<ConductanceKernel> all;
  append<ionic::TenTusscher2006>(all);
  append<ionic::OHaraRudy2011>(all);
  append<ionic::Courtemanche1998>(all);
  return all;
}

}  // namespace myowave::surrogates
