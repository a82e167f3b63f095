// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "diffusion/operator.hpp"
#include "meshes/mesh.hpp"
#include "tissue/tissue.hpp"

namespace myowave {

class Layout;

/// All stages of an explicit step in one pass over a sheet or slab: while the first stage works on one
/// line of nodes (of a slab: one plane), the second works on the line behind, and so on. A node is read
/// from and written to memory once in a step, not once in a stage, and ranks exchange once: their halos
/// are as deep as there are stages, and the nodes in them are computed on both sides. Each node's
/// numbers are those of stage after stage; -h L V is computed in double, what follows from it as
/// `increments` says. Collective. nullptr for a cable, and where ranks have too few layers of nodes for
/// the halo.
std::unique_ptr<ExplicitStages> make_stage_sweep(const Mesh& mesh, const Layout& layout,
                                                 const Tensor& diffusivity, const Stages& stages,
                                                 Increments increments);

}  // namespace myowave
