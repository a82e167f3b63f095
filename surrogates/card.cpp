// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/card.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/text.hpp"
#include "base/units.hpp"
#include "surrogates/safetensors.hpp"
#include "surrogates/surrogate_file.hpp"

namespace myowave::surrogates {
namespace {

using Json = nlohmann::json;
using OrderedJson = nlohmann::ordered_json;
using Names = std::vector<std::string>;

/// Names from a file for a message.
std::string some_of(const Names& names) {
  constexpr std::size_t most = 20;
  Names some;
  for (std::size_t i = 0; i < std::min(most, names.size()); ++i) some.push_back(shown(names[i]));
  return list_of(some) + (names.size() > most ? ", ..." : "");
}

/// Reads the values of a card; each function appends its faults and goes on.
class CardReader {
 public:
  explicit CardReader(std::vector<Fault>& faults) : faults_(faults) {}

  Card read(const Json& json) {
    if (!has_keys(json, "", {"kind", "name", "model", "inputs", "outputs"},
                  {"networks", "conductance", "summary", "variant", "parameters", "dt", "integrator",
                   "provenance", "accuracy"}))
      return {};
    Card card;
    Surrogate& s = card.surrogate;
    const bool has_kind = choice(json, "", "kind", s.kind, Kind::trajectory);
    text(json, "", "name", s.name);
    text(json, "", "summary", s.summary);
    text(json, "", "model", s.model);
    text(json, "", "variant", s.variant);
    texts(json, "parameters", s.parameters);
    texts(json, "provenance", s.provenance);
    texts(json, "accuracy", s.accuracy);
    if (has_kind) time_stepping(json, s);
    if (has_kind) content(json, s);
    const std::size_t faults_before = faults_.size();
    for_each(json, "", "inputs", most_items, [&](const Json& each, const std::string& where) {
      s.inputs.push_back(input(each, where));
    });
    for_each(json, "", "outputs", most_items, [&](const Json& each, const std::string& where) {
      s.outputs.push_back(output(each, where));
    });
    // The networks name inputs and outputs, which must be known.
    const bool resolve = faults_.size() == faults_before;
    for_each(json, "", "networks", most_items,
             [&](const Json& each, const std::string& where) { part(each, where, resolve, card); });
    card.missing = std::move(missing_);
    return card;
  }

 private:
  void fault(const std::string& where, std::string message) {
    faults_.push_back({where, std::move(message)});
  }

  /// A hostile card shall not make a message per byte.
  bool enough_faults() const { return faults_.size() > 20; }

  static std::string join(const std::string& where, const std::string& key) {
    return where.empty() ? key : where + "." + key;
  }

  /// Whether it is an object; its keys are checked.
  bool has_keys(const Json& json, const std::string& where, const Names& required,
                const Names& optional) {
    Names all = required;
    all.insert(all.end(), optional.begin(), optional.end());
    if (!json.is_object()) {
      fault(where, fmt::format("{} is no table; it has the keys: {}", shown(json.dump()), list_of(all)));
      return false;
    }
    Names misspelt;
    for (const auto& [key, value] : json.items()) {
      if (std::find(all.begin(), all.end(), key) != all.end()) continue;
      if (enough_faults()) break;
      misspelt.push_back(nearest_name(shown(key), all));
      fault(join(where, shown(key)),
            fmt::format("unknown key{}; allowed here: {}", suggestion(shown(key), all), list_of(all)));
    }
    for (const std::string& key : required) {
      if (json.contains(key)) continue;
      missing_.push_back(join(where, key));
      const bool reported = std::find(misspelt.begin(), misspelt.end(), key) != misspelt.end();
      if (!reported) fault(missing_.back(), "this key is missing");
    }
    return true;
  }

  bool text(const Json& json, const std::string& where, const std::string& key, std::string& value) {
    const auto found = json.find(key);
    if (found == json.end()) return false;
    if (found->is_string()) {
      value = found->get<std::string>();
      return true;
    }
    fault(join(where, shown(key)), fmt::format("{} is no text; put it in quotes", shown(found->dump())));
    return false;
  }

