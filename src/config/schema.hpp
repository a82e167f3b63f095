// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/document.hpp"
#include "meshes/geometry.hpp"

/// The key table: one row reads a key into a settings struct, prints it back and documents it.
namespace myowave::schema {

enum class Presence { required, optional };

/// Collects what reading needs besides the value: the faults and the places of the keys.
struct Context {
  std::vector<Fault>& faults;
  std::map<std::string, std::string>& places;

  void fault(const Node& at, const std::string& key, const std::string& message) const {
    faults.push_back({at.where, key + ": " + message});
  }
};

template <class S>
struct Key {
  std::string name;
  std::string type;     ///< for the docs: "length", "one of a | b"
  std::string example;  ///< a TOML value
  std::string meaning;
  Presence presence = Presence::optional;
  /// Reads `node` into the settings; `path` is the full key for messages.
  std::function<void(const Node& node, const std::string& path, S&, const Context&)> read;
  /// The value as TOML; empty: do not print the key.
  std::function<std::string(const S&)> print;
  std::vector<Key<S>> children;  ///< if the value is a table of its own
};

template <class S>
using Keys = std::vector<Key<S>>;

// Scalars, each with one clear fault.
std::optional<double> as_quantity(const Node& node, const std::string& path, const std::string& unit,
                                  const Context& context);
std::optional<double> as_number(const Node& node, const std::string& path, const Context& context);
std::optional<std::int64_t> as_integer(const Node& node, const std::string& path,
                                       const Context& context);
std::optional<std::string> as_string(const Node& node, const std::string& path, const Context& context);
/// One to three coordinates; those that are not given are NaN.
std::optional<Point> as_point(const Node& node, const std::string& path, const std::string& unit,
                              const Context& context);
/// A unit vector from one to three numbers, which need not be one.
std::optional<Point> as_direction(const Node& node, const std::string& path, const Context& context);
/// { box = [[..], [..]] }, { sphere = { centre, radius } } or { wall = { points, width } }; where `tags`
/// are allowed { tag = 3 } or { tag = [3, 4] }; { region = "name" } sets `region`.
std::optional<Shape> as_shape(const Node& node, const std::string& path, const Context& context,
                              bool tags = false, std::string* region = nullptr);

std::string quoted(const std::string& text);
std::string point_text(const Point& point, const std::string& unit);
std::string shape_text(const Shape& shape);

/// Faults for keys of `node` that are not in `names`, and for a node that is no table.
bool check_names(const Node& node, const std::string& path, const std::vector<std::string>& names,
                 const Context& context);

/// Whether `node` has an unknown key that is nearest to `name`: then `name` is misspelt, not missing.
bool is_misspelt(const Node& node, const std::string& name, const std::vector<std::string>& names);

template <class S>
void read_keys(const Node& node, const std::string& path, const Keys<S>& keys, S& settings,
               const Context& context) {
  std::vector<std::string> names;
  for (const Key<S>& key : keys) names.push_back(key.name);
  if (!check_names(node, path, names, context)) return;
  for (const Key<S>& key : keys) {
    const std::string full = path.empty() ? key.name : path + "." + key.name;
    if (const Node* value = node.find(key.name)) {
      context.places[full] = value->where;
      if (key.children.empty())
        key.read(*value, full, settings, context);
      else
        read_keys(*value, full, key.children, settings, context);
    } else if (key.presence == Presence::required && !is_misspelt(node, key.name, names)) {
      context.fault(node, path.empty() ? key.name : path,
                    "the key '" + key.name + "' is missing (" + key.meaning + "); write for example " +
                        key.name + " = " + key.example);
    }
  }
}

template <class S>
std::string print_value(const Key<S>& key, const S& settings) {
  if (key.children.empty()) return key.print(settings);
  std::string text;
  for (const Key<S>& child : key.children) {
    const std::string value = print_value(child, settings);
    if (!value.empty()) text += (text.empty() ? "" : ", ") + child.name + " = " + value;
  }
  return text.empty() ? "" : "{ " + text + " }";
}

template <class S>
std::string print_keys(const Keys<S>& keys, const S& settings) {
  std::string text;
  for (const Key<S>& key : keys) {
    const std::string value = print_value(key, settings);
    if (!value.empty()) text += key.name + " = " + value + "\n";
  }
  return text;
}

/// A row of the table of keys in the docs.
std::string page_row(const std::string& name, const std::string& type, bool required,
                     const std::string& preset, const std::string& example, const std::string& meaning);

template <class S>
std::string page_rows(const Keys<S>& keys, const std::string& prefix, const S& defaults) {
  std::string text;
  for (const Key<S>& key : keys) {
    const bool required = key.presence == Presence::required;
    if (key.children.empty())
      text += page_row(prefix + key.name, key.type, required, required ? "" : key.print(defaults),
                       key.example, key.meaning);
    else
      text += page_rows(key.children, prefix + key.name + ".", defaults);
  }
  return text;
}

/// A section of the page of all keys: heading, a line on it, table.
template <class S>
std::string section(const std::string& header, const std::string& what, const Keys<S>& keys) {
  return "\n## `" + header + "`\n\n" + what +
         "\n\n| key | value | default | example | meaning |\n|---|---|---|---|---|\n" +
         page_rows(keys, "", S{});
}

/// What a quantity must satisfy beyond its dimension.
enum class Sign { any, positive, not_negative };

/// "0.5 mm"; a plain number if the unit is "1".
std::string format_value(double value, const std::string& unit);
std::string check_sign(double value, Sign sign, const std::string& unit);

// ------------------------------------------------------------------------- rows of the table
template <class S>
Key<S> quantity(std::string name, double S::*member, std::string unit, Sign sign, std::string example,
                std::string meaning, Presence presence = Presence::optional) {
  Key<S> key{
      std::move(name), "quantity in " + unit, quoted(example), std::move(meaning), presence, {}, {}, {}};
  key.read = [=](const Node& node, const std::string& path, S& settings, const Context& context) {
    const std::optional<double> value = as_quantity(node, path, unit, context);
    if (!value) return;
    const std::string wrong = check_sign(*value, sign, unit);
    if (wrong.empty())
      settings.*member = *value;
    else
      context.fault(node, path, node.text() + " " + wrong);
  };
  key.print = [=](const S& settings) { return quoted(format_value(settings.*member, unit)); };
  return key;
}

template <class S>
Key<S> integer(std::string name, int S::*member, int low, std::string meaning) {
  Key<S> key{std::move(name),
             "integer",
             std::to_string(low),
             std::move(meaning),
             Presence::optional,
             {},
             {},
             {}};
  key.read = [=](const Node& node, const std::string& path, S& settings, const Context& context) {
    const std::optional<std::int64_t> value = as_integer(node, path, context);
    if (!value) return;
    if (*value < low || *value > 1'000'000'000)
      context.fault(node, path,
                    node.text() + " is not allowed; take an integer from " + std::to_string(low));
    else
      settings.*member = static_cast<int>(*value);
  };
  key.print = [=](const S& settings) { return std::to_string(settings.*member); };
  return key;
}

template <class S>
Key<S> number(std::string name, double S::*member, double low, double high, std::string meaning) {
  Key<S> key{std::move(name),
             "number",
             format_value(low, "1"),
             std::move(meaning),
             Presence::optional,
             {},
             {},
             {}};
  key.read = [=](const Node& node, const std::string& path, S& settings, const Context& context) {
    const std::optional<double> value = as_number(node, path, context);
    if (!value) return;
    if (!(*value > low && *value < high))
      context.fault(node, path,
                    node.text() + " is not allowed; take a number between " + format_value(low, "1") +
                        " and " + format_value(high, "1"));
    else
      settings.*member = *value;
  };
  key.print = [=](const S& settings) { return format_value(settings.*member, "1"); };
  return key;
}

template <class S>
Key<S> boolean(std::string name, bool S::*member, std::string meaning) {
  Key<S> key{
      std::move(name), "true \\| false", "true", std::move(meaning), Presence::optional, {}, {}, {}};
  key.read = [=](const Node& node, const std::string& path, S& settings, const Context& context) {
    if (const bool* value = std::get_if<bool>(&node.value))
      settings.*member = *value;
    else
      context.fault(node, path, node.text() + " is neither true nor false");
  };
  key.print = [=](const S& settings) { return settings.*member ? "true" : "false"; };
  return key;
}

template <class S>
Key<S> text(std::string name, std::string S::*member, std::string example, std::string meaning,
            Presence presence = Presence::optional) {
  Key<S> key{std::move(name), "text", quoted(example), std::move(meaning), presence, {}, {}, {}};
  key.read = [=](const Node& node, const std::string& path, S& settings, const Context& context) {
    if (const auto value = as_string(node, path, context)) settings.*member = *value;
  };
  key.print = [=](const S& settings) {
    return (settings.*member).empty() ? std::string() : quoted(settings.*member);
  };
  return key;
}

/// A row with its own reader and printer.
template <class S>
Key<S> custom(std::string name, std::string type, std::string example, std::string meaning,
              decltype(Key<S>::read) read, decltype(Key<S>::print) print,
              Presence presence = Presence::optional) {
  return {std::move(name), std::move(type), std::move(example), std::move(meaning),
          presence,        std::move(read), std::move(print),   {}};
}

/// A time above 0; 0 in the settings stands for "not given" and is not printed.
template <class S>
Key<S> duration_or_none(std::string name, double S::*member, std::string example, std::string meaning,
                        Presence presence = Presence::optional) {
  Key<S> key = quantity(std::move(name), member, "ms", Sign::positive, std::move(example),
                        std::move(meaning), presence);
  key.print = [print = key.print, member](const S& settings) {
    return settings.*member > 0.0 ? print(settings) : std::string();
  };
  return key;
}

/// Percent between 0 and 100, one number or a list, ascending.
void read_percents(const Node& node, const std::string& path, std::vector<double>& values,
                   const Context& context);
std::string percents_text(const std::vector<double>& values);

template <class S>
Key<S> percents(std::string name, std::vector<double> S::*member, std::string meaning) {
  return custom<S>(
      std::move(name), "number or list of numbers", "[50, 90]", std::move(meaning),
      [=](const Node& node, const std::string& path, S& settings, const Context& context) {
        read_percents(node, path, settings.*member, context);
      },
      [=](const S& settings) { return percents_text(settings.*member); });
}

/// A row of settings that are a part of others.
template <class Outer, class Inner>
Key<Outer> within(Inner Outer::*member, const Key<Inner>& key) {
  return custom<Outer>(
      key.name, key.type, key.example, key.meaning,
      [=](const Node& node, const std::string& path, Outer& settings, const Context& context) {
        key.read(node, path, settings.*member, context);
      },
      [=](const Outer& settings) { return key.print(settings.*member); }, key.presence);
}

/// The choice named by `node`, as its index in `names`.
std::optional<std::size_t> as_choice(const Node& node, const std::string& path,
                                     const std::vector<std::string>& names, const Context& context);
std::string choice_type(const std::vector<std::string>& names);

/// A name out of a list; the enumerators are in the order of `names`.
template <class S, class E>
Key<S> choice(std::string name, E S::*member, std::vector<std::string> names, std::string meaning,
              Presence presence = Presence::optional) {
  Key<S> key{std::move(name),
             choice_type(names),
             quoted(names.front()),
             std::move(meaning),
             presence,
             {},
             {},
             {}};
  key.read = [=](const Node& node, const std::string& path, S& settings, const Context& context) {
    if (const auto index = as_choice(node, path, names, context))
      settings.*member = static_cast<E>(*index);
  };
  key.print = [=](const S& settings) {
    return quoted(names[static_cast<std::size_t>(settings.*member)]);
  };
  return key;
}

/// A key that is a table of keys of the same settings.
template <class S>
Key<S> group(std::string name, std::string meaning, Keys<S> children,
             Presence presence = Presence::optional) {
  std::string example;
  for (const Key<S>& child : children)
    example += (example.empty() ? "" : ", ") + child.name + " = " + child.example;
  return {std::move(name),    "table", "{ " + example + " }", std::move(meaning), presence, {}, {},
          std::move(children)};
}

/// Where something lies: `where` of the settings, or the region that `region` names if there is one.
template <class S>
Key<S> place(std::string meaning, std::string S::*region, Presence presence) {
  return custom<S>(
      "where", region ? "shape or region" : "shape",
      R"({ box = [["0 mm", "0 mm"], ["1.5 mm", "1.5 mm"]] })", std::move(meaning),
      [=](const Node& node, const std::string& path, S& settings, const Context& context) {
        if (const auto shape =
                as_shape(node, path, context, true, region ? &(settings.*region) : nullptr))
          settings.where = *shape;
      },
      [=](const S& settings) {
        if (region && !(settings.*region).empty())
          return "{ region = " + quoted(settings.*region) + " }";
        return shape_text(settings.where);
      },
      presence);
}

/// A key of the design that has one value so far.
template <class S>
Key<S> only_value(std::string name, const std::string& value, std::string meaning) {
  return custom<S>(
      std::move(name), value, quoted(value), std::move(meaning),
      [=](const Node& node, const std::string& path, S&, const Context& context) {
        as_choice(node, path, {value}, context);
      },
      [=](const S&) { return quoted(value); });
}

}  // namespace myowave::schema
