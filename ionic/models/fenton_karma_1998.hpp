// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// Three-variable model, Fenton and Karma 1998, with u = (V - V_rest) / V_range and H(x) = (x >= 0):
///   du/dt = v H(u - u_c) (1 - u) (u - u_c) g_fi
///           - u H(u_c - u) / tau_0 - H(u - u_c) / tau_r
///           + w (1 + tanh(k (u - u_csi))) / (2 tau_si) + stimulus / V_range
///   dv/dt = (1 - v) / tau_v_minus(u) if u < u_c, else -v / tau_v_plus
///   dw/dt = (1 - w) / tau_w_minus if u < u_c, else -w / tau_w_plus
/// with tau_v_minus = tau_v2_minus for u < u_v, else tau_v1_minus.
/// Table I as corrected by the authors' erratum, after the CellML files; copies of the first print have
/// tau_r 33 (BR) and tau_si 30, 45, 22 (BR, MBR, GP).
struct FentonKarma1998 {
  enum State { v, w };
  enum Parameter {
    g_fi,
    tau_r,
    tau_si,
    tau_0,
    tau_v_plus,
    tau_v1_minus,
    tau_v2_minus,
    tau_w_plus,
    tau_w_minus,
    u_c,
    u_v,
    u_csi,
    k,
    V_rest,
    V_range
  };
  enum Function { si_open, Functions };

  static constexpr Quantity states[] = {
      {"v", "1", 1.0, "gate of the fast inward current", true},
      {"w", "1", 1.0, "gate of the slow inward current", true},
  };
  static constexpr Quantity parameters[] = {
      {"g_fi", "mS/uF", 4.0, "maximal conductance of the fast inward current, 1/tau_d"},
      {"tau_r", "ms", 33.33, "time constant of the slow outward current above u_c"},
      {"tau_si", "ms", 29.0, "time constant of the slow inward current"},
      {"tau_0", "ms", 12.5, "time constant of the slow outward current below u_c"},
      {"tau_v_plus", "ms", 3.33, "closing time constant of v"},
      {"tau_v1_minus", "ms", 1250.0, "opening time constant of v between u_v and u_c"},
      {"tau_v2_minus", "ms", 19.6, "opening time constant of v below u_v"},
      {"tau_w_plus", "ms", 870.0, "closing time constant of w"},
      {"tau_w_minus", "ms", 41.0, "opening time constant of w"},
      {"u_c", "1", 0.13, "threshold of the fast inward current and of both gates"},
      {"u_v", "1", 0.04, "potential at which the opening of v changes speed"},
      {"u_csi", "1", 0.85, "half activation of the slow inward current"},
      {"k", "1", 10.0, "steepness of that activation"},
      {"V_rest", "mV", -85.0, "V at u = 0"},
      {"V_range", "mV", 100.0, "V(u = 1) - V(u = 0)"},
  };
  static constexpr Setting modified_br[] = {
      {"tau_r", 50.0},        {"tau_si", 44.84},     {"tau_0", 8.3},        {"tau_v1_minus", 1000.0},
      {"tau_v2_minus", 19.2}, {"tau_w_plus", 667.0}, {"tau_w_minus", 11.0}, {"u_v", 0.055},
  };
  static constexpr Setting modified_lr[] = {
      {"g_fi", 5.8},          {"tau_r", 130.0},       {"tau_si", 127.0},
      {"tau_v_plus", 10.0},   {"tau_v1_minus", 18.2}, {"tau_v2_minus", 18.2},
      {"tau_w_plus", 1020.0}, {"tau_w_minus", 80.0},  {"u_v", 0.0},
  };
  static constexpr Setting guinea_pig[] = {
      {"g_fi", 8.7},          {"tau_r", 25.0},         {"tau_si", 22.22},
      {"tau_v_plus", 10.0},   {"tau_v1_minus", 333.0}, {"tau_v2_minus", 40.0},
      {"tau_w_plus", 1000.0}, {"tau_w_minus", 65.0},   {"u_v", 0.025},
  };
  static constexpr Variant variants[] = {
      {"BR", "fitted to the Beeler-Reuter model", {}, {}},
      {"MBR", "fitted to the modified Beeler-Reuter model", modified_br, {}},
      {"MLR-I", "fitted to the modified Luo-Rudy I model", modified_lr, {}},
      {"GP", "fitted to measurements in guinea pig ventricle", guinea_pig, {}},
  };
  static constexpr ModelInfo info = {
      .name = "fenton_karma_1998",
      .summary = "three-variable phenomenological model",
      .citation = "F. Fenton, A. Karma, Chaos 8:20-47, 1998, doi:10.1063/1.166311",
      .V_initial_mV = -85.0,
      .gate_count = 2,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -1000.0,
      .V_max_mV = 1000.0};

  template <class Real>
  static void voltage(Real V, const Real* p, Real*, Real*, Real* f_of_V) {
    f_of_V[si_open] = sigmoid(-2.0 * p[k] * (reduced(V, p) - p[u_csi]));  // (1 + tanh(x))/2
  }

  template <class Real>
  static void gates(Real V, const Real*, const Real* p, const Real*, Real* inf, Real* rate) {
    const Real u = reduced(V, p);
    const auto open = u < p[u_c];
    inf[v] = select(open, Real(1.0), Real(0.0));
    inf[w] = inf[v];
    const Real opening = select(u < p[u_v], 1.0 / p[tau_v2_minus], 1.0 / p[tau_v1_minus]);
    rate[v] = select(open, opening, 1.0 / p[tau_v_plus]);
    rate[w] = select(open, 1.0 / p[tau_w_minus], 1.0 / p[tau_w_plus]);
  }

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus, Real*) {
    const Real u = reduced(V, p);
    const Real excited = y[v] * (1.0 - u) * (u - p[u_c]) * p[g_fi] - 1.0 / p[tau_r];
    const Real resting = -u * (1.0 / p[tau_0]);
    const Real slow_inward = y[w] * f_of_V[si_open] * (1.0 / p[tau_si]);
    return p[V_range] * (select(u < p[u_c], resting, excited) + slow_inward) + stimulus;
  }

 private:
  template <class Real>
  static Real reduced(Real V, const Real* p) {
    return (V - p[V_rest]) * (1.0 / p[V_range]);
  }
};

}  // namespace myowave::ionic
