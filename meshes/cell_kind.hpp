// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace myowave {

/// Kinds of linear elements. The order of a cell's nodes is VTK's: quadrilaterals go around; of a
/// tetrahedron, 0 1 2 go anticlockwise seen from 3; of a hexahedron, 0 1 2 3 go anticlockwise seen from
/// 4 5 6 7, which lie over them in the same order.
enum class CellKind : std::uint8_t { segment, triangle, quadrilateral, tetrahedron, hexahedron };

inline constexpr std::array all_cell_kinds = {CellKind::segment, CellKind::triangle,
                                              CellKind::quadrilateral, CellKind::tetrahedron,
                                              CellKind::hexahedron};

/// Nodes of the largest kind.
inline constexpr std::size_t max_cell_nodes = 8;

std::size_t node_count_of(CellKind kind);
/// 1, 2 or 3.
int dimension_of(CellKind kind);
/// "tetrahedron"; `many`: "tetrahedra".
const char* name_of(CellKind kind, bool many = false);

/// A side of a cell by the cell's own node numbers: an end, an edge or a face; unused ones are -1.
using Facet = std::array<std::int8_t, 4>;
std::span<const Facet> facets_of(CellKind kind);

/// The edges of a cell by the cell's own node numbers.
std::span<const std::array<std::int8_t, 2>> edges_of(CellKind kind);

}  // namespace myowave
