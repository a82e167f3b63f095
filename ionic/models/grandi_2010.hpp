// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/models/grandi.hpp"

namespace myowave::ionic {

struct Grandi2010Cell {
  static constexpr int voltage_gates = 11;
  static constexpr double capacitance = 1.381e-10;
  static constexpr double NaCa_nu = 0.27, NaCa_saturation = 0.32, NaCa_K_act = 0.00015;
};

/// Human ventricular cell, Grandi, Pasqualini and Bers 2010. Currents in pA/pF, concentrations in mM,
/// time in ms. The initial state is that of `epi` after 3000 beats at 1 Hz. The authors' code of 2019 no
/// longer takes magnesium that binds to troponin and myosin from Cai: Mg_counts = 0.
struct Grandi2010 : GrandiCell<Grandi2010Cell> {
  enum OwnState { x_tof = own_gates, y_tof, x_tos, y_tos };
  enum OwnParameter { g_tof = own_parameters, g_tos };

  static constexpr Quantity own_states[] = {
      {"x_tof", "1", 0.0, "activation of the fast I_to"},
      {"y_tof", "1", 0.0, "inactivation of the fast I_to"},
      {"x_tos", "1", 0.0, "activation of the slow I_to"},
      {"y_tos", "1", 0.0, "inactivation of the slow I_to", true},
  };

 private:
  static constexpr double paced[state_count] = {
      0.003847122937,  0.62382511,      0.6221812145,  2.957435192e-06, 0.9950957789,   0.02052471544,
      0.004300570372,  0.0004427487714, 0.9999957871,  0.0004427560516, 0.7883858753,   0.02464264335,
      0.01509934355,   0.4645527748,    0.01333964011, 0.00806332697,   0.8932622342,   7.576284395e-07,
      9.052988167e-08, 3.412806132,     0.7446474731,  0.009049290737,  0.1183424028,   0.01016762631,
      0.0002999276432, 0.002009782969,  0.1374723817,  0.002201780189,  0.07355068812,  0.1136845614,
      8.222096569,     8.221227299,     8.221409632,   1.771775799,     0.007575666254, 0.009906640789,
      8.855374027e-05};

 public:
  static constexpr auto states = all_states(own_states, paced);
  static constexpr Quantity own_quantities[] = {
      {"g_tof", "mS/uF", 0.1144, "maximal conductance of the fast I_to"},
      {"g_tos", "mS/uF", 0.0156, "maximal conductance of the slow I_to"},
  };
  static constexpr auto parameters = all_parameters(own_quantities);
  static constexpr Setting endo_settings[] = {{"g_tof", 0.001404}, {"g_tos", 0.037596}};
  static constexpr Variant variants[] = {
      {"epi", "epicardial cell", {}, {}},
      {"endo", "endocardial cell: small, slow I_to", endo_settings, {}},
  };
  static constexpr ModelInfo info = {
      .name = "grandi_2010",
      .summary = "human ventricular cell, 38 variables",
      .citation =
          "E. Grandi, F. S. Pasqualini, D. M. Bers, J Mol Cell Cardiol 48:112-121, 2010, "
          "doi:10.1016/j.yjmcc.2009.09.019",
      .V_initial_mV = -81.38712978,
      .voltage_gate_count = Grandi2010Cell::voltage_gates,
      .gate_count = RyR_r,
      .function_count = Functions,
      .states = states,
      .parameters = parameters,
      .variants = variants,
      .V_min_mV = -200.0,
      .V_max_mV = 200.0,
      .step_max_ms = 0.02,
      .calcium = "Cai"};

  template <class Real>
  static void voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    common_voltage(V, p, inf, rate, f_of_V);
    slow_potassium(V + 3.8, inf, rate);
    calcium_activation(V + 5.0, inf, rate);
    inf[f] = sigmoid((V + 35.0) / 9.0) + 0.6 * sigmoid((50.0 - V) / 20.0);
    rate[f] = 0.0197 * exp(-square(0.0337 * (V + 14.5))) + 0.02;

    inf[x_tof] = sigmoid((19.0 - V) / 13.0);
    inf[x_tos] = inf[x_tof];
    inf[y_tof] = sigmoid((V + 19.5) / 5.0);
    inf[y_tos] = inf[y_tof];
    rate[x_tof] = 1.0 / (8.5 * exp(-square((V + 45.0) / 50.0)) + 0.5);
    rate[x_tos] = 1.0 / (9.0 * sigmoid((V + 3.0) / 15.0) + 0.5);
    rate[y_tof] = 1.0 / (85.0 * exp(square(V + 40.0) / -220.0) + 7.0);
    rate[y_tos] = 1.0 / (800.0 * sigmoid((V + 60.0) / 10.0) + 30.0);
  }

  template <class Real>
  static Real currents(Real V, const Real* y, const Real* p, const Real* f_of_V, Real stimulus,
                       Real* dy) {
    const Real g_Na_open = p[g_Na] * cube(y[m]) * y[h] * y[j];
    const Real I_K = (p[g_tof] * y[x_tof] * y[y_tof] + p[g_tos] * y[x_tos] * y[y_tos]) * f_of_V[V_K];
    return common_currents(V, g_Na_open, I_K, y, p, f_of_V, stimulus, dy);
  }
};

}  // namespace myowave::ionic
