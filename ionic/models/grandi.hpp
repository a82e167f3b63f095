// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstddef>
#include <iterator>
#include <span>

#include "ionic/functions.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// What the human ventricular (2010) and atrial (2011) cells of Grandi et al. share. `Cell` has the
/// number of voltage gates, the cell's capacitance [F] and three constants of the exchanger. "jn" is the
/// junctional cleft, "sl" the subsarcolemmal space. K_i is fixed, as in both publications.
///
/// Calsequestrin and the low-affinity sites of the sarcolemma bind within 0.01 ms: with free calcium as
/// a state, explicit steps of 0.01 ms blow up. The calcium states of SR, jn and sl therefore count
/// what is on those sites too, which alters no equation, and the occupied fractions x are gates
/// with rate = -df/dx and inf = x + f/rate for dx/dt = f(x).
template <class Cell>
struct GrandiCell {
  enum State {
    m,
    h,
    j,
    d,
    f,
    x_kr,
    x_ks,
    own_gates,
    fCa_jn = Cell::voltage_gates,
    fCa_sl,
    csqn,
    SLL_jn,
    SLL_sl,
    RyR_r,
    RyR_o,
    RyR_i,
    NaB_jn,
    NaB_sl,
    TnCL,
    TnCHc,
    TnCHm,
    CaM,
    Myoc,
    Myom,
    SRB,
    SLH_jn,
    SLH_sl,
    Na_jn,
    Na_sl,
    Na_i,
    CaSR_all,
    Ca_jn_all,
    Ca_sl_all,
    Cai
  };
  enum Parameter {
    g_Na,
    g_bNa,
    I_NaK_max,
    K_NaK,
    g_Kr,
    g_Ks,
    g_Kp,
    g_K1,
    g_ClCa,
    g_bCl,
    P_Ca,
    P_Na,
    P_K,
    I_NaCa_max,
    I_pCa_max,
    g_bCa,
    V_up,
    K_up,
    k_rel,
    k_oCa,
    k_leak,
    k_off_TnCL,
    Mg_counts,
    Na_o,
    K_o,
    Ca_o,
    Cl_o,
    K_i,
    Cl_i,
    Mg_i,
    own_parameters
  };
  enum Function {
    V_K,
    V_Na,
    V_Ca,
    I_steady,
    Kr_drive,
    ClCa_drive,
    NaK_open,
    Ca_out,
    Ca_in,
    Na_out,
    Na_in,
    CaK_drive,
    NaCa_out,
    NaCa_in,
    Functions
  };

