// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// Human atrial cell, Nygren et al. 1998, with a cleft whose concentrations vary. As published,
/// conductances are in nS and currents in pA for a cell of 50 pF; time is in ms here. Three slips of
/// the printed tables are corrected, as in the first author's thesis and the CellML file: k_Ca is
/// 0.025 mM (not 0.25), I_di leaves the restricted space, I_Kr and I_Ks are part of dV/dt.
/// Maleckar2009 derives from this model.
struct Nygren1998 {
  enum State {
    m,
    h1,
    h2,
    d,
    f1,
    f2,
    r,
    s,
    r_sus,
    s_sus,
    n,
    pa,
    F1,
    F2,
    O_C,
    O_TC,
    O_TMgC,
    O_TMgMg,
    O_Calse,
    Nai,
    Ki,
    Cai,
    Cad,
    CaUp,
    CaRel,
    Nac,
    Kc,
    Cac
  };
  enum Parameter {
    P_Na,
    g_CaL,
    g_t,
    g_sus,
    g_K1,
    g_Kr,
    g_Ks,
    g_BNa,
    g_BCa,
    I_NaK_max,
    k_NaCa,
    I_CaP_max,
    I_up_max,
    alpha_rel,
    Na_b,
    K_b,
    Ca_b,
    Mg_i,
    phi_Na_en,
    K_stimulus,
    Parameters
  };
  enum Function { Na_in, Na_out, K1_block, Kr_open, NaK_drive, NaCa_in, NaCa_out, Functions };

