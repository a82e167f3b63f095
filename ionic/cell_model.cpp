// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ionic/cell_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "ionic/models/list.hpp"
#include "ionic/rates.hpp"

namespace myowave::ionic {
namespace {

template <class... Models>
constexpr auto infos_of(ModelList<Models...>) {
  return std::array<const ModelInfo*, sizeof...(Models)>{&Models::info...};
}
constexpr auto all_infos = infos_of(BuiltInModels{});

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

/// The values of a spec, collected with their faults.
struct Resolved {
  std::vector<double> parameters;
  std::vector<double> states;
  double V = 0.0;
  std::vector<std::pair<std::string, std::string>> faults;
};

void apply_parameters(const CellSpec& spec, const ModelInfo& info, Resolved& out) {
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

void apply_initial_state(const CellSpec& spec, const ModelInfo& info, Resolved& out) {
  std::vector<std::string> names = names_of(info.states);
  names.insert(names.begin(), "V");
  for (const auto& [name, text] : spec.initial_state) {
    const int s = index_of(info.states, name);
    if (s < 0 && name != "V") {
      out.faults.emplace_back("initial_state." + name, unknown("state", name, info, names));
      continue;
    }
    try {
      if (name == "V")
        out.V = parse_quantity(text, "mV");
      else
        out.states[static_cast<std::size_t>(s)] =
            in_published_unit(text, info.states[static_cast<std::size_t>(s)].unit);
    } catch (const InputError& error) {
      out.faults.emplace_back("initial_state." + name, error.faults().front().message);
    }
  }
}

Resolved resolve(const CellSpec& spec) {
  Resolved out;
  const ModelInfo* info = find_model_info(spec.model);
  if (!info) {
    std::vector<std::string> names;
    for (const ModelInfo* each : all_infos) names.emplace_back(each->name);
    out.faults.emplace_back("model", fmt::format("'{}' is not a model{}; there are: {}", spec.model,
                                                 suggestion(spec.model, names), list_of(names)));
    return out;
  }
  const Variant* variant = find_variant(*info, spec.variant);
  if (!variant) {
    out.faults.emplace_back("variant",
                            unknown("variant", spec.variant, *info, names_of(info->variants)));
    return out;
  }
  for (const Quantity& parameter : info->parameters) out.parameters.push_back(parameter.value);
  for (const Quantity& state : info->states) out.states.push_back(state.value);
  out.V = info->V_initial_mV;
  for (const Setting& setting : variant->settings) {
    const int k = index_of(info->parameters, setting.parameter);
    MYOWAVE_ASSERT(k >= 0);
    out.parameters[static_cast<std::size_t>(k)] = setting.value;
  }
  for (const Setting& setting : variant->initial) {
    if (std::string_view(setting.parameter) == "V") {
      out.V = setting.value;
      continue;
    }
    const int s = index_of(info->states, setting.parameter);
    MYOWAVE_ASSERT(s >= 0);
    out.states[static_cast<std::size_t>(s)] = setting.value;
  }
  apply_parameters(spec, *info, out);
  apply_initial_state(spec, *info, out);
  return out;
}

/// A published ionic model on the kernels of one instruction set.
class MechanisticModel : public CellModel {
 public:
  MechanisticModel(const ModelInfo& info, Resolved values, StepFunction step_function)
      : info_(info), values_(std::move(values)), step_(step_function) {}

  const ModelInfo& info() const override { return info_; }
  double initial_V() const override { return values_.V; }
  std::vector<double> initial_states() const override { return values_.states; }
  std::vector<double> parameters() const override { return values_.parameters; }
  void step(const CellBlock& block, double dt) const override {
    step_(block, values_.parameters.data(), dt);
  }
  std::vector<double> rates(double V, std::span<const double> states) const override {
    return rates_of(info_.name, V, states, values_.parameters);
  }

 private:
  const ModelInfo& info_;
  Resolved values_;
  StepFunction step_;
};

}  // namespace

std::vector<std::pair<std::string, std::string>> check_cell_spec(const CellSpec& spec) {
  return resolve(spec).faults;
}

std::unique_ptr<CellModel> make_cell_model(const CellSpec& spec, Method method, const KernelSet& set) {
  Resolved values = resolve(spec);
  if (!values.faults.empty()) throw InputError(values.faults.front().second);
  for (const Kernel& kernel : set.kernels) {
    if (spec.model != kernel.model) continue;
    const StepFunction step = method == Method::midpoint ? kernel.midpoint : kernel.rush_larsen;
    return std::make_unique<MechanisticModel>(*find_model_info(spec.model), std::move(values), step);
  }
  throw InternalError("no kernel for model " + spec.model);
}

std::span<const ModelInfo* const> model_infos() { return all_infos; }

const ModelInfo* find_model_info(const std::string& name) {
  const auto found = std::find_if(all_infos.begin(), all_infos.end(),
                                  [&](const ModelInfo* info) { return name == info->name; });
  return found == all_infos.end() ? nullptr : *found;
}

}  // namespace myowave::ionic
