// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/keys.hpp"

#include <fmt/format.h>

#include "base/units.hpp"
#include "config/gradient_keys.hpp"
#include "config/surrogate_keys.hpp"
#include "config/tissue_keys.hpp"

namespace myowave::schema {
namespace {

/// Printed only where it is asked for.
Key<PacingSettings> steady_tolerance() {
  Key<PacingSettings> key = number(
      "steady_tolerance", &PacingSettings::steady_tolerance, 0.0, 1.0,
      "pace until a beat changes no state by more than this (gates absolutely, others relatively, "
      "V over 100 mV), at most `beats`; the trace then holds the last `trace_beats`");
  key.print = [print = key.print](const PacingSettings& settings) {
    return settings.steady_tolerance > 0.0 ? print(settings) : std::string();
  };
  return key;
}

/// 0 to 1, both allowed.
Key<DiffusionSettings> mass() {
  return custom<DiffusionSettings>(
      "mass", "number from 0 to 1", "0.5",
      "of finite elements, share of the consistent mass: 0 is lumped, 1 consistent. Only a lumped mass "
      "has "
      "explicit steps",
      [](const Node& node, const std::string& path, DiffusionSettings& settings,
         const Context& context) {
        const std::optional<double> value = as_number(node, path, context);
        if (!value) return;
        if (!(*value >= 0.0 && *value <= 1.0))
          context.fault(node, path, node.text() + " is not allowed; take a number from 0 to 1");
        else
          settings.consistent_share = *value;
      },
      [](const DiffusionSettings& settings) {
        return settings.discretisation == Discretisation::finite_differences
                   ? std::string()
                   : format_value(settings.consistent_share, "1");
      });
}

/// { name = value } with text, or numbers where the unit allows it.
template <class Map>
std::string map_text(const Map& map, auto&& value_text) {
  std::string text;
  for (const auto& [name, value] : map)
    text += (text.empty() ? "" : ", ") + name + " = " + value_text(value);
  return text.empty() ? "" : "{ " + text + " }";
}

constexpr const char* field_example =
    "{ from = \"1 mS/uF\", to = \"2 mS/uF\", axis = \"x\" } or { file = \"values.vti\", array = "
    "\"name\", unit = \"mS/uF\" }";

/// A parameter's course over the nodes: { from, to } with a gradient, or { file, array, unit }.
std::optional<ParameterField> as_field(const Node& node, const std::string& path,
                                       const Context& context) {
  ParameterField field;
  const std::size_t faults = context.faults.size();
  const bool from_file = node.find("file") != nullptr;
  if (!check_names(node, path,
                   from_file ? std::vector<std::string>{"file", "array", "unit"}
                             : std::vector<std::string>{"from", "to", "axis", "between", "smooth"},
                   context) ||
      context.faults.size() > faults)
    return std::nullopt;
  for (const char* needed : {"file", "array"})
    if (from_file && !node.find(needed)) {
      context.fault(node, path, fmt::format("'{}' is missing; write {}", needed, field_example));
      return std::nullopt;
    }
  auto text_of = [&](const char* name) {
    const Node* value = node.find(name);
    return !value ? std::string() : value->string() ? *value->string() : value->text();
  };
  field.file = text_of("file"), field.array = text_of("array"), field.unit = text_of("unit");
  field.from = text_of("from"), field.to = text_of("to");
  if (from_file) return field;
  const auto gradient = as_gradient(node, path, field_example, context);
  if (!gradient) return std::nullopt;
  field.gradient = *gradient;
  return field;
}

std::string field_text(const ParameterField& field) {
  if (!field.file.empty())
    return "{ file = " + quoted(field.file) + ", array = " + quoted(field.array) +
           (field.unit.empty() ? "" : ", unit = " + quoted(field.unit)) + " }";
  return "{ from = " + quoted(field.from) + ", to = " + quoted(field.to) + ", " +
         gradient_text(field.gradient) + " }";
}

void append_fields(const RegionSettings& settings, bool scale, std::string& text) {
  for (const ParameterField& field : settings.fields)
    if (field.scale == scale)
      text += (text.empty() ? "" : ", ") + field.parameter + " = " + field_text(field);
}

/// Parameters and factors: { name = value } where the value is one number or differs from node to node.
Key<RegionSettings> parameter_table(bool scale) {
  return custom<RegionSettings>(
      scale ? "scale" : "parameters", "table", scale ? "{ g_CaL = 0.5 }" : "{ g_Ks = \"0.392 mS/uF\" }",
      std::string(scale ? "factors on parameters"
                        : "parameters of the model, see `myowave models NAME`") +
          "; from node to node as { from, to, axis, between } (linear, constant beyond; between the "
          "mesh's ends by default), { from, to, between = [[..], [..]] } (from point to point), with "
          "smooth "
          "= true without a kink at the ends, or { file, array, unit } (an array of a .vti or .vtu, see "
          "models.md)",
      [=](const Node& node, const std::string& path, RegionSettings& settings, const Context& context) {
        if (!node.table()) {
          context.fault(node, path,
                        node.text() + " is no table; write for example " +
                            (scale ? "{ g_CaL = 0.5 }" : "{ name = \"1 mV\" }"));
          return;
        }
        for (const auto& [key, value] : *node.table()) {
          const std::string full = path + "." + key;
          context.places[full] = value.where;
          if (value.table()) {
            if (auto field = as_field(value, full, context)) {
              field->parameter = key, field->scale = scale;
              settings.fields.push_back(*field);
            }
          } else if (!scale) {
            settings.cell.parameters[key] = value.string() ? *value.string() : value.text();
          } else if (const auto factor = as_number(value, full, context)) {
            settings.cell.scale[key] = *factor;
          }
        }
      },
      [=](const RegionSettings& settings) {
        std::string text;
        auto add = [&](const std::string& name, const std::string& value) {
          text += (text.empty() ? "" : ", ") + name + " = " + value;
        };
        if (scale)
          for (const auto& [name, value] : settings.cell.scale) add(name, format_value(value, "1"));
        else
          for (const auto& [name, value] : settings.cell.parameters) add(name, quoted(value));
        append_fields(settings, scale, text);
        return text.empty() ? text : "{ " + text + " }";
      });
}

/// { name = value }, or the file that `myowave cell` has written.
Key<RegionSettings> initial_state() {
  return custom<RegionSettings>(
      "initial_state", "table of quantities, or file", "{ V = \"-85.23 mV\" }",
      "V and states of the model at t = 0; or the final_state.toml of `myowave cell`; or { bcl = \"500 "
      "ms\" }, the paced state in "
      "a surrogate's file",
      [](const Node& node, const std::string& path, RegionSettings& settings, const Context& context) {
        if (node.string()) {
          settings.state_file = *node.string();
          return;
        }
        if (!node.table()) {
          context.fault(node, path,
                        node.text() + " is neither a table, { V = \"-85 mV\" }, nor the name of a file");
          return;
        }
        for (const auto& [key, value] : *node.table()) {
          context.places[path + "." + key] = value.where;
          settings.cell.initial_state[key] = value.string() ? *value.string() : value.text();
        }
      },
      [](const RegionSettings& settings) {
        return map_text(settings.cell.initial_state,
                        [](const std::string& value) { return quoted(value); });
      });
}

Key<RegionSettings> cell_text(std::string name, std::string ionic::CellSpec::*member,
                              std::string example, std::string meaning, Presence presence) {
  return custom<RegionSettings>(
      std::move(name), "text", quoted(example), std::move(meaning),
      [=](const Node& node, const std::string& path, RegionSettings& settings, const Context& context) {
        if (const auto value = as_string(node, path, context)) settings.cell.*member = *value;
      },
      [=](const RegionSettings& settings) {
        return (settings.cell.*member).empty() ? std::string() : quoted(settings.cell.*member);
      },
      presence);
}

/// The amplitude of a stimulus: uA/uF, uA/cm^2 of membrane or uA/cm^3 of tissue.
void read_amplitude(const Node& node, const std::string& path, StimulusEntry& entry,
                    const Context& context) {
  using Per = StimulusEntry::Per;
  constexpr std::pair<Per, const char*> kinds[] = {
      {Per::capacitance, "uA/uF"}, {Per::membrane_area, "uA/cm^2"}, {Per::volume, "uA/cm^3"}};
  if (node.string()) {
    for (const auto& [per, unit] : kinds) {
      try {
        entry.amplitude = parse_quantity(*node.string(), unit);
        entry.per = per;
        if (entry.amplitude == 0.0) context.fault(node, path, node.text() + " stimulates nothing");
        return;
      } catch (const InputError&) {
      }
    }
  }
  context.fault(
      node, path,
      fmt::format("{} is no current density; write it per tissue volume (\"50000 uA/cm^3\"), per "
                  "membrane area (\"35.7 uA/cm^2\") or per capacitance (\"35.7 uA/uF\"); positive "
                  "depolarises",
                  node.text()));
}

}  // namespace

const Keys<RegionSettings>& region_keys() {
  static const Keys<RegionSettings> keys = [] {
    Keys<RegionSettings> all = {
        text("name", &RegionSettings::name, "myocardium", "name in messages and results",
             Presence::required),
        cell_text(
            "model", &ionic::CellSpec::model, "ten_tusscher_2006",
            "a name from `myowave models`, or a shared object, \"./my_model.so\"; every region has "
            "this or a surrogate",
            Presence::optional),
        cell_text("variant", &ionic::CellSpec::variant, "epi",
                  "parameter set of the model; its first by default", Presence::optional),
        parameter_table(false),
        parameter_table(true),
        initial_state(),
        place<RegionSettings>(
            "nodes of the region; the first region that matches wins, the last one may "
            "leave this out",
            nullptr, Presence::optional),
    };
    all.push_back(region_conductivity());
    for (const Key<RegionSettings>& key : surrogate_keys()) all.push_back(key);
    return all;
  }();
  return keys;
}

const Keys<StimulusEntry>& stimulus_keys() {
  static const Keys<StimulusEntry> keys = {
      text("name", static_cast<std::string StimulusEntry::*>(&StimulusSettings::name), "S1",
           "name in messages", Presence::required),
      place<StimulusEntry>("stimulated nodes",
                           static_cast<std::string StimulusEntry::*>(&StimulusSettings::region),
                           Presence::required),
      custom<StimulusEntry>(
          "amplitude", "quantity in uA/cm^3, uA/cm^2 or uA/uF", "\"50000 uA/cm^3\"",
          "current per tissue volume, membrane area or capacitance; positive depolarises",
          read_amplitude,
          [](const StimulusEntry& entry) { return quoted(format_value(entry.amplitude, "uA/uF")); },
          Presence::required),
      quantity("start", static_cast<double StimulusEntry::*>(&StimulusSettings::start), "ms",
               Sign::not_negative, "0 ms", "start of the first pulse"),
      quantity("duration", static_cast<double StimulusEntry::*>(&StimulusSettings::duration), "ms",
               Sign::positive, "2 ms", "length of a pulse", Presence::required),
      duration_or_none("period", static_cast<double StimulusEntry::*>(&StimulusEntry::period), "1000 ms",
                       "from start to start of the pulses of a train"),
      custom<StimulusEntry>(
          "count", "integer", "10", "pulses of a train; with a period the default fills the run",
          [](const Node& node, const std::string& path, StimulusEntry& entry, const Context& context) {
            const auto value = as_integer(node, path, context);
            if (!value) return;
            if (*value < 1 || *value > 1'000'000'000)
              context.fault(node, path, node.text() + " is not allowed; take an integer from 1");
            else
              entry.pulses = static_cast<int>(*value);
          },
          [](const StimulusEntry& entry) {
            return entry.period > 0.0 && !entry.fills_run ? std::to_string(entry.count) : std::string();
          }),
  };
  return keys;
}

const Keys<TimeSettings>& time_keys() {
  static const Keys<TimeSettings> keys = {
      duration_or_none("end", static_cast<double TimeSettings::*>(&TimeSettings::end), "60 ms",
                       "simulated time; `run` needs it"),
      quantity("step", &TimeSettings::step, "ms", Sign::positive, "0.05 ms", "splitting step"),
  };
  return keys;
}

const Keys<Config>& solver_keys() {
  auto of = [](auto key, auto access) {
    // Rows of the diffusion settings, read through the configuration that holds them.
    Key<Config> outer{key.name, key.type, key.example, key.meaning, key.presence, {}, {}, {}};
    outer.read = [=](const Node& node, const std::string& path, Config& config, const Context& context) {
      key.read(node, path, access(config), context);
    };
    outer.print = [=](const Config& config) { return key.print(access(const_cast<Config&>(config))); };
    return outer;
  };
  auto diffusion = [](Config& config) -> DiffusionSettings& { return config.diffusion; };
  static const Keys<Config> keys = {
      of(choice("discretisation", &DiffusionSettings::discretisation, {"auto", "fd", "fe"},
                "fd: finite differences on a grid; fe: linear finite elements, also on a grid; auto: fd "
                "on a "
                "grid, fe on a mesh from a file"),
         diffusion),
      of(mass(), diffusion),
      choice("splitting", &Config::splitting, {"godunov", "strang"},
             "godunov: diffusion, then reaction, order 1; strang: half a reaction step before and "
             "after, order 2"),
      of(choice("diffusion", &DiffusionSettings::method,
                {"auto", "explicit", "crank_nicolson", "backward_euler"},
                "auto: explicit where max_substeps suffice for stability, else crank_nicolson"),
         diffusion),
      of(integer("max_substeps", &DiffusionSettings::max_substeps, 1,
                 "pairs of explicit stages allowed in a splitting step; taken are as many as accuracy "
                 "asks for"),
         diffusion),
      of(number("tolerance", &DiffusionSettings::tolerance, 0.0, 1.0,
                "of the linear solver, relative to the increment of the step"),
         diffusion),
  };
  return keys;
}

const Keys<ReactionSettings>& reaction_keys() {
  static const Keys<ReactionSettings> keys = {
      duration_or_none("step", static_cast<double ReactionSettings::*>(&ReactionSettings::step),
                       "0.01 ms",
                       "step of the cell models, a divisor of time.step; by default the largest one up "
                       "to 0.05 ms and to the models' own limits (`cell`: up to 0.02 ms)"),
      choice("method", &ReactionSettings::method, {"rush_larsen", "midpoint"},
             "rush_larsen: gates first, then currents, order 1; midpoint: the same twice, order 2, "
             "twice the cost and "
             "far more accurate at the same step"),
      choice("precision", &ReactionSettings::precision, {"double", "mixed"},
             "mixed: gates, rates and currents in float, V, concentrations and slow gates in double; "
             "double: the reference"),
      boolean("tables", &ReactionSettings::tables,
              "take functions of V from tables; where they would be too coarse, or would differ from "
              "node to node, functions are evaluated all the same"),
      duration_or_none(
          "quiet_step", static_cast<double ReactionSettings::*>(&ReactionSettings::quiet_step), "0.1 ms",
          "step of cells whose V hardly changes, at rest or on the plateau, up to time.step; "
          "without it all take `step`"),
      quantity("quiet_below", &ReactionSettings::quiet_below, "mV/ms", Sign::positive, "5 mV/ms",
               "with quiet_step: 16 cells take it while V of all changes by less than this "
               "over a splitting step"),
  };
  return keys;
}

const Keys<PacingSettings>& pacing_keys() {
  static const Keys<PacingSettings> keys = {
      quantity("stimulus", &PacingSettings::stimulus, "uA/uF", Sign::any, "52 uA/uF",
               "current per capacitance; positive depolarises"),
      quantity("duration", &PacingSettings::duration, "ms", Sign::positive, "1 ms",
               "length of the pulse"),
      quantity("bcl", &PacingSettings::bcl, "ms", Sign::positive, "1000 ms", "basic cycle length"),
      integer("beats", &PacingSettings::beats, 1, "number of beats"),
      quantity("trace_every", &PacingSettings::trace_every, "ms", Sign::positive, "0.1 ms",
               "time between two rows of trace.csv"),
      integer("trace_beats", &PacingSettings::trace_beats, 1, "trace.csv holds the last so many beats"),
      steady_tolerance(),
      boolean(
          "reference", &PacingSettings::reference,
          "integrate by CVODE (BDF, relative tolerance 1e-9), sampled at reaction.step, instead of by "
          "the kernels"),
  };
  return keys;
}

}  // namespace myowave::schema
