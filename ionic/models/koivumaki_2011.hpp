// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// Human atrial cell, Koivumaki, Korhonen and Tavi 2011. The cytosol is four nested cylinder shells (1
/// innermost, 4 outermost) under a thin subspace "ss"; the SR has a part in each shell, the
/// outermost one facing the subspace. Conductances in nS and currents in pA for a cell of 50 pF,
/// concentrations in mM, time in ms (SR rates in 1/s, diffusion in um^2/s). The stimulus is carried by
/// potassium. The authors' code makes the SR volume 90 % of the printed fraction, and so does this.
struct Koivumaki2011 {
  enum State {
    m,
    h1,
    h2,
    d,
    f1,
    f2,
    r,
    s,
    r_ur,
    s_ur,
    n,
    pa,
    y_f,
    fCa,
    o1,
    o2,
    o3,
    oss,
    c1,
    c2,
    c3,
    css,
    a1,
    a2,
    a3,
    ass,
    serca1,
    serca2,
    serca3,
    sercass,
    Nass,
    Nai,
    Ki,
    Cass,
    Cai1,
    Cai2,
    Cai3,
    Cai4,
    CaSR1,
    CaSR2,
    CaSR3,
    CaSR4
  };
  enum Parameter {
    P_Na,
    g_CaL,
    g_to,
    g_Kur,
    g_K1,
    g_Kr,
    g_Ks,
    g_f,
    g_bNa,
    g_bCa,
    I_NaK_max,
    k_NaCa,
    I_CaP_max,
    k_SERCA,
    SERCA_total,
    k_rel,
    k_rel_ss,
    k_leak,
    K_o,
    Na_o,
    Ca_o
  };
  enum Function {
    Kr_rectification,
    K1_scale,
    K1_block,
    NaK_open,
    NaCa_out,
    NaCa_in,
    CommonFunctions,
    Na_out = CommonFunctions,
    Na_in,
    Functions
  };

