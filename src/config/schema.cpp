// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/schema.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/text.hpp"
#include "base/units.hpp"

namespace myowave::schema {

std::optional<double> as_quantity(const Node& node, const std::string& path, const std::string& unit,
                                  const Context& context) {
  const std::string* text = node.string();
  if (!text) {
    const bool bare =
        std::holds_alternative<double>(node.value) || std::holds_alternative<std::int64_t>(node.value);
    context.fault(
        node, path,
        bare ? fmt::format("{0} has no unit; write a string with a unit, for example \"{0} {1}\"",
                           node.text(), unit)
             : fmt::format("{} is no quantity; write for example \"1 {}\"", node.text(), unit));
    return std::nullopt;
  }
  try {
    return parse_quantity(*text, unit);
  } catch (const InputError& error) {
    context.fault(node, path, error.faults().front().message);
    return std::nullopt;
  }
}

std::optional<double> as_number(const Node& node, const std::string& path, const Context& context) {
  if (const double* value = std::get_if<double>(&node.value); value && std::isfinite(*value))
    return *value;
  if (const std::int64_t* value = std::get_if<std::int64_t>(&node.value))
    return static_cast<double>(*value);
  context.fault(node, path, fmt::format("{} is no plain number; write for example 0.5", node.text()));
  return std::nullopt;
}

std::optional<std::int64_t> as_integer(const Node& node, const std::string& path,
                                       const Context& context) {
  if (const std::int64_t* value = std::get_if<std::int64_t>(&node.value)) return *value;
  context.fault(node, path, fmt::format("{} is no integer; write for example 10", node.text()));
  return std::nullopt;
}

std::optional<std::string> as_string(const Node& node, const std::string& path, const Context& context) {
  if (const std::string* value = node.string()) return *value;
  context.fault(node, path, fmt::format("{} is no text; put it in quotes", node.text()));
  return std::nullopt;
}

std::optional<Point> as_point(const Node& node, const std::string& path, const std::string& unit,
                              const Context& context) {
  const Node::Array* array = node.array();
  if (!array || array->empty() || array->size() > 3) {
    context.fault(node, path,
                  fmt::format("{} is no point; write one value per axis, for example "
                              "[\"1 {}\", \"2 {}\"]",
                              node.text(), unit, unit));
    return std::nullopt;
  }
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  Point point{missing, missing, missing};
  bool good = true;
  for (std::size_t a = 0; a < array->size(); ++a) {
    const auto value = as_quantity((*array)[a], path, unit, context);
    if (value) point[a] = *value;
    good = good && value.has_value();
  }
  return good ? std::optional(point) : std::nullopt;
}

std::optional<Point> as_direction(const Node& node, const std::string& path, const Context& context) {
  const Node::Array* const array = node.array();
  Point direction{};
  bool good = array && !array->empty() && array->size() <= 3;
  for (std::size_t a = 0; good && a < array->size(); ++a) {
    const auto value = as_number((*array)[a], path, context);
    if (!value) return std::nullopt;
    direction[a] = *value;
  }
  const double norm =
      std::sqrt(direction[0] * direction[0] + direction[1] * direction[1] + direction[2] * direction[2]);
  if (!good || !(norm > 0.0)) {
    context.fault(node, path, node.text() + " is no direction; write for example [1.0, 0.0, 0.0]");
    return std::nullopt;
  }
  // A unit vector stays as it is, so that printed settings read back to the same digits.
  const double scale = std::abs(norm - 1.0) < 1e-14 ? 1.0 : norm;
  return Point{direction[0] / scale, direction[1] / scale, direction[2] / scale};
}

namespace {

std::optional<Shape> as_box(const Node& node, const std::string& path, const Context& context) {
  const Node::Array* corners = node.array();
  if (!corners || corners->size() != 2) {
    context.fault(node, path,
                  "a box is two corners, for example [[\"0 mm\", \"0 mm\"], [\"1 mm\", \"1 mm\"]]");
    return std::nullopt;
  }
  const auto low = as_point((*corners)[0], path, "mm", context);
  const auto high = as_point((*corners)[1], path, "mm", context);
  if (!low || !high) return std::nullopt;
  constexpr double everything = std::numeric_limits<double>::infinity();
  Box box{{-everything, -everything, -everything}, {everything, everything, everything}};
  const std::size_t axes = std::min((*corners)[0].array()->size(), (*corners)[1].array()->size());
  for (std::size_t a = 0; a < axes; ++a) {
    if ((*low)[a] > (*high)[a]) {
      context.fault(
          node, path,
          fmt::format("along {} the first corner ({}) lies above the second ({}); "
                      "give the low corner first",
                      "xyz"[a], format_quantity((*low)[a], "mm"), format_quantity((*high)[a], "mm")));
      return std::nullopt;
    }
    box.low[a] = (*low)[a];
    box.high[a] = (*high)[a];
  }
  return box;
}

std::optional<Shape> as_sphere(const Node& node, const std::string& path, const Context& context) {
  if (!check_names(node, path, {"centre", "radius"}, context)) return std::nullopt;
  const Node* centre = node.find("centre");
  const Node* radius = node.find("radius");
  if (!centre || !radius) {
    context.fault(node, path, "a sphere is { centre = [\"1 mm\", \"1 mm\"], radius = \"0.5 mm\" }");
    return std::nullopt;
  }
  const auto at = as_point(*centre, path + ".centre", "mm", context);
  const auto reach = as_quantity(*radius, path + ".radius", "mm", context);
  if (!at || !reach) return std::nullopt;
  if (const std::string wrong = check_sign(*reach, Sign::positive, "mm"); !wrong.empty()) {
    context.fault(*radius, path + ".radius", radius->text() + " " + wrong);
    return std::nullopt;
  }
  return Sphere{*at, *reach};
}

std::optional<Shape> as_wall(const Node& node, const std::string& path, const Context& context) {
  if (!check_names(node, path, {"points", "width"}, context)) return std::nullopt;
  const Node* points = node.find("points");
  const Node* width = node.find("width");
  if (!points || !width || !points->array() || points->array()->size() < 2) {
    context.fault(
        node, path,
        "a wall is { points = [[\"0 mm\", \"1 mm\"], [\"5 mm\", \"1 mm\"]], width = \"0.3 mm\" "
        "}, with two points or more");
    return std::nullopt;
  }
  Wall wall;
  for (const Node& each : *points->array()) {
    const auto point = as_point(each, path + ".points", "mm", context);
    if (!point) return std::nullopt;
    if (each.array()->size() != points->array()->front().array()->size()) {
      context.fault(each, path + ".points", "give all points as many coordinates");
      return std::nullopt;
    }
    wall.points.push_back(*point);
  }
  const auto value = as_quantity(*width, path + ".width", "mm", context);
  if (!value) return std::nullopt;
  wall.width = *value;
  if (const std::string wrong = check_sign(wall.width, Sign::positive, "mm"); !wrong.empty()) {
    context.fault(*width, path + ".width", width->text() + " " + wrong);
    return std::nullopt;
  }
  return wall;
}

std::optional<Shape> as_tags(const Node& node, const std::string& path, const Context& context) {
  Tags tags;
  const std::size_t faults = context.faults.size();
  auto add = [&](const Node& each) {
    const auto value = as_integer(each, path, context);
    if (!value) return;
    if (*value != static_cast<std::int32_t>(*value))
      context.fault(each, path, each.text() + " is too large for a tag");
    else
      tags.tags.push_back(static_cast<std::int32_t>(*value));
  };
  if (const Node::Array* array = node.array())
    for (const Node& each : *array) add(each);
  else
    add(node);
  if (tags.tags.empty() && context.faults.size() == faults)
    context.fault(node, path, "the list of tags is empty; write for example tag = 3 or tag = [3, 4]");
  if (context.faults.size() > faults) return std::nullopt;
  return tags;
}

}  // namespace

std::optional<Shape> as_shape(const Node& node, const std::string& path, const Context& context,
                              bool tags, std::string* region) {
  std::vector<std::string> names = {"box", "sphere", "wall"};
  if (tags) names.emplace_back("tag");
  if (region) names.emplace_back("region");
  if (!check_names(node, path, names, context)) return std::nullopt;
  if (node.table()->size() != 1) {
    context.fault(node, path, "give exactly one of: " + list_of(names));
    return std::nullopt;
  }
  const auto& [kind, value] = node.table()->front();
  if (kind == "box") return as_box(value, path + ".box", context);
  if (kind == "sphere") return as_sphere(value, path + ".sphere", context);
  if (kind == "wall") return as_wall(value, path + ".wall", context);
  if (tags && kind == "tag") return as_tags(value, path + ".tag", context);
  if (!region || kind != "region") return std::nullopt;  // an unknown key, reported above
  if (const auto name = as_string(value, path + ".region", context)) *region = *name;
  return Everywhere{};
}

std::string page_row(const std::string& name, const std::string& type, bool required,
                     const std::string& preset, const std::string& example, const std::string& meaning) {
  return fmt::format("| `{}` | {} | {} | `{}` | {} |\n", name, type,
                     required         ? "required"
                     : preset.empty() ? "none"
                                      : "`" + preset + "`",
                     example, meaning);
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else
      out += c;
  }
  return out + '"';
}

