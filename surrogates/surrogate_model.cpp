// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/surrogate_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "ionic/registry.hpp"
#include "ionic/tables.hpp"
#include "surrogates/conductance_model.hpp"
#include "surrogates/gate_model.hpp"
#include "surrogates/rate_model.hpp"
#include "surrogates/residual_model.hpp"
#include "surrogates/step_model.hpp"

namespace myowave::surrogates {
namespace {

using Faults = std::vector<std::pair<std::string, std::string>>;

/// Whether the model still uses its parameters beside the networks.
bool uses_parameters(Kind kind) { return kind == Kind::gate || kind == Kind::residual; }

std::vector<std::string> variable_names(const ionic::ModelInfo& info) {
  std::vector<std::string> names = {"V"};
  for (const ionic::Quantity& state : info.states) names.emplace_back(state.name);
  return names;
}

/// The unit that the model has for V, J or a state; empty if it has no such variable.
std::string unit_of(const std::string& name, const ionic::ModelInfo& info) {
  if (name == "V") return "mV";
  if (name == "J") return "uA/uF";
  for (const ionic::Quantity& state : info.states)
    if (name == state.name) return state.unit;
  return "";
}

std::string unit_fault(const std::string& what, const std::string& name, const std::string& unit,
                       const std::string& wanted) {
  const Unit given = parse_unit(unit), right = parse_unit(wanted);
  if (given.dimension == right.dimension && std::abs(given.factor / right.factor - 1.0) < 1e-12)
    return "";
  return fmt::format(
      "{} '{}' is in {}, the model has it in {}; write the file with that unit, scaling "
      "offset, scale and range",
      what, name, unit, wanted);
}

void check_inputs(const Surrogate& surrogate, const ionic::ModelInfo& info, Faults& faults) {
  std::vector<std::string> allowed = variable_names(info);
  if (surrogate.kind == Kind::step) allowed.emplace_back("J");
  for (const Input& input : surrogate.inputs) {
    if (std::find(allowed.begin(), allowed.end(), input.name) == allowed.end()) {
      faults.emplace_back("surrogate",
                          input.name == "t"
                              ? "time is an input: such a surrogate holds for the one course "
                                "that it was trained on and cannot be used in a cell or tissue"
                              : fmt::format("input '{}' is no variable of {}{}; a {} surrogate "
                                            "may have: {}",
                                            input.name, info.name, suggestion(input.name, allowed),
                                            name_of(surrogate.kind), list_of(allowed)));
      continue;
    }
    const std::string fault = unit_fault("input", input.name, input.unit, unit_of(input.name, info));
    if (!fault.empty()) faults.emplace_back("surrogate", fault);
  }
}

/// The unit of an output by its form, from that of its variable.
std::string output_unit(Form form, const std::string& unit) {
  switch (form) {
    case Form::derivative:
      return unit == "1" ? "1/ms" : unit + "/ms";
    case Form::current:
      return "uA/uF";
    case Form::tau:
      return "ms";
    case Form::inf:
      return "1";
    default:
      return unit;
  }
}

/// Units such as "mM/ms" of "mmol/L" states cannot be built from text; those are not compared.
bool is_unit(const std::string& text) {
  try {
    parse_unit(text);
    return true;
  } catch (const InputError&) {
    return false;
  }
}

void check_outputs(const Surrogate& surrogate, const ionic::ModelInfo& info, Faults& faults) {
  const std::vector<std::string> names = variable_names(info);
  std::vector<bool> given(names.size());
  for (const Output& output : surrogate.outputs) {
    if (output.form == Form::current) {
      given[0] = true;
      continue;
    }
    const auto found = std::find(names.begin(), names.end(), output.name);
    if (found == names.end()) {
      faults.emplace_back("surrogate",
                          fmt::format("output '{}' is no variable of {}{}; it has: {}", output.name,
                                      info.name, suggestion(output.name, names), list_of(names)));
      continue;
    }
    const auto index = static_cast<std::size_t>(found - names.begin());
    given[index] = true;
    const std::string wanted = output_unit(output.form, unit_of(output.name, info));
    const std::string fault =
        is_unit(wanted) ? unit_fault("output", output.name, output.unit, wanted) : "";
    if (!fault.empty()) faults.emplace_back("surrogate", fault);
    const bool is_gate = output.form == Form::inf || output.form == Form::tau;
    const int state = static_cast<int>(index) - 1;
    const int gates = surrogate.kind == Kind::gate ? info.voltage_gate_count : info.gate_count;
    if (is_gate && (state < 0 || state >= gates))
      faults.emplace_back(
          "surrogate",
          fmt::format("output '{}' has the form of a gate but is none {}of {}", output.name,
                      surrogate.kind == Kind::gate ? "that depends on V alone " : "", info.name));
  }
  if (surrogate.kind != Kind::step && surrogate.kind != Kind::rate) return;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (!given[i])
      faults.emplace_back(
          "surrogate",
          fmt::format("there is no output for {} '{}'; a {} surrogate advances V and every "
                      "state of its model, which falls back on them",
                      i == 0 ? "the potential" : "state", names[i], name_of(surrogate.kind)));
}

void check_spec(const Surrogate& surrogate, const ionic::CellSpec& spec, Faults& faults) {
  if (!spec.model.empty() && spec.model != surrogate.model)
    faults.emplace_back("model",
                        fmt::format("the surrogate stands for {}, not for {}; leave the key out",
                                    surrogate.model, spec.model));
  if (!spec.variant.empty() && !surrogate.variant.empty() && spec.variant != surrogate.variant)
    faults.emplace_back("variant",
                        fmt::format("the surrogate was trained on variant {}, not on {}; leave "
                                    "the key out",
                                    surrogate.variant, spec.variant));
  if (uses_parameters(surrogate.kind)) return;
  bool changed = !spec.scale.empty();
  for (const auto& [name, value] : spec.parameters) {
    const auto own = surrogate.parameters.find(name);
    changed = changed || own == surrogate.parameters.end() || own->second != value;
  }
  if (changed)
    faults.emplace_back(
        spec.parameters.empty() ? "scale" : "parameters",
        fmt::format(
            "a {} surrogate holds for the parameters that it was trained with and has no others; "
            "leave them out, or train it anew",
            name_of(surrogate.kind)));
}

}  // namespace

ionic::CellSpec host_spec(const Surrogate& surrogate, const ionic::CellSpec& spec) {
  ionic::CellSpec host = spec;
  host.model = surrogate.model;
  if (host.variant.empty()) host.variant = surrogate.variant;
  for (const auto& [name, value] : surrogate.parameters) host.parameters.emplace(name, value);
  return host;
}

Faults faults_of(const Surrogate& surrogate, const ionic::CellSpec& spec) {
  Faults faults;
  const ionic::ModelInfo* info = nullptr;
  try {
    info = ionic::find_model(surrogate.model).info;
  } catch (const InputError& error) {
    return {{"surrogate", "it stands for " + surrogate.model + ": " + error.faults().front().message}};
  }
  if (surrogate.kind == Kind::trajectory)
    return {{"surrogate",
             "kind trajectory cannot be stepped in tissue or in a paced cell; there can be: step, rate, "
             "gate, residual, conductance"}};
  if (surrogate.kind == Kind::conductance) return conductance_faults(surrogate, spec);
  check_inputs(surrogate, *info, faults);
  check_outputs(surrogate, *info, faults);
  check_spec(surrogate, spec, faults);
  for (const auto& [key, message] : ionic::check_cell_spec(host_spec(surrogate, {})))
    faults.emplace_back("surrogate", fmt::format("its {}: {}", key, message));
  return faults;
}

std::shared_ptr<const ionic::ModelInfo> own_info(const Surrogate& surrogate) {
  if (!surrogate.conductance) return nullptr;
  const auto names = std::make_shared<const ConductanceInfo>(surrogate);
  return {names, &names->info()};
}

Faults trajectory_faults(const Surrogate& surrogate, const ionic::CellSpec& spec) {
  Faults faults;
  const ionic::ModelInfo* info = nullptr;
  try {
    info = ionic::find_model(surrogate.model).info;
  } catch (const InputError& error) {
    return {{"surrogate", "it stands for " + surrogate.model + ": " + error.faults().front().message}};
  }
  std::map<std::string, std::string> units = {{"t", "ms"}};
  for (const std::string& name : variable_names(*info)) units[name + ".0"] = unit_of(name, *info);
  for (const ionic::Quantity& parameter : info->parameters) units[parameter.name] = parameter.unit;
  std::vector<std::string> allowed;
  for (const auto& [name, unit] : units) allowed.push_back(name);
  for (const Input& input : surrogate.inputs) {
    const auto found = units.find(input.name);
    const std::string fault =
        found == units.end()
            ? fmt::format("input '{}' is none of a trajectory of {}{}; there can be: {}", input.name,
                          info->name, suggestion(input.name, allowed), list_of(allowed))
            : unit_fault("input", input.name, input.unit, found->second);
    if (!fault.empty()) faults.emplace_back("surrogate", fault);
  }
  check_outputs(surrogate, *info, faults);
  check_spec(surrogate, spec, faults);
  return faults;
}

std::string table_summary(const Surrogate& surrogate) {
  const ionic::ModelInfo* const info = ionic::find_model(surrogate.model).info;
  if (surrogate.kind == Kind::gate) {
    const ionic::LearntTableError error = table_error(*learnt_gates(surrogate, *info), 0.02);
    return fmt::format(
        "tables of {:g} mV: largest error {:.1e} in steady states, {:.1e} in 1 - exp(-dt/tau) at 0.02 "
        "ms",
        ionic::table_spacing, error.inf, error.share);
  }
  if (surrogate.kind == Kind::residual)
    return fmt::format("table: largest error {:.1e} mV/ms", ResidualTable(surrogate, *info).error());
  return "";
}

std::unique_ptr<ionic::CellModel> make_surrogate_model(std::shared_ptr<const Surrogate> surrogate,
                                                       const ionic::CellSpec& spec,
                                                       const ionic::Numerics& numerics, bool guarded,
                                                       std::span<const int> varying,
                                                       ionic::InstructionSet set) {
  const Faults faults = faults_of(*surrogate, spec);
  if (!faults.empty()) throw InputError(faults.front().second);
  if (surrogate->kind == Kind::conductance)
    return std::make_unique<ConductanceModel>(std::move(surrogate), spec, numerics, guarded, set);
  const ionic::CellSpec host = host_spec(*surrogate, spec);
  const ionic::ModelInfo& info = *ionic::find_model(host.model).info;
  auto make_host = [&](std::shared_ptr<const ionic::LearntGates> learnt = nullptr) {
    return ionic::make_cell_model(host, numerics, varying, set, std::move(learnt));
  };
  const bool plain = numerics.precision == ionic::Precision::double_;
  switch (surrogate->kind) {
    case Kind::step:
      if (plain) return std::make_unique<StepModel<double>>(surrogate, make_host(), guarded, set);
      return std::make_unique<StepModel<float>>(surrogate, make_host(), guarded, set);
    case Kind::rate:
      if (plain)
        return std::make_unique<RateModel<double>>(surrogate, make_host(), guarded, numerics.method,
                                                   set);
      return std::make_unique<RateModel<float>>(surrogate, make_host(), guarded, numerics.method, set);
    case Kind::gate:
      return std::make_unique<GateModel>(surrogate, make_host(learnt_gates(*surrogate, info)), guarded);
    case Kind::residual:
      return std::make_unique<ResidualModel>(surrogate, make_host(), guarded);
    default:
      throw InternalError("a surrogate without steps");
  }
}

}  // namespace myowave::surrogates
