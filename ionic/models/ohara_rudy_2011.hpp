// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// Human ventricular cell, O'Hara, Virag, Varro and Rudy 2011. Currents in pA/pF, concentrations in mM,
/// time in ms. A name that ends in p belongs to the channels that CaMKII has phosphorylated. Initial
/// values are those of the publication, not the d = nca = 0.2 of some public files. The stimulus is
/// carried by potassium. The release fluxes are linear in themselves and so count as gates: paced M
/// cells empty the junctional store, where the rate of release goes up to 1000/ms.
struct OHaraRudy2011 {
  enum State {
    m,
    hf,
    hs,
    j,
    hsp,
    jp,
    mL,
    hL,
    hLp,
    a,
    iF,
    iS,
    ap,
    iFp,
    iSp,
    d,
    ff,
    fs,
    fcaf,
    fcas,
    jca,
    ffp,
    fcafp,
    xrf,
    xrs,
    xs1,
    xs2,
    xk1,
    nca,
    Jrelnp,
    Jrelp,
    CaMKt,
    Nai,
    Nass,
    Ki,
    Kss,
    Cai,
    Cass,
    Cansr,
    Cajsr
  };
  enum Parameter {
    g_Na,
    g_NaL,
    g_to,
    P_Ca,
    g_Kr,
    g_Ks,
    g_K1,
    g_NaCa,
    P_NaK,
    g_Kb,
    P_Nab,
    P_Cab,
    g_pCa,
    J_rel_scale,
    J_up,
    J_leak,
    CaMK_o,
    cmdn_max,
    to_epi,
    K_o,
    Na_o,
    Ca_o,
    drift
  };
  enum Function {
    to_fast,
    CaL_fast,
    Kr_fast,
    Kr_open,
    K1_open,
    Kb_open,
    drift1,
    drift2,
    NaCa_hna,
    NaCa_hca,
    NaCa_out,
    NaK_in,
    NaK_a3,
    NaK_b2,
    Functions
  };