  static constexpr Quantity first_states[] = {
      {"m", "1", 0.0, "activation of I_Na"},
      {"h", "1", 0.0, "fast inactivation of I_Na"},
      {"j", "1", 0.0, "slow inactivation of I_Na", true},
      {"d", "1", 0.0, "activation of I_CaL"},
      {"f", "1", 0.0, "voltage inactivation of I_CaL"},
      {"x_kr", "1", 0.0, "activation of I_Kr", true},
      {"x_ks", "1", 0.0, "activation of I_Ks", true},
  };
  static constexpr Quantity last_states[] = {
      {"fCa_jn", "1", 0.0, "calcium inactivation of I_CaL in the cleft (1: inactivated)"},
      {"fCa_sl", "1", 0.0, "calcium inactivation of I_CaL in sl (1: inactivated)"},
      {"csqn", "1", 0.0, "occupied fraction of calsequestrin", true},
      {"SLL_jn", "1", 0.0, "occupied fraction of the low-affinity sites of the cleft", true},
      {"SLL_sl", "1", 0.0, "occupied fraction of the low-affinity sites of sl", true},
      {"RyR_r", "1", 0.0, "closed release channels"},
      {"RyR_o", "1", 0.0, "open release channels"},
      {"RyR_i", "1", 0.0, "inactivated release channels"},
      {"NaB_jn", "mM", 0.0, "buffered sodium in the cleft"},
      {"NaB_sl", "mM", 0.0, "buffered sodium in sl"},
      {"TnCL", "mM", 0.0, "calcium on the low-affinity sites of troponin C"},
      {"TnCHc", "mM", 0.0, "calcium on the high-affinity sites of troponin C"},
      {"TnCHm", "mM", 0.0, "magnesium on the high-affinity sites of troponin C"},
      {"CaM", "mM", 0.0, "calcium on calmodulin"},
      {"Myoc", "mM", 0.0, "calcium on myosin"},
      {"Myom", "mM", 0.0, "magnesium on myosin"},
      {"SRB", "mM", 0.0, "calcium on the outside of the SR"},
      {"SLH_jn", "mM", 0.0, "calcium on the high-affinity sites of the cleft"},
      {"SLH_sl", "mM", 0.0, "calcium on the high-affinity sites of sl"},
      {"Na_jn", "mM", 0.0, "free sodium in the cleft"},
      {"Na_sl", "mM", 0.0, "free sodium in sl"},
      {"Na_i", "mM", 0.0, "free sodium in the cytosol"},
      {"CaSR_all", "mM", 0.0, "calcium in the SR, free and on calsequestrin"},
      {"Ca_jn_all", "mM", 0.0, "calcium in the cleft, free and on low-affinity sites"},
      {"Ca_sl_all", "mM", 0.0, "calcium in sl, free and on low-affinity sites"},
      {"Cai", "mM", 0.0, "free cytosolic calcium"},
  };
  static constexpr Quantity common_parameters[] = {
      {"g_Na", "mS/uF", 23.0, "maximal conductance of I_Na"},
      {"g_bNa", "mS/uF", 0.000597, "background sodium conductance"},
      {"I_NaK_max", "uA/uF", 1.8, "maximal sodium-potassium pump current"},
      {"K_NaK", "mM", 11.0, "sodium at half activation of the sodium-potassium pump"},
      {"g_Kr", "mS/uF", 0.035, "maximal conductance of I_Kr at K_o = 5.4 mM"},
      {"g_Ks", "mS/uF", 0.0035, "maximal conductance of I_Ks"},
      {"g_Kp", "mS/uF", 0.002, "maximal conductance of the plateau potassium current"},
      {"g_K1", "mS/uF", 0.35, "maximal conductance of I_K1 at K_o = 5.4 mM"},
      {"g_ClCa", "mS/uF", 0.0548125, "maximal conductance of the calcium-activated chloride current"},
      {"g_bCl", "mS/uF", 0.009, "background chloride conductance"},
      {"P_Ca", "cm/s", 2.7e-4, "calcium permeability of the L-type channel"},
      {"P_Na", "cm/s", 7.5e-9, "sodium permeability of the L-type channel"},
      {"P_K", "cm/s", 1.35e-7, "potassium permeability of the L-type channel"},
      {"I_NaCa_max", "uA/uF", 4.5, "maximal sodium-calcium exchange current"},
      {"I_pCa_max", "uA/uF", 0.0673, "maximal sarcolemmal calcium pump current"},
      {"g_bCa", "mS/uF", 5.513e-4, "background calcium conductance"},
      {"V_up", "mM/ms", 0.0053114, "maximal rate of the SR calcium pump"},
      {"K_up", "mM", 0.000246, "cytosolic calcium at half activation of the SR pump"},
      {"k_rel", "1/ms", 25.0, "rate of release through open release channels"},
      {"k_oCa", "1/(mM^2 ms)", 10.0, "activation rate of the release channels"},
      {"k_leak", "1/ms", 5.348e-6, "rate of the SR leak"},
      {"k_off_TnCL", "1/ms", 0.0196, "calcium dissociation rate of troponin C's low-affinity sites"},
      {"Mg_counts", "1", 1.0,
       "1: magnesium that troponin and myosin bind is taken from Cai, as published; 0: it is not"},
      {"Na_o", "mM", 140.0, "extracellular sodium"},
      {"K_o", "mM", 5.4, "extracellular potassium"},
      {"Ca_o", "mM", 1.8, "extracellular calcium"},
      {"Cl_o", "mM", 150.0, "extracellular chloride"},
      {"K_i", "mM", 120.0, "intracellular potassium"},
      {"Cl_i", "mM", 15.0, "intracellular chloride"},
      {"Mg_i", "mM", 1.0, "intracellular magnesium"},
  };

