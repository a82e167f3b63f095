// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "base/error.hpp"
#include "meshes/element_mesh.hpp"

namespace myowave {

/// What keeps the parts from being a sound mesh (see ElementMesh), each with its place; empty if nothing
/// does. Of a kind of fault the first few are named and the rest counted.
std::vector<Fault> faults_of(const MeshParts& parts);

/// The smallest scale-free Jacobian (see smallest_jacobian) of a cell that is not flat.
inline constexpr double flat_cell = 1e-10;

}  // namespace myowave