  static constexpr Quantity states[] = {
      {"m", "1", 0.0, "activation of I_Na"},
      {"hf", "1", 1.0, "fast inactivation of I_Na"},
      {"hs", "1", 1.0, "slow inactivation of I_Na"},
      {"j", "1", 1.0, "recovery from inactivation of I_Na"},
      {"hsp", "1", 1.0, "slow inactivation of I_Na, phosphorylated"},
      {"jp", "1", 1.0, "recovery from inactivation of I_Na, phosphorylated"},
      {"mL", "1", 0.0, "activation of I_NaL"},
      {"hL", "1", 1.0, "inactivation of I_NaL", true},
      {"hLp", "1", 1.0, "inactivation of I_NaL, phosphorylated", true},
      {"a", "1", 0.0, "activation of I_to"},
      {"iF", "1", 1.0, "fast inactivation of I_to"},
      {"iS", "1", 1.0, "slow inactivation of I_to"},
      {"ap", "1", 0.0, "activation of I_to, phosphorylated"},
      {"iFp", "1", 1.0, "fast inactivation of I_to, phosphorylated"},
      {"iSp", "1", 1.0, "slow inactivation of I_to, phosphorylated"},
      {"d", "1", 0.0, "activation of I_CaL"},
      {"ff", "1", 1.0, "fast voltage inactivation of I_CaL"},
      {"fs", "1", 1.0, "slow voltage inactivation of I_CaL", true},
      {"fcaf", "1", 1.0, "fast inactivation of I_CaL in the calcium-dependent mode"},
      {"fcas", "1", 1.0, "slow inactivation of I_CaL in the calcium-dependent mode", true},
      {"jca", "1", 1.0, "recovery of I_CaL from calcium-dependent inactivation", true},
      {"ffp", "1", 1.0, "fast voltage inactivation of I_CaL, phosphorylated"},
      {"fcafp", "1", 1.0, "fast inactivation in the calcium-dependent mode, phosphorylated"},
      {"xrf", "1", 0.0, "fast activation of I_Kr", true},
      {"xrs", "1", 0.0, "slow activation of I_Kr", true},
      {"xs1", "1", 0.0, "slow activation of I_Ks", true},
      {"xs2", "1", 0.0, "fast activation of I_Ks"},
      {"xk1", "1", 1.0, "activation of I_K1"},
      {"nca", "1", 0.0, "fraction of I_CaL channels in the calcium-dependent mode"},
      {"Jrelnp", "mM/ms", 0.0, "calcium release flux"},
      {"Jrelp", "mM/ms", 0.0, "calcium release flux, phosphorylated"},
      {"CaMKt", "1", 0.0, "trapped fraction of CaMKII"},
      {"Nai", "mM", 7.0, "sodium in the myoplasm"},
      {"Nass", "mM", 7.0, "sodium in the subspace"},
      {"Ki", "mM", 145.0, "potassium in the myoplasm"},
      {"Kss", "mM", 145.0, "potassium in the subspace"},
      {"Cai", "mM", 1e-4, "free calcium in the myoplasm"},
      {"Cass", "mM", 1e-4, "free calcium in the subspace"},
      {"Cansr", "mM", 1.2, "calcium in the network sarcoplasmic reticulum"},
      {"Cajsr", "mM", 1.2, "free calcium in the junctional sarcoplasmic reticulum"},
  };
  static constexpr Quantity parameters[] = {
      {"g_Na", "mS/uF", 75.0, "maximal conductance of I_Na"},
      {"g_NaL", "mS/uF", 0.0075, "maximal conductance of the late sodium current"},
      {"g_to", "mS/uF", 0.02, "maximal conductance of I_to"},
      {"P_Ca", "cm^3/(uF s)", 1e-4,
       "permeability of I_CaL to calcium; 0.00125 of it to sodium, 3.574e-4 of it to potassium"},
      {"g_Kr", "mS/uF", 0.046, "maximal conductance of I_Kr at 5.4 mM potassium outside"},
      {"g_Ks", "mS/uF", 0.0034, "maximal conductance of I_Ks"},
      {"g_K1", "mS/uF", 0.1908, "maximal conductance of I_K1 at 1 mM potassium outside"},
      {"g_NaCa", "C/F", 0.0008, "density of the sodium-calcium exchanger, 80 % of it in the myoplasm"},
      {"P_NaK", "C/F", 30.0, "density of the sodium-potassium pump"},
      {"g_Kb", "mS/uF", 0.003, "background potassium conductance"},
      {"P_Nab", "cm^3/(uF s)", 3.75e-10, "background sodium permeability"},
      {"P_Cab", "cm^3/(uF s)", 2.5e-8, "background calcium permeability"},
      {"g_pCa", "uA/uF", 0.0005, "maximal sarcolemmal calcium pump current"},
      {"J_rel_scale", "1", 1.0, "factor of the steady calcium release"},
      {"J_up", "mM/ms", 0.004375, "maximal calcium uptake, 2.75 times that where phosphorylated"},
      {"J_leak", "mM/ms", 0.0039375, "calcium leak at 15 mM in the network reticulum"},
      {"CaMK_o", "1", 0.05, "fraction of active CaMKII binding sites at equilibrium"},
      {"cmdn_max", "mM", 0.05, "calmodulin concentration in the myoplasm"},
      {"to_epi", "1", 0.0, "share of tau_i of I_to that is missing at rest (epi: 0.95)"},
      {"K_o", "mM", 5.4, "extracellular potassium"},
      {"Na_o", "mM", 140.0, "extracellular sodium"},
      {"Ca_o", "mM", 1.8, "extracellular calcium"},
      {"drift", "1", 1.0,
       "factor on the rates of Nai and Ki, which take minutes to settle; 0 holds them"},
  };
  static constexpr Setting epi_settings[] = {
      {"g_NaL", 0.0045}, {"g_to", 0.08},      {"P_Ca", 1.2e-4},    {"g_Kr", 0.0598},
      {"g_Ks", 0.00476}, {"g_K1", 0.22896},   {"g_NaCa", 0.00088}, {"P_NaK", 27.0},
      {"g_Kb", 0.0018},  {"J_up", 0.0056875}, {"cmdn_max", 0.065}, {"to_epi", 0.95},
  };
  static constexpr Setting mid_settings[] = {
      {"g_to", 0.08},      {"P_Ca", 2.5e-4}, {"g_Kr", 0.0368},     {"g_K1", 0.24804},
      {"g_NaCa", 0.00112}, {"P_NaK", 21.0},  {"J_rel_scale", 1.7},
  };
  static constexpr Variant variants[] = {
      {"endo", "endocardial cell", {}, {}},
      {"epi", "epicardial cell", epi_settings, {}},
      {"M", "mid-myocardial cell", mid_settings, {}},
  };
  static constexpr ModelInfo info = {
      .name = "ohara_rudy_2011",
      .summary = "undiseased human ventricular cell, 41 variables",
      .citation =
          "T. O'Hara, L. Virag, A. Varro, Y. Rudy, PLoS Comput Biol 7:e1002061, 2011, "
          "doi:10.1371/journal.pcbi.1002061",
      .V_initial_mV = -87.0,
      .voltage_gate_count = 28,
      .gate_count = 31,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -200.0,
      .V_max_mV = 200.0,
      .calcium = "Cai"};