  static constexpr std::size_t state_count = Cell::voltage_gates + std::size(last_states);

  /// The states of a model with voltage gates of its own.
  template <std::size_t OwnGates>
  static constexpr std::array<Quantity, state_count> all_states(const Quantity (&own)[OwnGates],
                                                                const double (&initial)[state_count]) {
    static_assert(own_gates + OwnGates == Cell::voltage_gates);
    std::array<Quantity, state_count> all{};
    std::size_t k = 0;
    for (const Quantity& state : first_states) all[k++] = state;
    for (const Quantity& state : own) all[k++] = state;
    for (const Quantity& state : last_states) all[k++] = state;
    for (k = 0; k < state_count; ++k) all[k].value = initial[k];
    return all;
  }

  /// The default of a common parameter where a model's differs, and all parameters of that model.
  struct Default {
    Parameter parameter;
    double value;
  };
  template <std::size_t OwnParameters>
  static constexpr auto all_parameters(const Quantity (&own)[OwnParameters],
                                       std::span<const Default> changes = {}) {
    std::array<Quantity, own_parameters + OwnParameters> all{};
    std::size_t k = 0;
    for (const Quantity& parameter : common_parameters) all[k++] = parameter;
    for (const Quantity& parameter : own) all[k++] = parameter;
    for (const Default& change : changes) all[change.parameter].value = change.value;
    return all;
  }

  static constexpr double R = 8314.0, T = 310.0, F = 96485.0, RT_F = R * T / F;

  /// The other voltage gates and the constants of I_CaL's two are the models' own.
  template <class Real>
  static void common_voltage(Real V, const Real* p, Real* inf, Real* rate, Real* f_of_V) {
    inf[m] = square(sigmoid((-56.86 - V) / 9.03));
    rate[m] =
        1.0 / (0.1292 * exp(-square((V + 45.79) / 15.54)) + 0.06487 * exp(-square((V - 4.823) / 51.12)));
    inf[h] = square(sigmoid((V + 71.55) / 7.43));
    inf[j] = inf[h];
    const auto polarised = V < Real(-40.0);
    rate[h] = select(polarised,
                     0.057 * exp((-80.0 - V) / 6.8) + 2.7 * exp(0.079 * V) + 3.1e5 * exp(0.3485 * V),
                     0.77 / 0.13 * sigmoid((-10.66 - V) / 11.1));
    rate[j] = select(polarised,
                     (-2.5428e4 * exp(0.2444 * V) - 6.948e-6 * exp(-0.04391 * V)) * (V + 37.78) *
                             sigmoid(0.311 * (V + 79.23)) +
                         0.02424 * exp(-0.01052 * V) * sigmoid(-0.1378 * (V + 40.14)),
                     0.6 * exp(0.057 * V) * sigmoid(-0.1 * (V + 32.0)));
    inf[x_kr] = sigmoid((-10.0 - V) / 5.0);
    rate[x_kr] = 1.0 / (3300.0 * sigmoid((-22.0 - V) / 9.0) * sigmoid((V + 11.0) / 9.0) +
                        230.0 * sigmoid((V + 40.0) / 20.0));
    steady_currents(V, p, f_of_V);
    drives(V / RT_F, p, f_of_V);
  }

  /// The gate of I_Ks and the activation of I_CaL, given V relative to where they are half open.
  template <class Real>
  static void slow_potassium(Real u, Real* inf, Real* rate) {
    inf[x_ks] = sigmoid(-u / 14.25);
    rate[x_ks] = (1.0 + exp((1.364 - u) / 14.12)) / 990.1;
  }
  template <class Real>
  static void calcium_activation(Real u, Real* inf, Real* rate) {
    const Real x = u / 6.0, opposite = exp(-x);
    inf[d] = 1.0 / (1.0 + opposite);
    rate[d] = 0.035 * 6.0 * x_over_expm1(-x) * (1.0 + opposite);
  }

