// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// Two-variable model, Mitchell and Schaeffer 2003, with u = (V - V_rest) / V_range:
///   du/dt = h u^2 (1 - u) / tau_in - u / tau_out + stimulus / V_range
///   dh/dt = (1 - h) / tau_open if u < u_gate, else -h / tau_close
struct MitchellSchaeffer2003 {
  enum State { h };
  enum Parameter { tau_in, tau_out, tau_open, tau_close, u_gate, V_rest, V_range };

  static constexpr Quantity states[] = {{"h", "1", 1.0, "gate of the inward current"}};
  static constexpr Quantity parameters[] = {
      {"tau_in", "ms", 0.3, "time constant of the inward current"},
      {"tau_out", "ms", 6.0, "time constant of the outward current"},
      {"tau_open", "ms", 120.0, "opening time constant of the gate"},
      {"tau_close", "ms", 150.0, "closing time constant of the gate"},
      {"u_gate", "1", 0.13, "potential at which the gate changes direction"},
      {"V_rest", "mV", -85.0, "V at u = 0"},
      {"V_range", "mV", 100.0, "V(u = 1) - V(u = 0)"},
  };
  static constexpr Variant variants[] = {{"default", "parameters of the publication", {}, {}}};
  static constexpr ModelInfo info = {
      .name = "mitchell_schaeffer_2003",
      .summary = "two-variable phenomenological model",
      .citation =
          "C. C. Mitchell, D. G. Schaeffer, Bull Math Biol 65:767-793, 2003, "
          "doi:10.1016/S0092-8240(03)00041-7",
      .V_initial_mV = -85.0,
      .gate_count = 1,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -1000.0,
      .V_max_mV = 1000.0};

  template <class Real>
  static void voltage(Real, const Real*, Real*, Real*, Real*) {}

  template <class Real>
  static void gates(Real V, const Real*, const Real* p, const Real*, Real* inf, Real* rate) {
    const auto open = V < p[V_rest] + p[u_gate] * p[V_range];
    inf[h] = select(open, Real(1.0), Real(0.0));
    rate[h] = select(open, 1.0 / p[tau_open], 1.0 / p[tau_close]);
  }

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real*, Real stimulus, Real*) {
    // Quotients of parameters alone, so that the loop over cells has no division.
    const Real per_mV = 1.0 / p[V_range];
    const Real inward = p[V_range] / p[tau_in], outward = p[V_range] / p[tau_out];
    const Real u = (V - p[V_rest]) * per_mV;
    return y[h] * u * u * (1.0 - u) * inward - u * outward + stimulus;
  }
};

}  // namespace myowave::ionic
