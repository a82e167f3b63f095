// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "config/config.hpp"
#include "diffusion/diffusion.hpp"
#include "field/layout.hpp"
#include "meshes/mesh.hpp"
#include "tissue/element_diffusivity.hpp"
#include "tissue/tissue.hpp"

namespace myowave {

/// What the elements of the mesh conduct, which must outlive it; null on a grid. Throws InputError if a
/// gradient is along an axis that the mesh does not have.
std::unique_ptr<const ElementDiffusivity> make_diffusivity(const Config& config, const Mesh& mesh);

/// The diffusion operator of the mesh: finite differences on a grid, else finite elements with that
/// diffusivity. What is given must outlive it. Collective.
std::unique_ptr<DiffusionOperator> make_operator(const Config& config, const Mesh& mesh,
                                                 const Layout& layout, const Tissue& tissue,
                                                 const ElementDiffusivity* diffusivity);

/// div(sigma grad V) of each owned node [uA]: of V [owned] the current [owned]. What is given must
/// outlive it.
std::function<void(std::span<const double> V, std::span<double> current)> membrane_current(
    const DiffusionOperator& diffusion_operator, const Tissue& tissue);

}  // namespace myowave
