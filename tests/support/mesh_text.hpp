// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "meshes/files/carp.hpp"
#include "meshes/files/gmsh.hpp"
#include "meshes/files/vtk.hpp"
#include "meshes/mesh_summary.hpp"
#include "meshes/repair.hpp"

namespace myowave::testing {

/// Between the texts of .pts, .elem and .lon where one text holds all of them.
inline constexpr std::string_view carp_separator = "%%\n";

/// The parts of a mesh in one text: of Gmsh, of VTK, or of CARP with separators. Without the last one
/// the mesh has no .lon.
inline MeshParts parse_mesh_text(std::string_view text, std::vector<std::string>& remarks) {
  if (text.starts_with("$")) return parse_gmsh(text, "fuzz.msh", 1.0, remarks);
  if (text.starts_with("# vtk")) return parse_vtk(text, "fuzz.vtk", 1.0, remarks);
  if (text.starts_with("<"))
    return parse_vtk(text, text.find("<ImageData") < text.size() ? "fuzz.vti" : "fuzz.vtu", 1.0,
                     remarks);
  auto next = [&text] {
    const std::size_t end = text.find(carp_separator);
    const std::string_view part = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + carp_separator.size());
    return part;
  };
  CarpTexts texts{{"fuzz.pts", next()}, {"fuzz.elem", next()}, std::nullopt};
  if (!text.empty()) texts.fibres = {"fuzz.lon", text};
  return parse_carp(texts, 1e-3, remarks);
}

/// A mesh read from the text, with what a user asks of it. Throws InputError if it is refused.
inline MeshSummary read_mesh_text(std::string_view text, bool repair) {
  std::vector<std::string> remarks;
  MeshParts parts = without_lower_cells(parse_mesh_text(text, remarks), remarks);
  if (repair) parts = repaired(std::move(parts), remarks);
  const ElementMesh mesh(std::move(parts));
  const ElementMesh again(parse_gmsh(gmsh_text(mesh), "again.msh", 1.0, remarks));
  MYOWAVE_ASSERT(again.parts().cell_nodes == mesh.parts().cell_nodes);
  MYOWAVE_ASSERT(again.parts().nodes == mesh.parts().nodes);
  return summary_of(mesh);
}

}  // namespace myowave::testing
