// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// Mammalian ventricular cell, Beeler and Reuter 1977, at 1 uF/cm^2. Calcium is in mM here, in mol/l in
/// the publication. Its closing rate of x1 has V + 20 twice; a public file with V + 333 is wrong. The
/// initial state is the resting state: the publication prints none.
struct BeelerReuter1977 {
  enum State { m, h, j, d, f, x1, Cai };
  enum Parameter { g_Na, g_NaC, g_s, K1_scale, x1_scale, E_Na };
  enum Function { I_K1, x1_drive, Functions };

  static constexpr Quantity states[] = {
      {"m", "1", 0.0109819687232595, "activation of I_Na"},
      {"h", "1", 0.987721175487584, "fast inactivation of I_Na"},
      {"j", "1", 0.974838138981649, "slow inactivation of I_Na"},
      {"d", "1", 0.00297072466320784, "activation of I_s"},
      {"f", "1", 0.999981333893688, "inactivation of I_s", true},
      {"x1", "1", 0.0056286505705221, "activation of I_x1", true},
      {"Cai", "mM", 0.000178200721561981, "intracellular calcium"},
  };
  static constexpr Quantity parameters[] = {
      {"g_Na", "mS/uF", 4.0, "maximal conductance of I_Na"},
      {"g_NaC", "mS/uF", 0.003, "steady conductance of I_Na"},
      {"g_s", "mS/uF", 0.09, "maximal conductance of the slow inward current I_s"},
      {"K1_scale", "uA/uF", 0.35, "factor of the potassium current I_K1"},
      {"x1_scale", "uA/uF", 0.8, "factor of the potassium current I_x1"},
      {"E_Na", "mV", 50.0, "sodium reversal potential"},
  };
  static constexpr Variant variants[] = {{"default", "parameters of the publication", {}, {}}};
  static constexpr ModelInfo info = {
      .name = "beeler_reuter_1977",
      .summary = "mammalian ventricular cell, 8 variables",
      .citation =
          "G. W. Beeler, H. Reuter, J Physiol 268:177-210, 1977, doi:10.1113/jphysiol.1977.sp011853",
      .V_initial_mV = -84.5737561222609,
      .voltage_gate_count = 6,
      .gate_count = 6,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -200.0,
      .V_max_mV = 200.0,
      .calcium = "Cai"};

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    set(m, 10.0 * x_over_expm1(-0.1 * (V + 47.0)), 40.0 * exp(-0.056 * (V + 72.0)), inf, rate);
    set(h, 0.126 * exp(-0.25 * (V + 77.0)), 1.7 * sigmoid(-0.082 * (V + 22.5)), inf, rate);
    set(j, 0.055 * exp(-0.25 * (V + 78.0)) * sigmoid(-0.2 * (V + 78.0)),
        0.3 * sigmoid(-0.1 * (V + 32.0)), inf, rate);
    set(d, 0.095 * exp(-0.01 * (V - 5.0)) * sigmoid(-0.072 * (V - 5.0)),
        0.07 * exp(-0.017 * (V + 44.0)) * sigmoid(0.05 * (V + 44.0)), inf, rate);
    set(f, 0.012 * exp(-0.008 * (V + 28.0)) * sigmoid(0.15 * (V + 28.0)),
        0.0065 * exp(-0.02 * (V + 30.0)) * sigmoid(-0.2 * (V + 30.0)), inf, rate);
    set(x1, 0.0005 * exp(0.083 * (V + 50.0)) * sigmoid(0.057 * (V + 50.0)),
        0.0013 * exp(-0.06 * (V + 20.0)) * sigmoid(-0.04 * (V + 20.0)), inf, rate);

    const Real block = exp(0.04 * (V + 53.0));
    f_of_V[I_K1] = p[K1_scale] * (4.0 * expm1(0.04 * (V + 85.0)) / (block * block + block) +
                                  5.0 * x_over_expm1(-0.04 * (V + 23.0)));
    f_of_V[x1_drive] = p[x1_scale] * expm1(0.04 * (V + 77.0)) * exp(-0.04 * (V + 35.0));
  }

  template <class Real>
  static void gates(Real, const Real*, const Real*, const Real*, Real*, Real*) {}

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus,
                       Real* dy) {
    const Real E_s = -82.3 - 13.0287 * log(1e-3 * y[Cai]);  // calcium in mol/l
    const Real I_Na = (p[g_Na] * cube(y[m]) * y[h] * y[j] + p[g_NaC]) * (V - p[E_Na]);
    const Real I_s = p[g_s] * y[d] * y[f] * (V - E_s);
    dy[Cai] = 0.07 * (1e-4 - y[Cai]) - 1e-4 * I_s;
    return stimulus - (I_Na + I_s + f_of_V[I_K1] + y[x1] * f_of_V[x1_drive]);
  }

 private:
  /// A gate from its opening and closing rates.
  template <class Real>
  static void set(State gate, Real opening, Real closing, Real* inf, Real* rate) {
    rate[gate] = opening + closing;
    inf[gate] = opening / rate[gate];
  }
};

}  // namespace myowave::ionic
