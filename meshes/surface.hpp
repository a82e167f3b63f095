// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

/// A side of a cell by the mesh's node numbers, in the order of the cell's facets: seen from outside,
/// faces of volumes go around anticlockwise. Unused ones are -1.
using MeshFacet = std::array<std::int32_t, 4>;

/// The sides of cells that belong to one cell only.
std::vector<MeshFacet> boundary_of(const ElementMesh& mesh);

/// What is to be seen of a mesh: the boundary of a volume and a surface as triangles, cables as
/// segments.
struct Surface {
  std::size_t corners = 3;           ///< of a piece: 2 of segments, 3 of triangles
  std::vector<std::int32_t> nodes;   ///< [shown], numbers in the mesh; neighbours lie close together
  std::vector<std::int32_t> pieces;  ///< `corners` for each piece, by place in `nodes`
  std::size_t all_nodes = 0;         ///< of the whole surface; nodes are left out of a large one
};

/// The surface of a mesh with at most so many nodes. Where there are more, one node stands for all in a
/// cube, that nearest to the middle: nodes are left out, none is moved, and what is thinner than the
/// cubes lies flat.
Surface surface_of(const ElementMesh& mesh, std::size_t most_nodes);

}  // namespace myowave
