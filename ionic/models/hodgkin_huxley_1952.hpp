// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// Squid giant axon, Hodgkin and Huxley 1952, depolarisation positive in every variant (the
/// publication counts it negative): the rates depend on V - V_rest, which is minus the publication's V.
/// The reversal potentials are on the same scale as V, so a change of V_rest needs a change of them.
struct HodgkinHuxley1952 {
  enum State { m, h, n };
  enum Parameter { g_Na, g_K, g_L, E_Na, E_K, E_L, V_rest, phi };

  /// The exact rest, 0.0036 mV above V_rest.
  static constexpr double V_above_rest = 0.0036206688079425;

  static constexpr Quantity states[] = {
      {"m", "1", 0.0529550868130081, "activation of the sodium current"},
      {"h", "1", 0.5959941247398639, "inactivation of the sodium current"},
      {"n", "1", 0.3177323997608658, "activation of the potassium current"},
  };
  static constexpr Quantity parameters[] = {
      {"g_Na", "mS/uF", 120.0, "maximal sodium conductance (at 1 uF/cm^2)"},
      {"g_K", "mS/uF", 36.0, "maximal potassium conductance"},
      {"g_L", "mS/uF", 0.3, "leak conductance"},
      {"E_Na", "mV", 55.0, "sodium reversal potential"},
      {"E_K", "mV", -72.0, "potassium reversal potential"},
      {"E_L", "mV", -49.387, "leak reversal potential; no current flows at V_rest"},
      {"V_rest", "mV", -60.0, "resting potential, from which the rates are measured"},
      {"phi", "1", 1.0, "factor of all rates, 3^((temperature - 6.3 C)/10 C)"},
  };
  static constexpr Setting original_settings[] = {
      {"E_Na", 115.0}, {"E_K", -12.0}, {"E_L", 10.613}, {"V_rest", 0.0}};
  static constexpr Setting original_initial[] = {{"V", V_above_rest}};
  static constexpr Variant variants[] = {
      {"modern", "absolute potential, rest at -60 mV", {}, {}},
      {"original", "potential relative to rest, as published but for the sign", original_settings,
       original_initial},
  };
  static constexpr ModelInfo info = {
      .name = "hodgkin_huxley_1952",
      .summary = "squid giant axon, 4 variables",
      .citation =
          "A. L. Hodgkin, A. F. Huxley, J Physiol 117:500-544, 1952, doi:10.1113/jphysiol.1952.sp004764",
      .V_initial_mV = -60.0 + V_above_rest,
      .voltage_gate_count = 3,
      .gate_count = 3,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -200.0,
      .V_max_mV = 200.0};

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real*) {
    const Real u = V - p[V_rest];
    set(m, x_over_expm1(2.5 - 0.1 * u), 4.0 * exp(-u / 18.0), p, inf, rate);
    set(h, 0.07 * exp(-u / 20.0), sigmoid(3.0 - 0.1 * u), p, inf, rate);
    set(n, 0.1 * x_over_expm1(1.0 - 0.1 * u), 0.125 * exp(-u / 80.0), p, inf, rate);
  }

  template <class Real>
  static void gates(Real, const Real*, const Real*, const Real*, Real*, Real*) {}

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real*, Real stimulus, Real*) {
    const Real I_Na = p[g_Na] * cube(y[m]) * y[h] * (V - p[E_Na]);
    const Real I_K = p[g_K] * square(square(y[n])) * (V - p[E_K]);
    const Real I_L = p[g_L] * (V - p[E_L]);
    return stimulus - (I_Na + I_K + I_L);
  }

 private:
  /// A gate from its opening and closing rates.
  template <class Real>
  static void set(State gate, Real opening, Real closing, const Real* p, Real* inf, Real* rate) {
    const Real sum = opening + closing;
    inf[gate] = opening / sum;
    rate[gate] = p[phi] * sum;
  }
};

}  // namespace myowave::ionic
