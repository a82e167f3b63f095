// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>

#include "meshes/cell_kind.hpp"
#include "meshes/geometry.hpp"

namespace myowave {

/// A cell by the positions of its nodes [mm], in the order of CellKind.
using CellPoints = std::span<const Point>;

/// Length [mm], area [mm^2] or volume [mm^3]: the integral of the Jacobian's determinant by Gauss
/// points, exact for all kinds but quadrilaterals that are not flat. Negative for a cell of three
/// dimensions that is inside out; a surface and a cable in space have no inside.
double measure_of(CellKind kind, CellPoints points);

/// Area [mm^2] of a triangle or quadrilateral times its unit normal, from which its nodes go around
/// anticlockwise; of a quadrilateral that is not flat the area of its projection along its mean normal.
Point area_vector(CellPoints points);

/// The smallest determinant of the Jacobian over corners and Gauss points, relative to the longest edge
/// to the power of the dimension: scale-free. Below 0 the cell is folded or inside out, near 0 it is
/// flat. A quadrilateral's determinants count in the direction of its mean normal.
double smallest_jacobian(CellKind kind, CellPoints points);

/// The mean ratio, 1 for the regular cell (equal edges; of quadrilaterals and hexahedra also right
/// angles) and 0 for a flat one: with d dimensions and the Jacobian J from the regular cell,
/// d det(J)^(2/d) / |J|^2, for quadrilaterals and hexahedra the smallest over the corners. A segment's
/// is 1.
double quality_of(CellKind kind, CellPoints points);

}  // namespace myowave
