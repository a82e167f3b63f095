// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "meshes/mesh.hpp"

namespace myowave {

/// A point array of a .vti file whose points are the nodes of the mesh, one value per node in the
/// mesh's order. Throws InputError if the file cannot be read, has other points, or has no such array
/// of one component.
std::vector<double> read_point_array(const std::string& file, const std::string& array,
                                     const Grid& grid);

}  // namespace myowave
