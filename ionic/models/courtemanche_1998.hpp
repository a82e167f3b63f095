// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// Human atrial cell, Courtemanche, Ramirez and Nattel 1998. Currents in pA/pF, concentrations in mM,
/// time in ms. The stimulus is carried by potassium, so that charge is conserved. Where the printed
/// equations and the authors' program disagree, this follows the program: beta of u_i is
/// exp((V - 158)/16) (with the printed sign tau(u_i) would not look like the figure), and g_Kr, g_Ks,
/// g_CaL, g_bNa and the pump maximum carry the digits that were rounded off in the table.
struct Courtemanche1998 {
  enum State { m, h, j, oa, oi, ua, ui, xr, xs, d, f, w, fCa, u, v, Nai, Ki, Cai, CaUp, CaRel };
  enum Parameter {
    g_Na,
    g_K1,
    g_to,
    Kur_scale,
    g_Kr,
    g_Ks,
    g_CaL,
    g_bNa,
    g_bCa,
    I_pCa_max,
    I_NaK_max,
    I_NaCa_max,
    k_rel,
    I_up_max,
    K_o,
    Na_o,
    Ca_o,
    K_Q10,
    drift
  };
  enum Function { K1_open, Kur_open, Kr_open, NaCa_in, NaCa_out, NaK_drive, Functions };

  static constexpr Quantity states[] = {
      {"m", "1", 0.0025638522866652607, "activation of I_Na"},
      {"h", "1", 0.9702989070632702, "fast inactivation of I_Na"},
      {"j", "1", 0.981123905023235, "slow inactivation of I_Na"},
      {"oa", "1", 0.02917556265571703, "activation of I_to"},
      {"oi", "1", 0.9993428653330555, "inactivation of I_to"},
      {"ua", "1", 0.004588380382401511, "activation of I_Kur"},
      {"ui", "1", 0.9914689627530661, "inactivation of I_Kur", true},
      {"xr", "1", 0.0008338199098840484, "activation of I_Kr", true},
      {"xs", "1", 0.01866831807872847, "activation of I_Ks", true},
      {"d", "1", 0.00012423152959371666, "activation of I_CaL"},
      {"f", "1", 0.9519077881681546, "voltage inactivation of I_CaL", true},
      {"w", "1", 0.9992337992481527, "voltage inactivation of the calcium release"},
      {"fCa", "1", 0.7396828384595647, "calcium inactivation of I_CaL"},
      {"u", "1", 0.0, "flux activation of the calcium release"},
      {"v", "1", 1.0, "flux inactivation of the calcium release"},
      {"Nai", "mM", 13.816974630536796, "intracellular sodium"},
      {"Ki", "mM", 136.35522990215443, "intracellular potassium"},
      {"Cai", "mM", 0.0001230922478904899, "free cytosolic calcium"},
      {"CaUp", "mM", 1.5466811919909536, "calcium in the uptake compartment of the reticulum"},
      {"CaRel", "mM", 1.076507405803549, "free calcium in the release compartment of the reticulum"},
  };
  static constexpr Quantity parameters[] = {
      {"g_Na", "mS/uF", 7.8, "maximal conductance of I_Na"},
      {"g_K1", "mS/uF", 0.09, "maximal conductance of I_K1"},
      {"g_to", "mS/uF", 0.1652, "maximal conductance of I_to"},
      {"Kur_scale", "1", 1.0, "factor on g_Kur(V) = 0.005 + 0.05/(1 + exp((15 mV - V)/13 mV)) mS/uF"},
      {"g_Kr", "mS/uF", 0.029411765, "maximal conductance of I_Kr"},
      {"g_Ks", "mS/uF", 0.12941176, "maximal conductance of I_Ks"},
      {"g_CaL", "mS/uF", 0.12375, "maximal conductance of I_CaL"},
      {"g_bNa", "mS/uF", 0.0006744375, "background sodium conductance"},
      {"g_bCa", "mS/uF", 0.001131, "background calcium conductance"},
      {"I_pCa_max", "uA/uF", 0.275, "maximal sarcolemmal calcium pump current"},
      {"I_NaK_max", "uA/uF", 0.59933874, "maximal sodium-potassium pump current"},
      {"I_NaCa_max", "uA/uF", 1600.0, "maximal sodium-calcium exchange current"},
      {"k_rel", "1/ms", 30.0, "maximal rate of the calcium release"},
      {"I_up_max", "mM/ms", 0.005, "maximal calcium uptake into the reticulum; its leak scales with it"},
      {"K_o", "mM", 5.4, "extracellular potassium"},
      {"Na_o", "mM", 140.0, "extracellular sodium"},
      {"Ca_o", "mM", 1.8, "extracellular calcium"},
      {"K_Q10", "1", 3.0, "temperature factor on the rates of I_to and I_Kur"},
      {"drift", "1", 1.0,
       "factor on the rates of Nai and Ki, which take minutes to settle; 0 holds them"},
  };
  static constexpr Setting resting[] = {
      {"V", -81.2},   {"m", 2.91e-3},   {"h", 0.965},   {"j", 0.978},    {"oa", 0.0304},
      {"oi", 0.999},  {"ua", 4.96e-3},  {"ui", 0.999},  {"xr", 3.29e-5}, {"xs", 0.0187},
      {"d", 1.37e-4}, {"f", 0.999},     {"w", 0.999},   {"fCa", 0.775},  {"Nai", 11.2},
      {"Ki", 139.0},  {"Cai", 1.02e-4}, {"CaUp", 1.49}, {"CaRel", 1.49},
  };
  static constexpr Variant variants[] = {
      {"default", "publication's parameters, state of a cell that has been paced at 1 Hz", {}, {}},
      {"published", "publication's parameters and initial state, that of a cell at rest", {}, resting},
  };
  static constexpr ModelInfo info = {
      .name = "courtemanche_1998",
      .summary = "human atrial cell, 21 variables",
      .citation =
          "M. Courtemanche, R. J. Ramirez, S. Nattel, Am J Physiol Heart Circ Physiol 275:H301-H321, "
          "1998, doi:10.1152/ajpheart.1998.275.1.H301",
      .V_initial_mV = -81.94633038220411,
      .voltage_gate_count = 12,
      .gate_count = 15,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -200.0,
      .V_max_mV = 200.0,
      .calcium = "Cai"};

