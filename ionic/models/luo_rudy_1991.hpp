// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// Guinea pig ventricular cell, Luo and Rudy 1991 (phase I), at 1 uF/cm^2. Sodium and potassium
/// concentrations are constants, so most currents are a gate times a function of V.
struct LuoRudy1991 {
  enum State { m, h, j, d, f, X, Cai };
  enum Parameter { g_Na, g_si, g_K, g_K1, g_Kp, g_b, E_b, K_o, K_i, Na_o, Na_i };
  enum Function { Na_drive, K_drive, I_K1T, Functions };

  static constexpr Quantity states[] = {
      {"m", "1", 0.00171338077730188, "activation of I_Na"},
      {"h", "1", 0.982660523699656, "fast inactivation of I_Na"},
      {"j", "1", 0.989108212766685, "slow inactivation of I_Na"},
      {"d", "1", 0.00302126301779861, "activation of I_si"},
      {"f", "1", 0.999967936476325, "inactivation of I_si", true},
      {"X", "1", 0.0417603108167287, "activation of I_K", true},
      {"Cai", "mM", 0.00017948816388306, "intracellular calcium"},
  };
  static constexpr Quantity parameters[] = {
      {"g_Na", "mS/uF", 23.0, "maximal conductance of I_Na"},
      {"g_si", "mS/uF", 0.09, "maximal conductance of the slow inward current I_si"},
      {"g_K", "mS/uF", 0.282, "maximal conductance of I_K at 5.4 mM external potassium"},
      {"g_K1", "mS/uF", 0.6047, "maximal conductance of I_K1 at 5.4 mM external potassium"},
      {"g_Kp", "mS/uF", 0.0183, "maximal conductance of the plateau potassium current"},
      {"g_b", "mS/uF", 0.03921, "background conductance"},
      {"E_b", "mV", -59.87, "reversal potential of the background current"},
      {"K_o", "mM", 5.4, "extracellular potassium"},
      {"K_i", "mM", 145.0, "intracellular potassium"},
      {"Na_o", "mM", 140.0, "extracellular sodium"},
      {"Na_i", "mM", 18.0, "intracellular sodium"},
  };
  static constexpr Variant variants[] = {{"default", "parameters of the publication", {}, {}}};
  static constexpr ModelInfo info = {
      .name = "luo_rudy_1991",
      .summary = "guinea pig ventricular cell, 8 variables",
      .citation = "C. H. Luo, Y. Rudy, Circ Res 68:1501-1526, 1991, doi:10.1161/01.RES.68.6.1501",
      .V_initial_mV = -84.3801107371,
      .voltage_gate_count = 6,
      .gate_count = 6,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -200.0,
      .V_max_mV = 200.0,
      .calcium = "Cai"};

  static constexpr double R = 8314.0, T = 310.0, F = 96484.6, RT_F = R * T / F;

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    set(m, 3.2 * x_over_expm1(-0.1 * (V + 47.13)), 0.08 * exp(V / -11.0), inf, rate);
    sodium_inactivation(V, inf, rate);
    set(d, 0.095 * exp(-0.01 * (V - 5.0)) * sigmoid(-0.072 * (V - 5.0)),
        0.07 * exp(-0.017 * (V + 44.0)) * sigmoid(0.05 * (V + 44.0)), inf, rate);
    set(f, 0.012 * exp(-0.008 * (V + 28.0)) * sigmoid(0.15 * (V + 28.0)),
        0.0065 * exp(-0.02 * (V + 30.0)) * sigmoid(-0.2 * (V + 30.0)), inf, rate);
    set(X, 0.0005 * exp(0.083 * (V + 50.0)) * sigmoid(0.057 * (V + 50.0)),
        0.0013 * exp(-0.06 * (V + 20.0)) * sigmoid(-0.04 * (V + 20.0)), inf, rate);

    f_of_V[Na_drive] = p[g_Na] * (V - RT_F * log(p[Na_o] / p[Na_i]));
    potassium(V, p, f_of_V);
  }

  template <class Real>
  static void gates(Real, const Real*, const Real*, const Real*, Real*, Real*) {}

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus,
                       Real* dy) {
    const Real E_si = 7.7 - 13.0287 * log(y[Cai]);
    const Real I_Na = cube(y[m]) * y[h] * y[j] * f_of_V[Na_drive];
    const Real I_si = p[g_si] * y[d] * y[f] * (V - E_si);
    const Real I_K = y[X] * f_of_V[K_drive];
    dy[Cai] = 0.07 * (1e-4 - y[Cai]) - 1e-4 * I_si;
    return stimulus - (I_Na + I_si + I_K + f_of_V[I_K1T]);
  }

 private:
  /// A gate from its opening and closing rates.
  template <class Real>
  static void set(State gate, Real opening, Real closing, Real* inf, Real* rate) {
    rate[gate] = opening + closing;
    inf[gate] = opening / rate[gate];
  }

  template <class Real>
  static void sodium_inactivation(Real V, Real* inf, Real* rate) {
    const auto polarised = V < Real(-40.0);
    const Real h_opening = 0.135 * exp((V + 80.0) / -6.8);
    const Real h_closing = 3.56 * exp(0.079 * V) + 3.1e5 * exp(0.35 * V);
    const Real h_closing_above = sigmoid((V + 10.66) / -11.1) / 0.13;
    set(h, select(polarised, h_opening, Real(0.0)), select(polarised, h_closing, h_closing_above), inf,
        rate);

    const Real j_opening = -(1.2714e5 * exp(0.2444 * V) + 3.474e-5 * exp(-0.04391 * V)) * (V + 37.78) *
                           sigmoid(0.311 * (V + 79.23));
    const Real j_closing = 0.1212 * exp(-0.01052 * V) * sigmoid(-0.1378 * (V + 40.14));
    const Real j_closing_above = 0.3 * exp(-2.535e-7 * V) * sigmoid(-0.1 * (V + 32.0));
    set(j, select(polarised, j_opening, Real(0.0)), select(polarised, j_closing, j_closing_above), inf,
        rate);
  }

  /// I_K per X, and the time-independent sum I_K1 + I_Kp + I_b.
  template <class Real>
  static void potassium(Real V, const Real* p, Real* f_of_V) {
    const Real K_factor = sqrt(p[K_o] / 5.4);
    const Real E_K = RT_F * log((p[K_o] + 0.01833 * p[Na_o]) / (p[K_i] + 0.01833 * p[Na_i]));
    const Real x = 0.04 * (V + 77.0);
    const Real rectified = 2.837 * 0.04 * exp(-0.04 * (V + 35.0)) / x_over_expm1(x);
    const Real Xi = select(V > Real(-100.0), rectified, Real(1.0));
    f_of_V[K_drive] = p[g_K] * K_factor * Xi * (V - E_K);

    const Real V_K1 = V - RT_F * log(p[K_o] / p[K_i]);
    const Real limited = select(V_K1 > Real(100.0), Real(100.0), V_K1);  // beyond, the factor is 1
    const Real opening = 1.02 * sigmoid(0.2385 * (V_K1 - 59.215));
    const Real closing = (0.49124 * exp(0.08032 * (V_K1 + 5.476)) + exp(0.06175 * (V_K1 - 594.31))) *
                         sigmoid(-0.5143 * (limited + 4.753));
    const Real K1_open = opening / (opening + closing);
    const Real Kp_open = sigmoid((7.488 - V) / 5.98);
    f_of_V[I_K1T] = (p[g_K1] * K_factor * K1_open + p[g_Kp] * Kp_open) * V_K1 + p[g_b] * (V - p[E_b]);
  }
};

}  // namespace myowave::ionic
