// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "meshes/mesh.hpp"

namespace myowave {

/// The cells of a grid that are tissue as segments, quadrilaterals or hexahedra, without those in holes.
/// Nodes keep their order; those of no cell are left out. `tags` [cell of the grid, x fastest] are those
/// of the elements; empty: 0. Throws InputError if nothing is left.
ElementMesh elements_of(const Mesh& grid, std::span<const std::int32_t> tags = {});

}  // namespace myowave
