// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "config/keys.hpp"

namespace myowave::schema {
namespace {

/// Printed only where frames are asked for: an empty [output.fields] would lack its interval.
Key<OutputSettings> frame_format() {
  Key<OutputSettings> key =
      only_value<OutputSettings>("format", "vtk", "files of the frames: .vti and a .pvd for the series");
  key.print = [print = key.print](const OutputSettings& settings) {
    return settings.fields_every > 0.0 ? print(settings) : std::string();
  };
  return key;
}

/// Printed only where tips are looked for.
Key<TipSettings> if_tips(Key<TipSettings> key) {
  key.print = [print = key.print](const TipSettings& settings) {
    return settings.every > 0.0 ? print(settings) : std::string();
  };
  return key;
}

/// Whether cells have them is seen when there are cells.
void read_field_names(const Node& node, const std::string& path, OutputSettings& settings,
                      const Context& context) {
  if (!node.array()) return context.fault(node, path, node.text() + " is no list; write [\"V\"]");
  settings.cell_fields.clear();
  bool has_V = false;
  for (const Node& each : *node.array()) {
    const auto name = as_string(each, path, context);
    if (!name) return;
    auto& fields = settings.cell_fields;
    const bool again =
        *name == "V" ? has_V : std::find(fields.begin(), fields.end(), *name) != fields.end();
    if (again) return context.fault(node, path, fmt::format("'{}' occurs twice", *name));
    if (*name == "V")
      has_V = true;
    else
      fields.push_back(*name);
  }
  if (!has_V) context.fault(node, path, "V is always written; name it, as in [\"V\", \"Cai\"]");
}

Key<OutputSettings> map_list() {
  return custom<OutputSettings>(
      "maps", "list of " + choice_type(map_names()), R"(["activation", "apd", "velocity"])",
      "what the file of maps holds: of every beat, or of the run (extremes)",
      [](const Node& node, const std::string& path, OutputSettings& settings, const Context& context) {
        if (!node.array())
          return context.fault(node, path, node.text() + " is no list; write [\"activation\", \"apd\"]");
        settings.maps.clear();
        for (const Node& each : *node.array())
          if (const auto index = as_choice(each, path, map_names(), context))
            settings.maps.push_back(map_names()[*index]);
      },
      [](const OutputSettings& settings) {
        std::string text;
        for (const std::string& each : settings.maps) text += (text.empty() ? "" : ", ") + quoted(each);
        return "[" + text + "]";
      });
}

}  // namespace

const Keys<StartSettings>& start_keys() {
  auto if_given = [](Key<StartSettings> key) {
    key.print = [print = key.print](const StartSettings& settings) {
      return settings.period > 0.0 ? print(settings) : std::string();
    };
    return key;
  };
  static const Keys<StartSettings> keys = {group<StartSettings>(
      "spiral", "a spiral wave from the phases of a cell paced with the pulse of [pacing]",
      {duration_or_none("period", static_cast<double StartSettings::*>(&StartSettings::period), "250 ms",
                        "of the pacing; the cell must follow it", Presence::required),
       if_given(custom<StartSettings>(
           "centre", "point", R"(["30 mm", "30 mm"])", "where it turns; a point of the axis in volumes",
           [](const Node& node, const std::string& path, StartSettings& settings,
              const Context& context) {
             if (const auto point = as_point(node, path, "mm", context)) settings.centre = *point;
           },
           [](const StartSettings& settings) { return point_text(settings.centre, "mm"); },
           Presence::required)),
       if_given(custom<StartSettings>(
           "axis", "direction", "[0.0, 1.0, 0.0]",
           "about which it turns, of any length; it points to who sees the rotation. [0.0, 0.0, 1.0] if "
           "not given",
           [](const Node& node, const std::string& path, StartSettings& settings,
              const Context& context) {
             if (const auto axis = as_direction(node, path, context)) settings.axis = *axis;
           },
           [](const StartSettings& settings) {
             return fmt::format("[{}, {}, {}]", settings.axis[0], settings.axis[1], settings.axis[2]);
           })),
       if_given(choice("rotation", &StartSettings::rotation, {"clockwise", "anticlockwise"},
                       "seen against the axis: with x to the right and y up where it is z")),
       if_given(integer("beats", &StartSettings::beats, 1, "of the paced cell"))})};
  return keys;
}

const Keys<OutputSettings>& output_keys() {
  static const Keys<OutputSettings> keys = {
      group<OutputSettings>(
          "fields", "series of V, and of what else cells have, for ParaView",
          {custom<OutputSettings>(
               "names", "list of names", "[\"V\", \"Cai\"]",
               "V, which is always written, states of the cell models and what can be read from a "
               "surrogate; no number at nodes whose cells have none of that name",
               read_field_names,
               [](const OutputSettings& settings) {
                 if (settings.fields_every == 0.0) return std::string();
                 std::string text = "[\"V\"";
                 for (const std::string& name : settings.cell_fields) text += ", " + quoted(name);
                 return text + "]";
               }),
           duration_or_none("every",
                            static_cast<double OutputSettings::*>(&OutputSettings::fields_every), "5 ms",
                            "time between two frames", Presence::required),
           frame_format()}),
      group<OutputSettings>(
          "activation", "activation times",
          {quantity("threshold", &OutputSettings::activation_threshold, "mV", Sign::any, "0 mV",
                    "a node is activated when V rises through it")}),
      group<OutputSettings>(
          "apd", "action potential durations",
          {percents("level", &OutputSettings::apd_levels,
                    "percent of the amplitude that V must lose after the peak; a number "
                    "or a list")}),
      map_list(),
      group<OutputSettings>(
          "tips", "phase singularities, the tips of spiral waves, and their trajectories: tips.csv",
          {within(
               &OutputSettings::tips,
               duration_or_none("every", static_cast<double TipSettings::*>(&TipSettings::every), "5 ms",
                                "time between two looks, and the delay of the phase; sheets, "
                                "surfaces, volumes of elements and, layer by layer, slabs",
                                Presence::required)),
           within(&OutputSettings::tips,
                  if_tips(quantity("centre", &TipSettings::centre, "mV", Sign::any, "-40 mV",
                                   "V around which the phase is counted"))),
           within(&OutputSettings::tips,
                  if_tips(quantity("largest_step", &TipSettings::largest_step, "mm", Sign::positive,
                                   "5 mm", "way that a tip may go between two looks")))}),
      group<OutputSettings>(
          "ecg", "pseudo-ECG at the [[electrode]]s: ecg.csv",
          {within(&OutputSettings::ecg, quantity("every", &EcgSettings::every, "ms", Sign::positive,
                                                 "1 ms", "time between two rows")),
           within(&OutputSettings::ecg,
                  quantity("bath_conductivity", &EcgSettings::bath_conductivity, "S/m", Sign::positive,
                           "0.2 S/m", "of the infinite medium around the tissue"))}),
      integer("map_beats", &OutputSettings::map_beats, 1, "beats per node that the maps keep"),
  };
  return keys;
}

const Keys<ProbeSettings>& probe_keys() {
  static const Keys<ProbeSettings> keys = {
      text("name", &ProbeSettings::name, "P8", "name in results and in probes.csv", Presence::required),
      custom<ProbeSettings>(
          "at", "point", R"(["20 mm", "7 mm", "3 mm"])",
          "position, one coordinate per axis of the mesh; the nearest node is recorded",
          [](const Node& node, const std::string& path, ProbeSettings& probe, const Context& context) {
            if (const auto point = as_point(node, path, "mm", context)) probe.at = *point;
          },
          [](const ProbeSettings& probe) { return point_text(probe.at, "mm"); }, Presence::required),
      quantity("every", &ProbeSettings::every, "ms", Sign::positive, "0.1 ms", "time between two rows"),
  };
  return keys;
}

const Keys<CheckpointSettings>& checkpoint_keys() {
  static const Keys<CheckpointSettings> keys = {duration_or_none(
      "every", static_cast<double CheckpointSettings::*>(&CheckpointSettings::every), "100 ms",
      "simulated time between two checkpoints; without it one is written only when a signal stops the "
      "run")};
  return keys;
}

const Keys<ElectrodeSettings>& electrode_keys() {
  static const Keys<ElectrodeSettings> keys = {
      text("name", &ElectrodeSettings::name, "V1", "name in ecg.csv", Presence::required),
      custom<ElectrodeSettings>(
          "at", "point", R"(["10 mm", "10 mm", "20 mm"])",
          "position in the coordinates of the mesh, outside the tissue; a coordinate left out is 0",
          [](const Node& node, const std::string& path, ElectrodeSettings& electrode,
             const Context& context) {
            if (const auto point = as_point(node, path, "mm", context))
              for (std::size_t a = 0; a < 3; ++a)
                electrode.at[a] = std::isnan((*point)[a]) ? 0.0 : (*point)[a];
          },
          [](const ElectrodeSettings& electrode) { return point_text(electrode.at, "mm"); },
          Presence::required),
  };
  return keys;
}

}  // namespace myowave::schema
