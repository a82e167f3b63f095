// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/schema.hpp"
#include "surrogates/network.hpp"

/// Rows of the key table for lists and for numbers that may lie on a bound.
namespace myowave::learn {

/// Reads each entry of a list, or a single value, by `read`; a fault if there is none. Returns nothing
/// if any entry is wrong.
template <class T, class Read>
std::optional<std::vector<T>> read_list(const Node& node, const std::string& path,
                                        const schema::Context& context, Read read) {
  std::vector<T> values;
  bool good = true;
  auto add = [&](const Node& each) {
    const std::optional<T> value = read(each);
    good = good && value.has_value();
    if (value) values.push_back(*value);
  };
  if (node.array())
    for (const Node& each : *node.array()) add(each);
  else
    add(node);
  if (node.array() && node.array()->empty()) {
    context.fault(node, path, "the list is empty; give at least one value");
    return std::nullopt;
  }
  return good ? std::optional(std::move(values)) : std::nullopt;
}

template <class T, class Text>
std::string list_text(const std::vector<T>& values, Text text) {
  std::string out;
  for (const T& value : values) out += (out.empty() ? "" : ", ") + text(value);
  return out.empty() ? out : "[" + out + "]";
}

template <class S>
schema::Key<S> integers(std::string name, std::vector<int> S::*member, int low, std::string example,
                        std::string meaning) {
  return schema::custom<S>(
      std::move(name), "list of integers", std::move(example), std::move(meaning),
      [=](const Node& node, const std::string& path, S& settings, const schema::Context& context) {
        const auto values = read_list<int>(node, path, context, [&](const Node& each) {
          const auto value = schema::as_integer(each, path, context);
          if (value && *value >= low && *value <= 1'000'000)
            return std::optional(static_cast<int>(*value));
          if (value)
            context.fault(each, path,
                          each.text() + " is not allowed; take an integer from " + std::to_string(low));
          return std::optional<int>();
        });
        if (values) settings.*member = *values;
      },
      [=](const S& settings) {
        return list_text(settings.*member, [](int value) { return std::to_string(value); });
      });
}

template <class S>
schema::Key<S> texts(std::string name, std::vector<std::string> S::*member, std::string example,
                     std::string meaning, std::vector<std::string> allowed = {}) {
  return schema::custom<S>(
      std::move(name), "list of names", std::move(example), std::move(meaning),
      [=](const Node& node, const std::string& path, S& settings, const schema::Context& context) {
        const auto values = read_list<std::string>(node, path, context, [&](const Node& each) {
          if (allowed.empty()) return schema::as_string(each, path, context);
          const auto index = schema::as_choice(each, path, allowed, context);
          return index ? std::optional(allowed[*index]) : std::optional<std::string>();
        });
        if (values) settings.*member = *values;
      },
      [=](const S& settings) { return list_text(settings.*member, schema::quoted); });
}

/// Quantities of one dimension, one or a list.
template <class S>
schema::Key<S> quantities(std::string name, std::vector<double> S::*member, std::string unit,
                          std::string example, std::string meaning) {
  return schema::custom<S>(
      std::move(name), "quantities in " + unit, std::move(example), std::move(meaning),
      [=](const Node& node, const std::string& path, S& settings, const schema::Context& context) {
        const auto values = read_list<double>(node, path, context, [&](const Node& each) {
          return schema::as_quantity(each, path, unit, context);
        });
        if (values) settings.*member = *values;
      },
      [=](const S& settings) {
        return list_text(settings.*member, [&](double value) {
          return schema::quoted(schema::format_value(value, unit));
        });
      });
}

/// Two quantities, the lower one first.
template <class S>
schema::Key<S> interval(std::string name, double S::*low, double S::*high, std::string unit,
                        std::string example, std::string meaning) {
  return schema::custom<S>(
      std::move(name), "two quantities in " + unit, std::move(example), std::move(meaning),
      [=](const Node& node, const std::string& path, S& settings, const schema::Context& context) {
        const auto values = read_list<double>(node, path, context, [&](const Node& each) {
          return schema::as_quantity(each, path, unit, context);
        });
        if (!values) return;
        if (values->size() != 2 || !((*values)[0] < (*values)[1]))
          return context.fault(node, path,
                               node.text() + " is no interval; write the lower end, then the higher");
        settings.*low = (*values)[0], settings.*high = (*values)[1];
      },
      [=](const S& settings) {
        if (settings.*low == settings.*high) return std::string();
        return "[" + schema::quoted(schema::format_value(settings.*low, unit)) + ", " +
               schema::quoted(schema::format_value(settings.*high, unit)) + "]";
      });
}

/// A plain number in [low, high].
template <class S>
schema::Key<S> number_in(std::string name, double S::*member, double low, double high,
                         std::string meaning) {
  return schema::custom<S>(
      std::move(name), "number", schema::format_value(low, "1"), std::move(meaning),
      [=](const Node& node, const std::string& path, S& settings, const schema::Context& context) {
        const auto value = schema::as_number(node, path, context);
        if (!value) return;
        if (*value >= low && *value <= high)
          settings.*member = *value;
        else
          context.fault(node, path,
                        node.text() + " is not allowed; take a number from " +
                            schema::format_value(low, "1") + " to " + schema::format_value(high, "1"));
      },
      [=](const S& settings) { return schema::format_value(settings.*member, "1"); });
}

/// Names of all activations, in the order of the enumeration.
inline std::vector<std::string> activation_names() {
  std::vector<std::string> names;
  for (int k = 0; k <= static_cast<int>(surrogates::Activation::gelu); ++k)
    names.emplace_back(name_of(static_cast<surrogates::Activation>(k)));
  return names;
}

template <class S>
schema::Key<S> activations(std::string name, std::vector<surrogates::Activation> S::*member,
                           std::string meaning) {
  return schema::custom<S>(
      std::move(name), schema::choice_type(activation_names()) + ", or a list", "\"tanh\"",
      std::move(meaning),
      [=](const Node& node, const std::string& path, S& settings, const schema::Context& context) {
        const auto values =
            read_list<surrogates::Activation>(node, path, context, [&](const Node& each) {
              const auto index = schema::as_choice(each, path, activation_names(), context);
              return index ? std::optional(static_cast<surrogates::Activation>(*index)) : std::nullopt;
            });
        if (values) settings.*member = *values;
      },
      [=](const S& settings) {
        return list_text(settings.*member,
                         [](surrogates::Activation each) { return schema::quoted(name_of(each)); });
      });
}

}  // namespace myowave::learn
