// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// Minimal human ventricular model, Bueno-Orovio, Cherry and Fenton 2008, with
/// u = (V - V_rest) / V_range and S(x) = (1 + tanh(x)) / 2:
///   du/dt = J_fi - J_so + J_si + stimulus / V_range, inward currents counted positive
///   J_fi = v (u - theta_v) (u_u - u) / tau_fi   if u > theta_v, else 0
///   J_si = w s / tau_si                         if u > theta_w, else 0
///   J_so = 1 / tau_so(u)                        if u > theta_w, else (u - u_o) / tau_o(u)
///   dv/dt = (v_inf - v) / tau_v_minus   if u < theta_v, else -v / tau_v_plus
///   dw/dt = (w_inf - w) / tau_w_minus   if u < theta_w, else -w / tau_w_plus
///   ds/dt = (S(k_s (u - u_s)) - s) / tau_s
/// tau_v_minus and v_inf switch at theta_v_minus, tau_o and w_inf at theta_o, tau_s at theta_w;
/// tau_w_minus and tau_so change from their first to their second value with S.
struct BuenoOrovio2008 {
  enum State { v, w, s };
  enum Parameter {
    u_o,
    u_u,
    theta_v,
    theta_w,
    theta_v_minus,
    theta_o,
    tau_v1_minus,
    tau_v2_minus,
    tau_v_plus,
    tau_w1_minus,
    tau_w2_minus,
    k_w_minus,
    u_w_minus,
    tau_w_plus,
    tau_fi,
    tau_o1,
    tau_o2,
    tau_so1,
    tau_so2,
    k_so,
    u_so,
    tau_s1,
    tau_s2,
    k_s,
    u_s,
    tau_si,
    tau_w_inf,
    w_inf_star,
    V_rest,
    V_range
  };
  enum Function { so_rate, s_inf, Functions };

  static constexpr Quantity states[] = {
      {"v", "1", 1.0, "gate of the fast inward current", true},
      {"w", "1", 1.0, "inactivation of the slow inward current"},
      {"s", "1", 0.0, "activation of the slow inward current"},
  };
  static constexpr Quantity parameters[] = {
      {"u_o", "1", 0.0, "resting potential"},
      {"u_u", "1", 1.55, "reversal potential of the fast inward current"},
      {"theta_v", "1", 0.3, "threshold of the fast inward current"},
      {"theta_w", "1", 0.13, "threshold of the slow currents"},
      {"theta_v_minus", "1", 0.006, "potential at which the opening of v switches"},
      {"theta_o", "1", 0.006, "potential at which tau_o and w_inf switch"},
      {"tau_v1_minus", "ms", 60.0, "opening time constant of v below theta_v_minus"},
      {"tau_v2_minus", "ms", 1150.0, "time constant of v between theta_v_minus and theta_v"},
      {"tau_v_plus", "ms", 1.4506, "closing time constant of v"},
      {"tau_w1_minus", "ms", 60.0, "opening time constant of w far below u_w_minus"},
      {"tau_w2_minus", "ms", 15.0, "opening time constant of w far above u_w_minus"},
      {"k_w_minus", "1", 65.0, "steepness of the change between them"},
      {"u_w_minus", "1", 0.03, "midpoint of the change between them"},
      {"tau_w_plus", "ms", 200.0, "closing time constant of w"},
      {"tau_fi", "ms", 0.11, "time constant of the fast inward current"},
      {"tau_o1", "ms", 400.0, "time constant of the slow outward current below theta_o"},
      {"tau_o2", "ms", 6.0, "time constant of the slow outward current between theta_o and theta_w"},
      {"tau_so1", "ms", 30.0181, "time constant of the slow outward current far below u_so"},
      {"tau_so2", "ms", 0.9957, "time constant of the slow outward current far above u_so"},
      {"k_so", "1", 2.0458, "steepness of the change between them"},
      {"u_so", "1", 0.65, "midpoint of the change between them"},
      {"tau_s1", "ms", 2.7342, "time constant of s below theta_w"},
      {"tau_s2", "ms", 16.0, "time constant of s above theta_w"},
      {"k_s", "1", 2.0994, "steepness of s_inf"},
      {"u_s", "1", 0.9087, "midpoint of s_inf"},
      {"tau_si", "ms", 1.8875, "time constant of the slow inward current"},
      {"tau_w_inf", "1", 0.07, "w_inf = 1 - u/tau_w_inf below theta_o"},
      {"w_inf_star", "1", 0.94, "w_inf above theta_o"},
      {"V_rest", "mV", -84.0, "V at u = 0"},
      {"V_range", "mV", 85.7, "V(u = 1) - V(u = 0)"},
  };
  static constexpr Setting endo_settings[] = {
      {"u_u", 1.56},         {"theta_v_minus", 0.2},  {"tau_v1_minus", 75.0}, {"tau_v2_minus", 10.0},
      {"tau_w1_minus", 6.0}, {"tau_w2_minus", 140.0}, {"k_w_minus", 200.0},   {"u_w_minus", 0.016},
      {"tau_w_plus", 280.0}, {"tau_fi", 0.1},         {"tau_o1", 470.0},      {"tau_so1", 40.0},
      {"tau_so2", 1.2},      {"k_so", 2.0},           {"tau_s2", 2.0},        {"tau_si", 2.9013},
      {"tau_w_inf", 0.0273}, {"w_inf_star", 0.78},
  };
  static constexpr Setting mid_settings[] = {
      {"u_u", 1.61},
      {"theta_v_minus", 0.1},
      {"theta_o", 0.005},
      {"tau_v1_minus", 80.0},
      {"tau_v2_minus", 1.4506},
      {"tau_w1_minus", 70.0},
      {"tau_w2_minus", 8.0},
      {"k_w_minus", 200.0},
      {"u_w_minus", 0.016},
      {"tau_w_plus", 280.0},
      {"tau_fi", 0.078},
      {"tau_o1", 410.0},
      {"tau_o2", 7.0},
      {"tau_so1", 91.0},
      {"tau_so2", 0.8},
      {"k_so", 2.1},
      {"u_so", 0.6},
      {"tau_s2", 4.0},
      {"tau_si", 3.3849},
      {"tau_w_inf", 0.01},
      {"w_inf_star", 0.5},
  };
  static constexpr Setting pb_settings[] = {
      {"u_u", 1.45},           {"theta_v", 0.35},      {"theta_v_minus", 0.175}, {"tau_v1_minus", 10.0},
      {"tau_w1_minus", 140.0}, {"tau_w2_minus", 6.25}, {"u_w_minus", 0.015},     {"tau_w_plus", 326.0},
      {"tau_fi", 0.105},       {"tau_w_inf", 0.175},   {"w_inf_star", 0.9},
  };
  static constexpr Setting tnnp_settings[] = {
      {"u_u", 1.58},          {"theta_w", 0.015},    {"theta_v_minus", 0.015}, {"tau_w1_minus", 70.0},
      {"tau_w2_minus", 20.0}, {"tau_w_plus", 280.0}, {"tau_o1", 6.0},          {"tau_so1", 43.0},
      {"tau_so2", 0.2},       {"k_so", 2.0},         {"tau_s2", 3.0},          {"tau_si", 2.8723},
  };
  static constexpr Variant variants[] = {
      {"EPI", "epicardial cell", {}, {}},
      {"ENDO", "endocardial cell", endo_settings, {}},
      {"M", "mid-myocardial cell", mid_settings, {}},
      {"PB", "fitted to the model of Priebe and Beuckelmann 1998", pb_settings, {}},
      {"TNNP", "fitted to the model of ten Tusscher, Noble, Noble and Panfilov 2004", tnnp_settings, {}},
  };
  static constexpr ModelInfo info = {
      .name = "bueno_orovio_2008",
      .summary = "four-variable minimal human ventricular model",
      .citation =
          "A. Bueno-Orovio, E. M. Cherry, F. H. Fenton, J Theor Biol 253:544-560, 2008, "
          "doi:10.1016/j.jtbi.2008.03.029",
      .V_initial_mV = -84.0,
      .gate_count = 3,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -1000.0,
      .V_max_mV = 1000.0};

