// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ionic/cell_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "ionic/flush_denormals.hpp"
#include "ionic/registry.hpp"
#include "ionic/tables.hpp"

namespace myowave::ionic {
namespace {

template <class T>
std::vector<std::string> names_of(std::span<const T> items) {
  std::vector<std::string> names;
  for (const T& item : items) names.emplace_back(item.name);
  return names;
}

const Variant* find_variant(const ModelInfo& info, const std::string& name) {
  if (name.empty()) return &info.variants.front();
  for (const Variant& variant : info.variants)
    if (name == variant.name) return &variant;
  return nullptr;
}

template <class T>
int index_of(std::span<const T> items, std::string_view name) {
  for (std::size_t i = 0; i < items.size(); ++i)
    if (name == items[i].name) return static_cast<int>(i);
  return -1;
}

/// "0.392 mS/uF" to the number in the publication's unit.
double in_published_unit(const std::string& text, const char* unit) {
  return parse_quantity(text, unit) / parse_unit(unit).factor;
}

std::string unknown(const char* what, const std::string& name, const ModelInfo& info,
                    const std::vector<std::string>& allowed) {
  return fmt::format("{} has no {} '{}'{}; it has: {}", info.name, what, name, suggestion(name, allowed),
                     allowed.empty() ? "none" : list_of(allowed));
}

void apply_parameters(const CellSpec& spec, const ModelInfo& info, CellValues& out) {
  const std::vector<std::string> names = names_of(info.parameters);
  for (const auto& [name, text] : spec.parameters) {
    const int k = index_of(info.parameters, name);
    if (k < 0) {
      out.faults.emplace_back("parameters." + name, unknown("parameter", name, info, names));
      continue;
    }
    try {
      out.parameters[static_cast<std::size_t>(k)] =
          in_published_unit(text, info.parameters[static_cast<std::size_t>(k)].unit);
    } catch (const InputError& error) {
      out.faults.emplace_back("parameters." + name, error.faults().front().message);
    }
  }
  for (const auto& [name, factor] : spec.scale) {
    const int k = index_of(info.parameters, name);
    if (k < 0)
      out.faults.emplace_back("scale." + name, unknown("parameter", name, info, names));
    else
      out.parameters[static_cast<std::size_t>(k)] *= factor;
  }
}

/// What a state (-1: V) may be, if the value is not that; empty if it is.
std::string allowed_range(const ModelInfo& info, int s, double value) {
  constexpr double rounding = 1e-9;  // a solver keeps a closed gate at 0 to its tolerance
  if (s < 0)
    return value > info.V_min_mV && value < info.V_max_mV
               ? ""
               : fmt::format("{:g} to {:g} mV", info.V_min_mV, info.V_max_mV);
  const Quantity& state = info.states[static_cast<std::size_t>(s)];
  if (s < info.gate_count && std::string_view(state.unit) == "1")
    return value >= -rounding && value <= 1.0 + rounding ? "" : "a gate lies in 0 to 1";
  const std::string_view unit = state.unit;
  if (unit == "mM" || unit == "uM") return value >= -rounding ? "" : "a concentration is not negative";
  return "";
}

void apply_initial_state(const CellSpec& spec, const ModelInfo& info, CellValues& out) {
  std::vector<std::string> names = names_of(info.states);
  names.insert(names.begin(), "V");
  for (const auto& [name, text] : spec.initial_state) {
    const int s = index_of(info.states, name);
    if (s < 0 && name != "V") {
      out.faults.emplace_back("initial_state." + name, unknown("state", name, info, names));
      continue;
    }
    try {
      const double value =
          in_published_unit(text, s < 0 ? "mV" : info.states[static_cast<std::size_t>(s)].unit);
      if (const std::string allowed = allowed_range(info, s, value); !allowed.empty())
        out.faults.emplace_back(
            "initial_state." + name,
            fmt::format("{} is out of range for {}.{}; allowed: {}", text, info.name, name, allowed));
      (s < 0 ? out.V : out.states[static_cast<std::size_t>(s)]) = value;
    } catch (const InputError& error) {
      out.faults.emplace_back("initial_state." + name, error.faults().front().message);
    }
  }
}

CellValues resolve(const CellSpec& spec) {
  try {
    return cell_values(*find_model(spec.model).info, spec);
  } catch (const InputError& error) {
    CellValues out;
    out.faults.emplace_back("model", error.faults().front().message);
    return out;
  }
}

/// Tables are of use if they resolve their functions to the first; a jump of V-dependent branches,
/// within the second.
constexpr double table_tolerance = 1e-3, jump_tolerance = 1e-2;

bool tables_serve(const ModelCode& code, std::span<const double> parameters,
                  std::span<const int> varying) {
  // Below that a look-up costs more than it saves.
  constexpr int fewest_columns = 3;
  if (2 * code.info->voltage_gate_count + code.info->function_count < fewest_columns) return false;
  for (const int parameter : varying)
    if (is_tabulated(code, parameters, parameter)) return false;
  for (const TableError& error : table_errors(code, parameters, 0.02))
    if (!(error.typical < table_tolerance && error.largest < jump_tolerance)) return false;
  return true;
}

/// A model without gates gains nothing from computing in float.
Numerics sensible(const ModelInfo& info, Numerics numerics) {
  if (info.gate_count == 0) numerics.precision = Precision::double_;
  return numerics;
}

/// A published ionic model on the kernels of one instruction set.
class MechanisticModel : public CellModel {
 public:
  MechanisticModel(const ModelCode& code, CellValues values, const Numerics& numerics,
                   std::span<const int> varying, InstructionSet set,
                   std::shared_ptr<const LearntGates> learnt)
      : code_(code),
        learnt_(std::move(learnt)),
        values_(std::move(values)),
        numerics_(sensible(*code.info, numerics)),
        kernel_(code.kernels[static_cast<int>(set)]->of(numerics_.precision)),
        uses_tables_(learnt_ || (numerics.tables && tables_serve(code, values_.parameters, varying))),
        half_step_(*code.info, numerics_.precision, chunk),
        half_V_(chunk) {}

