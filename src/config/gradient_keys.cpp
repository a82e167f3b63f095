// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "config/gradient_keys.hpp"

#include <fmt/format.h>

#include <cmath>

namespace myowave::schema {
namespace {

/// [["0 mm", "0 mm"], ["3 mm", "4 mm"]]
bool read_points(const Node& between, const std::string& path, GradientSettings& gradient,
                 const Context& context) {
  const Node::Array& ends = *between.array();
  const auto begin = as_point(ends[0], path, "mm", context),
             end = as_point(ends[1], path, "mm", context);
  if (!begin || !end) return false;
  double length = 0.0;
  for (std::size_t a = 0; a < 3; ++a) {
    if (std::isnan((*begin)[a]) != std::isnan((*end)[a])) {
      context.fault(between, path, "give both points as many coordinates");
      return false;
    }
    if (!std::isnan((*begin)[a])) length += std::abs((*end)[a] - (*begin)[a]);
  }
  if (length == 0.0)
    context.fault(between, path, "the two points are the same; a gradient needs a length");
  gradient.axis = -1;
  gradient.begin = *begin, gradient.end = *end;
  return length > 0.0;
}

/// ["0 mm", "10 mm"]
bool read_positions(const Node& between, const std::string& path, GradientSettings& gradient,
                    const Context& context) {
  const Node::Array& ends = *between.array();
  const auto begin = as_quantity(ends[0], path, "mm", context),
             end = as_quantity(ends[1], path, "mm", context);
  if (!begin || !end) return false;
  if (!(*begin < *end)) {
    context.fault(between, path, "the first position must be below the second");
    return false;
  }
  const auto axis = static_cast<std::size_t>(gradient.axis);
  gradient.begin[axis] = *begin, gradient.end[axis] = *end;
  return true;
}

bool is_pair_of_points(const Node* between) {
  const Node::Array* ends = between ? between->array() : nullptr;
  return ends && ends->size() == 2 && (*ends)[0].array() && (*ends)[1].array();
}

bool read_smooth(const Node& node, const std::string& path, GradientSettings& gradient,
                 const Context& context) {
  const Node* smooth = node.find("smooth");
  if (!smooth) return true;
  if (const bool* value = std::get_if<bool>(&smooth->value)) {
    gradient.smooth = *value;
    return true;
  }
  context.fault(*smooth, path + ".smooth", smooth->text() + " is neither true nor false");
  return false;
}

}  // namespace

std::optional<GradientSettings> as_gradient(const Node& node, const std::string& path,
                                            const std::string& example, const Context& context) {
  GradientSettings gradient;
  const Node *axis = node.find("axis"), *between = node.find("between");
  const bool points = !axis && is_pair_of_points(between);
  for (const char* needed : {"from", "to", "axis"})
    if (!node.find(needed) && !(points && std::string(needed) == "axis")) {
      context.fault(node, path, fmt::format("'{}' is missing; write {}", needed, example));
      return std::nullopt;
    }
  if (!read_smooth(node, path, gradient, context)) return std::nullopt;
  const std::string place = path + ".between";
  if (points) {
    if (!read_points(*between, place, gradient, context)) return std::nullopt;
    return gradient;
  }
  const auto chosen = as_choice(*axis, path + ".axis", {"x", "y", "z"}, context);
  if (!chosen) return std::nullopt;
  gradient.axis = static_cast<int>(*chosen);
  if (!between) return gradient;
  if (!between->array() || between->array()->size() != 2 || is_pair_of_points(between)) {
    context.fault(
        *between, place,
        is_pair_of_points(between)
            ? "these are two points, and along an axis it takes two positions; leave the axis out"
            : "write two positions, [\"0 mm\", \"10 mm\"]");
    return std::nullopt;
  }
  if (!read_positions(*between, place, gradient, context)) return std::nullopt;
  return gradient;
}

std::string gradient_text(const GradientSettings& gradient) {
  const std::string smooth = gradient.smooth ? ", smooth = true" : "";
  if (gradient.axis < 0)
    return fmt::format("between = [{}, {}]", point_text(gradient.begin, "mm"),
                       point_text(gradient.end, "mm")) +
           smooth;
  const auto axis = static_cast<std::size_t>(gradient.axis);
  std::string text = fmt::format("axis = \"{}\"", "xyz"[axis]);
  if (!std::isnan(gradient.begin[axis]))
    text += fmt::format(", between = [{}, {}]", quoted(format_value(gradient.begin[axis], "mm")),
                        quoted(format_value(gradient.end[axis], "mm")));
  return text + smooth;
}

}  // namespace myowave::schema
