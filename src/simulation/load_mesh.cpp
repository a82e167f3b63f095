// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/load_mesh.hpp"

#include <fmt/format.h>

#include "meshes/files/mesh_file.hpp"
#include "meshes/grid_elements.hpp"

namespace myowave {
namespace {

/// The directions that the conductivity needs must be in the file.
void check_directions(const Config& config, const ElementMesh& mesh) {
  if (config.tissue.fibre_of_mesh && !mesh.has_fibres())
    throw InputError({config.fault(
        "tissue.fibre",
        fmt::format("the mesh {} has no fibres; give one direction for all, for example fibre = "
                    "[1.0, 0.0, 0.0], or a mesh with fibres (see `myowave mesh info`)",
                    config.mesh.path))});
  if (config.tissue.normal > 0.0 && !mesh.has_sheets())
    throw InputError({config.fault(
        "tissue.conductivity.normal",
        fmt::format("the mesh {} has no sheets, across which this conductivity is; leave it out",
                    config.mesh.path))});
}

}  // namespace

Mesh load_mesh(const Config& config, std::vector<std::string>& warnings) {
  if (config.mesh.kind != MeshKind::file) {
    Mesh grid(config.mesh);
    return config.has_elements() ? Mesh(elements_of(grid)) : grid;
  }
  MeshFromFile file = read_mesh(config.mesh.path, {.unit = config.mesh.unit});
  check_directions(config, file.mesh);
  for (const std::string& remark : file.remarks)
    warnings.push_back(fmt::format("{}: {}", config.mesh.path, remark));
  return Mesh(std::move(file.mesh));
}

}  // namespace myowave
