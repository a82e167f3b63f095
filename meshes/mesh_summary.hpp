// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

/// Smallest, mean and largest of something over the cells.
struct Spread {
  double smallest = 0.0, mean = 0.0, largest = 0.0;
};

struct RegionSummary {
  std::int32_t tag = 0;
  std::string name;
  std::int64_t cells = 0;
  double measure = 0.0;  ///< mm, mm^2 or mm^3 by the mesh's dimension
};

/// What `myowave mesh info` tells of a mesh.
struct MeshSummary {
  int dimension = 0;
  std::int64_t nodes = 0;
  std::array<std::int64_t, all_cell_kinds.size()> cells{};  ///< by kind
  Point low{}, high{};                                      ///< mm, bounding box
  double measure = 0.0;                ///< length [mm], area [mm^2] or volume [mm^3]
  Spread cell_measure;                 ///< mm, mm^2 or mm^3
  Spread edge;                         ///< mm, every cell's edges counted
  Spread quality;                      ///< mean ratio, see quality_of
  std::int32_t worst_cell = 0;         ///< that of the smallest quality
  std::int64_t parts = 0;              ///< sets of cells that hang together by nodes
  std::int64_t boundary = 0;           ///< ends, edges or faces that belong to one cell
  std::vector<RegionSummary> regions;  ///< by tag
  Spread fibre_norm, sheet_norm;       ///< 0 if the mesh has none
  bool has_factors = false;
  Spread factor;       ///< on conductivities
  double slant = 0.0;  ///< largest |fibre . sheet|
};

MeshSummary summary_of(const ElementMesh& mesh);

/// The same as text, a few lines.
std::string summary_text(const MeshSummary& summary);

}  // namespace myowave