  static constexpr double R = 8314.0, T = 310.0, F = 96485.0, RT_F = R * T / F;
  static constexpr double radius = 0.0011, length = 0.01, pi = 3.14;            // cm; 3.14 as published
  static constexpr double capacitance = 4.0 * pi * radius * (radius + length);  // uF: twice the area
  static constexpr double volume = 1000.0 * pi * radius * radius * length;      // uL
  static constexpr double V_myo = 0.68 * volume, V_nsr = 0.0552 * volume, V_jsr = 0.0048 * volume,
                          V_ss = 0.02 * volume;
  static constexpr double to_myo = capacitance / (F * V_myo), to_ss = capacitance / (F * V_ss);

  /// I_Na and I_NaL by themselves: surrogates of the rest of the cell leave them as they are. The share
  /// of phosphorylated channels, which calcium moves between 0.05 and 0.2, is held at that of a cell
  /// paced at 1 Hz.
  struct Sodium {
    static constexpr int gate_count = 9;  // m to hLp, the first states
    static constexpr int conductances[] = {g_Na, g_NaL};
    /// Where functions of V stand in a table: those of gates that are alike in one column.
    static constexpr int steady_column[] = {0, 1, 1, 1, 2, 1, 3, 4, 5},
                         rate_column[] = {6, 7, 8, 9, 10, 11, 6, 12, 13};
    static constexpr double phosphorylated = 0.1;

    template <class Real>
    static void voltage(Real V, Real* inf, Real* rate) {
      sodium_gates(V, inf, rate);
    }
    template <class Real>
    static Real current(const Real* y, const Real* g, Real driving_force) {
      return conductance(y, g, Real(phosphorylated)) * driving_force;
    }
    /// `g`: g_Na, g_NaL. `phos`: the share of phosphorylated channels.
    template <class Real>
    static Real conductance(const Real* y, const Real* g, Real phos) {
      const Real h_ = 0.99 * y[hf] + 0.01 * y[hs];
      const Real hp = 0.99 * y[hf] + 0.01 * y[hsp];
      const Real open = mixed(phos, h_ * y[j], hp * y[jp]);
      return g[0] * cube(y[m]) * open + g[1] * y[mL] * mixed(phos, y[hL], y[hLp]);
    }
  };

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    sodium_gates(V, inf, rate);
    transient_outward_gates(V, p, inf, rate);
    calcium_gates(V, inf, rate);
    potassium_gates(V, p, inf, rate);

    f_of_V[to_fast] = sigmoid((V - 213.6) / 151.2);
    f_of_V[CaL_fast] = 0.3 + 0.6 * sigmoid((V - 10.0) / 10.0);
    f_of_V[Kr_fast] = sigmoid((V + 54.81) / 38.21);
    f_of_V[Kr_open] = sqrt(p[K_o] / 5.4) * sigmoid((V + 55.0) / 75.0) * sigmoid((V - 10.0) / 30.0);
    f_of_V[K1_open] = sqrt(p[K_o]) * sigmoid((V + 105.8 - 2.6 * p[K_o]) / 9.493);
    f_of_V[Kb_open] = sigmoid((14.48 - V) / 18.34);

    const Real v = V / RT_F;
    f_of_V[drift1] = x_over_expm1(v);
    f_of_V[drift2] = x_over_expm1(2.0 * v);

