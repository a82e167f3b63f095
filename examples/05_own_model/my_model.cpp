// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
//
// A cell model of one's own: this file, compiled by
//   ionic/compile_model.sh examples/05_own_model/my_model.cpp
// into examples/05_own_model/my_model.so, which a configuration names. docs/models.md says more.
#include "ionic/model.hpp"

namespace myowave::ionic {

/// Two-variable model of Karma 1994, with E = (V - V_rest) / V_scale:
///   dE/dt = (-E + (E_star - n^4) (1 - tanh(E - 3)) E^2 / 2) / tau_E + stimulus / V_scale
///   dn/dt = (n_inf(E) - n) / tau_n, n_inf = 1 / (1 - exp(-Re)) if E > 1, else 0
/// The cell repolarises when n has come to 1: after a long rest the action potential lasts Re tau_n. The
/// publication's step at E = 1 is a sigmoid of width 0.05 here, 1.5 mV, so that n can be in a table.
struct MyModel {
  /// First the gates whose steady state and rate depend on V alone, then other gates, then the rest.
  enum State { n };
  enum Parameter { Re, E_star, tau_E, tau_n, V_rest, V_scale };
  /// Functions of V that the currents use. They become a table, with the gates.
  enum Function { excitation, Functions };

  // name, unit ("1": none), initial value or default, meaning
  static constexpr Quantity states[] = {{"n", "1", 0.0, "slow gate"}};
  static constexpr Quantity parameters[] = {
      {"Re", "1", 0.8, "duration of the action potential over tau_n; slope of the restitution"},
      {"E_star", "1", 1.5415, "excitability"},
      {"tau_E", "ms", 2.5, "time constant of E"},
      {"tau_n", "ms", 250.0, "time constant of the gate"},
      {"V_rest", "mV", -85.0, "V at E = 0"},
      {"V_scale", "mV", 30.0, "mV per unit of E"},
  };
  static constexpr Setting short_settings[] = {{"Re", 0.5}};
  // name, meaning, parameters and initial states that differ; the first variant is the default
  static constexpr Variant variants[] = {
      {"default", "action potential of some 210 ms", {}, {}},
      {"short", "action potential of some 140 ms", short_settings, {}},
  };
  static constexpr ModelInfo info = {
      .name = "my_model",
      .summary = "two-variable phenomenological model with its restitution in one parameter",
      .citation = "A. Karma, Chaos 4:461-472, 1994, doi:10.1063/1.166024",
      .V_initial_mV = -85.0,
      .voltage_gate_count = 1,
      .gate_count = 1,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -1000.0,  // beyond, the computation has failed
      .V_max_mV = 1000.0};

  /// What depends on V and parameters alone. `Real` is a number or a vector of them: select(a < b, x, y)
  /// instead of if, and the functions of ionic/functions.hpp.
  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f) {
    const Real E = (V - p[V_rest]) / p[V_scale];
    inf[n] = sigmoid((1.0 - E) / 0.05) / (1.0 - exp(-p[Re]));
    rate[n] = 1.0 / p[tau_n];  // 1/ms
    f[excitation] = 0.5 * (1.0 - tanh(E - 3.0)) * square(E);
  }

  /// Steady state and rate of gates that depend on other states too: none here.
  template <class Real>
  static void gates(Real, const Real*, const Real*, const Real*, Real*, Real*) {}

  /// dV/dt [mV/ms]; derivatives of states that are no gates would go to dy. A positive stimulus
  /// depolarises.
  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f, Real stimulus, Real*) {
    const Real E = (V - p[V_rest]) / p[V_scale];
    const Real dE = (-E + (p[E_star] - square(square(y[n]))) * f[excitation]) / p[tau_E];
    return p[V_scale] * dE + stimulus;
  }
};

}  // namespace myowave::ionic

MYOWAVE_MODEL(MyModel)