  template <class Real>
  static void gates(Real, const Real* y, const Real*, const Real*, Real* inf, Real* rate) {
    const Real on_jn = 1.7 * cleft_calcium(y), on_sl = 1.7 * sl_calcium(y);
    rate[fCa_jn] = on_jn + 0.0119;
    rate[fCa_sl] = on_sl + 0.0119;
    inf[fCa_jn] = on_jn / rate[fCa_jn];
    inf[fCa_sl] = on_sl / rate[fCa_sl];
    fast_buffer(csqn, SR_calcium(y), csqn_sites, 65.0, y, inf, rate);
    fast_buffer(SLL_jn, cleft_calcium(y), SLL_jn_sites, 1.3, y, inf, rate);
    fast_buffer(SLL_sl, sl_calcium(y), SLL_sl_sites, 1.3, y, inf, rate);
  }

  /// dV/dt and all rates, given the open conductance of the sodium channels and the sum of the potassium
  /// currents that only this model has.
  template <class Real>
  static Real common_currents(Real V, Real g_Na_open, Real I_K_own, const Real* y, const Real* p,
                              const Real* f_of_V, Real stimulus, Real* dy) {
    const Real CaL_open = y[d] * y[f];
    const Real CaL_jn = 0.9 * CaL_open * (1.0 - y[fCa_jn]), CaL_sl = 0.1 * CaL_open * (1.0 - y[fCa_sl]);
    const Real g_Na_all = g_Na_open + p[g_bNa];
    const Ions<Real> cleft = ions(0.11, y[Na_jn], cleft_calcium(y), g_Na_all, CaL_jn, p, f_of_V);
    const Ions<Real> sl = ions(0.89, y[Na_sl], sl_calcium(y), g_Na_all, CaL_sl, p, f_of_V);
    const Real V_Ks = V - RT_F * log((p[K_o] + 0.01833 * p[Na_o]) / (p[K_i] + 0.01833 * y[Na_i]));
    const Real I_K = I_K_own + y[x_kr] * f_of_V[Kr_drive] + p[g_Ks] * y[x_ks] * y[x_ks] * V_Ks +
                     (CaL_jn + CaL_sl) * f_of_V[CaK_drive];
    sodium(y, cleft.I_Na, sl.I_Na, dy);
    membrane_buffers(y, dy);
    calcium(y, p, cleft.I_Ca, sl.I_Ca, dy);
    return stimulus - (I_K + f_of_V[I_steady] + cleft.I_Na + cleft.I_Ca + cleft.I_other + sl.I_Na +
                       sl.I_Ca + sl.I_other);
  }

 private:
  // Volumes in l; sites in mM.
  static constexpr double V_cell = 3.14159265358979324 * 10.25 * 10.25 * 100.0 * 1e-15;
  static constexpr double V_myo = 0.65 * V_cell, V_SR = 0.035 * V_cell, V_sl = 0.02 * V_cell;
  static constexpr double V_jn = 0.000539 * V_cell;
  static constexpr double csqn_sites = 0.14 * V_myo / V_SR;
  static constexpr double SLL_jn_sites = 0.00046 * V_myo / V_jn, SLL_sl_sites = 0.0374 * V_myo / V_sl;
  static constexpr double SLH_jn_sites = 0.000165 * V_myo / V_jn, SLH_sl_sites = 0.0134 * V_myo / V_sl;
  // Exchange between the compartments [l/ms], the values of the authors' code.
  static constexpr double Ca_jn_to_sl = 1.0 / 1.2134e12, Ca_sl_to_myo = 1.0 / 2.6851e11;
  static constexpr double Na_jn_to_sl = 0.03 / 1.6382e12, Na_sl_to_myo = 0.03 / 1.8308e10;

