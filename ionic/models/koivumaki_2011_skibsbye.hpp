// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <iterator>

#include "ionic/models/koivumaki_2011.hpp"

namespace myowave::ionic {

/// The cell of Koivumaki 2011 with the I_Na of Skibsbye 2016. Of the latter are the gates m, h1, h2 and
/// the form g_Na m^3 h1 h2 (V - E_Na); g_Na is the 576 nS of Sanchez and Loewe (CinC 2025), who used
/// that current. Everything else, the 50 pF and 306.15 K included, is of Koivumaki 2011, so
/// this is not the complete cell of Skibsbye 2016. The initial state is that after 2000 beats at 1 Hz.
struct Koivumaki2011Skibsbye : Koivumaki2011 {
  static constexpr int g_Na = P_Na;  // takes the place of the permeability

 private:
  static constexpr double paced[] = {
      0.005550035561,  0.8513649076,    0.8517585401,    8.41833294e-06,  0.9990535808,
      0.9990579106,    0.0008493572323, 0.9591598344,    0.0002662201349, 0.9769754623,
      0.003652001692,  3.349128045e-05, 0.06203908909,   0.9753518272,    9.226025647e-05,
      7.534637053e-05, 5.480081841e-05, 3.856532651e-05, 0.9994048556,    0.9995285947,
      0.9995678014,    0.9999741656,    0.1917366916,    0.2001641033,    0.2152392046,
      0.2434345168,    0.00456175404,   0.004431765634,  0.004240274107,  0.004153716278,
      8.679872121,     9.188563265,     144.2130386,     0.0001589430874, 0.0001338984589,
      0.0001363816136, 0.0001421102579, 0.0001534696136, 0.6130454559,    0.6015459935,
      0.5842112683,    0.5675364306};

 public:
  static constexpr auto states = [] {
    std::array<Quantity, std::size(Koivumaki2011::states)> result{};
    for (std::size_t k = 0; k < result.size(); ++k) {
      result[k] = Koivumaki2011::states[k];
      result[k].value = paced[k];
    }
    return result;
  }();
  static constexpr auto parameters = [] {
    std::array<Quantity, std::size(Koivumaki2011::parameters)> result{};
    for (std::size_t k = 0; k < result.size(); ++k) result[k] = Koivumaki2011::parameters[k];
    result[g_Na] = {"g_Na", "nS", 576.0, "maximal conductance of I_Na"};
    return result;
  }();
  static constexpr Variant variants[] = {
      {"default", "sodium current of Skibsbye 2016 in the cell of Koivumaki 2011", {}, {}}};
  static constexpr ModelInfo info = {
      .name = "koivumaki_2011_skibsbye",
      .summary = "koivumaki_2011 with the sodium current of Skibsbye 2016",
      .citation =
          "L. Skibsbye et al., J Mol Cell Cardiol 101:26-34, 2016, doi:10.1016/j.yjmcc.2016.10.009; "
          "J. T. Koivumaki, T. Korhonen, P. Tavi, PLoS Comput Biol 7:e1001067, 2011, "
          "doi:10.1371/journal.pcbi.1001067",
      .V_initial_mV = -76.76938345,
      .voltage_gate_count = Koivumaki2011::info.voltage_gate_count,
      .gate_count = Koivumaki2011::info.gate_count,
      .function_count = CommonFunctions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -200.0,
      .V_max_mV = 200.0,
      .calcium = "Cai1"};

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    inf[m] = sigmoid((-36.3 - V) / 7.8);
    rate[m] = 1.0 / (0.13 * exp(-square((V + 48.0) / 15.0)) + 0.045 * sigmoid((-42.0 - V) / 5.0) + 0.01);
    inf[h1] = sigmoid((V + 67.0) / 5.6);
    inf[h2] = inf[h1];
    const Real peak = 1.0 / (1.0 + exp((V + 41.0) / 5.5) + exp((-41.0 - V) / 14.0));
    const Real step = sigmoid((-79.0 - V) / 14.0);
    rate[h1] = 1.0 / (34.0 * peak + 0.2 * step + 0.07);
    rate[h2] = 1.0 / (150.0 * peak + 2.0 * step + 0.7);
    voltage_but_sodium(V, p, inf, rate, f_of_V);
  }

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus,
                       Real* dy) {
    const Real E_Na = RT_F * log(p[Na_o] / y[Nass]);
    const Real I_Na = p[g_Na] * y[m] * y[m] * y[m] * y[h1] * y[h2] * (V - E_Na);
    return currents_but_sodium(V, I_Na, E_Na, y, p, f_of_V, stimulus, dy);
  }
};

}  // namespace myowave::ionic
