// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>

namespace myowave {

/// Biomarkers of one beat of a single cell; NaN where the beat has no such value.
struct Biomarkers {
  double start_ms;  ///< stimulus onset
  double rmp_mV;    ///< V at stimulus onset
  double peak_mV;
  double apa_mV;              ///< peak - rmp
  double dvdt_max_V_per_s;    ///< largest ionic dV/dt, stimulus excluded
  double apd50_ms, apd90_ms;  ///< from the time of the largest ionic dV/dt to V = peak - x (peak - rmp)
  double ca_peak_uM;          ///< largest cytosolic calcium, NaN if the model has none
  bool captured;              ///< dvdt_max at least 5 V/s within 50 ms of the onset
};

/// One beat sampled at times t [ms], from its stimulus onset to the next.
/// V [mV]; dVdt_ionic [mV/ms] is -I_ion/C at the same times; Ca [mM] or empty.
Biomarkers biomarkers(std::span<const double> t, std::span<const double> V,
                      std::span<const double> dVdt_ionic, std::span<const double> Ca);

}  // namespace myowave