  static constexpr Quantity states[] = {
      {"m", "1", 0.0032017, "activation of I_Na"},
      {"h1", "1", 0.8814, "fast inactivation of I_Na"},
      {"h2", "1", 0.8742, "slow inactivation of I_Na"},
      {"d", "1", 1.3005e-5, "activation of I_CaL"},
      {"f1", "1", 0.9986, "fast inactivation of I_CaL"},
      {"f2", "1", 0.9986, "slow inactivation of I_CaL", true},
      {"r", "1", 0.0010678, "activation of I_t"},
      {"s", "1", 0.949, "inactivation of I_t", true},
      {"r_sus", "1", 0.00015949, "activation of I_sus"},
      {"s_sus", "1", 0.9912, "inactivation of I_sus", true},
      {"n", "1", 0.0048357, "activation of I_Ks", true},
      {"pa", "1", 0.0001, "activation of I_Kr"},
      {"F1", "1", 0.4284, "inactive precursor of the calcium release", true},
      {"F2", "1", 0.0028, "activator of the calcium release"},
      {"O_C", "1", 0.0275, "calmodulin occupied by calcium"},
      {"O_TC", "1", 0.0133, "troponin occupied by calcium"},
      {"O_TMgC", "1", 0.1961, "magnesium-binding troponin occupied by calcium"},
      {"O_TMgMg", "1", 0.7094, "magnesium-binding troponin occupied by magnesium"},
      {"O_Calse", "1", 0.4369, "calsequestrin occupied by calcium"},
      {"Nai", "mM", 8.5547, "intracellular sodium"},
      {"Ki", "mM", 129.435, "intracellular potassium"},
      {"Cai", "mM", 6.729e-5, "free cytosolic calcium"},
      {"Cad", "mM", 7.2495e-5, "calcium in the diffusion-restricted subsarcolemmal space"},
      {"CaUp", "mM", 0.6646, "calcium in the uptake compartment of the reticulum"},
      {"CaRel", "mM", 0.6465, "free calcium in the release compartment of the reticulum"},
      {"Nac", "mM", 130.011, "sodium in the cleft"},
      {"Kc", "mM", 5.3581, "potassium in the cleft"},
      {"Cac", "mM", 1.8147, "calcium in the cleft"},
  };
  static constexpr Quantity parameters[] = {
      {"P_Na", "nL/s", 0.0016, "permeability of I_Na"},
      {"g_CaL", "nS", 6.75, "maximal conductance of I_CaL"},
      {"g_t", "nS", 7.5, "maximal conductance of the transient outward current"},
      {"g_sus", "nS", 2.75, "maximal conductance of the sustained outward current"},
      {"g_K1", "nS", 3.0, "maximal conductance of I_K1 at 1 mM of potassium in the cleft"},
      {"g_Kr", "nS", 0.5, "maximal conductance of I_Kr"},
      {"g_Ks", "nS", 1.0, "maximal conductance of I_Ks"},
      {"g_BNa", "nS", 0.060599, "background sodium conductance"},
      {"g_BCa", "nS", 0.078681, "background calcium conductance"},
      {"I_NaK_max", "pA", 70.8253, "maximal sodium-potassium pump current"},
      {"k_NaCa", "pA/mM^4", 0.0374842, "scale of the sodium-calcium exchange current"},
      {"I_CaP_max", "pA", 4.0, "maximal sarcolemmal calcium pump current"},
      {"I_up_max", "pA", 2800.0, "maximal calcium uptake into the reticulum"},
      {"alpha_rel", "pA/mM", 200000.0, "scale of the calcium release"},
      {"Na_b", "mM", 130.0, "sodium in the bath"},
      {"K_b", "mM", 5.4, "potassium in the bath"},
      {"Ca_b", "mM", 1.8, "calcium in the bath"},
      {"Mg_i", "mM", 2.5, "intracellular magnesium"},
      {"phi_Na_en", "pA", -1.68, "electroneutral sodium flux, negative where it enters the cell"},
      {"K_stimulus", "1", 0.0, "fraction of the stimulus that intracellular potassium carries"},
  };
  static constexpr Setting conserving_settings[] = {{"phi_Na_en", 0.0}, {"K_stimulus", 1.0}};
  static constexpr Setting paced[] = {
      {"V", -73.2064},     {"m", 0.0036352},      {"h1", 0.859303},      {"h2", 0.854652},
      {"d", 1.55742e-5},   {"f1", 0.998423},      {"f2", 0.998403},      {"r", 0.00117422},
      {"s", 0.944372},     {"r_sus", 0.00018174}, {"s_sus", 0.992045},   {"n", 0.00471222},
      {"pa", 6.13882e-5},  {"F1", 0.464323},      {"F2", 0.00264772},    {"O_C", 0.0263737},
      {"O_TC", 0.0127299}, {"O_TMgC", 0.188498},  {"O_TMgMg", 0.716114}, {"O_Calse", 0.430574},
      {"Nai", 8.17905},    {"Ki", 129.819},       {"Cai", 6.4468e-5},    {"Cad", 7.06397e-5},
      {"CaUp", 0.644441},  {"CaRel", 0.630109},   {"Nac", 130.015},      {"Kc", 5.56244},
      {"Cac", 1.81864},
  };
  static constexpr Variant variants[] = {
      {"default", "publication's parameters and initial state", {}, {}},
      {"conserving",
       "no electroneutral sodium flux, stimulus carried by potassium (Jacquemet 2007), so that long "
       "runs do not drift; state after 1000 s at 1 Hz",
       conserving_settings, paced},
  };
  static constexpr ModelInfo info = {
      .name = "nygren_1998",
      .summary = "human atrial cell, 29 variables",
      .citation =
          "A. Nygren, C. Fiset, L. Firek, J. W. Clark, D. S. Lindblad, R. B. Clark, W. R. Giles, "
          "Circ Res 82:63-81, 1998, doi:10.1161/01.RES.82.1.63",
      .V_initial_mV = -74.2525,
      .voltage_gate_count = 12,
      .gate_count = 14,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -200.0,
      .V_max_mV = 200.0,
      .calcium = "Cai"};

  static constexpr double R = 8314.0, T = 306.15, F = 96487.0, RT_F = R * T / F;
  static constexpr double capacitance = 50.0;                                   // pF
  static constexpr double V_i = 5.884e-3, V_d = 0.02 * V_i, V_c = 0.136 * V_i;  // nL
  static constexpr double V_up = 3.969e-4, V_rel = 4.41e-5;                     // nL

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    inward_gates(V, inf, rate);
    potassium_gates(V, inf, rate);

