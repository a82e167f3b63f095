// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/make_operator.hpp"

#include <fmt/format.h>

#include "diffusion/elements.hpp"
#include "diffusion/stencil.hpp"

namespace myowave {

namespace {

std::vector<RegionConductivities> region_conductivities(const Config& config) {
  std::vector<RegionConductivities> all;
  for (const RegionSettings& region : config.regions) all.push_back({region.where, region.conductivity});
  return all;
}

/// Gradients along axes that the mesh does not have.
void check_gradients(const Config& config, const Mesh& mesh) {
  for (std::size_t r = 0; r < config.regions.size(); ++r) {
    if (!config.regions[r].conductivity) continue;
    const Conductivities& all = *config.regions[r].conductivity;
    const std::pair<const char*, const Conductivity*> components[] = {
        {"longitudinal", &all.longitudinal},
        {"transverse", &all.transverse},
        {"normal", all.normal ? &*all.normal : nullptr}};
    for (const auto& [name, component] : components) try {
        if (component && component->gradient) Gradient(*component->gradient, mesh);
      } catch (const InputError& error) {
        throw InputError({config.fault(fmt::format("region.{}.conductivity.{}", r, name),
                                       error.faults().front().message)});
      }
  }
}

}  // namespace

std::unique_ptr<const ElementDiffusivity> make_diffusivity(const Config& config, const Mesh& mesh) {
  if (mesh.is_grid()) return nullptr;
  check_gradients(config, mesh);
  return std::make_unique<const ElementDiffusivity>(config.tissue, region_conductivities(config), mesh);
}

std::unique_ptr<DiffusionOperator> make_operator(const Config& config, const Mesh& mesh,
                                                 const Layout& layout, const Tissue& tissue,
                                                 const ElementDiffusivity* diffusivity) {
  if (mesh.is_grid()) return std::make_unique<StencilOperator>(mesh, layout, tissue.diffusivity());
  return std::make_unique<ElementOperator>(
      mesh.elements(), layout, [&](std::int32_t cell) { return (*diffusivity)(cell); },
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
