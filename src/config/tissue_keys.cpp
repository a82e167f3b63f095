// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/tissue_keys.hpp"

#include <fmt/format.h>

#include <cmath>

#include "config/gradient_keys.hpp"
#include "config/keys.hpp"

namespace myowave::schema {
namespace {

/// sigma across fibre and sheet, if it is not that across the fibre.
Key<TissueSettings> normal_conductivity() {
  Key<TissueSettings> key = quantity(
      "normal", &TissueSettings::normal, "S/m", Sign::positive, "0.01 S/m",
      "across fibre and sheet; `transverse` is then across the fibre in the sheet. Needs a mesh "
      "from a file with sheets, or fibres by a rule");
  key.print = [print = key.print](const TissueSettings& settings) {
    return settings.normal > 0.0 ? print(settings) : std::string();
  };
  return key;
}

// ------------------------------------------------------------------------------ fibres
constexpr const char* rule_example = "{ axis = \"z\", from = \"60 deg\", to = \"-60 deg\" }";

std::optional<double> as_angle(const Node& node, const std::string& path, const Context& context) {
  // "deg" carries no dimension, so a bare number would pass as radians: ask for the unit.
  if (node.string() && node.string()->find_first_not_of("0123456789.+-eE ") == std::string::npos) {
    context.fault(node, path, node.text() + " has no unit; write for example \"30 deg\"");
    return std::nullopt;
  }
  return as_quantity(node, path, "deg", context);
}

std::optional<FibreRule> as_rule(const Node& node, const std::string& path, const Context& context) {
  const auto through = as_gradient(node, path, rule_example, context);
  if (!through) return std::nullopt;
  if (through->axis < 0) {
    context.fault(node, path,
                  fmt::format("fibres turn along an axis, not between points; write {}", rule_example));
    return std::nullopt;
  }
  const auto from = as_angle(*node.find("from"), path + ".from", context),
             to = as_angle(*node.find("to"), path + ".to", context);
  if (!from || !to) return std::nullopt;
  return FibreRule{*through, *from, *to};
}

void read_fibre(const Node& node, const std::string& path, TissueSettings& settings,
                const Context& context) {
  if (node.array()) {
    if (const auto fibre = as_direction(node, path, context)) settings.fibre = *fibre;
    return;
  }
  const std::size_t faults = context.faults.size();
  const bool rule = node.table() && (node.find("axis") || node.find("from") || node.find("to"));
  if (!check_names(node, path,
                   rule ? std::vector<std::string>{"axis", "from", "to", "between", "smooth"}
                        : std::vector<std::string>{"angle"},
                   context) ||
      context.faults.size() > faults)
    return;
  if (rule) {
    settings.rule = as_rule(node, path, context);
  } else if (const Node* angle = node.find("angle"); !angle) {
    context.fault(
        node, path,
        fmt::format("write a direction [1.0, 0.0, 0.0], {{ angle = \"30 deg\" }} or {}", rule_example));
  } else if (const auto value = as_angle(*angle, path + ".angle", context)) {
    settings.fibre = {std::cos(*value), std::sin(*value), 0.0};
  }
}

std::string fibre_text(const TissueSettings& settings) {
  if (settings.fibre_of_mesh) return "";
  if (const auto& rule = settings.rule)
    return fmt::format("{{ from = {}, to = {}, {} }}", quoted(format_value(rule->from, "deg")),
                       quoted(format_value(rule->to, "deg")), gradient_text(rule->through));
  const Point& f = settings.fibre;
  return fmt::format("[{}, {}, {}]", f[0], f[1], f[2]);
}

// ----------------------------------------------------------------- conductivities of regions
std::optional<double> as_conductivity(const Node& node, const std::string& path,
                                      const Context& context) {
  const auto value = as_quantity(node, path, "S/m", context);
  if (!value) return std::nullopt;
  const std::string wrong = check_sign(*value, Sign::not_negative, "S/m");
  if (wrong.empty()) return value;
  context.fault(node, path, node.text() + " " + wrong);
  return std::nullopt;
}

void read_conductivity(const Node& node, const std::string& path, Conductivity& conductivity,
                       const Context& context) {
  if (!node.table()) {
    conductivity.value = as_conductivity(node, path, context).value_or(0.0);
    return;
  }
  const std::size_t faults = context.faults.size();
  if (!check_names(node, path, {"from", "to", "axis", "between", "smooth"}, context) ||
      context.faults.size() > faults)
    return;
  conductivity.gradient =
      as_gradient(node, path, "{ from = \"0.1 S/m\", to = \"0.05 S/m\", axis = \"x\" }", context);
  if (!conductivity.gradient) return;
  conductivity.value = as_conductivity(*node.find("from"), path + ".from", context).value_or(0.0);
  conductivity.to = as_conductivity(*node.find("to"), path + ".to", context).value_or(0.0);
}

std::string conductivity_text(const Conductivity& conductivity) {
  const std::string value = quoted(format_value(conductivity.value, "S/m"));
  if (!conductivity.gradient) return value;
  return fmt::format("{{ from = {}, to = {}, {} }}", value, quoted(format_value(conductivity.to, "S/m")),
                     gradient_text(*conductivity.gradient));
}

/// One of the conductivities: `place` is where it is written to, `find` what there is of it or null.
Key<RegionSettings> component(std::string name, std::string example, std::string meaning,
                              Conductivity& (*place)(Conductivities&),
                              const Conductivity* (*find)(const Conductivities&), Presence presence) {
  return custom<RegionSettings>(
      std::move(name), "quantity in S/m, or gradient", std::move(example), std::move(meaning),
      [=](const Node& node, const std::string& path, RegionSettings& settings, const Context& context) {
        if (!settings.conductivity) settings.conductivity.emplace();
        read_conductivity(node, path, place(*settings.conductivity), context);
      },
      [=](const RegionSettings& settings) {
        const Conductivity* const found = settings.conductivity ? find(*settings.conductivity) : nullptr;
        return found ? conductivity_text(*found) : std::string();
      },
      presence);
}

// --------------------------------------------------------------------------- fibrosis
Key<FibrosisSettings> density() {
  return custom<FibrosisSettings>(
      "density", "number from 0 to 1", "0.3", "share of the cells or elements there that are chosen",
      [](const Node& node, const std::string& path, FibrosisSettings& settings, const Context& context) {
        const std::optional<double> value = as_number(node, path, context);
        if (!value) return;
        if (!(*value >= 0.0 && *value <= 1.0))
          context.fault(node, path, node.text() + " is not allowed; take a number from 0 to 1");
        else
          settings.density = *value;
      },
      [](const FibrosisSettings& settings) { return format_value(settings.density, "1"); },
      Presence::required);
}

Key<FibrosisSettings> patch_lengths() {
  return custom<FibrosisSettings>(
      "length", "length or list of lengths", "\"1 mm\"",
      "correlation length of the patches, one or one per axis: covariances fall as exp(-d^2/(2 "
      "length^2)). "
      "Without it cells are chosen singly",
      [](const Node& node, const std::string& path, FibrosisSettings& settings, const Context& context) {
        const Node::Array one = {node};
        for (const Node& each : node.array() ? *node.array() : one) {
          const auto value = as_quantity(each, path, "mm", context);
          if (!value) return;
          if (const std::string wrong = check_sign(*value, Sign::positive, "mm"); !wrong.empty())
            return context.fault(each, path, each.text() + " " + wrong);
          settings.lengths.push_back(*value);
        }
      },
      [](const FibrosisSettings& settings) {
        std::string text;
        for (const double length : settings.lengths)
          text += (text.empty() ? "" : ", ") + quoted(format_value(length, "mm"));
        return text.empty() ? "" : "[" + text + "]";
      });
}

Key<FibrosisSettings> fibrosis_tag() {
  return custom<FibrosisSettings>(
      "tag", "integer", "9",
      "given to the chosen elements, so that regions can hold them by { tag = 9 }; without it they "
      "become "
      "holes",
      [](const Node& node, const std::string& path, FibrosisSettings& settings, const Context& context) {
        const auto value = as_integer(node, path, context);
        if (!value) return;
        if (*value != static_cast<std::int32_t>(*value))
          context.fault(node, path, node.text() + " is too large for a tag");
        else
          settings.tag = static_cast<std::int32_t>(*value);
      },
      [](const FibrosisSettings& settings) {
        return settings.tag ? std::to_string(*settings.tag) : std::string();
      });
}

}  // namespace

Key<RegionSettings> region_conductivity() {
  return group<RegionSettings>(
      "conductivity", "instead of the tissue's",
      {component(
           "longitudinal", "\"0.05 S/m\"",
           "along the fibre, instead of the tissue's; with finite elements only. 0 lets no current "
           "through. As a gradient { from, to, axis, between, smooth }, see `parameters`",
           [](Conductivities& all) -> Conductivity& { return all.longitudinal; },
           [](const Conductivities& all) { return &all.longitudinal; }, Presence::required),
       component(
           "transverse", "\"0.01 S/m\"", "across the fibre",
           [](Conductivities& all) -> Conductivity& { return all.transverse; },
           [](const Conductivities& all) { return &all.transverse; }, Presence::required),
       component(
           "normal", "\"0.005 S/m\"", "across fibre and sheet, as the tissue's",
           [](Conductivities& all) -> Conductivity& { return all.normal.emplace(); },
           [](const Conductivities& all) { return all.normal ? &*all.normal : nullptr; },
           Presence::optional)});
}

const Keys<TissueSettings>& tissue_keys() {
  static const Keys<TissueSettings> keys = {
      quantity("surface_to_volume", &TissueSettings::surface_to_volume, "/mm", Sign::positive, "140 /mm",
               "membrane area per tissue volume, chi"),
      quantity("capacitance", &TissueSettings::capacitance, "uF/cm^2", Sign::positive, "1 uF/cm^2",
               "membrane capacitance per area, Cm"),
      group<TissueSettings>(
          "conductivity", "monodomain conductivity",
          {quantity("longitudinal", &TissueSettings::longitudinal, "S/m", Sign::positive, "0.1334 S/m",
                    "along the fibre", Presence::required),
           quantity("transverse", &TissueSettings::transverse, "S/m", Sign::positive, "0.0176 S/m",
                    "across the fibre", Presence::required),
           normal_conductivity()},
          Presence::required),
      custom<TissueSettings>(
          "fibre", "direction, { angle } or rule", "[1.0, 0.0, 0.0]",
          "fibre direction, normalised; or its angle to x in the x-y plane, { angle = \"30 deg\" }. "
          "With "
          "finite elements also fibres that turn along an axis of a volume, { axis = \"z\", from = \"60 "
          "deg\", to = \"-60 deg\", between, smooth }: angles in the plane of the other two axes from "
          "the "
          "first of them; sheets lie along the axis. Without it the fibres of a mesh from a file are "
          "its own",
          read_fibre, fibre_text),
  };
  return keys;
}

const Keys<FibrosisSettings>& fibrosis_keys() {
  static const Keys<FibrosisSettings> keys = {
      text("name", &FibrosisSettings::name, "patches", "name in messages", Presence::required),
      place<FibrosisSettings>("cells or elements to choose from, by their centre or tag; all by default",
                              nullptr, Presence::optional),
      density(),
      patch_lengths(),
      integer("seed", &FibrosisSettings::seed, 0, "another one gives another pattern"),
      fibrosis_tag(),
  };
  return keys;
}

}  // namespace myowave::schema
