// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "protocols/report_encoding.hpp"

namespace myowave {

/// An array of the nodes that a page shows, NaN where a node has no value.
struct ShownArray {
  std::string name;
  std::vector<float> values;  ///< [shown]
};

/// The nodes of a run that the page shows. The first file that is read chooses them.
class ShownNodes {
 public:
  virtual ~ShownNodes() = default;

  /// The arrays of one component of a file. Throws InputError if it is missing or broken, or has other
  /// nodes than the first.
  virtual std::vector<ShownArray> read(const std::filesystem::path& file) = 0;

  // After the first file:
  /// How many, along x, y, z; as arrays are packed.
  virtual NodeCounts counts() const = 0;
  /// What the page must know of the nodes, as JSON. `store` puts a blob into the page and returns its
  /// number.
  virtual std::string described(const std::function<std::size_t(std::string)>& store) const = 0;
};

// Bounds of what the page holds; larger runs are shown by every k-th node.
inline constexpr std::size_t most_map_values = 5'000'000;  ///< of all maps

/// Every k-th node of a grid along each axis, for maps.
std::unique_ptr<ShownNodes> grid_nodes_for_maps();
/// Every k-th node of a sheet or cable, of a slab those of the top layer and the middle one; for frames.
std::unique_ptr<ShownNodes> grid_nodes_for_frames();
/// Nodes of the surface of elements, see meshes/surface.hpp; for maps and frames.
std::unique_ptr<ShownNodes> surface_nodes();

}  // namespace myowave