std::string point_text(const Point& point, const std::string& unit) {
  std::string text;
  for (const double coordinate : point)
    if (!std::isnan(coordinate))
      text += (text.empty() ? "" : ", ") + quoted(format_quantity(coordinate, unit));
  return "[" + text + "]";
}

std::string shape_text(const Shape& shape) {
  if (const Box* box = std::get_if<Box>(&shape)) {
    // Axes that span everything are the last ones and are left out.
    std::string low, high;
    for (std::size_t a = 0; a < 3 && std::isfinite(box->low[a]); ++a) {
      low += (a ? ", " : "") + quoted(format_quantity(box->low[a], "mm"));
      high += (a ? ", " : "") + quoted(format_quantity(box->high[a], "mm"));
    }
    return fmt::format("{{ box = [[{}], [{}]] }}", low, high);
  }
  if (const Sphere* sphere = std::get_if<Sphere>(&shape))
    return fmt::format("{{ sphere = {{ centre = {}, radius = \"{}\" }} }}",
                       point_text(sphere->centre, "mm"), format_quantity(sphere->radius, "mm"));
  if (const Wall* wall = std::get_if<Wall>(&shape)) {
    std::string points;
    for (const Point& point : wall->points)
      points += (points.empty() ? "" : ", ") + point_text(point, "mm");
    return fmt::format("{{ wall = {{ points = [{}], width = \"{}\" }} }}", points,
                       format_quantity(wall->width, "mm"));
  }
  if (const Tags* tags = std::get_if<Tags>(&shape))
    return fmt::format("{{ tag = [{}] }}", fmt::join(tags->tags, ", "));
  return "";
}

