// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// A leaky membrane: dV/dt = -g_leak (V - E_leak) + stimulus. g_leak = 0 leaves pure diffusion.
struct Passive {
  enum State {};
  enum Parameter { g_leak, E_leak };

  static constexpr Quantity parameters[] = {
      {"g_leak", "mS/uF", 0.1, "leak conductance"},
      {"E_leak", "mV", -85.0, "reversal potential"},
  };
  static constexpr Variant variants[] = {{"default", "linear leak", {}, {}}};
  static constexpr ModelInfo info = {
      .name = "passive",
      .summary = "linear leak, no gates",
      .citation =
          "A. L. Hodgkin, W. A. H. Rushton, Proc R Soc B 133:444-479, 1946, "
          "doi:10.1098/rspb.1946.0024",
      .V_initial_mV = -85.0,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -1e6,
      .V_max_mV = 1e6};

  template <class Real>
  static void voltage(Real, const Real*, Real*, Real*, Real*) {}

  template <class Real>
  static void gates(Real, const Real*, const Real*, const Real*, Real*, Real*) {}

  template <class Real>
  static Real currents(Real V, const Real*, const Real* p, const Real*, Real stimulus, Real*) {
    return stimulus - p[g_leak] * (V - p[E_leak]);
  }
};

}  // namespace myowave::ionic