  void texts(const Json& json, const char* key, std::map<std::string, std::string>& values) {
    const auto found = json.find(key);
    if (found == json.end()) return;
    if (!has_keys_of_texts(*found, key)) return;
    for (const auto& [name, value] : found->items()) {
      if (enough_faults()) break;
      text(*found, key, name, values[name]);
    }
  }

  bool has_keys_of_texts(const Json& json, const char* key) {
    if (json.is_object()) return true;
    fault(key, fmt::format("{} is no table of texts; write for example {{\"g_Na\": \"7.8 mS/uF\"}}",
                           shown(json.dump())));
    return false;
  }

  void number(const Json& json, const std::string& where, const char* key, double& value) {
    const auto found = json.find(key);
    if (found == json.end()) return;
    if (found->is_number())
      value = found->get<double>();
    else
      fault(join(where, key),
            fmt::format("{} is no number; write for example 0.5", shown(found->dump())));
  }

  void flag(const Json& json, const std::string& where, const char* key, bool& value) {
    const auto found = json.find(key);
    if (found == json.end()) return;
    if (found->is_boolean())
      value = found->get<bool>();
    else
      fault(join(where, key), fmt::format("{} is neither true nor false", shown(found->dump())));
  }

  bool quantity(const Json& json, const std::string& where, const char* key, const char* unit,
                double& value) {
    std::string given;
    if (!text(json, where, key, given)) return false;
    try {
      if (const std::string wrong = quantity_fault(given); !wrong.empty()) throw InputError(wrong);
      value = parse_quantity(given, unit);
      return true;
    } catch (const InputError& error) {
      fault(join(where, key), error.faults().front().message);
      return false;
    }
  }

  template <class E>
  bool choice(const Json& json, const std::string& where, const char* key, E& value, E last) {
    std::string given;
    if (!text(json, where, key, given)) return false;
    const Names names = names_up_to(last);
    const auto found = std::find(names.begin(), names.end(), given);
    if (found == names.end()) {
      fault(join(where, key), fmt::format("\"{}\" is not known{}; allowed: {}", shown(given),
                                          suggestion(shown(given), names), list_of(names)));
      return false;
    }
    value = static_cast<E>(found - names.begin());
    return true;
  }

  template <class Visit>
  void for_each(const Json& json, const std::string& where, const char* key, std::size_t most,
                Visit visit) {
    const auto found = json.find(key);
    if (found == json.end()) return;
    if (!found->is_array() || found->empty() || found->size() > most)
      return fault(join(where, key), fmt::format("a list of 1 to {} entries is needed", most));
    for (std::size_t i = 0; i < found->size() && !enough_faults(); ++i)
      visit((*found)[i], fmt::format("{}.{}", join(where, key), i));
  }

  /// What belongs to one kind only.
  void time_stepping(const Json& json, Surrogate& s) {
    const bool has_dt = json.contains("dt"), has_integrator = json.contains("integrator");
    if (s.kind == Kind::step && !has_dt)
      fault("dt", "this key is missing: the step that the network takes, for example \"0.1 ms\"");
    if (s.kind != Kind::step && has_dt)
      fault("dt",
            fmt::format("only a step surrogate has a dt; this is a {}; leave it out", name_of(s.kind)));
    if (s.kind == Kind::rate && !has_integrator)
      fault("integrator", fmt::format("this key is missing; allowed: {}",
                                      list_of(names_up_to(Integrator::rush_larsen))));
    if (s.kind != Kind::rate && has_integrator)
      fault("integrator",
            fmt::format("only a rate surrogate has an integrator; this is a {}; leave it out",
                        name_of(s.kind)));
    if (s.kind == Kind::step) quantity(json, "", "dt", "ms", s.dt);
    if (s.kind == Kind::rate) choice(json, "", "integrator", s.integrator, Integrator::rush_larsen);
  }

