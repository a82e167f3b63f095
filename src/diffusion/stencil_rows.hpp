// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "field/layout.hpp"
#include "meshes/mesh.hpp"
#include "tissue/tissue.hpp"

namespace myowave {

/// Coefficients over the 27 neighbours of a node, x fastest; index 13 is the node.
using StencilWeights = std::array<double, 27>;

/// Weights without their zeros, and arrays of T. Nodes lie in lines, in each of which offsets are
/// relative to the node; a line can be any part of an array.
template <class T>
struct Stencil {
  /// The lines before, of and behind the node, where it is (or would be) in each.
  using Lines = std::array<const T*, 3>;

  int points = 0;
  std::array<T, 27> weight{};
  std::array<std::ptrdiff_t, 27> offset{};
  std::array<std::uint8_t, 27> line{};  ///< 0, 1, 2

  /// In one array, all a single line. `stride`: from a node to the next one along each axis.
  Stencil(const StencilWeights& weights, const std::array<std::ptrdiff_t, 3>& stride);
  /// `axis`: across the lines.
  Stencil(const StencilWeights& weights, const std::array<std::ptrdiff_t, 3>& stride, std::size_t axis);

  /// y[i] = sum of weight * x[i + offset] over `length` nodes in x.
  void apply(const Lines& x, T* y, std::int32_t length) const;
  void apply(const T* x, T* y, std::int32_t length) const { apply({x, x, x}, y, length); }
  /// y[i] += the same.
  void add(const Lines& x, T* y, std::int32_t length) const;
  void add(const T* x, T* y, std::int32_t length) const { add({x, x, x}, y, length); }
};

/// The rows of K and M on a grid (see StencilOperator): a row depends only on which of the cells around
/// its node are tissue.
class StencilRows {
 public:
  /// What the tissue cells around a node (its mask, see Mesh::cell_mask) make of its row.
  struct Row {
    unsigned mask;
    StencilWeights stiffness;
    double volume;

    bool in_hole() const { return mask == 0; }
    /// Of M + a K.
    StencilWeights shifted(double a) const;
    /// Of 1 - a M^-1 K.
    StencilWeights euler_step(double a) const;
    /// Of -a M^-1 K.
    StencilWeights rate(double a) const;
  };
  /// Consecutive nodes in x with the same row.
  struct Run {
    std::array<int, 3> at;  ///< indices of the first in the mesh
    std::int32_t length, row;
  };

  StencilRows(const Mesh& mesh, const Tensor& diffusivity);

  /// Of the nodes of a box, x fastest. Their rows are among `rows` from then on.
  std::vector<Run> runs(const NodeBox& box);
  const std::vector<Row>& rows() const { return rows_; }
  const Row& row(const Run& run) const { return rows_[static_cast<std::size_t>(run.row)]; }

 private:
  StencilWeights stiffness_weights(unsigned mask) const;
  double node_volume(unsigned mask) const;
  std::int32_t row_of(unsigned mask);

  const Mesh& mesh_;
  int dimension_;
  Point spacing_;
  Tensor diffusivity_;
  std::vector<Row> rows_;
};

/// Steps to the next node along each axis in an array that holds a box, and where a node lies in it.
std::array<std::ptrdiff_t, 3> strides(const NodeBox& box);
std::ptrdiff_t place(const NodeBox& box, const std::array<int, 3>& node);

}  // namespace myowave