bool check_names(const Node& node, const std::string& path, const std::vector<std::string>& names,
                 const Context& context) {
  if (!node.table()) {
    context.fault(node, path,
                  fmt::format("{} is no table; it has the keys: {}", node.text(), list_of(names)));
    return false;
  }
  for (const auto& [key, value] : *node.table()) {
    if (std::find(names.begin(), names.end(), key) != names.end()) continue;
    context.fault(
        value, path.empty() ? key : path + "." + key,
        fmt::format("unknown key{}; allowed here: {}", suggestion(key, names), list_of(names)));
  }
  return true;
}

bool is_misspelt(const Node& node, const std::string& name, const std::vector<std::string>& names) {
  for (const auto& [key, value] : *node.table())
    if (std::find(names.begin(), names.end(), key) == names.end() && nearest_name(key, names) == name)
      return true;
  return false;
}

std::string format_value(double value, const std::string& unit) { return format_quantity(value, unit); }

std::string check_sign(double value, Sign sign, const std::string& unit) {
  if (sign == Sign::positive && !(value > 0.0)) return fmt::format("must be above 0 {}", unit);
  if (sign == Sign::not_negative && !(value >= 0.0)) return "must not be negative";
  return "";
}

std::optional<std::size_t> as_choice(const Node& node, const std::string& path,
                                     const std::vector<std::string>& names, const Context& context) {
  const auto name = as_string(node, path, context);
  if (!name) return std::nullopt;
  for (std::size_t i = 0; i < names.size(); ++i)
    if (*name == names[i]) return i;
  context.fault(node, path,
                fmt::format("\"{}\" is not known{}; allowed: {}", *name, suggestion(*name, names),
                            list_of(names)));
  return std::nullopt;
}

std::string choice_type(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, " \\| "));
}

void read_percents(const Node& node, const std::string& path, std::vector<double>& values,
                   const Context& context) {
  std::vector<double> found;
  bool good = true;
  auto add = [&](const Node& each) {
    const auto value = as_number(each, path, context);
    good = good && value.has_value();
    if (!good) return;
    good = *value > 0.0 && *value < 100.0;
    if (!good)
      context.fault(each, path, each.text() + " is not allowed; take a number between 0 and 100");
    found.push_back(*value);
  };
  if (const Node::Array* array = node.array()) {
    if (array->empty()) return context.fault(node, path, "the list is empty; write for example [90]");
    for (const Node& each : *array) add(each);
  } else {
    add(node);
  }
  if (!good) return;
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  values = found;
}

std::string percents_text(const std::vector<double>& values) {
  if (values.empty()) return "";
  if (values.size() == 1) return format_value(values.front(), "1");
  std::string text;
  for (const double value : values) text += (text.empty() ? "" : ", ") + format_value(value, "1");
  return "[" + text + "]";
}

}  // namespace myowave::schema
