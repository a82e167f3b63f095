// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/cell_kind.hpp"

namespace myowave {
namespace {

using Edge = std::array<std::int8_t, 2>;

constexpr Facet segment_facets[] = {{0, -1, -1, -1}, {1, -1, -1, -1}};
constexpr Facet triangle_facets[] = {{0, 1, -1, -1}, {1, 2, -1, -1}, {2, 0, -1, -1}};
constexpr Facet quadrilateral_facets[] = {
    {0, 1, -1, -1}, {1, 2, -1, -1}, {2, 3, -1, -1}, {3, 0, -1, -1}};
constexpr Facet tetrahedron_facets[] = {{0, 2, 1, -1}, {0, 1, 3, -1}, {1, 2, 3, -1}, {2, 0, 3, -1}};
constexpr Facet hexahedron_facets[] = {{0, 3, 2, 1}, {4, 5, 6, 7}, {0, 1, 5, 4},
                                       {1, 2, 6, 5}, {2, 3, 7, 6}, {3, 0, 4, 7}};

constexpr Edge segment_edges[] = {{0, 1}};
constexpr Edge triangle_edges[] = {{0, 1}, {1, 2}, {2, 0}};
constexpr Edge quadrilateral_edges[] = {{0, 1}, {1, 2}, {2, 3}, {3, 0}};
constexpr Edge tetrahedron_edges[] = {{0, 1}, {1, 2}, {2, 0}, {0, 3}, {1, 3}, {2, 3}};
constexpr Edge hexahedron_edges[] = {{0, 1}, {1, 2}, {2, 3}, {3, 0}, {4, 5}, {5, 6},
                                     {6, 7}, {7, 4}, {0, 4}, {1, 5}, {2, 6}, {3, 7}};

struct KindInfo {
  std::size_t nodes;
  int dimension;
  const char *one, *many;
  std::span<const Facet> facets;
  std::span<const Edge> edges;
};

/// In the order of the enumeration.
constexpr KindInfo infos[] = {
    {2, 1, "segment", "segments", segment_facets, segment_edges},
    {3, 2, "triangle", "triangles", triangle_facets, triangle_edges},
    {4, 2, "quadrilateral", "quadrilaterals", quadrilateral_facets, quadrilateral_edges},
    {4, 3, "tetrahedron", "tetrahedra", tetrahedron_facets, tetrahedron_edges},
    {8, 3, "hexahedron", "hexahedra", hexahedron_facets, hexahedron_edges},
};

const KindInfo& info(CellKind kind) { return infos[static_cast<std::size_t>(kind)]; }

}  // namespace

std::size_t node_count_of(CellKind kind) { return info(kind).nodes; }
int dimension_of(CellKind kind) { return info(kind).dimension; }
const char* name_of(CellKind kind, bool many) { return many ? info(kind).many : info(kind).one; }
std::span<const Facet> facets_of(CellKind kind) { return info(kind).facets; }
std::span<const Edge> edges_of(CellKind kind) { return info(kind).edges; }

}  // namespace myowave
