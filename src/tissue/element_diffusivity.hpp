// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "tissue/tissue.hpp"

namespace myowave {

/// Where a region lies, and its own conductivities if it has some.
struct RegionConductivities {
  Shape where;
  std::optional<Conductivities> own;
};

/// sigma / (chi Cm) of the elements of a mesh [mm^2/ms]. An element belongs to the first region that
/// holds its centre, or has its tag; its conductivities are those of the region, or of the settings
/// where that has none, times the element's factor. Its fibre and sheet are those of the mesh, of the
/// rule, or the fibre of the settings.
class ElementDiffusivity {
 public:
  /// The mesh, of elements with the directions that are needed, must outlive this. Throws InputError if
  /// the mesh lacks an axis that a gradient goes along.
  ElementDiffusivity(const TissueSettings& settings, const std::vector<RegionConductivities>& regions,
                     const Mesh& mesh);

  Tensor operator()(std::int32_t cell) const;
  /// Whether current flows in the element, in some direction.
  bool conducts(std::int32_t cell) const;
  Point fibre(std::int32_t cell) const;

 private:
  struct Value {
    double from = 0.0, to = 0.0;  ///< mm^2/ms
    std::optional<Gradient> gradient{};
    double at(const Point& point) const;
  };
  struct Values {
    Value longitudinal, transverse;
    std::optional<Value> normal{};
  };
  Values values_of(const Conductivities& conductivities, const Mesh& mesh) const;
  const Values& values_at(std::int32_t cell) const;
  Point sheet(std::int32_t cell) const;

  TissueSettings settings_;
  const ElementMesh& mesh_;
  std::optional<Gradient> through_;          ///< of the rule
  std::vector<Values> values_;               ///< of the settings, then of regions that have some
  std::vector<std::size_t> values_of_cell_;  ///< [cell]; empty: those of the settings
};

}  // namespace myowave
