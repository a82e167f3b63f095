// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "meshes/element_mesh.hpp"
#include "meshes/geometry.hpp"

namespace myowave {

/// The regular grid of a structured mesh: nodes at i * spacing, x fastest. An axis that is not used
/// has one node.
struct Grid {
  int dimension = 1;
  std::array<int, 3> nodes{1, 1, 1};
  Point spacing{1.0, 1.0, 1.0};  ///< mm

  std::int64_t node_count() const { return std::int64_t{nodes[0]} * nodes[1] * nodes[2]; }
  /// Cells along an axis; an unused axis counts one.
  int cells(std::size_t axis) const { return nodes[axis] > 1 ? nodes[axis] - 1 : 1; }
  std::int64_t cell_count() const { return std::int64_t{cells(0)} * cells(1) * cells(2); }
};

enum class MeshKind { cable, sheet, slab, file };

/// What the configuration says of the mesh.
struct MeshSettings {
  MeshKind kind = MeshKind::slab;
  std::vector<double> size;     ///< mm, one per axis of the kind
  std::vector<double> spacing;  ///< mm, one value or one per axis
  std::vector<Shape> holes;     ///< cells whose centre lies inside, or of a tag, are no tissue
  std::string path{};           ///< of kind file
  double unit = 0.0;            ///< of its coordinates [mm]; 0: the format's own
};

/// Geometry of the tissue: a grid with holes, or elements. Immutable; knows neither ranks nor V.
/// Node numbers are global: of a grid i + nx (j + ny k), of elements those of ElementMesh.
class Mesh {
 public:
  /// Builds a structured mesh, of a kind other than file. Throws InputError if the settings fail
  /// `faults_of`.
  explicit Mesh(const MeshSettings& settings);
  explicit Mesh(ElementMesh elements);

  /// The same grid with further holes: the cells [x fastest] that `removed` says. Of a grid only.
  Mesh without(const std::vector<bool>& removed) const;

  /// What is wrong with the settings of a grid, as (key below "mesh", message).
  static std::vector<std::pair<std::string, std::string>> faults_of(const MeshSettings& settings);

  int dimension() const { return elements_ ? elements_->dimension() : grid_.dimension; }
  /// Axes that positions need: those of a grid; of elements those up to the last that is not 0
  /// everywhere.
  int space_dimension() const;
  std::int64_t node_count() const { return elements_ ? elements_->node_count() : grid_.node_count(); }
  bool is_grid() const { return !elements_; }
  /// Of a grid only.
  const Grid& grid() const {
    MYOWAVE_ASSERT(is_grid());
    return grid_;
  }
  /// Of a mesh of elements only.
  const ElementMesh& elements() const {
    MYOWAVE_ASSERT(!is_grid());
    return *elements_;
  }
  bool has_holes() const { return !hole_.empty(); }

  Point position(std::int64_t node) const;

  /// Whether cell (i, j, k) of a grid exists and is tissue. Any index may be out of range.
  bool cell_is_tissue(int i, int j, int k) const;
  /// Which of the 2^dimension cells around node (i, j, k) are tissue: bit dx + 2 dy + 4 dz stands
  /// for cell (i - 1 + dx, j - 1 + dy, k - 1 + dz). 0: the node is no tissue.
  unsigned cell_mask(int i, int j, int k) const;
  bool node_is_tissue(std::int64_t node) const;
  /// By global node, whether the shape holds it.
  std::vector<bool> nodes_in(const Shape& shape) const;

  /// The node nearest to the point, -1 if the point lies outside a grid's box by more than half a
  /// spacing, farther from a mesh of elements than its longest edge, or lacks a coordinate (NaN) that
  /// the mesh has.
  std::int64_t nearest_node(const Point& point) const;

  /// The largest spacing of a grid, the longest edge of elements [mm].
  double resolution() const;

  /// Corners of the bounding box [mm].
  Point low() const { return low_; }
  Point high() const;

  /// Throws InternalError if the mesh contradicts itself (counts, holes, positions).
  void check() const;

 private:
  std::array<int, 3> indices(std::int64_t node) const;
  std::int64_t nearest_node_of_elements(const Point& point) const;

  Grid grid_;
  std::vector<std::uint8_t> hole_;               ///< per cell; empty if there is no hole
  std::shared_ptr<const ElementMesh> elements_;  ///< null for a grid
  Point low_{}, high_{};                         ///< mm; the latter of elements
  double longest_edge_ = 0.0;                    ///< mm, of elements
};

/// Axes of a kind: cable 1, sheet 2, slab 3; those of space for a file.
int dimension_of(MeshKind kind);

}  // namespace myowave
