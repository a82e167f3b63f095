// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// The cell of an exact monodomain solution, in the spirit of Pathmanathan and Gray 2014: three
/// variables coupled to V without linearity, no explicit time. With w = u1 + u3 - V,
///   dV/dt  = w u2^2 V / 2 + lambda (V - u3)       (the second term balances diffusion)
///   du1/dt = w^2 u2^2 V / 2
///   du2/dt = -w u2^3 / 2
///   du3/dt = 0
/// On a box with zero flux and D diagonal, F(x) = prod cos(pi k_i x_i / L_i) has div(D grad F) =
/// -lambda F with lambda = pi^2 sum D_i (k_i/L_i)^2, and
///   V = sqrt(1 + t) F,  u1 = V + 1,  u2 = 1/sqrt(1 + t),  u3 = 0
/// solves the whole monodomain problem (t in ms, V in mV).
struct Manufactured {
  enum State { u1, u2, u3 };
  enum Parameter { lambda };

  static constexpr Quantity states[] = {
      {"u1", "mV", 1.0, "V + 1 mV in the exact solution"},
      {"u2", "1", 1.0, "1/sqrt(1 + t)"},
      {"u3", "mV", 0.0, "constant"},
  };
  static constexpr Quantity parameters[] = {
      {"lambda", "1/ms", 0.0, "eigenvalue of -div(D grad) that the source balances"}};
  static constexpr Variant variants[] = {{"default", "set lambda to fit the mesh", {}, {}}};
  static constexpr ModelInfo info = {
      .name = "manufactured",
      .summary = "cell of an exact monodomain solution, for verification",
      .citation =
          "after P. Pathmanathan, R. A. Gray, Int J Numer Method Biomed Eng 30:525-544, 2014, "
          "doi:10.1002/cnm.2615",
      .V_initial_mV = 0.0,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -1e3,
      .V_max_mV = 1e3};

  template <class Real>
  static void voltage(Real, const Real*, Real*, Real*, Real*) {}

  template <class Real>
  static void gates(Real, const Real*, const Real*, const Real*, Real*, Real*) {}

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real*, Real stimulus, Real* dy) {
    const Real w = y[u1] + y[u3] - V;
    const Real growth = 0.5 * y[u2] * y[u2] * V;
    dy[u1] = w * w * growth;
    dy[u2] = -0.5 * w * y[u2] * y[u2] * y[u2];
    dy[u3] = Real(0.0);
    return w * growth + p[lambda] * (V - y[u3]) + stimulus;
  }
};

}  // namespace myowave::ionic
