// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/make_operator.hpp"

#include "diffusion/elements.hpp"
#include "diffusion/stencil.hpp"

namespace myowave {

std::unique_ptr<DiffusionOperator> make_operator(const Config& config, const Mesh& mesh,
                                                 const Layout& layout, const Tissue& tissue) {
  if (mesh.is_grid()) return std::make_unique<StencilOperator>(mesh, layout, tissue.diffusivity());
  return std::make_unique<ElementOperator>(
      mesh.elements(), layout,
      [&](std::int32_t cell) { return tissue.diffusivity(mesh.elements(), cell); },
      config.diffusion.consistent_share);
}

std::function<void(std::span<const double>, std::span<double>)> membrane_current(
    const DiffusionOperator& diffusion_operator, const Tissue& tissue) {
  return [&](std::span<const double> V, std::span<double> current) {
    diffusion_operator.stiffness(V, current);
    for (double& each : current) each *= -tissue.chi() * tissue.Cm();
  };
}

}  // namespace myowave
