// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "postprocess/phase.hpp"

namespace myowave {

/// A facet of an element of a volume through which a filament passes: the phase takes all values around
/// it.
struct Crossing {
  std::int32_t cell;
  std::array<std::int32_t, 4> facet;  ///< its nodes, the same for both cells; -1 where it has none
  int charge;                         ///< seen from outside the cell, see Singularity
  Point at;                           ///< [mm] the same for both cells
};

/// The line about which a scroll wave turns, from facet to facet: clockwise, seen against its direction
/// from its end.
struct Filament {
  std::vector<Point> points;  ///< [mm]; the first again at the end of a closed one
  bool closed = false;

  double length() const;  ///< [mm]
};

/// The filaments of a volume, the longest first, and where they end at its boundary, with their charge
/// seen from outside.
struct FilamentSet {
  std::vector<Filament> filaments;
  std::vector<Singularity> ends;
};

/// Chains the crossings of all cells, in any order: within a cell from one of charge -1, where a
/// filament comes in, to the nearest of charge +1; a facet of one cell lies at the boundary. What leaves
/// a cell without having come in, as rounding can make it, ends there.
FilamentSet chain_filaments(std::span<const Crossing> crossings);

}  // namespace myowave
