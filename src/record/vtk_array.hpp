// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "meshes/mesh.hpp"

namespace myowave {

/// An array of a VTK file, asked for by node of the mesh.
class NodeArray {
 public:
  virtual ~NodeArray() = default;
  /// Finite. Throws InputError if the file says nothing of the node.
  virtual double at(std::int64_t node) const = 0;
};

/// Opens an array of one component. Throws InputError if the file cannot be read, does not fit the mesh,
/// or has no such array.
///
/// *Of a grid*: a point array of a .vti whose points are the nodes.
///
/// *Of elements*: a point array of a .vti, of which a node takes the value of the nearest point; a node
/// may lie outside the image by half a spacing, and an axis with one point stands for all places along
/// it. Or a point or cell array of a .vtu that has a point at every node that is asked for, in any order
/// and to within a thousandth of the longest edge; of a cell array a node takes the mean over the cells
/// of the highest dimension around it.
///
/// `unit` is the length [mm] of 1 in the file. The mesh must outlive the array.
std::unique_ptr<NodeArray> read_node_array(const std::string& file, const std::string& array,
                                           const Mesh& mesh, double unit = 1.0);

}  // namespace myowave
