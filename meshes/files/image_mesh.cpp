// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/image_mesh.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace myowave {
namespace {

/// Corners of a voxel in CellKind's order, by axis.
constexpr int corners[8][3] = {{0, 0, 0}, {1, 0, 0}, {1, 1, 0}, {0, 1, 0},
                               {0, 0, 1}, {1, 0, 1}, {1, 1, 1}, {0, 1, 1}};

/// Gives nodes their numbers when they are first met.
class NodeNumbers {
 public:
  NodeNumbers(const VoxelImage& image, MeshParts& parts) : image_(image), parts_(parts) {
    std::size_t count = 1;
    for (std::size_t a = 0; a < 3; ++a) {
      nodes_[a] = image.voxels[a] + (image.flat[a] ? 0 : 1);
      count *= static_cast<std::size_t>(nodes_[a]);
    }
    number_.assign(count, -1);
  }

  std::int32_t operator()(const std::array<int, 3>& at) {
    const auto [nx, ny, nz] = nodes_;
    std::int32_t& number = number_[static_cast<std::size_t>(at[0]) +
                                   static_cast<std::size_t>(nx) *
                                       (static_cast<std::size_t>(at[1]) +
                                        static_cast<std::size_t>(ny) * static_cast<std::size_t>(at[2]))];
    if (number >= 0) return number;
    number = static_cast<std::int32_t>(parts_.nodes.size());
    Point point;
    for (std::size_t a = 0; a < 3; ++a) point[a] = image_.origin[a] + at[a] * image_.spacing[a];
    parts_.nodes.push_back(point);
    return number;
  }

 private:
  const VoxelImage& image_;
  MeshParts& parts_;
  std::array<int, 3> nodes_{};
  std::vector<std::int32_t> number_;
};

void add_voxel(const VoxelImage& image, const std::array<int, 3>& at, std::int32_t region,
               NodeNumbers& number, MeshParts& parts) {
  // The axes that the cell spans, in a right-handed order.
  std::array<std::size_t, 3> axes{};
  std::size_t used = 0;
  for (std::size_t a = 0; a < 3; ++a)
    if (!image.flat[a]) axes[used++] = a;
  const CellKind kind = used == 3   ? CellKind::hexahedron
                        : used == 2 ? CellKind::quadrilateral
                                    : CellKind::segment;
  std::array<std::int32_t, max_cell_nodes> nodes;
  for (std::size_t n = 0; n < node_count_of(kind); ++n) {
    std::array<int, 3> corner = at;
    for (std::size_t u = 0; u < used; ++u) corner[axes[u]] += corners[n][u];
    nodes[n] = number(corner);
  }
  parts.add_cell(kind, std::span(nodes).first(node_count_of(kind)), region);
}

}  // namespace

MeshParts parts_of(const VoxelImage& image) {
  if (image.flat[0] && image.flat[1] && image.flat[2])
    throw InputError("the image has one point; a mesh needs more");
  MeshParts parts;
  NodeNumbers number(image, parts);
  std::size_t voxel = 0;
  for (int k = 0; k < image.voxels[2]; ++k)
    for (int j = 0; j < image.voxels[1]; ++j)
      for (int i = 0; i < image.voxels[0]; ++i)
        if (const std::int32_t region = image.region[voxel++]; region != 0)
          add_voxel(image, {i, j, k}, region, number, parts);
  return parts;
}

}  // namespace myowave