    const Real v = V / RT_F;
    f_of_V[Na_in] = p[P_Na] * F * x_over_expm1(v);
    f_of_V[Na_out] = p[P_Na] * F * x_over_expm1(-v);  // v e^v / (e^v - 1)
    f_of_V[K1_block] = exp(1.5 / RT_F * (V + 3.6));
    f_of_V[Kr_open] = p[g_Kr] * sigmoid((V + 55.0) / 24.0);
    const Real span = V + 200.0;
    f_of_V[NaK_drive] = p[I_NaK_max] * (V + 150.0) / select(span < Real(1.0), Real(1.0), span);
    f_of_V[NaCa_in] = p[k_NaCa] * exp(-0.55 * v);
    f_of_V[NaCa_out] = p[k_NaCa] * exp(0.45 * v);
  }

  template <class Real>
  static void gates(Real, const Real* y, const Real*, const Real*, Real* inf, Real* rate) {
    const Real cytosolic = square(square(y[Cai] / (y[Cai] + 0.0003)));
    const Real restricted = square(square(y[Cad] / (y[Cad] + 0.003)));
    const Real activation = 0.2038 * (cytosolic + restricted);
    constexpr double recovery = 0.000815;
    rate[F1] = recovery + activation;
    inf[F1] = recovery * (1.0 - y[F2]) / rate[F1];
    rate[F2] = 0.03396 + 0.3396 * cytosolic;
    inf[F2] = activation * y[F1] / rate[F2];
  }

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus,
                       Real* dy) {
    return currents_with(Real(0.0), V, y, p, f_of_V, stimulus, dy);
  }

 protected:
  /// exp(-x^2), cut where it no longer counts, so that it stays a normal float.
  template <class Real>
  static Real bell(Real x) {
    const Real square_x = x * x;
    return exp(-select(square_x > Real(60.0), Real(60.0), square_x));
  }

  /// The currents with one more potassium conductance [nS].
  template <class Real>
  static Real currents_with(Real extra_g_K, Real V, const Real* y, const Real* p, const Real* f_of_V,
                            Real stimulus, Real* dy) {
    const Real V_Na = V - RT_F * log(y[Nac] / y[Nai]);
    const Real V_Ca = V - 0.5 * RT_F * log(y[Cac] / y[Cai]);
    const Real K_ratio = y[Ki] / y[Kc];
    const Real V_K = V + RT_F * log(K_ratio);

    const Real I_Na =
        cube(y[m]) * (0.9 * y[h1] + 0.1 * y[h2]) * (f_of_V[Na_out] * y[Nai] - f_of_V[Na_in] * y[Nac]) +
        p[g_BNa] * V_Na;  // with background
    const Real g_inward_rectifier =
        p[g_K1] * power(y[Kc], 0.4457) / (1.0 + f_of_V[K1_block] * K_ratio * sqrt(K_ratio));
    const Real I_K = (g_inward_rectifier + p[g_t] * y[r] * y[s] + p[g_sus] * y[r_sus] * y[s_sus] +
                      f_of_V[Kr_open] * y[pa] + p[g_Ks] * y[n] + extra_g_K) *
                     V_K;
    const Real fCa = y[Cad] / (y[Cad] + 0.025);
    const Real I_CaL = p[g_CaL] * y[d] * (y[f2] + fCa * (y[f1] - y[f2])) * (V - 60.0);
    const Real Nai_1_5 = y[Nai] * sqrt(y[Nai]);
    const Real I_NaK = f_of_V[NaK_drive] * y[Kc] * Nai_1_5 /
                       ((y[Kc] + 1.0) * (Nai_1_5 + 36.482872693909398));  // 11^1.5
    const Real out = cube(y[Nai]) * y[Cac], in = cube(y[Nac]) * y[Cai];
    const Real I_NaCa = (f_of_V[NaCa_out] * out - f_of_V[NaCa_in] * in) / (1.0 + 0.0003 * (out + in));
    const Real I_BCaP = p[g_BCa] * V_Ca + p[I_CaP_max] * y[Cai] / (y[Cai] + 0.0002);

    constexpr double to_mM = 1e-3 / (V_i * F), to_cleft_mM = 1e-3 / (V_c * F);
    const Real Na_efflux = I_Na + 3.0 * (I_NaK + I_NaCa) + p[phi_Na_en];
    const Real K_efflux = I_K - 2.0 * I_NaK;
    const Real Ca_efflux = I_BCaP - 2.0 * I_NaCa;  // from the cytosol
    dy[Nai] = -to_mM * Na_efflux;
    dy[Ki] = -to_mM * (K_efflux - p[K_stimulus] * capacitance * stimulus);
    dy[Nac] = (p[Na_b] - y[Nac]) / 14300.0 + to_cleft_mM * Na_efflux;
    dy[Kc] = (p[K_b] - y[Kc]) / 10000.0 + to_cleft_mM * K_efflux;
    dy[Cac] = (p[Ca_b] - y[Cac]) / 24700.0 + 0.5 * to_cleft_mM * (I_CaL + Ca_efflux);
    calcium(y, p, I_CaL, Ca_efflux, dy);
    return stimulus - (I_Na + I_K + I_CaL + I_BCaP + I_NaK + I_NaCa) / capacitance;
  }

 private:
  template <class Real>
  static void inward_gates(Real V, Real* inf, Real* rate) {
    inf[m] = sigmoid((V + 27.12) / -8.21);
    rate[m] = 1.0 / (0.042 * bell((V + 25.57) / 28.8) + 0.024);
    inf[h1] = sigmoid((V + 63.6) / 5.3);
    inf[h2] = inf[h1];
    const Real h_factor = sigmoid((V + 35.1) / 3.2);
    rate[h1] = 1.0 / (30.0 * h_factor + 0.3);
    rate[h2] = 1.0 / (120.0 * h_factor + 3.0);

    inf[d] = sigmoid((V + 9.0) / -5.8);
    rate[d] = 1.0 / (2.7 * bell((V + 35.0) / 30.0) + 2.0);
    inf[f1] = sigmoid((V + 27.4) / 7.1);
    inf[f2] = inf[f1];
    rate[f1] = 1.0 / (161.0 * bell((V + 40.0) / 14.4) + 10.0);
    rate[f2] = 1.0 / (1332.3 * bell((V + 40.0) / 14.2) + 62.6);
  }

  template <class Real>
  static void potassium_gates(Real V, Real* inf, Real* rate) {
    inf[r] = sigmoid((V - 1.0) / -11.0);
    rate[r] = 1.0 / (3.5 * bell(V / 30.0) + 1.5);
    inf[s] = sigmoid((V + 40.5) / 11.5);
    rate[s] = 1.0 / (481.2 * bell((V + 52.45) / 14.97) + 14.14);
    inf[r_sus] = sigmoid((V + 4.3) / -8.0);
    rate[r_sus] = 1.0 / (9.0 * sigmoid((V + 5.0) / 12.0) + 0.5);
    inf[s_sus] = 0.4 * sigmoid((V + 20.0) / 10.0) + 0.6;
    rate[s_sus] = 1.0 / (47.0 * sigmoid((V + 60.0) / 10.0) + 300.0);
    inf[n] = sigmoid((V - 19.9) / -12.7);
    rate[n] = 1.0 / (400.0 * bell((V - 20.0) / 20.0) + 700.0);
    inf[pa] = sigmoid((V + 15.0) / -6.0);
    rate[pa] = 1.0 / (217.18 * bell((V + 20.1376) / 22.1996) + 31.18);
  }

  /// Fluxes and buffers [mM/ms]. The buffers are no Rush-Larsen gates, so that what they take is
  /// exactly what the free calcium loses.
  template <class Real>
  static void calcium(const Real* y, const Real* p, Real I_CaL, Real Ca_efflux, Real* dy) {
    const Real no_troponin = 1.0 - y[O_TMgC] - y[O_TMgMg];
    dy[O_C] = 200.0 * y[Cai] * (1.0 - y[O_C]) - 0.476 * y[O_C];
    dy[O_TC] = 78.4 * y[Cai] * (1.0 - y[O_TC]) - 0.392 * y[O_TC];
    dy[O_TMgC] = 200.0 * y[Cai] * no_troponin - 0.0066 * y[O_TMgC];
    dy[O_TMgMg] = 2.0 * p[Mg_i] * no_troponin - 0.666 * y[O_TMgMg];
    dy[O_Calse] = 0.48 * y[CaRel] * (1.0 - y[O_Calse]) - 0.4 * y[O_Calse];

    // I_up = I_up_max (Ca_i/k - 0.4^2 Ca_up/0.5) / ((Ca_i + k)/k + 0.4 (Ca_up + 0.5)/0.5)
    const Real uptake = y[Cai] * (1.0 / 0.0003);
    const Real I_up = p[I_up_max] * (uptake - 0.32 * y[CaUp]) / (uptake + 0.8 * y[CaUp] + 1.4);
    const Real I_rel = p[alpha_rel] * square(y[F2] / (y[F2] + 0.25)) * (y[CaRel] - y[Cai]);
    const Real diffusion = (y[Cad] - y[Cai]) / 10.0;
    const Real transfer = (y[CaUp] - y[CaRel]) / 10.0;
    constexpr double to_mM = 0.5e-3 / F;  // per pA and nL
    dy[Cai] = to_mM / V_i * (I_rel - I_up - Ca_efflux) + V_d / V_i * diffusion -
              (0.08 * dy[O_TC] + 0.16 * dy[O_TMgC] + 0.045 * dy[O_C]);
    dy[Cad] = -to_mM / V_d * I_CaL - diffusion;
    dy[CaUp] = to_mM / V_up * I_up - V_rel / V_up * transfer;
    dy[CaRel] = transfer - to_mM / V_rel * I_rel - 31.0 * dy[O_Calse];
  }
};

}  // namespace myowave::ionic
