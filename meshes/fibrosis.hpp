// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "meshes/cells.hpp"

namespace myowave {

/// Cells spread at random over a part of the tissue, singly or in patches, that become holes or get
/// another tag.
struct FibrosisSettings {
  std::string name;
  Shape where;                  ///< of the candidates
  double density = 0.0;         ///< share of the candidates that are chosen, 0 to 1
  std::vector<double> lengths;  ///< mm, of the patches, one or one per axis; empty: single cells
  int seed = 1;
  std::optional<std::int32_t> tag;  ///< of the chosen cells; without it they become holes
};

/// A stationary random field in space that is very nearly Gaussian, with the covariance
///   exp(-1/2 sum over axes of (d_a / length_a)^2)
/// of points a distance d apart. White noise on a lattice, from a counter, is convolved with a Gaussian
/// (process convolution: Higdon, in Quantitative Methods for Current Environmental Issues, 2002, 37-56),
/// so that a value depends on the seed, the lengths and its place alone, whatever the mesh.
class RandomField {
 public:
  /// `lengths` [mm] of the axes; 0 leaves an axis out.
  RandomField(const Point& lengths, int seed);

  /// Of mean 0 and variance 1.
  double at(const Point& point) const;

 private:
  Point lattice_{};  ///< mm, spacing along each axis; 0: the axis is left out
  int seed_;
  double norm_;
};

/// The cells, ascending, that the settings choose: a share `density` of those that are tissue in
/// `where`, to one cell, with the largest values of a random field. Single cells are drawn by their
/// number. `candidates` gets the number of those to choose from.
std::vector<std::size_t> fibrotic_cells(const Cells& cells, const FibrosisSettings& settings,
                                        std::size_t& candidates);

}  // namespace myowave