  const ModelInfo& info() const override { return *code_.info; }
  Precision precision() const override { return numerics_.precision; }
  double initial_V() const override { return values_.V; }
  const std::vector<double>& initial_states() const override { return values_.states; }
  const std::vector<double>& parameters() const override { return values_.parameters; }
  bool uses_tables() const override { return uses_tables_; }

  void step(const CellBlock& block, double dt) const override {
    const FlushDenormals flush;
    const TableRows* const whole = tables(dt);
    const bool midpoint = numerics_.method == Method::midpoint;
    const TableRows* const half = midpoint ? tables(0.5 * dt) : nullptr;
    Stage stage{block.rows,    block.rows, block.stimulus, block.count, dt, values_.parameters.data(),
                block.varying, whole};
    if (!midpoint) return kernel_.first_order(stage);
    std::vector<Varying> varying(block.varying.begin(), block.varying.end());
    for (std::size_t first = 0; first < block.count; first += chunk) {
      for (std::size_t k = 0; k < varying.size(); ++k)
        varying[k].values = block.varying[k].values + first;
      stage = {from(block.rows, first),
               half_step_.rows(half_V_.data(), 0),
               block.stimulus + first,
               std::min(chunk, block.count - first),
               0.5 * dt,
               values_.parameters.data(),
               varying,
               half};
      kernel_.first_order(stage);
      std::swap(stage.at, stage.to);
      stage.dt = dt;
      stage.tables = whole;
      kernel_.corrector(stage);
    }
  }

  std::vector<double> rates(double V, std::span<const double> states, double stimulus) const override {
    std::vector<double> result(states.size() + 1);
    // The model may use the last argument as room for a state that it does not have.
    std::vector<double> dydt(states.size() + 1);
    result[0] = code_.rates(V, states.data(), values_.parameters.data(), stimulus, dydt.data());
    if (learnt_) use_learnt_rates(V, states, dydt);
    std::copy_n(dydt.begin(), states.size(), result.begin() + 1);
    return result;
  }

 private:
  /// Cells whose half-step states stay in the first-level cache.
  static constexpr std::size_t chunk = 64;

