// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "field/layout.hpp"
#include "meshes/mesh.hpp"
#include "postprocess/filaments.hpp"

namespace myowave {

/// What turns at one look, of the whole mesh, in an order that does not depend on the ranks.
struct Tips {
  std::vector<Singularity> singularities;
  std::vector<Filament> filaments;  ///< of volumes of elements, the longest first
};

/// Looks for phase singularities. Of a grid the cells of each xy layer are looked at, of a surface its
/// elements from the side of `sides_of_surface`, of a volume of elements the facets of all elements:
/// chained they are the filaments, which end in the singularities of the boundary, seen from outside. A
/// cable has none.
class TipFinder {
 public:
  virtual ~TipFinder() = default;
  /// `V`, `V_delayed` are [owned] mV; the phase is counted around `centre` [mV]. Collective.
  virtual Tips find(std::span<const double> V, std::span<const double> V_delayed,
                    double centre) const = 0;
};

/// Mesh and layout must outlive it.
std::unique_ptr<TipFinder> make_tip_finder(const Mesh& mesh, const Layout& layout);

}  // namespace myowave
