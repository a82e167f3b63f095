// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// Human ventricular cell, ten Tusscher and Panfilov 2006. Currents in pA/pF, concentrations in mM,
/// time in ms. R' of the calcium release is written as a gate: dR'/dt = (R'_inf - R') / tau with
/// 1/tau = k4 + k2 CaSS. The stimulus is carried by potassium, so that charge is conserved.
struct TenTusscher2006 {
  enum State { m, h, j, xr1, xr2, xs, r, s, d, f, f2, fCaSS, Rprime, Cai, CaSR, CaSS, Nai, Ki };
  enum Parameter {
    g_Na,
    g_K1,
    g_to,
    g_Kr,
    g_Ks,
    g_CaL,
    g_pK,
    g_pCa,
    g_bNa,
    g_bCa,
    k_NaCa,
    P_NaK,
    K_o,
    Na_o,
    Ca_o,
    s_half,
    s_tau_peak,
    s_tau_centre,
    s_tau_width,
    s_tau_step,
    s_tau_min,
    drift
  };
  enum Function { pK_open, CaL_in, CaL_out, NaCa_in, NaCa_out, NaK_block, Functions };

  static constexpr Quantity states[] = {
      {"m", "1", 0.00172, "activation of I_Na"},
      {"h", "1", 0.7444, "fast inactivation of I_Na"},
      {"j", "1", 0.7045, "slow inactivation of I_Na"},
      {"xr1", "1", 0.00621, "activation of I_Kr", true},
      {"xr2", "1", 0.4712, "inactivation of I_Kr"},
      {"xs", "1", 0.0095, "activation of I_Ks", true},
      {"r", "1", 2.42e-8, "activation of I_to"},
      {"s", "1", 0.999998, "inactivation of I_to"},
      {"d", "1", 3.373e-5, "activation of I_CaL"},
      {"f", "1", 0.7888, "slow voltage inactivation of I_CaL", true},
      {"f2", "1", 0.9755, "fast voltage inactivation of I_CaL", true},
      {"fCaSS", "1", 0.9953, "calcium inactivation of I_CaL"},
      {"Rprime", "1", 0.9073, "closed-and-recovered fraction of the release channel"},
      {"Cai", "mM", 0.000126, "free cytosolic calcium"},
      {"CaSR", "mM", 3.64, "free calcium in the sarcoplasmic reticulum"},
      {"CaSS", "mM", 0.00036, "free calcium in the dyadic subspace"},
      {"Nai", "mM", 8.604, "intracellular sodium"},
      {"Ki", "mM", 136.89, "intracellular potassium"},
  };
  static constexpr Quantity parameters[] = {
      {"g_Na", "mS/uF", 14.838, "maximal conductance of I_Na"},
      {"g_K1", "mS/uF", 5.405, "maximal conductance of I_K1"},
      {"g_to", "mS/uF", 0.294, "maximal conductance of I_to"},
      {"g_Kr", "mS/uF", 0.153, "maximal conductance of I_Kr"},
      {"g_Ks", "mS/uF", 0.392, "maximal conductance of I_Ks"},
      {"g_CaL", "cm^3/(uF s)", 3.98e-5, "maximal permeability of I_CaL"},
      {"g_pK", "mS/uF", 0.0146, "maximal conductance of the plateau potassium current"},
      {"g_pCa", "uA/uF", 0.1238, "maximal sarcolemmal calcium pump current"},
      {"g_bNa", "mS/uF", 0.00029, "background sodium conductance"},
      {"g_bCa", "mS/uF", 0.000592, "background calcium conductance"},
      {"k_NaCa", "uA/uF", 1000.0, "maximal sodium-calcium exchange current"},
      {"P_NaK", "uA/uF", 2.724, "maximal sodium-potassium pump current"},
      {"K_o", "mM", 5.4, "extracellular potassium"},
      {"Na_o", "mM", 140.0, "extracellular sodium"},
      {"Ca_o", "mM", 2.0, "extracellular calcium"},
      {"s_half", "mV", 20.0, "s_inf = 1/(1 + exp((V + s_half)/5 mV))"},
      {"s_tau_peak", "ms", 85.0,
       "tau_s = peak exp(-(V + centre)^2/width) + step/(1 + exp((V - 20 mV)/5 mV)) + min"},
      {"s_tau_centre", "mV", 45.0, "see s_tau_peak"},
      {"s_tau_width", "mV^2", 320.0, "see s_tau_peak"},
      {"s_tau_step", "ms", 5.0, "see s_tau_peak"},
      {"s_tau_min", "ms", 3.0, "see s_tau_peak"},
      {"drift", "1", 1.0,
       "factor on the rates of Nai and Ki, which take minutes to settle; 0 holds them"},
  };
  static constexpr Setting endo_settings[] = {
      {"g_to", 0.073},         {"s_half", 28.0},    {"s_tau_peak", 1000.0}, {"s_tau_centre", 67.0},
      {"s_tau_width", 1000.0}, {"s_tau_step", 0.0}, {"s_tau_min", 8.0},
  };
  static constexpr Setting mid_settings[] = {{"g_Ks", 0.098}};
  static constexpr Variant variants[] = {
      {"epi", "epicardial cell", {}, {}},
      {"endo", "endocardial cell: smaller I_to with slow recovery", endo_settings, {}},
      {"M", "mid-myocardial cell: g_Ks divided by four", mid_settings, {}},
  };
  static constexpr ModelInfo info = {
      .name = "ten_tusscher_2006",
      .summary = "human ventricular cell, 19 variables",
      .citation =
          "K. H. W. J. ten Tusscher, A. V. Panfilov, Am J Physiol Heart Circ Physiol 291:H1088-H1100, "
          "2006, doi:10.1152/ajpheart.00109.2006",
      .V_initial_mV = -85.23,
      .voltage_gate_count = 11,
      .gate_count = 13,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -200.0,
      .V_max_mV = 200.0,
      .calcium = "Cai"};