  template <class Real>
  static Real SR_calcium(const Real* y) {
    return y[CaSR_all] - csqn_sites * y[csqn];
  }
  template <class Real>
  static Real cleft_calcium(const Real* y) {
    return y[Ca_jn_all] - SLL_jn_sites * y[SLL_jn];
  }
  template <class Real>
  static Real sl_calcium(const Real* y) {
    return y[Ca_sl_all] - SLL_sl_sites * y[SLL_sl];
  }

  /// Gate k: occupied fraction x of sites that bind at 100/(mM ms), where free Ca + sites x is
  /// conserved.
  template <class Real>
  static void fast_buffer(int k, Real Ca, double sites, double k_off, const Real* y, Real* inf,
                          Real* rate) {
    const Real vacant = 1.0 - y[k];
    rate[k] = 100.0 * Ca + 100.0 * sites * vacant + k_off;
    inf[k] = y[k] + (100.0 * Ca * vacant - k_off * y[k]) / rate[k];
  }

  /// Driving forces and the currents that depend on V and parameters alone.
  template <class Real>
  static void steady_currents(Real V, const Real* p, Real* f_of_V) {
    const Real K_factor = sqrt(p[K_o] / 5.4);
    const Real v = V - RT_F * log(p[K_o] / p[K_i]);
    const Real V_Cl = V - RT_F * log(p[Cl_i] / p[Cl_o]);
    const Real K1_open = 1.02 * sigmoid(0.2385 * (v - 59.215));
    const Real K1_close = (0.49124 * exp(0.08032 * (v + 5.476)) + exp(0.06175 * (v - 594.31))) *
                          sigmoid(-0.5143 * (v + 4.753));
    f_of_V[V_K] = v;
    // Up to the logarithms of Na and of Ca / 0.5 uM, which the compartments add.
    f_of_V[V_Na] = V - RT_F * log(p[Na_o]);
    f_of_V[V_Ca] = V - 0.5 * RT_F * log(2000.0 * p[Ca_o]);
    f_of_V[I_steady] =
        (p[g_K1] * K_factor * K1_open / (K1_open + K1_close) + p[g_Kp] * sigmoid(7.488 - V / 5.98)) * v +
        p[g_bCl] * V_Cl;
    f_of_V[Kr_drive] = p[g_Kr] * K_factor * sigmoid((V + 74.0) / 24.0) * v;
    f_of_V[ClCa_drive] = p[g_ClCa] * V_Cl;
  }

  /// Functions of x = V F/(R T) for the L-type channel, the pump and the exchanger.
  template <class Real>
  static void drives(Real x, const Real* p, Real* f_of_V) {
    constexpr double scale = 0.45 * F;
    const Real inward = x_over_expm1(x), outward = x_over_expm1(-x);  // x e^x / (e^x - 1)
    f_of_V[Ca_out] = 2.0 * scale * 0.341 * p[P_Ca] * x_over_expm1(-2.0 * x);
    f_of_V[Ca_in] = 2.0 * scale * 0.341 * p[P_Ca] * p[Ca_o] * x_over_expm1(2.0 * x);
    f_of_V[Na_out] = scale * 0.75 * p[P_Na] * outward;
    f_of_V[Na_in] = scale * 0.75 * p[P_Na] * p[Na_o] * inward;
    f_of_V[CaK_drive] = scale * 0.75 * p[P_K] * (p[K_i] * outward - p[K_o] * inward);

    const Real sigma = expm1(p[Na_o] / 67.3) / 7.0;
    f_of_V[NaK_open] = p[I_NaK_max] * p[K_o] /
                       ((p[K_o] + 1.5) * (1.0 + 0.1245 * exp(-0.1 * x) + 0.0365 * sigma * exp(-x)));
    const Real reverse = exp((Cell::NaCa_nu - 1.0) * x);
    const Real exchange = p[I_NaCa_max] / (1.0 + Cell::NaCa_saturation * reverse);
    f_of_V[NaCa_out] = exchange * p[Ca_o] * exp(Cell::NaCa_nu * x);
    f_of_V[NaCa_in] = exchange * cube(p[Na_o]) * reverse;
  }

