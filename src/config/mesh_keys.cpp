// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/keys.hpp"

namespace myowave::schema {
namespace {

/// A list of lengths, or one length.
Key<MeshSettings> lengths(std::string name, std::vector<double> MeshSettings::*member,
                          std::string example, std::string meaning) {
  return custom<MeshSettings>(
      std::move(name), "length or list of lengths", std::move(example), std::move(meaning),
      [=](const Node& node, const std::string& path, MeshSettings& settings, const Context& context) {
        std::vector<double> values;
        bool good = true;
        auto add = [&](const Node& each) {
          const auto value = as_quantity(each, path, "mm", context);
          good = good && value.has_value();
          values.push_back(value.value_or(0.0));
        };
        if (const Node::Array* array = node.array())
          for (const Node& each : *array) add(each);
        else
          add(node);
        if (good) settings.*member = values;
      },
      [=](const MeshSettings& settings) {
        std::string text;
        for (const double value : settings.*member)
          text += (text.empty() ? "" : ", ") + quoted(format_value(value, "mm"));
        return "[" + text + "]";
      },
      Presence::required);
}

Key<MeshSettings> holes() {
  return custom<MeshSettings>(
      "holes", "list of shapes", R"([{ sphere = { centre = ["10 mm", "10 mm"], radius = "2 mm" } }])",
      "cells or elements whose centre lies in one of the shapes are no tissue, nor are those of { tag = "
      "4 } "
      "in a mesh from a file; no current crosses their faces",
      [](const Node& node, const std::string& path, MeshSettings& settings, const Context& context) {
        if (!node.array()) {
          context.fault(node, path, node.text() + " is no list of shapes; put the shapes in [ ]");
          return;
        }
        for (const Node& each : *node.array())
          if (const auto shape = as_shape(each, path, context, true)) settings.holes.push_back(*shape);
      },
      [](const MeshSettings& settings) {
        std::string text;
        for (const Shape& hole : settings.holes) text += (text.empty() ? "" : ", ") + shape_text(hole);
        return text.empty() ? "" : "[" + text + "]";
      });
}

/// What 1 in the file stands for.
Key<MeshSettings> mesh_unit() {
  Key<MeshSettings> key =
      quantity("unit", &MeshSettings::unit, "mm", Sign::positive, "1 um",
               "length of 1 in the file; by default 1 um in CARP's files and 1 mm in others");
  key.print = [print = key.print](const MeshSettings& settings) {
    return settings.unit > 0.0 ? print(settings) : std::string();
  };
  return key;
}

Key<MeshSettings> mesh_kind() {
  return choice("kind", &MeshSettings::kind, {"cable", "sheet", "slab", "file"},
                "a grid in 1, 2 or 3 dimensions, or elements from a file", Presence::required);
}

}  // namespace

const Keys<MeshSettings>& mesh_keys() {
  static const Keys<MeshSettings> keys = {
      mesh_kind(),
      lengths("size", &MeshSettings::size, R"(["20 mm", "7 mm", "3 mm"])", "one length per axis"),
      lengths("spacing", &MeshSettings::spacing, R"("0.5 mm")",
              "distance of nodes, one or one per axis"),
      holes(),
  };
  return keys;
}

const Keys<MeshSettings>& file_mesh_keys() {
  static const Keys<MeshSettings> keys = {
      mesh_kind(),
      text("path", &MeshSettings::path, "heart.vtu",
           "the mesh, see [meshes.md](meshes.md): .vtu, .vtk, .vti, .msh, or CARP's files by their name "
           "without an "
           "ending",
           Presence::required),
      mesh_unit(),
      holes(),
  };
  return keys;
}

}  // namespace myowave::schema