  // Gas and Faraday constants as rounded in the reference implementation; with more digits E_K moves
  // by 0.005 mV.
  static constexpr double R = 8314.0, T = 310.0, F = 96485.0, RT_F = R * T / F;
  static constexpr double capacitance = 0.185, V_c = 0.016404, V_sr = 0.001094, V_ss = 5.468e-5;

  /// I_Na by itself: surrogates of the rest of the cell leave it as it is.
  struct Sodium {
    static constexpr int gate_count = 3;  // m, h, j, the first states
    static constexpr int conductances[] = {g_Na};
    /// Where functions of V stand in a table: those of gates that are alike in one column.
    static constexpr int steady_column[] = {0, 1, 1}, rate_column[] = {2, 3, 4};

    template <class Real>
    static void voltage(Real V, Real* inf, Real* rate) {
      const Real m_root = sigmoid((-56.86 - V) / 9.03);
      inf[m] = m_root * m_root;
      const Real m_1 = 1.0 + exp((V + 35.0) / 5.0), m_2 = 1.0 + exp((V - 50.0) / 200.0);
      rate[m] = (1.0 + exp((-60.0 - V) / 5.0)) * m_1 * m_2 / (0.1 * (m_1 + m_2));

      const Real h_root = sigmoid((V + 71.55) / 7.43);
      inf[h] = h_root * h_root;
      inf[j] = inf[h];
      const auto depolarised = V > Real(-40.0);
      const Real h_1 = exp(select(depolarised, (-10.66 - V) / 11.1, (-80.0 - V) / 6.8));
      rate[h] = select(depolarised, 0.77 / 0.13 / (1.0 + h_1),
                       0.057 * h_1 + 2.7 * exp(0.079 * V) + 3.1e5 * exp(0.3485 * V));
      const Real j_1 = exp(select(depolarised, 0.057 * V, 0.2444 * V));
      const Real j_2 = 1.0 + exp(select(depolarised, -0.1 * (V + 32.0), 0.311 * (V + 79.23)));
      const Real j_3 = 1.0 + exp(-0.1378 * (V + 40.14));
      const Real j_alpha = (-2.5428e4 * j_1 - 6.948e-6 * exp(-0.04391 * V)) * (V + 37.78);
      rate[j] = select(depolarised, 0.6 * j_1 * j_3, j_alpha * j_3 + 0.02424 * exp(-0.01052 * V) * j_2) /
                (j_2 * j_3);
    }

    template <class Real>
    static Real current(const Real* y, const Real* g, Real driving_force) {
      return g[0] * y[m] * y[m] * y[m] * y[h] * y[j] * driving_force;
    }
  };

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    Sodium::voltage(V, inf, rate);

    inf[xr1] = sigmoid((-26.0 - V) / 7.0);
    rate[xr1] = (1.0 + exp((-45.0 - V) / 10.0)) * (1.0 + exp((V + 30.0) / 11.5)) / (450.0 * 6.0);
    inf[xr2] = sigmoid((V + 88.0) / 24.0);
    rate[xr2] = (1.0 + exp((-60.0 - V) / 20.0)) * (1.0 + exp((V - 60.0) / 20.0)) / (3.0 * 1.12);
    inf[xs] = sigmoid((-5.0 - V) / 14.0);
    const Real xs_fall = sqrt(1.0 + exp((5.0 - V) / 6.0)) * (1.0 + exp((V - 35.0) / 15.0));
    rate[xs] = xs_fall / (1400.0 + 80.0 * xs_fall);