  /// Networks, or what stands in their place.
  void content(const Json& json, Surrogate& s) {
    const bool has_tables = s.kind == Kind::conductance;
    const char* const needed = has_tables ? "conductance" : "networks";
    const char* const other = has_tables ? "networks" : "conductance";
    if (!json.contains(needed)) {
      missing_.emplace_back(needed);
      fault(needed, "this key is missing");
    }
    if (json.contains(other))
      fault(other, fmt::format("a {} surrogate has none; leave the key out", name_of(s.kind)));
    if (has_tables && json.contains(needed)) s.conductance = conductance(json[needed]);
  }

  Conductance conductance(const Json& json) {
    Conductance c;
    const std::string where = "conductance";
    if (!has_keys(json, where, {"latents", "terms", "V", "reversal"}, {"scaled", "cycles", "readouts"}))
      return c;
    if (json.contains("scaled")) scaled(json["scaled"], c);
    if (json.contains("cycles")) cycles(json["cycles"], c);
    if (json.contains("readouts")) readouts(json["readouts"], c);
    count(json, where, "latents", c.latents);
    count(json, where, "terms", c.terms);
    quantity(json, where, "reversal", "mV", c.reversal);
    const auto V = json.find("V");
    if (V == json.end()) return c;
    if (V->is_array() && V->size() == 2 && (*V)[0].is_number() && (*V)[1].is_number()) {
      c.V_first = (*V)[0].get<double>(), c.V_last = (*V)[1].get<double>();
    } else {
      fault(where + ".V", fmt::format("{} is no pair of numbers; write V of the first and of the last "
                                      "knot in mV, for example [-100, 60]",
                                      shown(V->dump())));
    }
    return c;
  }

  /// In the order of the rows of conductance.sensitivities.
  void scaled(const Json& json, Conductance& c) {
    const std::string where = "conductance.scaled";
    if (!json.is_array() || json.size() > most_latents)
      return fault(where, fmt::format("{} is no list of at most {} parameters; write for example "
                                      "[{{\"name\": \"g_Ks\", \"factors\": [0.5, 2]}}]",
                                      shown(json.dump()), most_latents));
    for (std::size_t k = 0; k < json.size(); ++k) {
      const std::string at = fmt::format("{}.{}", where, k);
      if (!has_keys(json[k], at, {"name", "factors"}, {})) continue;
      Conductance::Scaled each;
      text(json[k], at, "name", each.name);
      const Json& range = json[k].value("factors", Json());
      if (range.is_array() && range.size() == 2 && range[0].is_number() && range[1].is_number())
        each.low = range[0].get<double>(), each.high = range[1].get<double>();
      else
        fault(at + ".factors",
              fmt::format("{} is no pair of numbers; write for example [0.5, 2]", shown(range.dump())));
      c.scaled.push_back(std::move(each));
    }
  }

  void cycles(const Json& json, Conductance& c) {
    constexpr std::size_t most = 100;
    const bool numbers =
        json.is_array() && json.size() <= most &&
        std::all_of(json.begin(), json.end(), [](const Json& each) { return each.is_number(); });
    if (!numbers)
      return fault("conductance.cycles", fmt::format("{} is no list of at most {} cycle lengths in ms",
                                                     shown(json.dump()), most));
    for (const Json& each : json) c.cycles.push_back(each.get<double>());
  }

  /// In the order of the rows of conductance.readouts.
  void readouts(const Json& json, Conductance& c) {
    const std::string where = "conductance.readouts";
    if (!json.is_array() || json.size() > most_latents)
      return fault(where, fmt::format("{} is no list of at most {} quantities; write for example "
                                      "[{{\"name\": \"Cai\", \"unit\": \"mM\"}}]",
                                      shown(json.dump()), most_latents));
    for (std::size_t k = 0; k < json.size(); ++k) {
      const std::string at = fmt::format("{}.{}", where, k);
      if (!has_keys(json[k], at, {"name", "unit"}, {})) continue;
      Conductance::Readout each;
      text(json[k], at, "name", each.name);
      text(json[k], at, "unit", each.unit);
      c.readouts.push_back(std::move(each));
    }
  }

