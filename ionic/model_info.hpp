// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>

/// Descriptions of ionic models: plain constants, safe to include in every kernel translation unit.
namespace myowave::ionic {

/// A state or a parameter. The value is in the unit given here, the unit of the publication, and
/// the equations use it as it stands.
struct Quantity {
  const char* name;
  const char* unit;  ///< "1" if it has none
  double value;      ///< initial value of a state, default of a parameter
  const char* meaning;
  bool slow = false;  ///< a gate that `mixed` keeps in double: its steps vanish in a float's rounding
};

/// A parameter value that a variant changes.
struct Setting {
  const char* parameter;
  double value;
};

/// A published parameter set of a model.
struct Variant {
  const char* name;
  const char* meaning;
  std::span<const Setting> settings;  ///< differences from the defaults
  std::span<const Setting> initial;   ///< differences from the initial state ("V" for the potential)
};

/// What `myowave models NAME` prints.
struct ModelInfo {
  const char* name;
  const char* summary;
  const char* citation;
  double V_initial_mV;
  int voltage_gate_count = 0;          ///< the first states: gates whose rates depend on V alone
  int gate_count = 0;                  ///< the first states, those included: all Rush-Larsen gates
  int function_count = 0;              ///< functions of V alone that the currents use
  std::span<const Quantity> states{};  ///< without V
  std::span<const Quantity> parameters{};
  std::span<const Variant> variants{};  ///< the first one is the default
  double V_min_mV, V_max_mV;            ///< a V outside means that the computation has failed
  double step_max_ms = 0.05;            ///< the largest step that is stable and sound
  const char* calcium = nullptr;        ///< name of the state with cytosolic Ca [mM], or nullptr
};

}  // namespace myowave::ionic
