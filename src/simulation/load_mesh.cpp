// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/load_mesh.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/units.hpp"
#include "meshes/cells.hpp"
#include "meshes/files/mesh_file.hpp"
#include "meshes/grid_elements.hpp"
#include "meshes/submesh.hpp"

namespace myowave {
namespace {

bool has_normal(const RegionSettings& region) {
  return region.conductivity && region.conductivity->normal;
}

/// The directions that the conductivities need must be in the file.
void check_directions(const Config& config, const ElementMesh& mesh) {
  if (config.tissue.fibre_of_mesh && !mesh.has_fibres())
    throw InputError({config.fault(
        "tissue.fibre",
        fmt::format("the mesh {} has no fibres; give one direction for all, for example fibre = "
                    "[1.0, 0.0, 0.0], or a mesh with fibres (see `myowave mesh info`)",
                    config.mesh.path))});
  if (config.tissue.rule) {
    if (mesh.dimension() < 3)
      throw InputError({config.fault(
          "tissue.fibre",
          fmt::format("fibres turn along an axis of a volume, and the mesh {} has {} "
                      "dimension{}; give one direction, or leave it out",
                      config.mesh.path, mesh.dimension(), mesh.dimension() > 1 ? "s" : ""))});
    return;  // it brings its sheets
  }
  if (mesh.has_sheets()) return;
  std::string key = config.tissue.normal > 0.0 ? "tissue.conductivity.normal" : "";
  for (std::size_t r = 0; r < config.regions.size() && key.empty(); ++r)
    if (has_normal(config.regions[r])) key = fmt::format("region.{}.conductivity.normal", r);
  if (!key.empty())
    throw InputError({config.fault(
        key, fmt::format("the mesh {} has no sheets, across which this conductivity is; leave it out",
                         config.mesh.path))});
}

/// The tags that cells have, for messages.
std::string tags_text(const Cells& cells) {
  std::vector<std::int32_t> tags = cells.tags;
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return fmt::format("{}", fmt::join(tags, ", "));
}

/// No element is left, or a shape that should hold some holds none.
[[noreturn]] void refuse(const Config& config, const std::string& key, const std::string& what,
                         const Shape& shape, const Cells& cells) {
  const std::string hint =
      std::holds_alternative<Tags>(shape)
          ? fmt::format("the elements of the mesh have the tags {}", tags_text(cells))
          : "no centre of one lies in the shape, or earlier ones have taken them all";
  throw InputError({config.fault(key, fmt::format("{}: {}", what, hint))});
}

/// Of a mesh from a file; a grid has made its own.
void dig_holes(const Config& config, Cells& cells) {
  for (std::size_t h = 0; h < config.mesh.holes.size(); ++h) {
    const Shape& hole = config.mesh.holes[h];
    std::vector<std::size_t> dug;
    for (std::size_t cell = 0; cell < cells.count(); ++cell)
      if (cells.in(hole, cell)) dug.push_back(cell);
    if (dug.empty())
      refuse(config, "mesh.holes", fmt::format("hole {} holds no element", h + 1), hole, cells);
    for (const std::size_t cell : dug) cells.tissue[cell] = false;
  }
}

void lay_fibrosis(const Config& config, Cells& cells, MeshNotes& notes) {
  const char* const what = config.has_elements() ? "elements" : "cells";
  for (std::size_t f = 0; f < config.fibrosis.size(); ++f) {
    const FibrosisSettings& fibrosis = config.fibrosis[f];
    std::size_t candidates = 0;
    const std::vector<std::size_t> chosen = fibrotic_cells(cells, fibrosis, candidates);
    if (candidates == 0)
      refuse(config, fmt::format("fibrosis.{}", f),
             fmt::format("fibrosis '{}' has no {} to choose from", fibrosis.name, what), fibrosis.where,
             cells);
    for (const std::size_t cell : chosen)
      if (fibrosis.tag)
        cells.tags[cell] = *fibrosis.tag;
      else
        cells.tissue[cell] = false;
    notes.lines.push_back(fmt::format(
        "fibrosis {}: {} of {} {} {}", fibrosis.name, chosen.size(), candidates, what,
        fibrosis.tag ? fmt::format("have the tag {}", *fibrosis.tag) : std::string("are holes")));
  }
}

void check_something_left(const Config& config, const Cells& cells) {
  if (std::find(cells.tissue.begin(), cells.tissue.end(), true) != cells.tissue.end()) return;
  throw InputError({config.fault(config.fibrosis.empty() ? "mesh.holes" : "fibrosis",
                                 "nothing is left of the mesh; leave some tissue")});
}

/// Walls that are too thin may have gaps.
void check_walls(const Config& config, const Mesh& mesh, MeshNotes& notes) {
  for (std::size_t h = 0; h < config.mesh.holes.size(); ++h)
    if (const Wall* const wall = std::get_if<Wall>(&config.mesh.holes[h]))
      if (const double width = widest_cell(mesh); wall->width < width * (1.0 - 1e-9))
        notes.warnings.push_back(fmt::format(
            "mesh.holes: the wall of hole {} is {} wide, and only from {:.3g} mm on, the size of the "
            "largest element, no current can find a way through",
            h + 1, format_quantity(wall->width, "mm"), width));
}

Mesh grid_of(const Config& config, MeshNotes& notes) {
  Mesh grid(config.mesh);
  check_walls(config, grid, notes);
  if (config.fibrosis.empty()) return config.has_elements() ? Mesh(elements_of(grid)) : grid;
  Cells cells = cells_of(grid);
  lay_fibrosis(config, cells, notes);
  check_something_left(config, cells);
  std::vector<bool> removed = cells.tissue;
  removed.flip();
  grid = grid.without(removed);
  return config.has_elements() ? Mesh(elements_of(grid, cells.tags)) : grid;
}

Mesh elements_from_file(const Config& config, MeshNotes& notes) {
  MeshFromFile file = read_mesh(config.mesh.path, {.unit = config.mesh.unit});
  check_directions(config, file.mesh);
  for (const std::string& remark : file.remarks)
    notes.warnings.push_back(fmt::format("{}: {}", config.mesh.path, remark));
  if (config.fibrosis.empty() && config.mesh.holes.empty()) return Mesh(std::move(file.mesh));
  Cells cells = cells_of(file.mesh);
  dig_holes(config, cells);
  lay_fibrosis(config, cells, notes);
  check_something_left(config, cells);
  Mesh mesh(submesh(file.mesh, cells.tissue, cells.tags));
  check_walls(config, mesh, notes);
  return mesh;
}

}  // namespace

Mesh load_mesh(const Config& config, MeshNotes& notes) {
  return config.mesh.kind == MeshKind::file ? elements_from_file(config, notes) : grid_of(config, notes);
}

}  // namespace myowave
