// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "meshes/cell_kind.hpp"
#include "meshes/geometry.hpp"

namespace myowave {

/// Where the nodes, cells or fibres of a mesh stand in a file of text, for messages.
struct Places {
  std::string file;                ///< empty: the mesh is from no file
  std::vector<std::int32_t> line;  ///< by number of the node or cell; empty: no lines

  /// "file:line", as far as it is known.
  std::string of(std::size_t number) const;
};

/// What a mesh of elements is made of, as a reader or a generator collects it. Nothing is checked yet.
struct MeshParts {
  std::vector<Point> nodes;              ///< [node], mm
  std::vector<CellKind> kinds;           ///< [cell]
  std::vector<std::int32_t> cell_nodes;  ///< nodes of cell 0, of cell 1 ..., each in CellKind's order
  std::vector<std::int32_t> regions;     ///< [cell], tag of its region
  std::vector<Point> fibres;             ///< [cell], unit vectors; empty: the mesh has no fibres
  std::vector<Point> sheets;             ///< [cell], unit, across the fibre; empty: no sheets
  std::vector<double> conductivity_factors;          ///< [cell], not negative; empty: 1 everywhere
  std::map<std::int32_t, std::string> region_names;  ///< by tag, where the file has names
  Places node_places, cell_places, fibre_places;

  /// Appends a cell. `nodes` has as many as the kind.
  void add_cell(CellKind kind, std::span<const std::int32_t> nodes, std::int32_t region);
};

/// A mesh of linear elements in space: a volume, a surface or a tree of cables, of one kind of cells or
/// several of one dimension. Immutable; knows neither ranks nor V. Nodes and cells count from 0.
///
/// It guarantees: every coordinate is finite; every cell has its own nodes, all of them in range, and is
/// neither flat, folded nor inside out; every node belongs to a cell; there are fibres for all cells or
/// none, and they are unit vectors to within `unit_tolerance`, as are sheets, which lie across them;
/// factors on conductivities are finite and not negative.
class ElementMesh {
 public:
  /// By which the norm of a fibre may differ from 1, and its product with the sheet from 0: files of
  /// text have few digits. What needs more normalises.
  static constexpr double unit_tolerance = 1e-3;

  /// Throws InputError that names the entity, with up to a few faults of each kind.
  explicit ElementMesh(MeshParts parts);

  std::int32_t node_count() const { return static_cast<std::int32_t>(parts_.nodes.size()); }
  std::int32_t cell_count() const { return static_cast<std::int32_t>(parts_.kinds.size()); }
  /// Of the cells: 1, 2 or 3. The nodes always have three coordinates.
  int dimension() const { return dimension_; }

  const Point& position(std::int32_t node) const { return parts_.nodes[static_cast<std::size_t>(node)]; }
  CellKind kind(std::int32_t cell) const { return parts_.kinds[static_cast<std::size_t>(cell)]; }
  std::span<const std::int32_t> nodes_of(std::int32_t cell) const;
  /// Positions of a cell's nodes, written to `points`; the part of it that the cell has.
  std::span<const Point> points_of(std::int32_t cell, std::array<Point, max_cell_nodes>& points) const;

  std::int32_t region(std::int32_t cell) const { return parts_.regions[static_cast<std::size_t>(cell)]; }
  /// Name of a region's tag; empty if it has none.
  std::string region_name(std::int32_t tag) const;
  bool has_fibres() const { return !parts_.fibres.empty(); }
  bool has_sheets() const { return !parts_.sheets.empty(); }
  const Point& fibre(std::int32_t cell) const { return parts_.fibres[static_cast<std::size_t>(cell)]; }
  const Point& sheet(std::int32_t cell) const { return parts_.sheets[static_cast<std::size_t>(cell)]; }
  bool has_conductivity_factors() const { return !parts_.conductivity_factors.empty(); }
  /// By which the conductivities of a cell are multiplied; 1 where the mesh says nothing.
  double conductivity_factor(std::int32_t cell) const {
    return has_conductivity_factors() ? parts_.conductivity_factors[static_cast<std::size_t>(cell)]
                                      : 1.0;
  }
  /// The mean of the positions of a cell's nodes.
  Point centre(std::int32_t cell) const;

  const MeshParts& parts() const { return parts_; }

 private:
  MeshParts parts_;
  int dimension_ = 3;
  std::vector<std::int64_t> first_;  ///< [cell + 1], where its nodes begin in cell_nodes
};

}  // namespace myowave