  template <class Real>
  static void voltage(Real V, const Real* p, Real*, Real*, Real* f_of_V) {
    const Real u = reduced(V, p);
    f_of_V[so_rate] =
        1.0 / (p[tau_so1] + (p[tau_so2] - p[tau_so1]) * smooth_step(p[k_so] * (u - p[u_so])));
    f_of_V[s_inf] = smooth_step(p[k_s] * (u - p[u_s]));
  }

  template <class Real>
  static void gates(Real V, const Real*, const Real* p, const Real* f_of_V, Real* inf, Real* rate) {
    const Real u = reduced(V, p);
    const Real zero = 0.0;

    const auto v_opens = u < p[theta_v_minus], v_recovers = u < p[theta_v];
    inf[v] = select(v_recovers, select(v_opens, Real(1.0), zero), zero);
    rate[v] = select(v_recovers, select(v_opens, 1.0 / p[tau_v1_minus], 1.0 / p[tau_v2_minus]),
                     1.0 / p[tau_v_plus]);

    const auto below = u < p[theta_w];
    const Real w_rest = select(u < p[theta_o], 1.0 - u * (1.0 / p[tau_w_inf]), p[w_inf_star]);
    // Not in `voltage`: with k_w_minus = 200 tau_w_minus changes within 1 mV, too steep for a table.
    const Real tau_w_minus = p[tau_w1_minus] + (p[tau_w2_minus] - p[tau_w1_minus]) *
                                                   smooth_step(p[k_w_minus] * (u - p[u_w_minus]));
    inf[w] = select(below, w_rest, zero);
    rate[w] = select(below, 1.0 / tau_w_minus, 1.0 / p[tau_w_plus]);

    inf[s] = f_of_V[s_inf];
    rate[s] = select(below, 1.0 / p[tau_s1], 1.0 / p[tau_s2]);
  }

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus, Real*) {
    const Real u = reduced(V, p);
    const Real fast = y[v] * (u - p[theta_v]) * (p[u_u] - u) * (1.0 / p[tau_fi]);
    const Real slow = y[w] * y[s] * (1.0 / p[tau_si]) - f_of_V[so_rate];
    const Real leak = (p[u_o] - u) * select(u < p[theta_o], 1.0 / p[tau_o1], 1.0 / p[tau_o2]);
    const Real inward = select(u < p[theta_v], Real(0.0), fast) + select(u < p[theta_w], leak, slow);
    return p[V_range] * inward + stimulus;
  }

 private:
  template <class Real>
  static Real reduced(Real V, const Real* p) {
    return (V - p[V_rest]) * (1.0 / p[V_range]);
  }

  /// (1 + tanh(x)) / 2, with x limited so that the exponential fits a float.
  template <class Real>
  static Real smooth_step(Real x) {
    const Real low = -30.0, high = 30.0;
    x = select(x < low, low, x);
    x = select(x > high, high, x);
    return sigmoid(-2.0 * x);
  }
};

}  // namespace myowave::ionic
