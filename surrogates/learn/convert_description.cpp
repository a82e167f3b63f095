// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/convert_description.hpp"

#include <fmt/format.h>

#include <optional>

#include "base/text.hpp"
#include "config/schema.hpp"
#include "surrogates/card.hpp"
#include "surrogates/learn/key_lists.hpp"

namespace myowave::learn {
namespace {

using namespace schema;
using surrogates::Input;
using surrogates::names_up_to;
using surrogates::Output;
using surrogates::Surrogate;

constexpr double no_limit = 1e300;  // the card's own limits come later

/// { name = "text" }
void read_texts(const Node& node, const std::string& path, std::map<std::string, std::string>& texts,
                const Context& context) {
  if (!node.table())
    return context.fault(node, path,
                         node.text() + " is no table of texts; write for example { name = \"text\" }");
  for (const auto& [key, value] : *node.table()) {
    context.places[path + "." + key] = value.where;
    if (const auto text = as_string(value, path + "." + key, context)) texts[key] = *text;
  }
}

/// Keys that are read and never printed.
template <class S, class Read>
Key<S> read_only(std::string name, std::string type, std::string example, std::string meaning, Read read,
                 Presence presence = Presence::optional) {
  return custom<S>(
      std::move(name), std::move(type), std::move(example), std::move(meaning), read,
      [](const S&) { return std::string(); }, presence);
}

const Keys<Surrogate>& surrogate_keys() {
  using S = Surrogate;
  static const Keys<S> keys = {
      choice("kind", &S::kind, names_up_to(surrogates::Kind::trajectory), "what the networks map",
             Presence::required),
      text("name", &S::name, "hh_gates", "what the surrogate is called", Presence::required),
      text("summary", &S::summary, "all gates by one network", "what it is"),
      text("model", &S::model, "hodgkin_huxley_1952", "the ionic model that it stands for",
           Presence::required),
      text("variant", &S::variant, "modern", "of the model"),
      read_only<S>("parameters", "table of quantities", "{ g_Na = \"7.8 mS/uF\" }",
                   "of the model in training",
                   [](const Node& node, const std::string& path, S& settings, const Context& context) {
                     read_texts(node, path, settings.parameters, context);
                   }),
      quantity("dt", &S::dt, "ms", Sign::positive, "0.1 ms", "the step of the kind 'step'"),
      choice("integrator", &S::integrator, names_up_to(surrogates::Integrator::rush_larsen),
             "of the kind 'rate'"),
  };
  return keys;
}

void read_range(const Node& node, const std::string& path, Input& input, const Context& context) {
  const Node::Array* ends = node.array();
  if (!ends || ends->size() != 2)
    return context.fault(node, path,
                         node.text() +
                             " is no range; write the lowest and highest value of the training "
                             "data, for example [-90, 40]");
  const auto low = as_number((*ends)[0], path, context), high = as_number((*ends)[1], path, context);
  if (low && high) input.min = *low, input.max = *high;
}

const Keys<Input>& input_keys() {
  using S = Input;
  static const Keys<S> keys = {
      text("name", &S::name, "V", "V, a state, J, t", Presence::required),
      text("unit", &S::unit, "mV", "of the input", Presence::required),
      number("offset", &S::offset, -no_limit, no_limit, "the network sees (x - offset) / scale"),
      number("scale", &S::scale, -no_limit, no_limit, "the network sees (x - offset) / scale"),
      read_only<S>("range", "two numbers", "[-90, 40]", "the trained range", read_range,
                   Presence::required),
  };
  return keys;
}

const Keys<Output>& output_keys() {
  using S = Output;
  static const Keys<S> keys = {
      text("name", &S::name, "V", "V, a state, or of a current any name", Presence::required),
      text("unit", &S::unit, "mV", "of the output", Presence::required),
      choice("form", &S::form, names_up_to(surrogates::Form::tau), "what it means", Presence::required),
      choice("transform", &S::transform, names_up_to(surrogates::Transform::exp),
             "of what the network gives"),
      number("offset", &S::offset, -no_limit, no_limit, "offset + scale * transform(y)"),
      number("scale", &S::scale, -no_limit, no_limit, "offset + scale * transform(y)"),
      read_only<S>("reversal", "quantity in mV", "\"-77 mV\"", "reversal potential of a current",
                   [](const Node& node, const std::string& path, S& output, const Context& context) {
                     const auto value = as_quantity(node, path, "mV", context);
                     output.has_reversal = value.has_value();
                     output.reversal = value.value_or(0.0);
                   }),
  };
  return keys;
}

const Keys<NetworkSource>& network_keys() {
  using S = NetworkSource;
  static const Keys<S> keys = {
      text("name", &S::name, "gates", "of the network"),
      text("file", &S::file, "gates.onnx",
           "its ONNX file, from the folder of this one; that of the command line if it is left out"),
      texts("inputs", &S::inputs, "[\"V\"]", "in the order of the network; all if they are left out"),
      texts("outputs", &S::outputs, "[\"m.inf\", \"m.tau\"]",
            "in the order of the network; all if they are left out"),
      boolean("transform_included", &S::transform_included,
              "the network ends with the transform of its outputs"),
  };
  return keys;
}

using Rows = std::vector<std::vector<double>>;

void read_rows(const Node& node, const std::string& path, Rows& rows, const Context& context) {
  if (!node.array() || node.array()->empty() || node.array()->size() > surrogates::most_items)
    return context.fault(node, path,
                         fmt::format("write a list of 1 to {} samples, for example [[-60.0], [20.0]]",
                                     surrogates::most_items));
  for (const Node& each : *node.array()) {
    if (!each.array()) return context.fault(each, path, each.text() + " is no list of numbers");
    std::vector<double>& row = rows.emplace_back();
    for (const Node& entry : *each.array()) row.push_back(as_number(entry, path, context).value_or(0.0));
  }
}

const Keys<Surrogate>& check_keys() {
  using S = Surrogate;
  static const Keys<S> keys = {
      read_only<S>(
          "inputs", "list of samples", "[[-60.0], [20.0]]", "in physical units",
          [](const Node& node, const std::string& path, S& settings, const Context& context) {
            read_rows(node, path, settings.check_inputs, context);
          },
          Presence::required),
      read_only<S>(
          "outputs", "list of samples", "[[0.1, 0.4], [0.9, 0.2]]", "in physical units",
          [](const Node& node, const std::string& path, S& settings, const Context& context) {
            read_rows(node, path, settings.check_outputs, context);
          },
          Presence::required),
  };
  return keys;
}

template <class S>
void read_tables(const Node& document, const std::string& name, const Keys<S>& keys,
                 std::vector<S>& list, const Context& context) {
  const Node* section = document.find(name);
  if (!section) return;
  context.places[name] = section->where;
  if (!section->array())
    return context.fault(*section, name, fmt::format("must be a list: write [[{}]]", name));
  for (std::size_t i = 0; i < section->array()->size() && context.faults.size() < 20; ++i) {
    const Node& entry = (*section->array())[i];
    const std::string path = fmt::format("{}.{}", name, i);
    context.places[path] = entry.where;
    read_keys(entry, path, keys, list.emplace_back(), context);
  }
}

const std::vector<std::string>& section_names() {
  static const std::vector<std::string> names = {"surrogate", "inputs",     "outputs", "networks",
                                                 "check",     "provenance", "accuracy"};
  return names;
}

void require_sections(const Node& document, const Context& context) {
  for (const char* name : {"surrogate", "inputs", "outputs"})
    if (!document.find(name) && !is_misspelt(document, name, section_names()))
      context.faults.push_back(
          {document.where,
           fmt::format("the section '{}' is missing; write {}", name,
                       std::string(name) == "surrogate" ? "[surrogate] kind = ..., model = ..."
                                                        : fmt::format("[[{}]] name = ...", name))});
}

/// What belongs to one kind.
void check_kind(const Node& section, const Surrogate& surrogate, const Context& context) {
  if (surrogate.kind == surrogates::Kind::conductance)
    return context.fault(
        *section.find("kind"), "surrogate.kind",
        "a conductance surrogate has no network that ONNX could hold; allowed: step, rate, "
        "gate, residual, trajectory");
  const bool has_integrator = section.find("integrator"),
             rate = surrogate.kind == surrogates::Kind::rate;
  if (rate && !has_integrator)
    context.fault(section, "surrogate",
                  fmt::format("the key 'integrator' is missing; allowed: {}",
                              list_of(names_up_to(surrogates::Integrator::rush_larsen))));
  if (!rate && has_integrator)
    context.fault(*section.find("integrator"), "surrogate.integrator",
                  fmt::format("only a rate surrogate has an integrator; this is a {}; leave it out",
                              name_of(surrogate.kind)));
  if (surrogate.kind == surrogates::Kind::step && !section.find("dt"))
    context.fault(
        section, "surrogate",
        "the key 'dt' is missing: the step that the network takes, for example dt = \"0.1 ms\"");
}

void read_all(const Node& document, Description& description, const Context& context) {
  Surrogate& surrogate = description.surrogate;
  check_names(document, "", section_names(), context);
  require_sections(document, context);
  if (const Node* section = document.find("surrogate")) {
    context.places["surrogate"] = section->where;
    read_keys(*section, "surrogate", surrogate_keys(), surrogate, context);
    if (context.faults.empty()) check_kind(*section, surrogate, context);
  }
  read_tables(document, "inputs", input_keys(), surrogate.inputs, context);
  read_tables(document, "outputs", output_keys(), surrogate.outputs, context);
  read_tables(document, "networks", network_keys(), description.networks, context);
  if (const Node* section = document.find("check"))
    read_keys(*section, "check", check_keys(), surrogate, context);
  if (const Node* section = document.find("provenance"))
    read_texts(*section, "provenance", surrogate.provenance, context);
  if (const Node* section = document.find("accuracy"))
    read_texts(*section, "accuracy", surrogate.accuracy, context);
}

}  // namespace

Fault Description::fault(const std::string& key, const std::string& message) const {
  std::string at = key;
  while (!at.empty() && !places.contains(at)) {
    const std::size_t dot = at.rfind('.');
    at = dot == std::string::npos ? "" : at.substr(0, dot);
  }
  return {places.at(at), key.empty() ? message : key + ": " + message};
}

Description read_description(const std::string& path) {
  const Node document = read_document(path);
  Description description;
  std::vector<Fault> faults;
  const Context context{faults, description.places};
  description.places[""] = path;
  read_all(document, description, context);
  if (description.networks.empty()) description.networks.emplace_back();
  if (!faults.empty()) throw InputError(std::move(faults));
  return description;
}

}  // namespace myowave::learn
