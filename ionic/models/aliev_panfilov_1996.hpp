// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// Two-variable model, Aliev and Panfilov 1996, with u = (V - V_rest) / V_range and time in units of
/// `time_unit`:
///   du/dt = -k u (u - a) (u - 1) - u v + stimulus
///   dv/dt = (epsilon_0 + mu_1 v / (u + mu_2)) (-v - k u (u - a - 1))
/// The pole at u = -mu_2 (-110 mV), where the publication says nothing, is cut off.
struct AlievPanfilov1996 {
  enum State { v };
  enum Parameter { k, a, epsilon_0, mu_1, mu_2, time_unit, V_rest, V_range };

  static constexpr Quantity states[] = {{"v", "1", 0.0, "recovery variable"}};
  static constexpr Quantity parameters[] = {
      {"k", "1", 8.0, "strength of the cubic"},
      {"a", "1", 0.15, "threshold of the cubic"},
      {"epsilon_0", "1", 0.002, "rate of recovery per time unit at v = 0"},
      {"mu_1", "1", 0.2, "growth of the rate of recovery with v; sets the restitution"},
      {"mu_2", "1", 0.3, "u + mu_2 divides that growth"},
      {"time_unit", "ms", 12.9, "the publication's unit of time"},
      {"V_rest", "mV", -80.0, "V at u = 0"},
      {"V_range", "mV", 100.0, "V(u = 1) - V(u = 0)"},
  };
  static constexpr Variant variants[] = {{"default", "parameters of the publication", {}, {}}};
  static constexpr ModelInfo info = {
      .name = "aliev_panfilov_1996",
      .summary = "two-variable phenomenological model with restitution",
      .citation =
          "R. R. Aliev, A. V. Panfilov, Chaos Solitons Fractals 7:293-301, 1996, "
          "doi:10.1016/0960-0779(95)00089-5",
      .V_initial_mV = -80.0,
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
    const Real u = (V - p[V_rest]) * (1.0 / p[V_range]);
    const Real per_ms = 1.0 / p[time_unit];
    const Real least = 0.1 * p[mu_2];
    const Real denominator = select(u + p[mu_2] < least, least, u + p[mu_2]);
    const Real epsilon = p[epsilon_0] + p[mu_1] * y[v] / denominator;
    dy[v] = per_ms * epsilon * (-y[v] - p[k] * u * (u - p[a] - 1.0));
    return per_ms * p[V_range] * (-p[k] * u * (u - p[a]) * (u - 1.0) - u * y[v]) + stimulus;
  }
};

}  // namespace myowave::ionic