  static constexpr Quantity states[] = {
      {"m", "1", 0.002318994947084018, "activation of I_Na"},
      {"h1", "1", 0.9256415808900939, "fast inactivation of I_Na"},
      {"h2", "1", 0.9237565585336296, "slow inactivation of I_Na"},
      {"d", "1", 8.219377937595389e-06, "activation of I_CaL"},
      {"f1", "1", 0.999072263201725, "fast voltage inactivation of I_CaL", true},
      {"f2", "1", 0.9990733753838862, "slow voltage inactivation of I_CaL", true},
      {"r", "1", 0.0008387287762124478, "activation of I_to"},
      {"s", "1", 0.9596343433692133, "inactivation of I_to"},
      {"r_ur", "1", 0.00026193816581277326, "activation of I_Kur"},
      {"s_ur", "1", 0.9750026071847996, "inactivation of I_Kur", true},
      {"n", "1", 0.004314377254931054, "activation of I_Ks", true},
      {"pa", "1", 3.271072497794633e-05, "activation of I_Kr"},
      {"y_f", "1", 0.05855335314792671, "activation of I_f", true},
      {"fCa", "1", 0.9746344240291942, "calcium inactivation of I_CaL"},
      {"o1", "1", 8.593014400987104e-05, "opening of the release channels of shell 1"},
      {"o2", "1", 6.94353125479471e-05, "opening of the release channels of shell 2"},
      {"o3", "1", 4.9594145808148887e-05, "opening of the release channels of shell 3"},
      {"oss", "1", 3.383910151426508e-05, "opening of the release channels of the subspace"},
      {"c1", "1", 0.999219040134681, "availability of the release channels of shell 1"},
      {"c2", "1", 0.9993090078291773, "availability of the release channels of shell 2"},
      {"c3", "1", 0.9992842755663089, "availability of the release channels of shell 3"},
      {"css", "1", 0.9999825341692146, "availability of the release channels of the subspace"},
      {"a1", "1", 0.1957196176681613, "adaptation of the release channels of shell 1", true},
      {"a2", "1", 0.2044988381996826, "adaptation of the release channels of shell 2", true},
      {"a3", "1", 0.220223738802332, "adaptation of the release channels of shell 3", true},
      {"ass", "1", 0.24970572334509783, "adaptation of the release channels of the subspace", true},
      {"serca1", "mM", 0.004693488687077626, "calcium on the SR pump, shell 1"},
      {"serca2", "mM", 0.004555755685043092, "calcium on the SR pump, shell 2"},
      {"serca3", "mM", 0.004344427507290969, "calcium on the SR pump, shell 3"},
      {"sercass", "mM", 0.004232584940971925, "calcium on the SR pump, subspace"},
      {"Nass", "mM", 8.811380556257898, "sodium in the subspace"},
      {"Nai", "mM", 9.322071184006449, "sodium in the cytosol"},
      {"Ki", "mM", 143.69140335840848, "intracellular potassium"},
      {"Cass", "mM", 0.00016128915184600445, "free calcium in the subspace"},
      {"Cai1", "mM", 0.00013573862206124143, "free cytosolic calcium in shell 1"},
      {"Cai2", "mM", 0.00013825462054358546, "free cytosolic calcium in shell 2"},
      {"Cai3", "mM", 0.00014408812108580792, "free cytosolic calcium in shell 3"},
      {"Cai4", "mM", 0.00015574302625669676, "free cytosolic calcium in shell 4"},
      {"CaSR1", "mM", 0.6225390881311804, "free SR calcium in shell 1"},
      {"CaSR2", "mM", 0.6101042050270389, "free SR calcium in shell 2"},
      {"CaSR3", "mM", 0.5909266591206316, "free SR calcium in shell 3"},
      {"CaSR4", "mM", 0.5720781079672164, "free SR calcium in shell 4"},
  };
  static constexpr Quantity parameters[] = {
      {"P_Na", "nL/s", 0.0018, "permeability of I_Na"},
      {"g_CaL", "nS", 25.3125, "maximal conductance of I_CaL"},
      {"g_to", "nS", 8.175, "maximal conductance of I_to"},
      {"g_Kur", "nS", 2.4475, "maximal conductance of I_Kur"},
      {"g_K1", "nS", 3.4425, "conductance of I_K1, to be multiplied by (K_o/mM)^0.4457"},
      {"g_Kr", "nS", 0.5, "maximal conductance of I_Kr"},
      {"g_Ks", "nS", 1.0, "maximal conductance of I_Ks"},
      {"g_f", "nS", 1.0, "maximal conductance of the hyperpolarisation-activated current"},
      {"g_bNa", "nS", 0.060599, "background sodium conductance"},
      {"g_bCa", "nS", 0.0952, "background calcium conductance"},
      {"I_NaK_max", "pA", 70.8253, "maximal sodium-potassium pump current"},
      {"k_NaCa", "pA/mM^4", 0.0084, "scale of the sodium-calcium exchange current"},
      {"I_CaP_max", "pA", 2.0, "maximal sarcolemmal calcium pump current"},
      {"k_SERCA", "1/s", 7.5, "rate at which the SR pump releases calcium into the SR"},
      {"SERCA_total", "mM", 0.04, "concentration of SR pump sites"},
      {"k_rel", "1/s", 1.0, "maximal rate of release from the SR into shells 1 to 3"},
      {"k_rel_ss", "1/s", 625.0, "maximal rate of release from the SR into the subspace"},
      {"k_leak", "1/s", 0.006, "rate of the leak out of the SR"},
      {"K_o", "mM", 5.4, "extracellular potassium"},
      {"Na_o", "mM", 130.0, "extracellular sodium"},
      {"Ca_o", "mM", 1.8, "extracellular calcium"},
  };
  static constexpr Variant variants[] = {{"default", "parameters of the publication", {}, {}}};
  static constexpr ModelInfo info = {
      .name = "koivumaki_2011",
      .summary = "human atrial cell with spatial calcium, 43 variables",
      .citation =
          "J. T. Koivumaki, T. Korhonen, P. Tavi, PLoS Comput Biol 7:e1001067, 2011, "
          "doi:10.1371/journal.pcbi.1001067",
      .V_initial_mV = -76.90785327628103,
      .voltage_gate_count = 13,
      .gate_count = 26,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -200.0,
      .V_max_mV = 200.0,
      .calcium = "Cai1"};

