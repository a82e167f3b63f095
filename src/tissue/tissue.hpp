// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <optional>

#include "meshes/gradient.hpp"

namespace myowave {

/// Symmetric 3x3 tensor.
using Tensor = std::array<std::array<double, 3>, 3>;

/// across 1 + (along - across) f f^T / |f|^2, the same in all directions across the fibre f.
Tensor axisymmetric_tensor(double along, double across, const Point& fibre);

/// along f f^T + in_sheet s s^T + normal n n^T with the unit vectors f along the fibre, s across it in
/// the plane of fibre and sheet, and n across both. The sheet must not lie along the fibre.
Tensor orthotropic_tensor(double along, double in_sheet, double normal, const Point& fibre,
                          const Point& sheet);

/// Fibres that turn through a slab: those of an element lie in the plane of the other two axes, at an
/// angle to the first of them (x, or y where the axis is x) towards the second. Sheets lie along the
/// axis.
struct FibreRule {
  GradientSettings through;     ///< along the axis
  double from = 0.0, to = 0.0;  ///< rad, at its beginning and end
};

/// A conductivity [mS/mm], the same everywhere or from `value` to `to` along a gradient.
struct Conductivity {
  double value = 0.0, to = 0.0;
  std::optional<GradientSettings> gradient{};
};

/// The conductivities of a part of the tissue; 0 lets no current through in that direction.
struct Conductivities {
  Conductivity longitudinal, transverse;
  std::optional<Conductivity> normal{};  ///< across fibre and sheet; without it as transverse
};

/// What the configuration says of the tissue as a conductor.
struct TissueSettings {
  double surface_to_volume = 140.0;  ///< chi [1/mm]
  double capacitance = 0.01;         ///< Cm [uF/mm^2]
  double longitudinal = 0.0;         ///< sigma along the fibre [mS/mm]
  double transverse = 0.0;           ///< sigma across the fibre [mS/mm]
  Point fibre{1.0, 0.0, 0.0};        ///< unit vector
  bool fibre_of_mesh = false;        ///< each element has its own, from the file of the mesh
  double normal = 0.0;  ///< sigma across fibre and sheet [mS/mm]; 0: as transverse, whatever the sheet
  std::optional<FibreRule> rule{};  ///< each element has its own fibre and sheet by this
};

/// The membrane and the conductor:
///   chi (Cm dV/dt + I_ion) = div(sigma grad V) + stimulus per volume
/// with sigma = s_t 1 + (s_l - s_t) f f^T, or s_l f f^T + s_t s s^T + s_n n n^T with the sheet s and n
/// across both.
class Tissue {
 public:
  explicit Tissue(const TissueSettings& settings);

  /// sigma / (chi Cm) [mm^2/ms] with the fibre of the settings; on elements there may be others, see
  /// ElementDiffusivity.
  const Tensor& diffusivity() const { return diffusivity_; }
  double chi() const { return chi_; }
  double Cm() const { return Cm_; }

 private:
  double chi_, Cm_;
  Tensor diffusivity_;
};

}  // namespace myowave