  /// Currents into the cleft or into sl, by the ion that they carry.
  template <class Real>
  struct Ions {
    Real I_Na, I_Ca, I_other;
  };

  /// `part` is the compartment's share of the channels but the L-type ones, whose share is in CaL_open.
  template <class Real>
  static Ions<Real> ions(double part, Real Na, Real Ca, Real g_Na_all, Real CaL_open, const Real* p,
                         const Real* f_of_V) {
    const Real pumped = square(square(Na)), half = square(square(p[K_NaK]));
    const Real I_NaK = f_of_V[NaK_open] * pumped / (pumped + half);

    const Real Na3 = cube(Na), Nao3 = cube(p[Na_o]), Ca2 = Ca * Ca;
    constexpr double K_Nai3 = 12.29 * 12.29 * 12.29, K_Nao3 = 87.5 * 87.5 * 87.5;
    const Real occupied = Nao3 * (0.00359 + (0.00359 / K_Nai3) * Na3 + Ca) +
                          K_Nao3 * (Ca + Ca2 * (1.0 / 0.00359)) + (1.3 + p[Ca_o]) * Na3;
    const Real I_NaCa = Ca2 * (f_of_V[NaCa_out] * Na3 - f_of_V[NaCa_in] * Ca) /
                        ((Ca2 + Cell::NaCa_K_act * Cell::NaCa_K_act) * occupied);

    const Real log_Ca = log(2000.0 * Ca);  // relative to the pump's half saturation
    const Real I_pCa = p[I_pCa_max] * sigmoid(-1.6 * log_Ca);
    const Real I_bCa = p[g_bCa] * (f_of_V[V_Ca] + 0.5 * RT_F * log_Ca);
    const Real I_Na = g_Na_all * (f_of_V[V_Na] + RT_F * log(Na));
    const Real CaL_Na = CaL_open * (f_of_V[Na_out] * Na - f_of_V[Na_in]);
    const Real CaL_Ca = CaL_open * (f_of_V[Ca_out] * Ca - f_of_V[Ca_in]);
    const Real I_ClCa = f_of_V[ClCa_drive] * Ca / (Ca + 0.1);
    return {part * (I_Na + 3.0 * (I_NaCa + I_NaK)) + CaL_Na,
            part * (I_bCa + I_pCa - 2.0 * I_NaCa) + CaL_Ca, part * (I_ClCa - 2.0 * I_NaK)};
  }

  template <class Real>
  static void sodium(const Real* y, Real I_jn, Real I_sl, Real* dy) {
    dy[NaB_jn] = 1e-4 * y[Na_jn] * (7.561 - y[NaB_jn]) - 0.001 * y[NaB_jn];
    dy[NaB_sl] = 1e-4 * y[Na_sl] * (1.65 - y[NaB_sl]) - 0.001 * y[NaB_sl];
    constexpr double charge = Cell::capacitance / F;
    const Real from_jn = Na_jn_to_sl * (y[Na_jn] - y[Na_sl]);
    const Real from_sl = Na_sl_to_myo * (y[Na_sl] - y[Na_i]);
    dy[Na_jn] = (-charge * I_jn - from_jn) * (1.0 / V_jn) - dy[NaB_jn];
    dy[Na_sl] = (-charge * I_sl + from_jn - from_sl) * (1.0 / V_sl) - dy[NaB_sl];
    dy[Na_i] = from_sl * (1.0 / V_myo);
  }

  /// The buffers that are no gates, but for those of the cytosol.
  template <class Real>
  static void membrane_buffers(const Real* y, Real* dy) {
    dy[SLH_jn] = 100.0 * cleft_calcium(y) * (SLH_jn_sites - y[SLH_jn]) - 0.03 * y[SLH_jn];
    dy[SLH_sl] = 100.0 * sl_calcium(y) * (SLH_sl_sites - y[SLH_sl]) - 0.03 * y[SLH_sl];
  }