  static constexpr double R = 8314.0, T = 306.15, F = 96487.0, RT_F = R * T / F;
  static constexpr double capacitance = 0.05;  // nF

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    inf[m] = sigmoid((-27.12 - V) / 8.21);
    rate[m] = 1.0 / (0.042 * exp(-square((V + 25.57) / 28.8)) + 0.024);
    inf[h1] = sigmoid((V + 63.6) / 5.3);
    inf[h2] = inf[h1];
    const Real slowing = sigmoid((V + 35.1) / 3.2);
    rate[h1] = 1.0 / (30.0 * slowing + 0.3);
    rate[h2] = 1.0 / (120.0 * slowing + 3.0);
    f_of_V[Na_in] = F * p[Na_o] * x_over_expm1(V / RT_F);
    f_of_V[Na_out] = F * x_over_expm1(-V / RT_F);  // x e^x / (e^x - 1)
    voltage_but_sodium(V, p, inf, rate, f_of_V);
  }

  template <class Real>
  static void gates(Real, const Real* y, const Real*, const Real*, Real* inf, Real* rate) {
    inf[fCa] = 1.0 / (1.0 + square(1000.0 * y[Cass]));
    rate[fCa] = 1.0 / 2.0;
    for (int k = 0; k < 3; ++k) {
      release_gates(y[Cai1 + k], y[a1 + k], k, inf, rate);
      rate[o1 + k] = 1.0 / 18.75;
      rate[c1 + k] = 1.0 / 87.5;
    }
    release_gates(y[Cass], y[ass], 3, inf, rate);
    rate[oss] = 1.0 / 5.0;
    rate[css] = 1.0 / 15.0;
  }

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus,
                       Real* dy) {
    const Real I_Na = p[P_Na] * y[m] * y[m] * y[m] * (0.9 * y[h1] + 0.1 * y[h2]) *
                      (f_of_V[Na_out] * y[Nass] - f_of_V[Na_in]);
    const Real E_Na = RT_F * log(p[Na_o] / y[Nass]);
    return currents_but_sodium(V, I_Na, E_Na, y, p, f_of_V, stimulus, dy);
  }

 protected:
  /// Everything that depends on V but the gates and functions of I_Na.
  template <class Real>
  static void voltage_but_sodium(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    inf[d] = sigmoid((-9.0 - V) / 5.8);
    rate[d] = 1.0 / (2.7 * exp(-square((V + 35.0) / 30.0)) + 2.0);
    inf[f1] = sigmoid((V + 27.4) / 7.1);
    inf[f2] = inf[f1];
    rate[f1] = 1.0 / (986.98 * exp(-square((V + 30.16047) / 7.09396)) +
                      42.75 * sigmoid((51.61555 - V) / 80.61331) +
                      35.76 * sigmoid((V + 29.57272) / 13.21758) - 8.21);
    rate[f2] = 1.0 / (1332.3 * exp(-square((V + 40.0) / 14.2)) + 62.6);

    inf[r] = sigmoid((1.0 - V) / 11.0);
    rate[r] = 1.0 / (3.5 * exp(-square(V / 30.0)) + 1.5);
    inf[s] = sigmoid((V + 40.5) / 11.5);
    rate[s] = 1.0 / (25.635 * exp(-square((V + 52.45) / 15.8827)) + 14.14);
    inf[r_ur] = sigmoid((-6.0 - V) / 8.6);
    rate[r_ur] = 1.0 / (9.0 * sigmoid((V + 5.0) / 12.0) + 0.5);
    inf[s_ur] = sigmoid((V + 7.5) / 10.0);
    rate[s_ur] = 1.0 / (590.0 * sigmoid((V + 60.0) / 10.0) + 3050.0);
    inf[n] = sigmoid((19.9 - V) / 12.7);
    rate[n] = 1.0 / (400.0 * exp(-square((V - 20.0) / 20.0)) + 700.0);
    inf[pa] = sigmoid((-15.0 - V) / 6.0);
    rate[pa] = 1.0 / (217.18 * exp(-square((V + 20.1376) / 22.1996)) + 31.18);
    inf[y_f] = sigmoid((V + 97.82874) / 12.48025);
    rate[y_f] = 3.32e-6 * exp(-V / 16.54103) + 0.02371839 * exp(V / 16.54103);

    f_of_V[Kr_rectification] = sigmoid((V + 55.0) / 24.0);
    f_of_V[K1_scale] = power(p[K_o], 0.4457);
    f_of_V[K1_block] = exp(1.5 / RT_F * (V + 3.6)) / (p[K_o] * sqrt(p[K_o]));
    // The pole at -200 mV is cut off.
    const Real above_pole = select(V + 200.0 < Real(1.0), Real(1.0), V + 200.0);
    f_of_V[NaK_open] = p[K_o] / (p[K_o] + 1.0) * (V + 150.0) / above_pole;
    f_of_V[NaCa_out] = p[Ca_o] * exp(0.45 / RT_F * V);
    f_of_V[NaCa_in] = cube(p[Na_o]) * exp(-0.55 / RT_F * V);
  }

  /// The membrane and the concentrations, given I_Na [pA] and E_Na [mV].
  template <class Real>
  static Real currents_but_sodium(Real V, Real I_Na, Real E_Na, const Real* y, const Real* p,
                                  const Real* f_of_V, Real stimulus, Real* dy) {
    const Real V_Na = V - E_Na;
    const Real V_K = V - RT_F * log(p[K_o] / y[Ki]);
    const Real V_Ca = V - 0.5 * RT_F * log(p[Ca_o] / y[Cass]);

    const Real I_CaL = p[g_CaL] * y[d] * y[f1] * y[f2] * y[fCa] * (V - 60.0);
    const Real I_bCa = p[g_bCa] * V_Ca;
    const Real I_CaP = p[I_CaP_max] * y[Cass] / (y[Cass] + 0.0005);
    const Real Nass3 = cube(y[Nass]);
    const Real I_NaCa = p[k_NaCa] * (f_of_V[NaCa_out] * Nass3 - f_of_V[NaCa_in] * y[Cass]) /
                        (1.0 + 0.0003 * (cube(p[Na_o]) * y[Cass] + Nass3 * p[Ca_o]));
    const Real Nass_1_5 = y[Nass] * sqrt(y[Nass]);
    constexpr double half_1_5 = 36.48287269390939;  // (11 mM)^1.5
    const Real I_NaK = p[I_NaK_max] * f_of_V[NaK_open] * Nass_1_5 / (Nass_1_5 + half_1_5);
    const Real g_funny = p[g_f] * y[y_f];
    // e^(1.5 (V - E_K)/RT_F) without an exponential
    const Real K1_blocked = f_of_V[K1_block] * y[Ki] * sqrt(y[Ki]);
    const Real g_K = p[g_to] * y[r] * y[s] + p[g_Kur] * y[r_ur] * y[s_ur] + p[g_Ks] * y[n] +
                     p[g_Kr] * y[pa] * f_of_V[Kr_rectification] +
                     p[g_K1] * f_of_V[K1_scale] / (1.0 + K1_blocked) + 0.7323 * g_funny;

    const Real I_Na_plain = I_Na + (p[g_bNa] + 0.2677 * g_funny) * V_Na;
    const Real I_K = g_K * V_K - 2.0 * I_NaK;
    const Real I_Ca_surface = I_CaL + I_bCa + I_CaP;
    sodium(y, I_Na_plain + 3.0 * (I_NaK + I_NaCa), dy);
    dy[Ki] = (capacitance * 1000.0 * stimulus - I_K) * (1e-3 / ((V_cytosol + V_ss) * F));
    calcium(y, p, I_Ca_surface - 2.0 * I_NaCa, dy);
    const Real I_ion = I_Na_plain + I_K + 3.0 * I_NaK + I_Ca_surface + I_NaCa;
    return stimulus - I_ion * (1e-3 / capacitance);
  }

 private:
  // Lengths in um, volumes in nL. Half of every volume is accessible to ions.
  static constexpr double pi = 3.14159265358979324, length = 122.051, shell = 1.625,
                          radius = 4.0 * shell;
  static constexpr double V_cytosol = 0.5e-6 * pi * length * radius * radius, V_ss = 4.99232e-5;
  static constexpr double ss_area = pi * radius * length;    // half of the lateral surface
  static constexpr double V_outer = V_cytosol * 7.0 / 16.0;  // shell 4
  static constexpr double SR_fraction = 0.05 / 2.0 * 0.9;

  /// Steady states of the gates of the release channels that see `Ca`, and the rate of adaptation.
  template <class Real>
  static void release_gates(Real Ca, Real adaptation, int k, Real* inf, Real* rate) {
    const Real above = 1000.0 * Ca - adaptation;  // uM
    inf[o1 + k] = sigmoid((0.22 - above) / 0.03);
    const Real x = (above - 0.02) / 0.01;
    inf[c1 + k] = sigmoid(select(x > Real(60.0), Real(60.0), x));  // e^x would overflow a float
    inf[a1 + k] = 0.505 - 0.427 * sigmoid((1000.0 * Ca - 0.29) / 0.082);
    rate[a1 + k] = 1.0 / 1000.0;
  }

  template <class Real>
  static void sodium(const Real* y, Real I_Na_total, Real* dy) {
    // Diffusion from the middle of the subspace to the middle of the cytosol.
    constexpr double exchange = 0.12 * ss_area / (0.01 + 2.0 * shell) * 1e-6;  // nL/s
    constexpr double bound_1 = 0.49 * 2.31 * 10.0;
    const Real flux = exchange * (y[Nass] - y[Nai]);
    const Real above = square(y[Nass] + 10.0);
    dy[Nass] = -above / (above + bound_1) * (1e-3 / V_ss) * (flux + I_Na_total * (1.0 / F));
    dy[Nai] = flux * (1e-3 / V_cytosol);
  }

  /// Fluxes between SR and cytosol at one place, in mM/s of the cytosol's volume there.
  template <class Real>
  struct Fluxes {
    Real to_cytosol, to_SR;
  };

  template <class Real>
  static Fluxes<Real> fluxes(const Real* y, const Real* p, Real Ca, Real Ca_SR, Real k_release, int k,
                             Real* dy) {
    const Real bound = y[serca1 + k], unbound = p[SERCA_total] - bound;
    // Pump rates relative to k_SERCA: half saturation at 0.25 uM outside and 1.8 mM in the SR.
    const Real uptake = p[k_SERCA] * (1e6 * Ca * Ca * unbound - 0.0625 * bound);
    const Real filling = p[k_SERCA] * (bound - Ca_SR * Ca_SR * unbound * (1.0 / (1.8 * 1.8)));
    const Real load = sigmoid((0.3 - Ca_SR) / 0.1);
    const Real down = (p[k_leak] + k_release * y[o1 + k] * y[c1 + k] * load) * (Ca_SR - Ca);
    dy[serca1 + k] = 1e-3 * (uptake - filling);
    return {down - 2.0 * uptake, 2.0 * filling - down};
  }

  /// d(free Ca)/dt in shell k of the cytosol: diffusion of calcium and of its mobile buffer between
  /// the neighbours `in` and `out`, which is the shell itself at either end, and a source [mM/s].
  template <class Real>
  static Real cytosol(Real in, Real Ca, Real out, int k, Real source) {
    constexpr double D_Ca = 780.0, D_buffer = 25.0, K = 0.00238, BK = 0.024 * K;
    const Real sum = Ca + K, sum2 = sum * sum, step = out - in;
    const Real spread = ((in - 2.0 * Ca + out) + step * (0.5 / k)) * (1.0 / (shell * shell));
    const Real slope2 = step * step * (0.25 / (shell * shell));
    return 1e-3 *
           (sum * ((D_Ca * sum2 + D_buffer * BK) * spread + sum2 * source) -
            2.0 * D_buffer * BK * slope2) /
           (sum * (sum2 + BK));
  }

  template <class Real>
  static Real reticulum(Real in, Real Ca, Real out, int k, Real source) {
    constexpr double D = 44.0, K = 0.8, BK = 6.7 * K;
    const Real sum2 = square(Ca + K);
    const Real spread = ((in - 2.0 * Ca + out) + (out - in) * (0.5 / k)) * (1.0 / (shell * shell));
    return 1e-3 * sum2 / (sum2 + BK) * (D * spread + source);
  }

  /// d(free Ca)/d(total Ca) in the subspace: two kinds of membrane sites and calmodulin.
  template <class Real>
  static Real subspace_buffer(Real Ca) {
    const Real low = square(Ca + 1.1), high = square(Ca + 0.013), calmodulin = square(Ca + 0.00238);
    const Real membrane = low * high;
    return membrane * calmodulin /
           (calmodulin * (membrane + 165.0 * 1.1 * high + 13.0 * 0.013 * low) +
            0.024 * 0.00238 * membrane);
  }

  /// `I_subspace` [pA] is the calcium current through the membrane, outward positive.
  template <class Real>
  static void calcium(const Real* y, const Real* p, Real I_subspace, Real* dy) {
    const Fluxes<Real> shell1 = fluxes(y, p, y[Cai1], y[CaSR1], p[k_rel], 0, dy);
    const Fluxes<Real> shell2 = fluxes(y, p, y[Cai2], y[CaSR2], p[k_rel], 1, dy);
    const Fluxes<Real> shell3 = fluxes(y, p, y[Cai3], y[CaSR3], p[k_rel], 2, dy);
    const Fluxes<Real> ss = fluxes(y, p, y[Cass], y[CaSR4], p[k_rel_ss], 3, dy);
    constexpr double exchange = 780.0 * ss_area / (0.01 + 0.5 * shell) * 1e-6;  // nL/s
    const Real inward = exchange * (y[Cass] - y[Cai4]);

    dy[Cass] = 1e-3 * subspace_buffer(y[Cass]) *
               (ss.to_cytosol - inward * (1.0 / V_ss) - I_subspace * (0.5 / (V_ss * F)));
    dy[Cai1] = cytosol(y[Cai1], y[Cai1], y[Cai2], 1, shell1.to_cytosol);
    dy[Cai2] = cytosol(y[Cai1], y[Cai2], y[Cai3], 2, shell2.to_cytosol);
    dy[Cai3] = cytosol(y[Cai2], y[Cai3], y[Cai4], 3, shell3.to_cytosol);
    dy[Cai4] = cytosol(y[Cai3], y[Cai4], y[Cai4], 4, inward * (1.0 / V_outer));

    constexpr double to_SR = 1.0 / SR_fraction, to_SR4 = V_ss / (V_outer * SR_fraction);
    dy[CaSR1] = reticulum(y[CaSR1], y[CaSR1], y[CaSR2], 1, shell1.to_SR * to_SR);
    dy[CaSR2] = reticulum(y[CaSR1], y[CaSR2], y[CaSR3], 2, shell2.to_SR * to_SR);
    dy[CaSR3] = reticulum(y[CaSR2], y[CaSR3], y[CaSR4], 3, shell3.to_SR * to_SR);
    dy[CaSR4] = reticulum(y[CaSR3], y[CaSR4], y[CaSR4], 4, ss.to_SR * to_SR4);
  }
};

}  // namespace myowave::ionic
