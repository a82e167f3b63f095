// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <optional>

#include "meshes/element_mesh.hpp"
#include "meshes/geometry.hpp"

namespace myowave {

/// Symmetric 3x3 tensor.
using Tensor = std::array<std::array<double, 3>, 3>;

/// across 1 + (along - across) f f^T / |f|^2, the same in all directions across the fibre f.
Tensor axisymmetric_tensor(double along, double across, const Point& fibre);

/// along f f^T + in_sheet s s^T + normal n n^T with the unit vectors f along the fibre, s across it in
/// the plane of fibre and sheet, and n across both. The sheet must not lie along the fibre.
Tensor orthotropic_tensor(double along, double in_sheet, double normal, const Point& fibre,
                          const Point& sheet);

/// What the configuration says of the tissue as a conductor.
struct TissueSettings {
  double surface_to_volume = 140.0;  ///< chi [1/mm]
  double capacitance = 0.01;         ///< Cm [uF/mm^2]
  double longitudinal = 0.0;         ///< sigma along the fibre [mS/mm]
  double transverse = 0.0;           ///< sigma across the fibre [mS/mm]
  Point fibre{1.0, 0.0, 0.0};        ///< unit vector
  bool fibre_of_mesh = false;        ///< each element has its own, from the file of the mesh
  double normal = 0.0;  ///< sigma across fibre and sheet [mS/mm]; 0: as transverse, whatever the sheet
};

/// The membrane and the conductor:
///   chi (Cm dV/dt + I_ion) = div(sigma grad V) + stimulus per volume
/// with sigma = s_t 1 + (s_l - s_t) f f^T, or s_l f f^T + s_t s s^T + s_n n n^T with the sheet s and n
/// across both.
class Tissue {
 public:
  explicit Tissue(const TissueSettings& settings);

  /// sigma / (chi Cm) [mm^2/ms] with the fibre of the settings.
  const Tensor& diffusivity() const { return diffusivity_; }
  /// The same of an element of a mesh, with its own fibre and sheet where the settings ask for them.
  Tensor diffusivity(const ElementMesh& mesh, std::int32_t cell) const;
  double chi() const { return chi_; }
  double Cm() const { return Cm_; }

 private:
  TissueSettings settings_;
  double chi_, Cm_;
  Tensor diffusivity_;
};

}  // namespace myowave