  static constexpr double R = 8.3143, T = 310.0, F = 96.4867, RT_F = R * T / F;  // F in C/mmol
  static constexpr double capacitance = 100.0;                                   // pF
  static constexpr double V_i = 13668.0, V_up = 1109.52, V_rel = 96.48;          // um^3

  /// I_Na by itself: surrogates of the rest of the cell leave it as it is.
  struct Sodium {
    static constexpr int gate_count = 3;  // m, h, j, the first states
    static constexpr int conductances[] = {g_Na};
    /// Where functions of V stand in a table: those of gates that are alike in one column.
    static constexpr int steady_column[] = {0, 1, 2}, rate_column[] = {3, 4, 5};

    template <class Real>
    static void voltage(Real V, Real* inf, Real* rate) {
      sodium_gates(V, inf, rate);
    }
    template <class Real>
    static Real current(const Real* y, const Real* g, Real driving_force) {
      return g[0] * cube(y[m]) * y[h] * y[j] * driving_force;
    }
  };

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    sodium_gates(V, inf, rate);
    potassium_gates(V, p[K_Q10], inf, rate);

    const Real V_10 = V + 10.0;
    inf[d] = sigmoid(V_10 / -8.0);
    rate[d] = 0.035 * 6.24 * x_over_expm1(V_10 / -6.24) * (1.0 + exp(V_10 / -6.24));
    inf[f] = sigmoid((V + 28.0) / 6.9);
    rate[f] = (0.0197 * exp(-0.0337 * 0.0337 * square(V_10)) + 0.02) / 9.0;
    const Real w_shift = (7.9 - V) / 5.0;
    inf[w] = sigmoid((V - 40.0) / 17.0);
    rate[w] = 5.0 / 6.0 * x_over_expm1(w_shift) * (1.0 + 0.3 * exp(w_shift));

    f_of_V[K1_open] = p[g_K1] * sigmoid(0.07 * (V + 80.0));
    f_of_V[Kur_open] = p[Kur_scale] * (0.005 + 0.05 * sigmoid((15.0 - V) / 13.0));
    f_of_V[Kr_open] = p[g_Kr] * sigmoid((V + 15.0) / 22.4);

