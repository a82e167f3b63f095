// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace myowave::surrogates {

/// A membrane whose fast sodium current is the model's own and whose other currents are learnt: latent
/// gates that relax, dz_k/dt = (inf_k(V) - z_k) rate_k(V), and
///   I_rest = g_0(V) + sum over r of g_r(V) * product over j = 1..3 of (a_rj + sum over k of b_rjk z_k).
/// Functions of V are linear between equidistant knots and constant beyond them, so that everything
/// stays bounded at any step.
struct Conductance {
  /// A parameter of the host that may be scaled by a factor.
  struct Scaled {
    std::string name;
    double low = 0.0, high = 0.0;  ///< trained factors
  };

  /// A quantity of the host that is not computed from step to step but follows from the latents when it
  /// is asked for: the exponential of a polynomial of degree three in them.
  struct Readout {
    std::string name, unit;  ///< as the host has them
  };

  int latents = 0;                     ///< K
  int terms = 0;                       ///< R
  int knots = 0;                       ///< of each function of V
  double V_first = 0.0, V_last = 0.0;  ///< mV, of the first and last knot
  double reversal = 0.0;               ///< mV, of the sodium current
  std::vector<float> inf;              ///< [latents][knots]
  std::vector<float> rate;             ///< [latents][knots], 1/ms
  std::vector<float> currents;         ///< [1 + terms][knots], uA/uF: g_0, g_1, ..
  std::vector<float> factors;          ///< [terms][3][1 + latents]: a_rj, b_rj1, ..
  std::vector<double> initial;         ///< V [mV], the sodium gates, the latents
  std::vector<Scaled> scaled;
  std::vector<float> sensitivities;  ///< [scaled][1 + terms][knots]: what the g gain by (factor - 1)
  std::vector<double> cycles;        ///< ms, of paced cells
  std::vector<double> paced;         ///< [cycles][initial]: how they begin a beat
  std::vector<Readout> readouts;
  std::vector<float> readout_weights;  ///< [readouts][readout_size()], see readout_terms

  /// The functions of V, in double: inf [latents], rate [latents] in 1/ms, g [1 + terms].
  void functions(double V, double* inf_out, double* rate_out, double* g_out) const;
  /// With these factors on the scaled parameters in the g, and none any more.
  Conductance with_factors(std::span<const double> factors_of_scaled) const;
  /// The slowest latents last, as the kernels want them.
  void sort_latents();
  /// I_rest [uA/uF] from the g at V and the latents.
  double current(const double* g, const double* z) const;
  std::size_t readout_size() const {
    return static_cast<std::size_t>((latents + 1) * (latents + 2) * (latents + 3) / 6);
  }
  /// What the weights of a read-out are multiplied with, [readout_size()]: with z_0 = 1 all products
  /// z_k z_l z_m, k <= l <= m, of which m counts fastest: 1, z_1, .., z_K, z_1 z_1, z_1 z_2, ..
  std::vector<double> readout_terms(const double* z) const;
  /// In its unit.
  double readout(std::size_t which, const double* z) const;

 private:
  void sort_readouts(const std::vector<std::size_t>& order);
};

}  // namespace myowave::surrogates