    const Real hna = exp(0.5224 * v);
    f_of_V[NaCa_hna] = hna;
    f_of_V[NaCa_hca] = exp(-0.167 * v);
    f_of_V[NaCa_out] = 1.0 / (88.12 * hna + p[Na_o] * (1.0 + hna));

    f_of_V[NaK_in] = exp(0.155 / 3.0 * v) / 9.073;
    const Real Na_bound = p[Na_o] / 27.78 * exp(-1.155 / 3.0 * v);
    const Real K_bound = p[K_o] / 0.3582;
    const Real scale = 1.0 / (cube(1.0 + Na_bound) + K_bound * (2.0 + K_bound));
    f_of_V[NaK_a3] = 1899.0 * K_bound * K_bound * scale;
    f_of_V[NaK_b2] = 39.4 * cube(Na_bound) * scale;
  }

  template <class Real>
  static void gates(Real V, const Real* y, const Real* p, const Real* f_of_V, Real* inf, Real* rate) {
    const Real Ca4 = square(square(y[Cass]));
    inf[nca] = Ca4 / (Ca4 + 0.001 * y[jca] * square(square(y[Cass] + 0.002)));
    rate[nca] = y[jca];

    const Real phos = phosphorylated(CaMK_bound(y, p) + y[CaMKt]);
    const Real I_CaL = L_type(y, p, f_of_V, phos) * calcium_drift(V, y[Cass], p, f_of_V);
    const Real Ca8 = square(square(square(y[Cajsr])));
    constexpr double half8 = 25.62890625;  // 1.5^8
    const Real release_rate = (y[Cajsr] + 0.0123) / (4.75 * y[Cajsr]);
    inf[Jrelnp] = -0.5 * 4.75 * p[J_rel_scale] * I_CaL * Ca8 / (Ca8 + half8);
    inf[Jrelp] = 1.25 * inf[Jrelnp];
    rate[Jrelnp] = at_most_1000(release_rate);
    rate[Jrelp] = at_most_1000(0.8 * release_rate);
  }

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus,
                       Real* dy) {
    const Real bound = CaMK_bound(y, p);
    const Real active = bound + y[CaMKt];
    const Real phos = phosphorylated(active);
    dy[CaMKt] = 0.05 * bound * active - 0.00068 * y[CaMKt];

    const Real P_L = L_type(y, p, f_of_V, phos);
    const Real I_CaL = P_L * calcium_drift(V, y[Cass], p, f_of_V);
    const Real I_CaNa = 0.75 * 0.00125 * P_L * cation_drift(V, y[Nass], p[Na_o], f_of_V);
    const Real I_CaK = 0.75 * 3.574e-4 * P_L * cation_drift(V, y[Kss], p[K_o], f_of_V);

    const Real NaCa_i = 0.8 * p[g_NaCa] * exchange(y[Nai], y[Cai], p, f_of_V);
    const Real NaCa_ss = 0.2 * p[g_NaCa] * exchange(y[Nass], y[Cass], p, f_of_V);
    const Real I_NaK = p[P_NaK] * pump(y[Nai], y[Ki], f_of_V);
    const Real I_Nab = p[P_Nab] * cation_drift(V, y[Nai], p[Na_o], f_of_V);
    const Real I_Cab = p[P_Cab] * calcium_drift(V, y[Cai], p, f_of_V);
    const Real I_pCa = p[g_pCa] * y[Cai] / (y[Cai] + 0.0005);
    const Real sodium[] = {p[g_Na], p[g_NaL]};  // not p + g_Na: p stays in registers
    const Real I_Na = Sodium::conductance(y, sodium, phos) * (V - RT_F * log(p[Na_o] / y[Nai]));
    const Real I_K =
        potassium_conductance(y, p, f_of_V, phos) * (V - RT_F * log(p[K_o] / y[Ki])) + I_Ks(V, y, p);

    const Real Na_myo = I_Na + I_Nab + 3.0 * (NaCa_i + I_NaK);
    const Real K_myo = I_K - 2.0 * I_NaK - stimulus;
    const Real Ca_myo = I_pCa + I_Cab - 2.0 * NaCa_i;
    const Real Na_ss = I_CaNa + 3.0 * NaCa_ss;
    const Real Ca_ss = I_CaL - 2.0 * NaCa_ss;
    const Real diffusion_Na = 0.5 * (y[Nass] - y[Nai]);
    const Real diffusion_K = 0.5 * (y[Kss] - y[Ki]);
    dy[Nai] = p[drift] * ((V_ss / V_myo) * diffusion_Na - to_myo * Na_myo);
    dy[Nass] = -to_ss * Na_ss - diffusion_Na;
    dy[Ki] = p[drift] * ((V_ss / V_myo) * diffusion_K - to_myo * K_myo);
    dy[Kss] = -to_ss * I_CaK - diffusion_K;
    calcium(y, p, phos, Ca_myo, Ca_ss, dy);
    return -(Na_myo + K_myo + Ca_myo + Na_ss + I_CaK + Ca_ss);
  }

 private:
  /// 1 / (tau + 1/speed)
  template <class Real>
  static Real slowed(double tau, Real speed) {
    return speed / (1.0 + tau * speed);
  }

  template <class Real>
  static void sodium_gates(Real V, Real* inf, Real* rate) {
    inf[m] = sigmoid((-39.57 - V) / 9.871);
    rate[m] = 6.765 * exp((V + 11.64) / 34.77) + 8.552 * exp((-77.42 - V) / 5.955);
    inf[hf] = sigmoid((V + 82.9) / 6.086);
    rate[hf] = 1.432e-5 * exp((-1.196 - V) / 6.285) + 6.149 * exp((V + 0.5096) / 20.27);
    inf[hs] = inf[hf];
    rate[hs] = 0.009794 * exp((-17.95 - V) / 28.05) + 0.3343 * exp((V + 5.73) / 56.66);
    inf[j] = inf[hf];
    rate[j] = slowed(2.038, 0.02136 * exp((-100.6 - V) / 8.281) + 0.3052 * exp((V + 0.9941) / 38.45));
    inf[hsp] = sigmoid((V + 89.1) / 6.086);
    rate[hsp] = rate[hs] * (1.0 / 3.0);
    inf[jp] = inf[hf];
    rate[jp] = rate[j] * (1.0 / 1.46);

    inf[mL] = sigmoid((-42.85 - V) / 5.264);
    rate[mL] = rate[m];
    inf[hL] = sigmoid((V + 87.61) / 7.488);
    rate[hL] = 1.0 / 200.0;
    inf[hLp] = sigmoid((V + 93.81) / 7.488);
    rate[hLp] = 1.0 / 600.0;
  }

  template <class Real>
  static void transient_outward_gates(Real V, const Real* p, Real* inf, Real* rate) {
    inf[a] = sigmoid((14.34 - V) / 14.82);
    rate[a] =
        (sigmoid((18.4099 - V) / 29.3814) / 1.2089 + 3.5 * sigmoid((V + 100.0) / 29.3814)) / 1.0515;
    inf[ap] = sigmoid((24.34 - V) / 14.82);
    rate[ap] = rate[a];

    const Real i_inf = sigmoid((V + 43.94) / 5.711);
    inf[iF] = inf[iS] = inf[iFp] = inf[iSp] = i_inf;
    const Real epi = 1.0 / (1.0 - p[to_epi] * sigmoid((V + 70.0) / 5.0));
    rate[iF] =
        epi * slowed(4.562, 0.3933 * exp((-100.0 - V) / 100.0) + 0.08004 * exp((V + 50.0) / 16.59));
    rate[iS] =
        epi * slowed(23.62, 0.001416 * exp((-96.52 - V) / 59.05) + 1.78e-8 * exp((V + 114.1) / 8.079));
    // The last exponential is a switch at 12.23 mV: beyond e^50 on either side nothing changes.
    const Real below = (12.23 - V) / 0.2154;
    const Real bounded =
        select(below > Real(50.0), Real(50.0), select(below < Real(-50.0), Real(-50.0), below));
    const Real develop = 1.354 + 1e-4 / (exp((V - 167.4) / 15.89) + exp(bounded));
    const Real recover = 1.0 - 0.5 * sigmoid((V + 70.0) / 20.0);
    const Real phosphorylated = 1.0 / (develop * recover);
    rate[iFp] = rate[iF] * phosphorylated;
    rate[iSp] = rate[iS] * phosphorylated;
  }

  template <class Real>
  static void calcium_gates(Real V, Real* inf, Real* rate) {
    inf[d] = sigmoid((-3.94 - V) / 4.23);
    rate[d] = slowed(0.6, exp(-0.05 * (V + 6.0)) + exp(0.09 * (V + 14.0)));
    const Real f_inf = sigmoid((V + 19.58) / 3.696);
    inf[ff] = inf[fs] = inf[fcaf] = inf[fcas] = inf[jca] = inf[ffp] = inf[fcafp] = f_inf;
    rate[ff] = slowed(7.0, 0.0045 * (exp((-20.0 - V) / 10.0) + exp((V + 20.0) / 10.0)));
    rate[fs] = slowed(1000.0, 3.5e-5 * (exp((-5.0 - V) / 4.0) + exp((V + 5.0) / 6.0)));
    rate[fcaf] = slowed(7.0, 0.04 * (exp((4.0 - V) / 7.0) + exp((V - 4.0) / 7.0)));
    rate[fcas] = slowed(100.0, 0.00012 * (exp(-V / 3.0) + exp(V / 7.0)));
    rate[jca] = 1.0 / 75.0;
    rate[ffp] = rate[ff] * (1.0 / 2.5);
    rate[fcafp] = rate[fcaf] * (1.0 / 2.5);
  }

  template <class Real>
  static void potassium_gates(Real V, const Real* p, Real* inf, Real* rate) {
    inf[xrf] = sigmoid((-8.337 - V) / 6.789);
    rate[xrf] = slowed(12.98, 0.3652 * exp((V - 31.66) / 3.869) + 4.123e-5 * exp((47.78 - V) / 20.38));
    inf[xrs] = inf[xrf];
    rate[xrs] = slowed(1.865, 0.06629 * exp((V - 34.7) / 7.355) + 1.128e-5 * exp((29.74 - V) / 25.94));
    inf[xs1] = sigmoid((-11.6 - V) / 8.932);
    rate[xs1] = slowed(817.3, 2.326e-4 * exp((V + 48.28) / 17.8) + 0.001292 * exp((-210.0 - V) / 230.0));
    inf[xs2] = inf[xs1];
    rate[xs2] = 0.01 * exp((V - 50.0) / 20.0) + 0.0193 * exp((-66.54 - V) / 31.0);
    inf[xk1] = sigmoid((-144.59 - 2.5538 * p[K_o] - V) / (1.5692 * p[K_o] + 3.8115));
    rate[xk1] = (exp((-127.2 - V) / 20.36) + exp((V + 236.8) / 69.33)) / 122.2;
  }

  /// F v (c_in e^v - c_out) / (e^v - 1) with v = V F/(R T): constant-field flux of a univalent ion.
  template <class Real>
  static Real cation_drift(Real V, Real c_in, Real c_out, const Real* f_of_V) {
    return F * (f_of_V[drift1] * (c_in - c_out) + (1.0 / RT_F) * V * c_in);
  }

  /// 4 F v (c_in e^2v - 0.341 Ca_o) / (e^2v - 1)
  template <class Real>
  static Real calcium_drift(Real V, Real c_in, const Real* p, const Real* f_of_V) {
    return (2.0 * F) * (f_of_V[drift2] * (c_in - 0.341 * p[Ca_o]) + (2.0 / RT_F) * V * c_in);
  }

  template <class Real>
  static Real CaMK_bound(const Real* y, const Real* p) {
    return p[CaMK_o] * (1.0 - y[CaMKt]) * y[Cass] / (y[Cass] + 0.0015);
  }

  /// Fraction of channels that the active part of CaMKII has phosphorylated.
  template <class Real>
  static Real phosphorylated(Real active) {
    return active / (active + 0.15);
  }

  /// The mean of two populations, of which the second has the share `share`.
  template <class Real>
  static Real mixed(Real share, Real first, Real second) {
    return first + share * (second - first);
  }

  /// I_to, I_Kr, I_K1 and I_Kb over V - E_K.
  template <class Real>
  static Real potassium_conductance(const Real* y, const Real* p, const Real* f_of_V, Real phos) {
    const Real i = mixed(f_of_V[to_fast], y[iS], y[iF]);
    const Real ip = mixed(f_of_V[to_fast], y[iSp], y[iFp]);
    const Real xr = mixed(f_of_V[Kr_fast], y[xrs], y[xrf]);
    return p[g_to] * mixed(phos, y[a] * i, y[ap] * ip) + p[g_Kr] * f_of_V[Kr_open] * xr +
           p[g_K1] * f_of_V[K1_open] * y[xk1] + p[g_Kb] * f_of_V[Kb_open];
  }

  template <class Real>
  static Real I_Ks(Real V, const Real* y, const Real* p) {
    constexpr double PKNa = 0.01833;
    const Real E_Ks = RT_F * log((p[K_o] + PKNa * p[Na_o]) / (y[Ki] + PKNa * y[Nai]));
    const Real facilitated = 1.0 + 0.6 / (1.0 + power((1.0 / 3.8e-5) * y[Cai], -1.4));
    return p[g_Ks] * facilitated * y[xs1] * y[xs2] * (V - E_Ks);
  }

  /// Permeability of the L-type channel, 1.1 times as high where phosphorylated.
  template <class Real>
  static Real L_type(const Real* y, const Real* p, const Real* f_of_V, Real phos) {
    const Real f = 0.6 * y[ff] + 0.4 * y[fs];
    const Real fp = 0.6 * y[ffp] + 0.4 * y[fs];
    const Real fca = y[jca] * mixed(f_of_V[CaL_fast], y[fcas], y[fcaf]);
    const Real fcap = y[jca] * mixed(f_of_V[CaL_fast], y[fcas], y[fcafp]);
    const Real open = mixed(y[nca], f, fca);
    const Real open_p = 1.1 * mixed(y[nca], fp, fcap);
    return p[P_Ca] * y[d] * mixed(phos, open, open_p);
  }

  /// I_NaCa / (g_NaCa share) [1/s] of the four-state exchanger. The published sum 3 (E4 k7 - E1 k8) +
  /// E3 k4'' - E2 k3'' + 2 (E2 k2 - E1 k1) is E2 k3' - E3 k4', since all four links of the cycle carry
  /// the same flux. Rates are in units of k_caoff = k2 = k5 = 5000/s; the weights x_i are multiplied by
  /// h1^2 h4 h10, so that one division is left: k4, k6 and k7 stand for k4 h1, k6 h1 h4 and k7 h1 h4,
  /// and k1 and k8 for k1 h10 and k8 h10.
  template <class Real>
  static Real exchange(Real Na, Real Ca, const Real* p, const Real* f_of_V) {
    const Real h10 = 13.5 + p[Na_o] * (1.0 / 15.0 + p[Na_o] * (1.0 / 75.0));
    const Real k1 = 300.0 * p[Ca_o];
    const Real k3p = (12.0 * 88.12) * f_of_V[NaCa_hna] * f_of_V[NaCa_out];
    const Real k3pp = p[Na_o] * f_of_V[NaCa_out];
    const Real k3 = k3p + k3pp;
    const Real k8 = (12.0 / 75.0) * square(p[Na_o]) * k3pp;

    const Real n = (1.0 / 88.12) * Na;
    const Real n_hna = n * f_of_V[NaCa_hna];
    const Real h1 = 1.0 + n + n_hna;
    const Real h4 = 1.0 + Na * (1.0 / 15.0 + (1.0 / 75.0) * Na);
    const Real k4p = 12.0 * f_of_V[NaCa_hca];
    const Real k4 = k4p + n_hna;
    const Real k6 = 300.0 * Ca * h1;
    const Real k7 = (12.0 / 75.0) * Na * Na * n_hna;

    const Real k67 = k6 + k7, k45 = k4 + h1, k18 = k1 + k8, k23 = 1.0 + k3;
    const Real x1 = k4 * k67 + k7 * h1 * k23;
    const Real x2 = k1 * k7 * k45 + k4 * k6 * k18;
    const Real x3_h1 = k1 * k3 * k67 + k8 * k6 * k23;
    const Real x4_h1h4 = k8 * k45 + k3 * h1 * k18;
    const Real sum = h10 * x1 + x2 + h1 * (x3_h1 + h4 * x4_h1h4);
    const Real Ca2 = Ca * Ca;
    return 5000.0 * Ca2 * (k3p * x2 - k4p * x3_h1) / ((Ca2 + 150e-6 * 150e-6) * sum);
  }

  /// I_NaK / P_NaK [1/s] of the four-state pump. Of the published flux 3 (E1 a3 - E2 b3) + 2 (E4 b1 -
  /// E3 a1) the cycle flux a1 a2 a3 a4 - b1 b2 b3 b4 is left and, because x1 has b2 b3 b4 where the
  /// cycle has b1 b3 b4, the term 3 a3 b3 b4 (b2 - b1). a1 and b4 stand for a1 q and b4 q, b3 for b3 P.
  template <class Real>
  static Real pump(Real Na, Real K, const Real* f_of_V) {
    constexpr double ATP = 9.8 / 1.698e-7, H = 1e-7;
    constexpr double b1 = 182.4 * 0.05, a2 = 687.2, a4 = 639.0 * ATP / (1.0 + ATP),
                     b3 = 79300.0 * H * 4.2 / (1.0 + ATP);
    const Real a3 = f_of_V[NaK_a3], b2 = f_of_V[NaK_b2];
    const Real Na_bound = Na * f_of_V[NaK_in];
    const Real q = cube(1.0 + Na_bound) + 4.0 * K * (1.0 + K);
    const Real P = 1.0 + H / 1.698e-7 + (1.0 / 224.0) * Na + (1.0 / 292.0) * K;
    const Real a1 = 949.5 * cube(Na_bound);
    const Real b4 = 160.0 * K * K;

    const Real a3b2 = a3 + b2;
    const Real forward = a2 * (a3 + a4) + a4 * a3b2;
    const Real back = a2 * a3 + b1 * a3b2;
    const Real sum = P * (a1 * forward + (b4 + a4 * q) * back) +
                     b3 * (a1 * (a2 + b2) + b4 * (a2 + 2.0 * b2) + b1 * b2 * q);
    const Real flux = (a2 * a4) * a3 * a1 * P + b3 * b4 * (3.0 * a3 * (b2 - b1) - b1 * b2);
    return flux / sum;
  }

  /// Fluxes and buffers; `I_myo` and `I_ss` are the calcium currents out of myoplasm and subspace.
  template <class Real>
  static void calcium(const Real* y, const Real* p, Real phos, Real I_myo, Real I_ss, Real* dy) {
    const Real J_rel = mixed(phos, y[Jrelnp], y[Jrelp]);
    const Real site = y[Cai] + 0.00092, site_p = y[Cai] + 0.00075;
    const Real affinity = ((1.0 - phos) * site_p + 2.75 * phos * site) / (site * site_p);
    const Real uptake = p[J_up] * y[Cai] * affinity - (1.0 / 15.0) * p[J_leak] * y[Cansr];
    const Real transfer = 0.01 * (y[Cansr] - y[Cajsr]);
    const Real diffusion = 5.0 * (y[Cass] - y[Cai]);
    dy[Cai] = buffered(y[Cai], p[cmdn_max], 0.00238, 0.07, 0.0005) *
              ((V_ss / V_myo) * diffusion - (V_nsr / V_myo) * uptake - 0.5 * to_myo * I_myo);
    dy[Cass] = buffered(y[Cass], Real(0.047), 0.00087, 1.124, 0.0087) *
               ((V_jsr / V_ss) * J_rel - diffusion - 0.5 * to_ss * I_ss);
    dy[Cansr] = uptake - (V_jsr / V_nsr) * transfer;
    const Real csqn = square(y[Cajsr] + 0.8);
    dy[Cajsr] = csqn / (csqn + 10.0 * 0.8) * (transfer - J_rel);
  }

  /// As published, release never takes less than 0.001 ms, nor where a step has overdrawn the store.
  template <class Real>
  static Real at_most_1000(Real rate) {
    return select(rate > Real(1000.0), Real(1000.0), select(rate < Real(0.0), Real(1000.0), rate));
  }

  /// d(free)/d(total) of two rapid buffers with capacities B and half-saturations K:
  /// 1 / (1 + B1 K1/(free + K1)^2 + B2 K2/(free + K2)^2).
  template <class Real>
  static Real buffered(Real free, Real B1, double K1, double B2, double K2) {
    const Real s1 = square(free + K1), s2 = square(free + K2);
    const Real s = s1 * s2;
    return s / (s + B1 * K1 * s2 + (B2 * K2) * s1);
  }
};

}  // namespace myowave::ionic