  void count(const Json& json, const std::string& where, const char* key, int& value) {
    const auto found = json.find(key);
    if (found == json.end()) return;
    if (found->is_number_integer() && *found >= 1 && *found <= most_latents)
      value = found->get<int>();
    else
      fault(join(where, key),
            fmt::format("{} is no number from 1 to {}", shown(found->dump()), most_latents));
  }

  Input input(const Json& json, const std::string& where) {
    Input input;
    if (!has_keys(json, where, {"name", "unit", "range"}, {"offset", "scale"})) return input;
    text(json, where, "name", input.name);
    text(json, where, "unit", input.unit);
    number(json, where, "offset", input.offset);
    number(json, where, "scale", input.scale);
    const auto range = json.find("range");
    if (range == json.end()) return input;
    if (range->is_array() && range->size() == 2 && (*range)[0].is_number() && (*range)[1].is_number()) {
      input.min = (*range)[0].get<double>();
      input.max = (*range)[1].get<double>();
    } else {
      fault(where + ".range", fmt::format("{} is no range; write the lowest and highest value of the "
                                          "training data, for example [-90, 40]",
                                          shown(range->dump())));
    }
    return input;
  }

  Output output(const Json& json, const std::string& where) {
    Output output;
    if (!has_keys(json, where, {"name", "unit", "form"}, {"transform", "offset", "scale", "reversal"}))
      return output;
    text(json, where, "name", output.name);
    text(json, where, "unit", output.unit);
    choice(json, where, "form", output.form, Form::tau);
    choice(json, where, "transform", output.transform, Transform::exp);
    number(json, where, "offset", output.offset);
    number(json, where, "scale", output.scale);
    output.has_reversal = json.contains("reversal");
    if (output.has_reversal) quantity(json, where, "reversal", "mV", output.reversal);
    return output;
  }

  void part(const Json& json, const std::string& where, bool resolve, Card& card) {
    Part part;
    std::vector<bool> layer_norm;
    if (has_keys(json, where, {"name", "inputs", "outputs", "layers"}, {})) {
      Names inputs, outputs;
      for (const Input& each : card.surrogate.inputs) inputs.push_back(each.name);
      for (const Output& each : card.surrogate.outputs) outputs.push_back(reference_of(each));
      text(json, where, "name", part.name);
      part.inputs = references(json, where, "inputs", inputs, resolve);
      part.outputs = references(json, where, "outputs", outputs, resolve);
      for_each(json, where, "layers", most_layers, [&](const Json& each, const std::string& at) {
        bool norm = false;
        part.network.layers.push_back(layer(each, at, norm));
        layer_norm.push_back(norm);
      });
    }
    card.surrogate.parts.push_back(std::move(part));
    card.layer_norm.push_back(std::move(layer_norm));
  }

  std::vector<int> references(const Json& json, const std::string& where, const char* key,
                              const Names& names, bool resolve) {
    std::vector<int> indices;
    for_each(json, where, key, most_items, [&](const Json& each, const std::string& at) {
      if (!each.is_string()) return fault(at, fmt::format("{} is no name", shown(each.dump())));
      if (!resolve) return;
      const auto name = each.get<std::string>();
      const auto found = std::find(names.begin(), names.end(), name);
      if (found == names.end())
        return fault(at, fmt::format("'{}' is none of the {}{}; these are: {}", shown(name), key,
                                     suggestion(shown(name), names), some_of(names)));
      indices.push_back(static_cast<int>(found - names.begin()));
    });
    return indices;
  }

