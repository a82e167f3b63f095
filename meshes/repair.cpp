// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "meshes/cell_geometry.hpp"
#include "meshes/element_faults.hpp"
#include "meshes/submesh.hpp"

namespace myowave {
namespace {

void drop_orphans(MeshParts& parts, std::vector<std::string>& remarks) {
  const std::vector<bool> used = used_nodes(parts);
  const auto orphans = std::count(used.begin(), used.end(), false);
  if (orphans == 0 || !in_range(parts, parts.cell_nodes)) return;
  keep_nodes(parts, used);
  remarks.push_back(fmt::format("left out {} nodes that belong to no element", orphans));
}

/// The same cell with its nodes the other way round: mirrored, its first node in place.
void mirror(CellKind kind, std::span<std::int32_t> nodes) {
  if (kind == CellKind::tetrahedron) std::swap(nodes[1], nodes[2]);
  if (kind != CellKind::hexahedron) return;
  std::swap(nodes[1], nodes[3]);
  std::swap(nodes[5], nodes[7]);
}

void turn_inverted(MeshParts& parts, std::vector<std::string>& remarks) {
  std::size_t first = 0;
  long turned = 0;
  for (const CellKind kind : parts.kinds) {
    const std::span<std::int32_t> nodes =
        std::span(parts.cell_nodes).subspan(first, node_count_of(kind));
    first += nodes.size();
    if (dimension_of(kind) < 3 || !in_range(parts, nodes)) continue;
    std::array<Point, max_cell_nodes> points;
    for (std::size_t n = 0; n < nodes.size(); ++n)
      points[n] = parts.nodes[static_cast<std::size_t>(nodes[n])];
    if (measure_of(kind, std::span(points).first(nodes.size())) >= 0.0) continue;
    mirror(kind, nodes);
    ++turned;
  }
  if (turned > 0) remarks.push_back(fmt::format("turned {} inverted elements", turned));
}

/// Whether the vector could be made one of length 1 and was not so before.
bool normalise(Point& p) {
  const double length = std::sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]);
  if (!std::isfinite(length) || length == 0.0) return false;
  for (double& component : p) component /= length;
  return std::abs(length - 1.0) > ElementMesh::unit_tolerance;
}

void mend_directions(MeshParts& parts, std::vector<std::string>& remarks) {
  long fibres = 0, sheets = 0, slanted = 0;
  for (Point& fibre : parts.fibres) fibres += normalise(fibre);
  for (std::size_t cell = 0; cell < parts.sheets.size(); ++cell) {
    Point& sheet = parts.sheets[cell];
    const Point& fibre = parts.fibres[cell];
    sheets += normalise(sheet);
    const double product = fibre[0] * sheet[0] + fibre[1] * sheet[1] + fibre[2] * sheet[2];
    if (!(std::abs(product) > ElementMesh::unit_tolerance)) continue;
    for (std::size_t a = 0; a < 3; ++a) sheet[a] -= product * fibre[a];
    normalise(sheet);
    ++slanted;
  }
  if (fibres > 0) remarks.push_back(fmt::format("made {} fibres unit vectors", fibres));
  if (sheets > 0) remarks.push_back(fmt::format("made {} sheets unit vectors", sheets));
  if (slanted > 0) remarks.push_back(fmt::format("turned {} sheets to lie across the fibre", slanted));
}

}  // namespace

MeshParts without_lower_cells(MeshParts parts, std::vector<std::string>& remarks) {
  int highest = 0;
  for (const CellKind kind : parts.kinds) highest = std::max(highest, dimension_of(kind));
  std::array<long, all_cell_kinds.size()> dropped{};
  std::vector<bool> kept(parts.kinds.size());
  for (std::size_t cell = 0; cell < kept.size(); ++cell) {
    kept[cell] = dimension_of(parts.kinds[cell]) == highest;
    if (!kept[cell]) ++dropped[static_cast<std::size_t>(parts.kinds[cell])];
  }
  for (const CellKind kind : all_cell_kinds)
    if (const long count = dropped[static_cast<std::size_t>(kind)]; count > 0)
      remarks.push_back(fmt::format("left out {} {} of lower dimension than the mesh", count,
                                    name_of(kind, count > 1)));
  if (std::find(kept.begin(), kept.end(), false) == kept.end()) return parts;
  std::vector<bool> nodes = used_nodes(parts);
  nodes.flip();  // those of no cell at all are for the checks to find
  keep_cells(parts, kept);
  if (!in_range(parts, parts.cell_nodes)) return parts;
  const std::vector<bool> left = used_nodes(parts);
  for (std::size_t n = 0; n < nodes.size(); ++n) nodes[n] = nodes[n] || left[n];
  keep_nodes(parts, nodes);
  return parts;
}

MeshParts repaired(MeshParts parts, std::vector<std::string>& remarks) {
  drop_orphans(parts, remarks);
  turn_inverted(parts, remarks);
  mend_directions(parts, remarks);
  return parts;
}

}  // namespace myowave