    inf[r] = sigmoid((20.0 - V) / 6.0);
    rate[r] = 1.0 / (9.5 * exp(-(V + 40.0) * (V + 40.0) / 1800.0) + 0.8);
    inf[s] = sigmoid((V + p[s_half]) / 5.0);
    const Real s_shift = V + p[s_tau_centre];
    rate[s] = 1.0 / (p[s_tau_peak] * exp(-s_shift * s_shift / p[s_tau_width]) +
                     p[s_tau_step] * sigmoid((V - 20.0) / 5.0) + p[s_tau_min]);

    inf[d] = sigmoid((-8.0 - V) / 7.5);
    const Real d_1 = 1.0 + exp((-35.0 - V) / 13.0), d_2 = 1.0 + exp((V + 5.0) / 5.0);
    const Real d_3 = 1.0 + exp((50.0 - V) / 20.0);
    rate[d] = d_1 * d_2 * d_3 / ((1.4 + 0.25 * d_1) * 1.4 * d_3 + d_1 * d_2);
    const Real f_bell = (V + 27.0) * (V + 27.0);
    const Real f_1 = 1.0 + exp((13.0 - V) / 10.0), f_2 = 1.0 + exp((V + 30.0) / 10.0);
    inf[f] = sigmoid((V + 20.0) / 7.0);
    rate[f] =
        f_1 * f_2 / ((1102.5 * exp(-f_bell / 225.0) + 20.0) * f_1 * f_2 + 200.0 * f_2 + 180.0 * f_1);
    const Real f2_1 = 1.0 + exp((25.0 - V) / 10.0);
    inf[f2] = 0.67 * sigmoid((V + 35.0) / 7.0) + 0.33;
    rate[f2] = f2_1 * f_2 / (562.0 * exp(-f_bell / 240.0) * f2_1 * f_2 + 31.0 * f_2 + 80.0 * f2_1);

    f_of_V[pK_open] = sigmoid((25.0 - V) / 5.98);
    const Real x = 2.0 * (V - 15.0) / RT_F;
    f_of_V[CaL_in] = 2.0 * F * p[Ca_o] * x_over_expm1(x);
    f_of_V[CaL_out] = 2.0 * F * 0.25 * x_over_expm1(-x);  // x e^x / (e^x - 1)

