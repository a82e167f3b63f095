// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>

#include "meshes/cell_geometry.hpp"
#include "tissue/tissue.hpp"

namespace myowave {

/// Matrices of one linear element, by its own node numbers; entries beyond its nodes are 0.
///   stiffness_ij = int grad N_i . D grad N_j   [mm^d/ms for D in mm^2/ms]
///   mass_ij      = int N_i N_j                 [mm^d]
/// by Gauss points, exact for segments, triangles and tetrahedra, and for quadrilaterals and hexahedra
/// that are parallelograms and parallelepipeds.
struct ElementMatrices {
  using Matrix = std::array<std::array<double, max_cell_nodes>, max_cell_nodes>;
  Matrix stiffness{}, mass{};
};

/// Of surfaces and cables in space the gradient lies in the surface or along the cable, so that only the
/// part of D there counts. The cell must be sound, as those of an ElementMesh are.
ElementMatrices element_matrices(CellKind kind, CellPoints points, const Tensor& diffusivity);

/// The largest eigenvalue of lumped mass^-1 stiffness of the element [1/ms]. The largest over all
/// elements bounds that of the whole mesh.
double largest_rate(CellKind kind, const ElementMatrices& matrices);

}  // namespace myowave
