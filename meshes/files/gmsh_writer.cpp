// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <iterator>

#include "meshes/files/array_names.hpp"
#include "meshes/files/gmsh.hpp"

namespace myowave {
namespace {

using Out = std::back_insert_iterator<std::string>;

/// Numbers of Gmsh by CellKind.
constexpr int numbers[] = {1, 2, 3, 4, 5};

/// A name without what would end it.
std::string quoted(std::string name) {
  for (char& c : name)
    if (c == '"' || c < ' ') c = '_';
  return '"' + name + '"';
}

void write_names(const ElementMesh& mesh, Out out) {
  const auto& names = mesh.parts().region_names;
  if (names.empty()) return;
  fmt::format_to(out, "$PhysicalNames\n{}\n", names.size());
  for (const auto& [tag, name] : names)
    fmt::format_to(out, "{} {} {}\n", mesh.dimension(), tag, quoted(name));
  fmt::format_to(out, "$EndPhysicalNames\n");
}

void write_directions(std::string_view name, const std::vector<Point>& directions, Out out) {
  if (directions.empty()) return;
  // One text, one real (the time), three integers: time step, components, values.
  fmt::format_to(out, "$ElementData\n1\n\"{}\"\n1\n0\n3\n0\n3\n{}\n", name, directions.size());
  for (std::size_t cell = 0; cell < directions.size(); ++cell) {
    const Point& d = directions[cell];
    fmt::format_to(out, "{} {} {} {}\n", cell + 1, d[0], d[1], d[2]);
  }
  fmt::format_to(out, "$EndElementData\n");
}

}  // namespace

std::string gmsh_text(const ElementMesh& mesh) {
  std::string text = "$MeshFormat\n2.2 0 8\n$EndMeshFormat\n";
  const Out out(text);
  write_names(mesh, out);
  fmt::format_to(out, "$Nodes\n{}\n", mesh.node_count());
  for (std::int32_t node = 0; node < mesh.node_count(); ++node) {
    const Point& p = mesh.position(node);
    fmt::format_to(out, "{} {} {} {}\n", node + 1, p[0], p[1], p[2]);
  }
  fmt::format_to(out, "$EndNodes\n$Elements\n{}\n", mesh.cell_count());
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
    // Two tags: physical group and entity, one entity for each group.
    const std::int32_t region = mesh.region(cell);
    fmt::format_to(out, "{} {} 2 {} {}", cell + 1, numbers[static_cast<std::size_t>(mesh.kind(cell))],
                   region, region);
    for (const std::int32_t node : mesh.nodes_of(cell)) fmt::format_to(out, " {}", node + 1);
    text += '\n';
  }
  text += "$EndElements\n";
  write_directions(fibre_names()[0], mesh.parts().fibres, out);
  write_directions(sheet_names()[0], mesh.parts().sheets, out);
  return text;
}

}  // namespace myowave
