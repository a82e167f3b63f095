// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/models/grandi.hpp"

namespace myowave::ionic {

struct Grandi2011Cell {
  static constexpr int voltage_gates = 13;
  static constexpr double capacitance = 1.1e-10;
  static constexpr double NaCa_nu = 0.35, NaCa_saturation = 0.27, NaCa_K_act = 0.000384;
};

/// Human atrial cell, Grandi et al. 2011. Currents in pA/pF, concentrations in mM, time in ms. The
/// initial state is that of `nSR` after 3000 beats at 1 Hz. The variants have the factors of the
/// authors' code; in the right atrium g_Kur is 1.2 times as large with AF too.
struct Grandi2011 : GrandiCell<Grandi2011Cell> {
  enum OwnState { x_to = own_gates, y_to, r_ur, s_ur, m_L, h_L };
  enum OwnParameter { g_to = own_parameters, g_Kur, g_NaL, CaL_shift, Ks_shift };

  static constexpr Quantity own_states[] = {
      {"x_to", "1", 0.0, "activation of I_to"},
      {"y_to", "1", 0.0, "inactivation of I_to"},
      {"r_ur", "1", 0.0, "activation of I_Kur"},
      {"s_ur", "1", 0.0, "inactivation of I_Kur", true},
      {"m_L", "1", 0.0, "activation of the late sodium current"},
      {"h_L", "1", 0.0, "inactivation of the late sodium current", true},
  };

 private:
  static constexpr double paced[state_count] = {
      0.01869663863, 0.3184776922,    0.2691564297,    2.144843834e-05, 0.9984079019,  0.001468962693,
      0.00745889455, 0.001371123574,  0.9462197839,    0.0003903925578, 0.9586208066,  0.01009147828,
      0.04053332658, 0.04435022783,   0.03214479629,   0.4366339549,    0.02419491418, 0.01732576643,
      0.8070731993,  1.993990526e-06, 4.766473311e-07, 3.61089465,      0.7879501722,  0.01806520327,
      0.1277352431,  0.005752688526,  0.000690896133,  0.00390518051,   0.1355819591,  0.00439741009,
      0.1031158869,  0.1888804927,    9.136244724,     9.136575683,     9.136747316,   1.639027628,
      0.0137439844,  0.02128865347,   0.0002073784017};

 public:
  static constexpr auto states = all_states(own_states, paced);
  static constexpr Quantity own_quantities[] = {
      {"g_to", "mS/uF", 0.165, "maximal conductance of I_to"},
      {"g_Kur", "mS/uF", 0.045, "maximal conductance of I_Kur"},
      {"g_NaL", "mS/uF", 0.0, "maximal conductance of the late sodium current"},
      {"CaL_shift", "mV", 0.0, "shift of the gates of I_CaL towards negative potentials"},
      {"Ks_shift", "mV", 0.0, "shift of the gate of I_Ks towards negative potentials"},
  };
  static constexpr Default defaults[] = {
      {I_NaK_max, 1.26},   {g_K1, 0.0525},     {g_ClCa, 0.0548}, {I_NaCa_max, 3.15},
      {I_pCa_max, 0.0471}, {g_bCa, 6.0643e-4}, {K_up, 0.000615},
  };
  static constexpr auto parameters = all_parameters(own_quantities, defaults);

  static constexpr Setting cAF_settings[] = {
      {"g_Na", 20.7},   {"g_NaL", 0.0025}, {"g_to", 0.0495},     {"g_Kur", 0.0225},
      {"g_K1", 0.105},  {"g_Ks", 0.007},   {"P_Ca", 1.35e-4},    {"P_Na", 3.75e-9},
      {"P_K", 6.75e-8}, {"k_oCa", 30.0},   {"k_leak", 6.685e-6}, {"I_NaCa_max", 4.41},
  };
  static constexpr Setting RA_settings[] = {{"g_Kur", 0.054}};
  static constexpr Setting ISO_settings[] = {
      {"P_Ca", 4.05e-4},      {"P_Na", 1.125e-8}, {"P_K", 2.025e-7},   {"g_Ks", 0.0105},
      {"g_Kur", 0.135},       {"K_NaK", 8.25},    {"K_up", 0.0003075}, {"k_oCa", 20.0},
      {"k_off_TnCL", 0.0294}, {"CaL_shift", 3.0}, {"Ks_shift", 40.0},
  };
  static constexpr Variant variants[] = {
      {"nSR", "sinus rhythm", {}, {}},
      {"cAF", "chronic atrial fibrillation", cAF_settings, {}},
      {"RA", "sinus rhythm, right atrium: larger I_Kur", RA_settings, {}},
      {"ISO", "sinus rhythm with 1 uM isoproterenol", ISO_settings, {}},
  };
  static constexpr ModelInfo info = {
      .name = "grandi_2011",
      .summary = "human atrial cell, 40 variables",
      .citation =
          "E. Grandi, S. V. Pandit, N. Voigt, A. J. Workman, D. Dobrev, J. Jalife, D. M. Bers, Circ Res "
          "109:1055-1066, 2011, doi:10.1161/CIRCRESAHA.111.253955",
      .V_initial_mV = -73.49933112,
      .voltage_gate_count = Grandi2011Cell::voltage_gates,
      .gate_count = RyR_r,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -200.0,
      .V_max_mV = 200.0,
      .step_max_ms = 0.02,
      .calcium = "Cai"};

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    common_voltage(V, p, inf, rate, f_of_V);
    slow_potassium(V + 3.8 + p[Ks_shift], inf, rate);
    const Real v = V + p[CaL_shift];
    calcium_activation(v + 9.0, inf, rate);
    inf[f] = sigmoid((v + 30.0) / 7.0) + 0.2 * sigmoid((50.0 - v) / 20.0);
    rate[f] = 0.0197 * exp(-square(0.0337 * (v + 25.0))) + 0.02;

    inf[x_to] = sigmoid((-1.0 - V) / 11.0);
    rate[x_to] = 1.0 / (3.5 * exp(-square(V / 30.0)) + 1.5);
    inf[y_to] = sigmoid((V + 40.5) / 11.5);
    rate[y_to] = 1.0 / (25.635 * exp(-square((V + 52.45) / 15.8827)) + 24.14);
    inf[r_ur] = sigmoid((-6.0 - V) / 8.6);
    rate[r_ur] = 1.0 / (9.0 * sigmoid((V + 5.0) / 12.0) + 0.5);
    inf[s_ur] = sigmoid((V + 7.5) / 10.0);
    rate[s_ur] = 1.0 / (590.0 * sigmoid((V + 60.0) / 10.0) + 3050.0);
    const Real opening = 3.2 * x_over_expm1(-0.1 * (V + 47.13));
    rate[m_L] = opening + 0.08 * exp(-V / 11.0);
    inf[m_L] = opening / rate[m_L];
    inf[h_L] = sigmoid((V + 91.0) / 6.1);
    rate[h_L] = 1.0 / 600.0;
  }

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus,
                       Real* dy) {
    const Real g_Na_open = p[g_Na] * cube(y[m]) * y[h] * y[j] + p[g_NaL] * cube(y[m_L]) * y[h_L];
    const Real I_K = (p[g_to] * y[x_to] * y[y_to] + p[g_Kur] * y[r_ur] * y[s_ur]) * f_of_V[V_K];
    return common_currents(V, g_Na_open, I_K, y, p, f_of_V, stimulus, dy);
  }
};

}  // namespace myowave::ionic