  static CellRows from(const CellRows& rows, std::size_t first) {
    return {rows.V + first, rows.doubles ? rows.doubles + first : nullptr,
            rows.floats ? rows.floats + first : nullptr, rows.stride};
  }

  const TableRows* tables(double dt) const {
    if (!uses_tables_) return nullptr;
    for (const auto& made : tables_)
      if (made->dt() == dt) return &made->rows();
    tables_.push_back(
        std::make_unique<Tables>(code_, values_.parameters, numerics_.precision, dt, learnt_.get()));
    return &tables_.back()->rows();
  }

  void use_learnt_rates(double V, std::span<const double> states, std::vector<double>& dydt) const {
    std::vector<double> inf(states.size()), rate(states.size(), -1.0);
    replace_gates(*learnt_, V, inf, rate);
    for (std::size_t s = 0; s < states.size(); ++s)
      if (rate[s] >= 0.0) dydt[s] = (inf[s] - states[s]) * rate[s];
  }

  const ModelCode& code_;
  std::shared_ptr<const LearntGates> learnt_;
  CellValues values_;
  Numerics numerics_;
  const Kernel& kernel_;
  bool uses_tables_;
  mutable std::vector<std::unique_ptr<Tables>> tables_;  ///< one for each dt met
  mutable CellStates half_step_;
  mutable std::vector<double> half_V_;
};

}  // namespace

CellStates CellModel::make_states(std::size_t count) const {
  CellStates states(info(), precision(), count);
  for (std::size_t s = 0; s < initial_states().size(); ++s) states.fill(s, initial_states()[s]);
  return states;
}

double CellModel::readout(std::size_t, std::span<const double>) const {
  return std::numeric_limits<double>::quiet_NaN();
}

CellValues cell_values(const ModelInfo& info, const CellSpec& spec) {
  CellValues out;
  const Variant* variant = find_variant(info, spec.variant);
  if (!variant) {
    out.faults.emplace_back("variant", unknown("variant", spec.variant, info, names_of(info.variants)));
    return out;
  }
  for (const Quantity& parameter : info.parameters) out.parameters.push_back(parameter.value);
  for (const Quantity& state : info.states) out.states.push_back(state.value);
  out.V = info.V_initial_mV;
  for (const Setting& setting : variant->settings) {
    const int k = index_of(info.parameters, setting.parameter);
    MYOWAVE_ASSERT(k >= 0);
    out.parameters[static_cast<std::size_t>(k)] = setting.value;
  }
  for (const Setting& setting : variant->initial) {
    if (std::string_view(setting.parameter) == "V") {
      out.V = setting.value;
      continue;
    }
    const int s = index_of(info.states, setting.parameter);
    MYOWAVE_ASSERT(s >= 0);
    out.states[static_cast<std::size_t>(s)] = setting.value;
  }
  apply_parameters(spec, info, out);
  apply_initial_state(spec, info, out);
  return out;
}

std::vector<std::pair<std::string, std::string>> check_cell_spec(const CellSpec& spec) {
  return resolve(spec).faults;
}

std::unique_ptr<CellModel> make_cell_model(const CellSpec& spec, const Numerics& numerics,
                                           std::span<const int> varying, InstructionSet set,
                                           std::shared_ptr<const LearntGates> learnt) {
  CellValues values = resolve(spec);
  if (!values.faults.empty()) throw InputError(values.faults.front().second);
  const ModelCode& code = find_model(spec.model);
  for (const int parameter : varying)
    if (learnt && is_tabulated(code, values.parameters, parameter))
      throw InputError(fmt::format(
          "{} has learnt gates, which are computed from tables; parameter '{}' enters the tables and "
          "cannot differ from node to node",
          spec.model, code.info->parameters[static_cast<std::size_t>(parameter)].name));
  if (!code.kernels[static_cast<int>(set)])
    throw InputError(fmt::format("model {} was not compiled for {}", spec.model, name_of(set)));
  return std::make_unique<MechanisticModel>(code, std::move(values), numerics, varying, set,
                                            std::move(learnt));
}

}  // namespace myowave::ionic