    const Real v = V / RT_F;
    const Real reverse = exp(-0.65 * v);
    const Real Nao3 = p[Na_o] * p[Na_o] * p[Na_o];
    const Real scale = 1.0 / ((87.5 * 87.5 * 87.5 + Nao3) * (1.38 + p[Ca_o]) * (1.0 + 0.1 * reverse));
    f_of_V[NaCa_in] = reverse * Nao3 * 2.5 * scale;
    f_of_V[NaCa_out] = exp(0.35 * v) * p[Ca_o] * scale;
    f_of_V[NaK_block] = p[K_o] / (p[K_o] + 1.0) / (1.0 + 0.1245 * exp(-0.1 * v) + 0.0353 * exp(-v));
  }

  template <class Real>
  static void gates(Real, const Real* y, const Real*, const Real*, Real* inf, Real* rate) {
    // Both are functions of 1 + (CaSS / 0.05 mM)^2.
    const Real load = 1.0 + y[CaSS] * y[CaSS] * (1.0 / (0.05 * 0.05));
    inf[fCaSS] = 0.6 / load + 0.4;
    rate[fCaSS] = load / (80.0 + 2.0 * load);

    const Real k2 = 0.045 * release_sensitivity(y[CaSR]);
    rate[Rprime] = 0.005 + k2 * y[CaSS];
    inf[Rprime] = 0.005 / rate[Rprime];
  }

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus,
                       Real* dy) {
    const Real E_Na = RT_F * (log(p[Na_o]) - log(y[Nai]));
    const Real E_K = RT_F * (log(p[K_o]) - log(y[Ki]));
    const Real E_Ks = RT_F * (log(p[K_o] + 0.03 * p[Na_o]) - log(y[Ki] + 0.03 * y[Nai]));
    const Real E_Ca = 0.5 * RT_F * (log(p[Ca_o]) - log(y[Cai]));
    const Real K_factor = sqrt(p[K_o] / 5.4);

    const Real sodium[] = {p[g_Na]};  // not p + g_Na: p stays in registers
    const Real I_Na = Sodium::current(y, sodium, V - E_Na);
    const Real I_bNa = p[g_bNa] * (V - E_Na);
    const Real V_K = V - E_K;
    // alpha / (alpha + beta) with alpha = 0.1 / K1_1 and beta = K1_3 / K1_2
    const Real K1_1 = 1.0 + exp(0.06 * (V_K - 200.0)), K1_2 = 1.0 + exp(-0.5 * V_K);
    const Real K1_3 = 3.0 * exp(0.0002 * (V_K + 100.0)) + exp(0.1 * (V_K - 10.0));
    const Real I_K1 = p[g_K1] * K_factor * V_K * (0.1 * K1_2) / (0.1 * K1_2 + K1_3 * K1_1);
    const Real I_to = p[g_to] * y[r] * y[s] * V_K;
    const Real I_Kr = p[g_Kr] * K_factor * y[xr1] * y[xr2] * V_K;
    const Real I_Ks = p[g_Ks] * y[xs] * y[xs] * (V - E_Ks);
    const Real I_pK = p[g_pK] * V_K * f_of_V[pK_open];
    const Real I_CaL =
        p[g_CaL] * y[d] * y[f] * y[f2] * y[fCaSS] * (f_of_V[CaL_out] * y[CaSS] - f_of_V[CaL_in]);
    const Real Nai3 = y[Nai] * y[Nai] * y[Nai];
    const Real I_NaCa = p[k_NaCa] * (f_of_V[NaCa_out] * Nai3 - f_of_V[NaCa_in] * y[Cai]);
    const Real I_NaK = p[P_NaK] * f_of_V[NaK_block] * y[Nai] / (y[Nai] + 40.0);
    const Real I_pCa = p[g_pCa] * y[Cai] / (y[Cai] + 0.0005);
    const Real I_bCa = p[g_bCa] * (V - E_Ca);

    calcium(y, I_CaL, I_bCa + I_pCa - 2.0 * I_NaCa, dy);
    constexpr double to_mM = capacitance / (V_c * F);
    const Real K_outward = I_K1 + I_to + I_Kr + I_Ks - 2.0 * I_NaK + I_pK;
    dy[Nai] = -p[drift] * to_mM * (I_Na + I_bNa + 3.0 * I_NaK + 3.0 * I_NaCa);
    dy[Ki] = -p[drift] * to_mM * (K_outward - stimulus);
    return stimulus - (I_Na + I_bNa + K_outward + 3.0 * I_NaK + I_CaL + I_NaCa + I_pCa + I_bCa);
  }

 private:
  /// k_CaSR: how the SR load scales the release channel's rates.
  template <class Real>
  static Real release_sensitivity(Real Ca_SR) {
    const Real squared = Ca_SR * Ca_SR;
    return 2.5 - 1.5 * squared / (squared + 1.5 * 1.5);
  }

  /// Fluxes and buffers; `I_surface` is the cytosolic calcium current (pump, background, exchanger).
  template <class Real>
  static void calcium(const Real* y, Real I_CaL, Real I_surface, Real* dy) {
    const Real drive = 0.15 * y[CaSS] * y[CaSS];  // k1 CaSS^2 times the sensitivity
    const Real I_rel =
        0.102 * drive * y[Rprime] / (0.06 * release_sensitivity(y[CaSR]) + drive) * (y[CaSR] - y[CaSS]);
    const Real I_leak = 0.00036 * (y[CaSR] - y[Cai]);
    const Real Cai2 = y[Cai] * y[Cai];
    const Real I_up = 0.006375 * Cai2 / (Cai2 + 0.00025 * 0.00025);
    const Real I_xfer = 0.0038 * (y[CaSS] - y[Cai]);
    dy[Cai] = buffered(y[Cai], 0.2, 0.001) *
              ((I_leak - I_up) * (V_sr / V_c) + I_xfer - I_surface * (capacitance / (2.0 * V_c * F)));
    dy[CaSR] = buffered(y[CaSR], 10.0, 0.3) * (I_up - I_rel - I_leak);
    dy[CaSS] = buffered(y[CaSS], 0.4, 0.00025) * (I_rel * (V_sr / V_ss) - I_xfer * (V_c / V_ss) -
                                                  I_CaL * (capacitance / (2.0 * V_ss * F)));
  }

  /// d(free)/d(total) of a rapid buffer with capacity B and half-saturation K.
  template <class Real>
  static Real buffered(Real free, double B, double K) {
    const Real squared = (free + K) * (free + K);
    return squared / (squared + B * K);
  }
};

}  // namespace myowave::ionic