  Layer layer(const Json& json, const std::string& where, bool& norm) {
    Layer layer;
    if (!has_keys(json, where, {"activation"}, {"gain", "residual", "layer_norm"})) return layer;
    choice(json, where, "activation", layer.activation, Activation::gelu);
    number(json, where, "gain", layer.gain);
    flag(json, where, "residual", layer.residual);
    flag(json, where, "layer_norm", norm);
    return layer;
  }

  std::vector<Fault>& faults_;
  std::vector<std::string> missing_;
};

OrderedJson json_of(const Input& input) {
  return {{"name", input.name},
          {"unit", input.unit},
          {"offset", input.offset},
          {"scale", input.scale},
          {"range", {input.min, input.max}}};
}

OrderedJson json_of(const Output& output) {
  OrderedJson json = {{"name", output.name},          {"unit", output.unit},
                      {"form", name_of(output.form)}, {"transform", name_of(output.transform)},
                      {"offset", output.offset},      {"scale", output.scale}};
  if (output.has_reversal) json["reversal"] = format_quantity(output.reversal, "mV");
  return json;
}

OrderedJson json_of(const Part& part, const Surrogate& surrogate) {
  OrderedJson json = {{"name", part.name}};
  for (const int i : part.inputs)
    json["inputs"].push_back(surrogate.inputs[static_cast<std::size_t>(i)].name);
  for (const int o : part.outputs)
    json["outputs"].push_back(reference_of(surrogate.outputs[static_cast<std::size_t>(o)]));
  for (const Layer& layer : part.network.layers)
    json["layers"].push_back({{"activation", name_of(layer.activation)},
                              {"gain", layer.gain},
                              {"residual", layer.residual},
                              {"layer_norm", !layer.norm_weight.empty()}});
  return json;
}

}  // namespace

Card read_card(const std::string& text, std::vector<Fault>& faults) {
  if (const std::string wrong = json_fault(text); !wrong.empty()) {
    faults.push_back({"", "the card cannot be read: " + wrong});
    return {};
  }
  return CardReader(faults).read(Json::parse(text));
}

std::string write_card(const Surrogate& surrogate) {
  OrderedJson json = {{"kind", name_of(surrogate.kind)}, {"name", surrogate.name}};
  if (!surrogate.summary.empty()) json["summary"] = surrogate.summary;
  json["model"] = surrogate.model;
  if (!surrogate.variant.empty()) json["variant"] = surrogate.variant;
  if (!surrogate.parameters.empty()) json["parameters"] = surrogate.parameters;
  if (surrogate.kind == Kind::step) json["dt"] = format_quantity(surrogate.dt, "ms");
  if (surrogate.kind == Kind::rate) json["integrator"] = name_of(surrogate.integrator);
  for (const Input& input : surrogate.inputs) json["inputs"].push_back(json_of(input));
  for (const Output& output : surrogate.outputs) json["outputs"].push_back(json_of(output));
  for (const Part& part : surrogate.parts) json["networks"].push_back(json_of(part, surrogate));
  if (const auto& c = surrogate.conductance) {
    json["conductance"] = {{"latents", c->latents},
                           {"terms", c->terms},
                           {"V", {c->V_first, c->V_last}},
                           {"reversal", format_quantity(c->reversal, "mV")}};
    for (const Conductance::Scaled& each : c->scaled)
      json["conductance"]["scaled"].push_back({{"name", each.name}, {"factors", {each.low, each.high}}});
    if (!c->cycles.empty()) json["conductance"]["cycles"] = c->cycles;
    for (const Conductance::Readout& each : c->readouts)
      json["conductance"]["readouts"].push_back({{"name", each.name}, {"unit", each.unit}});
  }
  if (!surrogate.provenance.empty()) json["provenance"] = surrogate.provenance;
  if (!surrogate.accuracy.empty()) json["accuracy"] = surrogate.accuracy;
  return json.dump();
}

}  // namespace myowave::surrogates
