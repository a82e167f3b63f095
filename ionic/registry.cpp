// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ionic/registry.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <map>
#include <set>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace myowave::ionic {

#define MYOWAVE_BUILT_IN(Model) extern const ModelCode code_##Model;
#include "ionic/built_in_models.inc"
#undef MYOWAVE_BUILT_IN

namespace {

constexpr const ModelCode* table[] = {
#define MYOWAVE_BUILT_IN(Model) &code_##Model,
#include "ionic/built_in_models.inc"
#undef MYOWAVE_BUILT_IN
};

/// Names head columns, keys and datasets: plain, and each once.
std::string name_fault(const std::string& name, std::set<std::string>& taken) {
  const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-';
  });
  if (!plain) return fmt::format("'{}' is no name; take letters, digits and _", name);
  if (!taken.insert(name).second) return fmt::format("the name '{}' is taken or reserved", name);
  return "";
}

/// A model's constants must be consistent before anything is computed with them.
std::string fault_of(const ModelInfo& info) {
  const int state_count = static_cast<int>(info.states.size());
  if (info.voltage_gate_count < 0 || info.gate_count < info.voltage_gate_count ||
      info.gate_count > state_count || info.function_count < 0)
    return "its gate or function counts contradict its states";
  if (info.variants.empty()) return "it has no variant";
  if (!(info.V_min_mV < info.V_initial_mV && info.V_initial_mV < info.V_max_mV))
    return "V_initial_mV does not lie between V_min_mV and V_max_mV";
  if (!(info.step_max_ms > 0.0)) return "step_max_ms is not positive";
  std::set<std::string> states = {"V", "global"}, parameters;
  for (const Quantity& state : info.states)
    if (const std::string fault = name_fault(state.name, states); !fault.empty()) return fault;
  for (const Quantity& parameter : info.parameters)
    if (const std::string fault = name_fault(parameter.name, parameters); !fault.empty()) return fault;
  for (const Variant& variant : info.variants) {
    for (const Setting& setting : variant.settings)
      if (!parameters.contains(setting.parameter))
        return fmt::format("variant '{}' sets the unknown parameter '{}'", variant.name,
                           setting.parameter);
    for (const Setting& setting : variant.initial)
      if (!states.contains(setting.parameter))
        return fmt::format("variant '{}' sets the unknown state '{}'", variant.name, setting.parameter);
  }
  return "";
}

const ModelCode& load(const std::string& path) {
  const std::string remedy = "build it with ionic/compile_model.sh of this version of Myowave";
  if (!std::filesystem::exists(path)) throw InputError(fmt::format("there is no file '{}'", path));
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library)
    throw InputError(
        fmt::format("'{}' cannot be loaded as a shared object ({}); {}", path, dlerror(), remedy));
  const int* const abi = static_cast<const int*>(dlsym(library, "myowave_model_abi"));
  if (!abi)
    throw InputError(fmt::format(
        "'{}' is a shared object but no Myowave model: it has no symbol myowave_model_abi; {}", path,
        remedy));
  if (*abi != kernel_abi)
    throw InputError(fmt::format("'{}' was built for model interface {}, this Myowave has {}; {}", path,
                                 *abi, kernel_abi, remedy));
  const auto* const code = static_cast<const ModelCode* const*>(dlsym(library, "myowave_model_code"));
  if (!code) throw InputError(fmt::format("'{}' has no symbol myowave_model_code; {}", path, remedy));
  if (const std::string fault = fault_of(*(*code)->info); !fault.empty())
    throw InputError(fmt::format("the model in '{}' is wrong: {}", path, fault));
  return **code;
}

}  // namespace

std::span<const ModelCode* const> built_in_models() { return table; }

bool is_shared_object(const std::string& name) {
  return name.find('/') != std::string::npos || std::filesystem::path(name).extension() == ".so";
}

const ModelCode& find_model(const std::string& name) {
  if (is_shared_object(name)) {
    static std::map<std::string, const ModelCode*> loaded;
    const std::string path = std::filesystem::absolute(name).lexically_normal().string();
    const auto found = loaded.find(path);
    return *(found != loaded.end() ? found : loaded.emplace(path, &load(path)).first)->second;
  }
  std::vector<std::string> names;
  for (const ModelCode* code : table) {
    if (name == code->info->name) return *code;
    names.emplace_back(code->info->name);
  }
  throw InputError(
      fmt::format("'{}' is not a model{}; there are: {}; or the path of a shared object (./my_model.so)",
                  name, suggestion(name, names), list_of(names)));
}

}  // namespace myowave::ionic
