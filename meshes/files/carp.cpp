// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/carp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "base/error.hpp"
#include "meshes/cell_geometry.hpp"
#include "meshes/files/text_cursor.hpp"

namespace myowave {
namespace {

struct ElementType {
  std::string_view name;
  CellKind kind;
};
constexpr ElementType element_types[] = {
    {"Ln", CellKind::segment},     {"Cx", CellKind::segment},  // openCARP's other name for it
    {"Tr", CellKind::triangle},    {"Qd", CellKind::quadrilateral},
    {"Tt", CellKind::tetrahedron}, {"Hx", CellKind::hexahedron}};

/// CARP's order of a hexahedron's nodes in that of CellKind: the upper face goes the other way round.
constexpr std::size_t carp_hexahedron[] = {0, 1, 2, 3, 4, 7, 6, 5};

CellKind kind_called(TextCursor& cursor, std::string_view name) {
  const auto* const found = std::find_if(std::begin(element_types), std::end(element_types),
                                         [&](const ElementType& type) { return type.name == name; });
  if (found == std::end(element_types))
    cursor.fail(
        fmt::format("'{}' is not supported as an element; allowed: Ln, Tr, Qd, Tt, Hx{}", shown(name),
                    name == "Py" || name == "Pr" ? "; divide pyramids and prisms into tetrahedra" : ""));
  return found->kind;
}

void read_points(const CarpTexts::Text& file, double unit, MeshParts& parts) {
  TextCursor cursor(file.text, file.path);
  const std::int64_t count = cursor.count("the number of nodes", std::size("0 0 0\n") - 1);
  cursor.end_line("the number of nodes");
  parts.node_places.file = file.path;
  for (std::int64_t n = 0; n < count; ++n) {
    Point point;
    for (std::size_t a = 0; a < 3; ++a) {
      if (a > 0 && cursor.at_line_end())
        cursor.fail(fmt::format("a node has 3 coordinates, and {} stand here", a));
      point[a] = unit * cursor.number("a node's coordinate");
    }
    parts.nodes.push_back(point);
    parts.node_places.line.push_back(cursor.line());
    cursor.end_line("the three coordinates of a node");
  }
  if (!cursor.at_end()) {
    cursor.word("");
    cursor.fail(fmt::format("the first line announces {} nodes, and more lines follow", count));
  }
}

void read_elements(const CarpTexts::Text& file, MeshParts& parts) {
  TextCursor cursor(file.text, file.path);
  const std::int64_t count = cursor.count("the number of elements", std::size("Ln 0 1\n") - 1);
  cursor.end_line("the number of elements");
  parts.cell_places.file = file.path;
  for (std::int64_t e = 0; e < count; ++e) {
    const CellKind kind = kind_called(cursor, cursor.word("an element"));
    const std::int32_t line = cursor.line();
    std::array<std::int32_t, max_cell_nodes> nodes;
    const std::size_t size = node_count_of(kind);
    for (std::size_t n = 0; n < size; ++n) {
      if (cursor.at_line_end())
        cursor.fail(fmt::format("a {} has {} nodes, and {} stand here", name_of(kind), size, n));
      nodes[n] = cursor.small_integer("the number of a node");
    }
    const std::int32_t region = cursor.at_line_end() ? 0 : cursor.small_integer("the element's tag");
    cursor.end_line("an element's tag");
    parts.add_cell(kind, std::span(nodes).first(size), region);
    parts.cell_places.line.push_back(line);
  }
  if (!cursor.at_end()) {
    cursor.word("");
    cursor.fail(fmt::format("the first line announces {} elements, and more lines follow", count));
  }
}

/// Numbers on the first line. One is the number of vectors, more are those of the first element in files
/// of old without such a line.
std::size_t first_line_numbers(std::string_view text, const std::string& path) {
  TextCursor cursor(text, path);
  std::size_t count = 0;
  for (cursor.at_end(); !cursor.at_line_end(); ++count) cursor.word("");
  return count;
}

void read_fibres(const CarpTexts::Text& file, MeshParts& parts) {
  TextCursor cursor(file.text, file.path);
  std::size_t vectors = first_line_numbers(file.text, file.path) / 3;
  if (vectors == 0) {
    const std::int64_t number = cursor.integer("the number of vectors of an element");
    if (number != 1 && number != 2)
      cursor.fail(
          fmt::format("{} vectors an element; allowed: 1 (fibre) or 2 (fibre and sheet)", number));
    cursor.end_line("the number of vectors");
    vectors = static_cast<std::size_t>(number);
  }
  parts.fibre_places.file = file.path;
  while (!cursor.at_end()) {
    const std::int32_t line = cursor.line();
    std::array<Point, 2> directions;
    for (std::size_t v = 0; v < std::min<std::size_t>(vectors, 2); ++v)
      for (double& component : directions[v]) {
        if (cursor.at_line_end()) cursor.fail(fmt::format("{} numbers should stand here", 3 * vectors));
        component = cursor.number("a component of a fibre");
      }
    cursor.end_line("an element's directions");
    parts.fibres.push_back(directions[0]);
    if (vectors == 2) parts.sheets.push_back(directions[1]);
    parts.fibre_places.line.push_back(line);
  }
  if (parts.fibres.size() != parts.kinds.size())
    throw InputError({Fault{
        file.path, fmt::format("it has the directions of {} elements, and {} has {} elements: the files "
                               "do not belong together, or one is cut off",
                               parts.fibres.size(), parts.cell_places.file, parts.kinds.size())}});
}

/// Whether a hexahedron is neither flat nor folded; inside out is another fault.
bool is_sound(std::array<Point, max_cell_nodes> points) {
  if (smallest_jacobian(CellKind::hexahedron, points) > 0.0) return true;
  std::swap(points[1], points[3]);
  std::swap(points[5], points[7]);
  return smallest_jacobian(CellKind::hexahedron, points) > 0.0;
}

/// Whether all hexahedra are sound if their nodes stand in this order.
bool all_sound(const MeshParts& parts, std::span<const std::size_t> order) {
  std::size_t first = 0;
  for (const CellKind kind : parts.kinds) {
    const auto nodes = std::span(parts.cell_nodes).subspan(first, node_count_of(kind));
    first += nodes.size();
    if (kind != CellKind::hexahedron) continue;
    std::array<Point, max_cell_nodes> points;
    for (std::size_t n = 0; n < order.size(); ++n) {
      const std::int32_t node = nodes[order[n]];
      if (node < 0 || node >= static_cast<std::int32_t>(parts.nodes.size())) return false;
      points[n] = parts.nodes[static_cast<std::size_t>(node)];
    }
    if (!is_sound(points)) return false;
  }
  return true;
}

/// Files have the nodes of hexahedra in CARP's order or in VTK's. In the wrong one all of them are
/// twisted, so that the file itself tells.
void order_hexahedra(MeshParts& parts) {
  constexpr std::size_t as_it_stands[] = {0, 1, 2, 3, 4, 5, 6, 7};
  if (all_sound(parts, as_it_stands) || !all_sound(parts, carp_hexahedron)) return;
  std::size_t first = 0;
  for (const CellKind kind : parts.kinds) {
    if (kind == CellKind::hexahedron)
      std::swap(parts.cell_nodes[first + 5], parts.cell_nodes[first + 7]);
    first += node_count_of(kind);
  }
}

std::string_view name_in_carp(CellKind kind) {
  return std::find_if(std::begin(element_types), std::end(element_types),
                      [&](const ElementType& type) { return type.kind == kind; })
      ->name;
}

}  // namespace

MeshParts parse_carp(const CarpTexts& texts, double unit, std::vector<std::string>& remarks) {
  MeshParts parts;
  read_points(texts.points, unit, parts);
  read_elements(texts.elements, parts);
  if (texts.fibres)
    read_fibres(*texts.fibres, parts);
  else
    remarks.push_back("there is no .lon file, so the mesh has no fibres");
  order_hexahedra(parts);
  return parts;
}

CarpFiles carp_text(const ElementMesh& mesh) {
  constexpr double um = 1000.0;  // in a mm
  CarpFiles files;
  auto points = std::back_inserter(files.points);
  fmt::format_to(points, "{}\n", mesh.node_count());
  for (std::int32_t node = 0; node < mesh.node_count(); ++node) {
    const Point& p = mesh.position(node);
    fmt::format_to(points, "{} {} {}\n", um * p[0], um * p[1], um * p[2]);
  }
  auto elements = std::back_inserter(files.elements), fibres = std::back_inserter(files.fibres);
  fmt::format_to(elements, "{}\n", mesh.cell_count());
  if (mesh.has_fibres()) fmt::format_to(fibres, "{}\n", mesh.has_sheets() ? 2 : 1);
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
    const std::span<const std::int32_t> nodes = mesh.nodes_of(cell);
    fmt::format_to(elements, "{}", name_in_carp(mesh.kind(cell)));
    for (std::size_t n = 0; n < nodes.size(); ++n)
      fmt::format_to(elements, " {}", nodes[nodes.size() == max_cell_nodes ? carp_hexahedron[n] : n]);
    fmt::format_to(elements, " {}\n", mesh.region(cell));
    if (!mesh.has_fibres()) continue;
    const Point& f = mesh.fibre(cell);
    fmt::format_to(fibres, "{} {} {}", f[0], f[1], f[2]);
    if (mesh.has_sheets()) {
      const Point& s = mesh.sheet(cell);
      fmt::format_to(fibres, " {} {} {}", s[0], s[1], s[2]);
    }
    files.fibres += '\n';
  }
  return files;
}

}  // namespace myowave