  /// Fills the rates of the cytosolic buffers and returns how fast they take calcium up.
  template <class Real>
  static Real cytosolic_buffers(const Real* y, const Real* p, Real* dy) {
    const Real Ca = y[Cai];
    const Real TnCH_free = 0.14 - y[TnCHc] - y[TnCHm], Myo_free = 0.14 - y[Myoc] - y[Myom];
    dy[TnCL] = 32.7 * Ca * (0.07 - y[TnCL]) - p[k_off_TnCL] * y[TnCL];
    dy[TnCHc] = 2.37 * Ca * TnCH_free - 3.2e-5 * y[TnCHc];
    dy[TnCHm] = 0.003 * p[Mg_i] * TnCH_free - 0.00333 * y[TnCHm];
    dy[CaM] = 34.0 * Ca * (0.024 - y[CaM]) - 0.238 * y[CaM];
    dy[Myoc] = 13.8 * Ca * Myo_free - 0.00046 * y[Myoc];
    dy[Myom] = 0.0157 * p[Mg_i] * Myo_free - 5.7e-5 * y[Myom];
    dy[SRB] = 100.0 * Ca * (0.0171 - y[SRB]) - 0.06 * y[SRB];
    return dy[TnCL] + dy[TnCHc] + dy[CaM] + dy[Myoc] + dy[SRB] + p[Mg_counts] * (dy[TnCHm] + dy[Myom]);
  }

  template <class Real>
  static void release_channels(const Real* y, const Real* p, Real Ca, Real Ca_SR, Real* dy) {
    const Real ratio = 0.45 / Ca_SR;
    const Real load = 15.0 - 14.0 / (1.0 + ratio * ratio * sqrt(ratio));
    const Real opening = p[k_oCa] * Ca * Ca / load, inactivation = 0.5 * load * Ca;
    const Real closed_inactivated = 1.0 - y[RyR_r] - y[RyR_o] - y[RyR_i];
    const Real r_to_o = opening * y[RyR_r] - 0.06 * y[RyR_o];
    const Real o_to_i = inactivation * y[RyR_o] - 0.005 * y[RyR_i];
    const Real i_to_ri = 0.06 * y[RyR_i] - opening * closed_inactivated;
    dy[RyR_r] = 0.005 * closed_inactivated - inactivation * y[RyR_r] - r_to_o;
    dy[RyR_o] = r_to_o - o_to_i;
    dy[RyR_i] = o_to_i - i_to_ri;
  }

  template <class Real>
  static void calcium(const Real* y, const Real* p, Real I_jn, Real I_sl, Real* dy) {
    const Real Ca_SR = SR_calcium(y), Ca_jn = cleft_calcium(y), Ca_sl = sl_calcium(y);
    release_channels(y, p, Ca_jn, Ca_SR, dy);
    const Real release = p[k_rel] * y[RyR_o] * (Ca_SR - Ca_jn);  // mM/ms of the SR
    const Real leak = p[k_leak] * (Ca_SR - Ca_jn);               // mM/ms of the cytosol
    const Real forward = power(y[Cai] / p[K_up], 1.787), backward = power(Ca_SR * (1.0 / 1.7), 1.787);
    const Real uptake = p[V_up] * (forward - backward) / (1.0 + forward + backward);

    constexpr double charge = Cell::capacitance / (2.0 * F);
    const Real from_jn = Ca_jn_to_sl * (Ca_jn - Ca_sl), from_sl = Ca_sl_to_myo * (Ca_sl - y[Cai]);
    dy[CaSR_all] = uptake - release - leak * (V_myo / V_SR);
    dy[Ca_jn_all] = (-charge * I_jn - from_jn) * (1.0 / V_jn) + release * (V_SR / V_jn) +
                    leak * (V_myo / V_jn) - dy[SLH_jn];
    dy[Ca_sl_all] = (-charge * I_sl + from_jn - from_sl) * (1.0 / V_sl) - dy[SLH_sl];
    dy[Cai] = from_sl * (1.0 / V_myo) - uptake * (V_SR / V_myo) - cytosolic_buffers(y, p, dy);
  }
};

}  // namespace myowave::ionic
