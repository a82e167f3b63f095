// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// FitzHugh-Nagumo in the one form that holds its published ones, with u = (V - V_zero) / V_scale:
///   du/dt = k u (u - alpha) (delta - u) - c v + I + stimulus / V_scale
///   dv/dt = epsilon (beta + u - gamma v)
/// The textbook form du/dt = c (u - u^3/3 - v), dv/dt = (u + a - b v) / tau is k = c/3,
/// alpha = -sqrt(3), delta = sqrt(3), epsilon = 1/tau, beta = a, gamma = b.
struct FitzHughNagumo {
  enum State { v };
  enum Parameter { k, alpha, delta, c, I, epsilon, beta, gamma, V_zero, V_scale };

  static constexpr double root_3 = 1.7320508075688772935;

  static constexpr Quantity states[] = {{"v", "1", -0.624260044055044, "recovery variable"}};
  static constexpr Quantity parameters[] = {
      {"k", "1/ms", 1.0 / 3.0, "rate of the cubic"},
      {"alpha", "1", -root_3, "middle root (threshold) of the cubic, or its lower root"},
      {"delta", "1", root_3, "upper root of the cubic"},
      {"c", "1/ms", 1.0, "strength of the recovery variable"},
      {"I", "1/ms", 0.0, "constant current"},
      {"epsilon", "1/ms", 0.08, "rate of recovery"},
      {"beta", "1", 0.7, "offset of recovery"},
      {"gamma", "1", 0.8, "decay of recovery"},
      {"V_zero", "mV", -49.0, "V at u = 0"},
      {"V_scale", "mV", 30.0, "mV per unit of u"},
  };
  static constexpr Setting code_000[] = {
      {"k", 10.0},   {"alpha", 0.4}, {"delta", 1.0},    {"c", 10.0},        {"epsilon", 0.04},
      {"beta", 0.0}, {"gamma", 4.0}, {"V_zero", -85.0}, {"V_scale", 100.0},
  };
  static constexpr Setting form_002[] = {
      {"k", 5.0},    {"alpha", 0.1},  {"delta", 1.0},    {"c", 1.0},         {"epsilon", 1.0},
      {"beta", 0.0}, {"gamma", 0.25}, {"V_zero", -85.0}, {"V_scale", 100.0},
  };
  static constexpr Setting printed_000[] = {
      {"k", 1.0}, {"c", 3.0}, {"I", 1.0}, {"epsilon", 1.0 / 3.0}, {"beta", 0.2}, {"gamma", 0.2},
  };
  static constexpr Setting nagumo_front[] = {
      {"k", 2.0},    {"alpha", 0.1}, {"delta", 1.0},    {"c", 0.0},         {"epsilon", 0.0},
      {"beta", 0.0}, {"gamma", 0.0}, {"V_zero", -85.0}, {"V_scale", 100.0},
  };
  static constexpr Setting classic_rest[] = {{"V", -49.0 - 30.0 * 1.199408035244035}};
  static constexpr Setting cubic_rest[] = {{"V", -85.0}, {"v", 0.0}};
  static constexpr Variant variants[] = {
      {"classic", "FitzHugh 1961: a = 0.7, b = 0.8, c = 1, tau = 12.5", {}, classic_rest},
      {"werneck_printed",
       "Werneck et al. 2025, the equations as printed: a = b = 0.2, c = tau = 3, I = 1", printed_000,
       classic_rest},
      {"werneck_code", "Werneck et al. 2025, the equations their code solves", code_000, cubic_rest},
      {"pellegrini", "Pellegrini et al. 2025", form_002, cubic_rest},
      {"nagumo", "no recovery: the bistable equation with an exact travelling wave", nagumo_front,
       cubic_rest},
  };
  static constexpr ModelInfo info = {
      .name = "fitzhugh_nagumo",
      .summary = "two-variable cubic model in its published forms",
      .citation =
          "R. FitzHugh, Biophys J 1:445-466, 1961, doi:10.1016/S0006-3495(61)86902-6; J. Nagumo et al., "
          "Proc IRE 50:2061-2070, 1962, doi:10.1109/JRPROC.1962.288235",
      .V_initial_mV = -49.0 - 30.0 * 1.199408035244035,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -1000.0,
      .V_max_mV = 1000.0};

  template <class Real>
  static void voltage(Real, const Real*, Real*, Real*, Real*) {}

  template <class Real>
  static void gates(Real, const Real*, const Real*, const Real*, Real*, Real*) {}

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real*, Real stimulus, Real* dy) {
    const Real u = (V - p[V_zero]) * (1.0 / p[V_scale]);
    dy[v] = p[epsilon] * (p[beta] + u - p[gamma] * y[v]);
    return p[V_scale] * (p[k] * u * (u - p[alpha]) * (p[delta] - u) - p[c] * y[v] + p[I]) + stimulus;
  }
};

}  // namespace myowave::ionic
