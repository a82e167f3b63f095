// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/models/nygren_1998.hpp"

namespace myowave::ionic {

/// Human atrial cell, Maleckar et al. 2009: the model of Nygren et al. with new kinetics of I_t and
/// I_Kur (which takes the place of I_sus), other conductances, an acetylcholine-dependent I_KACh, no
/// electroneutral sodium flux, and a stimulus carried by potassium. The CellML file labels
/// acetylcholine mM; it is taken as uM here, so that nanomolar doses shorten the action potential.
/// I_KACh is part of the potassium balance, which that file leaves out.
struct Maleckar2009 : Nygren1998 {
  enum { a_ur = r_sus, i_ur = s_sus, ACh = Nygren1998::Parameters };
  enum Function { g_KACh = Nygren1998::Functions, Functions };

  static constexpr Quantity states[] = {
      {"m", "1", 0.003289, "activation of I_Na"},
      {"h1", "1", 0.877202, "fast inactivation of I_Na"},
      {"h2", "1", 0.873881, "slow inactivation of I_Na"},
      {"d", "1", 1.4e-5, "activation of I_CaL"},
      {"f1", "1", 0.998597, "fast inactivation of I_CaL"},
      {"f2", "1", 0.998586, "slow inactivation of I_CaL", true},
      {"r", "1", 0.001089, "activation of I_t"},
      {"s", "1", 0.948597, "inactivation of I_t"},
      {"a_ur", "1", 0.000367, "activation of I_Kur"},
      {"i_ur", "1", 0.96729, "inactivation of I_Kur", true},
      {"n", "1", 0.004374, "activation of I_Ks", true},
      {"pa", "1", 5.3e-5, "activation of I_Kr"},
      {"F1", "1", 0.470055, "inactive precursor of the calcium release", true},
      {"F2", "1", 0.002814, "activator of the calcium release"},
      {"O_C", "1", 0.026766, "calmodulin occupied by calcium"},
      {"O_TC", "1", 0.012922, "troponin occupied by calcium"},
      {"O_TMgC", "1", 0.190369, "magnesium-binding troponin occupied by calcium"},
      {"O_TMgMg", "1", 0.714463, "magnesium-binding troponin occupied by magnesium"},
      {"O_Calse", "1", 0.431547, "calsequestrin occupied by calcium"},
      {"Nai", "mM", 8.516766, "intracellular sodium"},
      {"Ki", "mM", 129.485991, "intracellular potassium"},
      {"Cai", "mM", 6.5e-5, "free cytosolic calcium"},
      {"Cad", "mM", 7.1e-5, "calcium in the diffusion-restricted subsarcolemmal space"},
      {"CaUp", "mM", 0.649195, "calcium in the uptake compartment of the reticulum"},
      {"CaRel", "mM", 0.632613, "free calcium in the release compartment of the reticulum"},
      {"Nac", "mM", 130.022096, "sodium in the cleft"},
      {"Kc", "mM", 5.560224, "potassium in the cleft"},
      {"Cac", "mM", 1.815768, "calcium in the cleft"},
  };
  static constexpr Quantity parameters[] = {
      {"P_Na", "nL/s", 0.0018, "permeability of I_Na"},
      {"g_CaL", "nS", 6.75, "maximal conductance of I_CaL"},
      {"g_t", "nS", 8.25, "maximal conductance of the transient outward current"},
      {"g_Kur", "nS", 2.25, "maximal conductance of I_Kur"},
      {"g_K1", "nS", 3.1, "maximal conductance of I_K1 at 1 mM of potassium in the cleft"},
      {"g_Kr", "nS", 0.5, "maximal conductance of I_Kr"},
      {"g_Ks", "nS", 1.0, "maximal conductance of I_Ks"},
      {"g_BNa", "nS", 0.060599, "background sodium conductance"},
      {"g_BCa", "nS", 0.078681, "background calcium conductance"},
      {"I_NaK_max", "pA", 68.55, "maximal sodium-potassium pump current"},
      {"k_NaCa", "pA/mM^4", 0.0374842, "scale of the sodium-calcium exchange current"},
      {"I_CaP_max", "pA", 4.0, "maximal sarcolemmal calcium pump current"},
      {"I_up_max", "pA", 2800.0, "maximal calcium uptake into the reticulum"},
      {"alpha_rel", "pA/mM", 200000.0, "scale of the calcium release"},
      {"Na_b", "mM", 130.0, "sodium in the bath"},
      {"K_b", "mM", 5.4, "potassium in the bath"},
      {"Ca_b", "mM", 1.8, "calcium in the bath"},
      {"Mg_i", "mM", 2.5, "intracellular magnesium"},
      {"phi_Na_en", "pA", 0.0, "electroneutral sodium flux, negative where it enters the cell"},
      {"K_stimulus", "1", 1.0, "fraction of the stimulus that intracellular potassium carries"},
      {"ACh", "uM", 0.0, "acetylcholine"},
  };
  static constexpr Variant variants[] = {
      {"default", "publication's parameters, initial state of its CellML file", {}, {}}};
  static constexpr ModelInfo info = {
      .name = "maleckar_2009",
      .summary = "human atrial cell, 29 variables",
      .citation =
          "M. M. Maleckar, J. L. Greenstein, W. R. Giles, N. A. Trayanova, Am J Physiol Heart Circ "
          "Physiol 297:H1398-H1410, 2009, doi:10.1152/ajpheart.00411.2009",
      .V_initial_mV = -74.031982,
      .voltage_gate_count = 12,
      .gate_count = 14,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -200.0,
      .V_max_mV = 200.0,
      .calcium = "Cai"};

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    Nygren1998::voltage(V, p, inf, rate, f_of_V);
    rate[s] = 1.0 / (25.635 * bell((V + 52.45) / 15.8827) + 14.14);
    inf[a_ur] = sigmoid((V + 6.0) / -8.6);
    inf[i_ur] = sigmoid((V + 7.5) / 10.0);
    rate[i_ur] = 1.0 / (590.0 * sigmoid((V + 60.0) / 10.0) + 3050.0);

    // The smallest concentration is that of the CellML file; it keeps the logarithm finite.
    const Real bound = power(Real(p[ACh] + 1e-24), 0.477811);
    f_of_V[g_KACh] = capacitance * 10.0 * bound / (bound + 9.13652) *
                     (0.0517 + 0.4516 * sigmoid((V + 59.53) / 17.18));
  }

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus,
                       Real* dy) {
    return currents_with(f_of_V[g_KACh], V, y, p, f_of_V, stimulus, dy);
  }
};

}  // namespace myowave::ionic
