// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "meshes/files/gmsh_reader.hpp"

namespace myowave {
namespace {

struct NumberedKind {
  std::int64_t number;
  CellKind kind;
};
/// Gmsh's numbers of linear elements, whose node order is that of CellKind.
constexpr NumberedKind kinds[] = {{1, CellKind::segment},
                                  {2, CellKind::triangle},
                                  {3, CellKind::quadrilateral},
                                  {4, CellKind::tetrahedron},
                                  {5, CellKind::hexahedron}};
constexpr std::int64_t point_number = 15, prism_number = 6, pyramid_number = 7;

/// The least that stands for a node: "1 0 0 0".
constexpr std::size_t node_bytes = 8;

}  // namespace

GmshReader::Type GmshReader::element_type() {
  const std::int64_t number = cursor_.integer("the type of an element");
  if (number == point_number) return {true, CellKind::segment};
  const auto* const found = std::find_if(std::begin(kinds), std::end(kinds),
                                         [&](auto& each) { return each.number == number; });
  if (found == std::end(kinds))
    cursor_.fail(fmt::format(
        "elements of type {} are not supported; allowed: 1 (segment), 2 (triangle), 3 (quadrilateral), "
        "4 (tetrahedron), 5 (hexahedron) and 15 (point). {}",
        number,
        number == prism_number || number == pyramid_number
            ? "Divide pyramids and prisms into tetrahedra"
            : "For linear elements set Mesh.ElementOrder = 1 in Gmsh"));
  return {false, found->kind};
}

Point GmshReader::point() {
  Point point;
  for (double& coordinate : point) coordinate = unit_ * cursor_.number("a node's coordinate");
  return point;
}

void GmshReader::add_node(std::int64_t tag, std::int32_t line) {
  if (!node_of_.emplace(tag, static_cast<std::int32_t>(node_of_.size())).second)
    cursor_.fail(fmt::format("the node {} stands twice", tag));
  parts_.node_places.line.push_back(line);
}

void GmshReader::read_nodes_2() {
  const std::int64_t count = cursor_.count("the number of nodes", node_bytes);
  for (std::int64_t n = 0; n < count; ++n) {
    const std::int64_t tag = cursor_.integer("the number of a node");
    add_node(tag, cursor_.line());
    parts_.nodes.push_back(point());
  }
}

void GmshReader::read_nodes_4() {
  const std::int64_t blocks = cursor_.count("the number of blocks", node_bytes);
  cursor_.count("the number of nodes", node_bytes);
  cursor_.integer("the smallest number of a node");
  cursor_.integer("the largest number of a node");
  for (std::int64_t b = 0; b < blocks; ++b) {
    const std::int64_t dimension = cursor_.integer("a dimension");
    cursor_.integer("the number of an entity");
    const bool parametric = cursor_.integer("whether nodes have parameters") != 0;
    const std::int64_t count = cursor_.count("the number of nodes", node_bytes);
    for (std::int64_t n = 0; n < count; ++n) {
      const std::int64_t tag = cursor_.integer("the number of a node");
      add_node(tag, cursor_.line());
    }
    for (std::int64_t n = 0; n < count; ++n) {
      parts_.nodes.push_back(point());
      for (std::int64_t p = 0; parametric && p < dimension; ++p) cursor_.number("a node's parameter");
    }
  }
}

void GmshReader::add_element(std::int64_t tag, const Type& type, std::int32_t region,
                             std::int32_t line) {
  std::array<std::int32_t, max_cell_nodes> nodes;
  const std::size_t size = type.is_point ? 1 : node_count_of(type.kind);
  for (std::size_t n = 0; n < size; ++n) {
    const std::int64_t node = cursor_.integer("a node of an element");
    const auto found = node_of_.find(node);
    if (found == node_of_.end())
      cursor_.fail(fmt::format("element {} has the node {}, which is not among $Nodes", tag, node));
    nodes[n] = found->second;
  }
  if (type.is_point) return;
  if (!cell_of_.emplace(tag, static_cast<std::int32_t>(cell_of_.size())).second)
    cursor_.fail(fmt::format("the element {} stands twice", tag));
  parts_.add_cell(type.kind, std::span(nodes).first(size), region);
  parts_.cell_places.line.push_back(line);
}

void GmshReader::read_elements_2() {
  const std::int64_t count = cursor_.count("the number of elements", std::size("1 15 0 1\n") - 1);
  for (std::int64_t e = 0; e < count; ++e) {
    const std::int64_t tag = cursor_.integer("the number of an element");
    const std::int32_t line = cursor_.line();
    const Type type = element_type();
    const std::int64_t tags = cursor_.count("a number of tags", 2);
    std::int32_t region = 0;
    for (std::int64_t t = 0; t < tags; ++t) {
      if (t == 0)
        region = physical_group();
      else
        cursor_.integer("a tag of an element");
    }
    add_element(tag, type, region, line);
  }
}

void GmshReader::read_elements_4() {
  const std::int64_t blocks = cursor_.count("the number of blocks", node_bytes);
  cursor_.count("the number of elements", 4);
  cursor_.integer("the smallest number of an element");
  cursor_.integer("the largest number of an element");
  for (std::int64_t b = 0; b < blocks; ++b) {
    const std::int64_t dimension = cursor_.integer("a dimension");
    const std::int64_t entity = cursor_.integer("the number of an entity");
    const Type type = element_type();
    if (dimension != (type.is_point ? 0 : dimension_of(type.kind)))
      cursor_.fail(fmt::format("such elements cannot lie on an entity of dimension {}", dimension));
    const std::int64_t count = cursor_.count("the number of elements", 4);
    const auto found = physical_[dimension].find(entity);
    const std::int32_t region = found == physical_[dimension].end() ? 0 : found->second;
    for (std::int64_t e = 0; e < count; ++e) {
      const std::int64_t tag = cursor_.integer("the number of an element");
      const std::int32_t line = cursor_.line();
      add_element(tag, type, region, line);
    }
  }
}

}  // namespace myowave