    const Real x = V / RT_F;
    const Real reverse = exp(-0.65 * x);
    const Real Nao3 = cube(p[Na_o]);
    const Real scale =
        p[I_NaCa_max] / ((87.5 * 87.5 * 87.5 + Nao3) * (1.38 + p[Ca_o])) / (1.0 + 0.1 * reverse);
    f_of_V[NaCa_in] = reverse * Nao3 * scale;
    f_of_V[NaCa_out] = exp(0.35 * x) * p[Ca_o] * scale;
    const Real sigma = expm1(p[Na_o] / 67.3) / 7.0;
    f_of_V[NaK_drive] = p[I_NaK_max] * p[K_o] / (p[K_o] + 1.5) /
                        (1.0 + 0.1245 * exp(-0.1 * x) + 0.0365 * sigma * exp(-x));
  }

  template <class Real>
  static void gates(Real V, const Real* y, const Real* p, const Real* f_of_V, Real* inf, Real* rate) {
    inf[fCa] = 0.00035 / (0.00035 + y[Cai]);
    rate[fCa] = Real(0.5);

    // The flux signal F_n of the release, in units of the width 13.67e-16 of its sigmoids: its
    // thresholds 3.4175e-13 and 0.2 * 3.4175e-13 are 250 and 50 of them.
    constexpr double width = 13.67e-16;
    constexpr double per_release = 1e-12 * V_rel / width;
    constexpr double per_current = 5e-13 * capacitance / (F * width);
    const Real signal = per_release * release(y, p) -
                        per_current * (0.5 * calcium_current(V, y, p) - 0.2 * exchanger(y, f_of_V));
    const Real open = step(250.0 - signal);
    inf[u] = open;
    rate[u] = Real(0.125);
    inf[v] = step(signal - 50.0);
    rate[v] = 1.0 / (1.91 + 2.09 * open);
  }

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus,
                       Real* dy) {
    const Real V_Na = V - RT_F * log(p[Na_o] / y[Nai]);
    const Real V_K = V - RT_F * log(p[K_o] / y[Ki]);
    const Real V_Ca = V - 0.5 * RT_F * log(p[Ca_o] / y[Cai]);

    const Real sodium[] = {p[g_Na]};  // not p + g_Na: p stays in registers
    const Real I_Na = Sodium::current(y, sodium, V_Na) + p[g_bNa] * V_Na;  // with background
    const Real I_K =
        (f_of_V[K1_open] + p[g_to] * cube(y[oa]) * y[oi] + f_of_V[Kur_open] * cube(y[ua]) * y[ui] +
         f_of_V[Kr_open] * y[xr] + p[g_Ks] * square(y[xs])) *
        V_K;
    const Real I_CaL = calcium_current(V, y, p);
    const Real I_NaCa = exchanger(y, f_of_V);
    const Real Nai_1_5 = y[Nai] * sqrt(y[Nai]);
    const Real I_NaK = f_of_V[NaK_drive] * Nai_1_5 / (Nai_1_5 + 31.622776601683793);  // 10^1.5
    const Real I_pCa = p[I_pCa_max] * y[Cai] / (y[Cai] + 0.0005);
    const Real I_Ca = I_CaL + I_pCa + p[g_bCa] * V_Ca;

    constexpr double to_mM = capacitance / (V_i * F);
    dy[Nai] = -p[drift] * to_mM * (I_Na + 3.0 * (I_NaK + I_NaCa));
    dy[Ki] = p[drift] * to_mM * (stimulus + 2.0 * I_NaK - I_K);
    const Real influx = 0.5 * to_mM * (2.0 * I_NaCa - I_Ca);
    calcium(y, p, influx, dy);
    return stimulus - (I_Na + I_K + I_Ca + I_NaK + I_NaCa);
  }

 private:
  template <class Real>
  static void sodium_gates(Real V, Real* inf, Real* rate) {
    const Real m_open = 3.2 * x_over_expm1(-0.1 * (V + 47.13));
    rate[m] = m_open + 0.08 * exp(V / -11.0);
    inf[m] = m_open / rate[m];

    const auto below = V < Real(-40.0);
    const Real h_open = select(below, 0.135 * exp((V + 80.0) / -6.8), Real(0.0));
    rate[h] = h_open + select(below, 3.56 * exp(0.079 * V) + 3.1e5 * exp(0.35 * V),
                              1.0 / 0.13 * sigmoid((V + 10.66) / -11.1));
    inf[h] = h_open / rate[h];
    const Real j_open = select(below,
                               (-127140.0 * exp(0.2444 * V) - 3.474e-5 * exp(-0.04391 * V)) *
                                   (V + 37.78) * sigmoid(0.311 * (V + 79.23)),
                               Real(0.0));
    rate[j] = j_open + select(below, 0.1212 * exp(-0.01052 * V) * sigmoid(-0.1378 * (V + 40.14)),
                              0.3 * exp(-2.535e-7 * V) * sigmoid(-0.1 * (V + 32.0)));
    inf[j] = j_open / rate[j];
  }

  template <class Real>
  static void potassium_gates(Real V, Real Q10, Real* inf, Real* rate) {
    rate[oa] = Q10 * (0.65 / (exp((V + 10.0) / -8.5) + exp((V - 30.0) / -59.0)) +
                      0.65 / (2.5 + exp((V + 82.0) / 17.0)));
    inf[oa] = sigmoid((V + 20.47) / -17.54);
    rate[oi] =
        Q10 * (1.0 / (18.53 + exp((V + 113.7) / 10.95)) + 1.0 / (35.56 + exp((V + 1.26) / -7.44)));
    inf[oi] = sigmoid((V + 43.1) / 5.3);
    rate[ua] = rate[oa];
    inf[ua] = sigmoid((V + 30.3) / -9.6);
    rate[ui] = Q10 * (1.0 / (21.0 + exp((V - 185.0) / -28.0)) + exp((V - 158.0) / 16.0));
    inf[ui] = sigmoid((V - 99.45) / 27.48);

    rate[xr] = 0.0003 * 5.0 * x_over_expm1((V + 14.1) / -5.0) +
               7.3898e-5 * 5.1237 * x_over_expm1((V - 3.3328) / 5.1237);
    inf[xr] = sigmoid((V + 14.1) / -6.5);
    const Real xs_shift = V - 19.9;
    rate[xs] = 2.0 * (4e-5 * 17.0 * x_over_expm1(xs_shift / -17.0) +
                      3.5e-5 * 9.0 * x_over_expm1(xs_shift / 9.0));
    inf[xs] = sqrt(sigmoid(xs_shift / -12.7));
  }

  template <class Real>
  static Real calcium_current(Real V, const Real* y, const Real* p) {
    return p[g_CaL] * y[d] * y[f] * y[fCa] * (V - 65.0);
  }

  template <class Real>
  static Real exchanger(const Real* y, const Real* f_of_V) {
    return f_of_V[NaCa_out] * cube(y[Nai]) - f_of_V[NaCa_in] * y[Cai];
  }

  /// Flux out of the release compartment [mM/ms].
  template <class Real>
  static Real release(const Real* y, const Real* p) {
    return p[k_rel] * square(y[u]) * y[v] * y[w] * (y[CaRel] - y[Cai]);
  }

  /// sigmoid(x) for an x of any size: it stays above 1e-13 (and 1 minus it too), so that the square
  /// of the gate is a normal float.
  template <class Real>
  static Real step(Real x) {
    const Real low = select(x > Real(30.0), Real(30.0), x);
    return sigmoid(select(low < Real(-30.0), Real(-30.0), low));
  }

  /// Fluxes and buffers; `influx` is what crosses the membrane [mM/ms].
  template <class Real>
  static void calcium(const Real* y, const Real* p, Real influx, Real* dy) {
    const Real I_rel = release(y, p);
    const Real I_up = p[I_up_max] * (y[Cai] / (y[Cai] + 0.00092) - y[CaUp] / 15.0);  // less leak
    const Real I_tr = (y[CaUp] - y[CaRel]) / 180.0;
    // Troponin and calmodulin, d(free)/d(total) = 1/(1 + B K/(free + K)^2 + ...) over one denominator.
    const Real troponin = square(y[Cai] + 0.0005), calmodulin = square(y[Cai] + 0.00238);
    const Real both = troponin * calmodulin;
    const Real free = both / (both + 0.07 * 0.0005 * calmodulin + 0.05 * 0.00238 * troponin);
    dy[Cai] = free * (influx + I_rel * (V_rel / V_i) - I_up * (V_up / V_i));
    dy[CaUp] = I_up - I_tr * (V_rel / V_up);
    const Real calsequestrin = square(y[CaRel] + 0.8);
    dy[CaRel] = calsequestrin / (calsequestrin + 10.0 * 0.8) * (I_tr - I_rel);
  }
};

}  // namespace myowave::ionic
