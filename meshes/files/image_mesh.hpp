// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

/// A segmented image: voxels with a region each, 0 for what is no tissue.
struct VoxelImage {
  std::array<int, 3> voxels{1, 1, 1};
  std::array<bool, 3> flat{};        ///< axes along which there is one layer without thickness
  Point origin{};                    ///< mm, corner of the first voxel
  Point spacing{1.0, 1.0, 1.0};      ///< mm
  std::vector<std::int32_t> region;  ///< [voxel], x fastest
};

/// A hexahedron for each voxel of tissue, or, where one axis is flat, a quadrilateral.
MeshParts parts_of(const VoxelImage& image);

}  // namespace myowave
