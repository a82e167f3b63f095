// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "postprocess/neighbour_lists.hpp"

namespace myowave {

/// Phase [rad, -pi .. pi] of each node in the plane of V(t) and V(t - tau) about the point (centre,
/// centre) (Gray, Pertsov and Jalife, Nature 392:75, 1998):
///
///     phase = atan2(V(t - tau) - centre, V(t) - centre)
///
/// It grows with time: rest -3/4 pi, upstroke 0, plateau pi/4, repolarisation pi. `V`, `V_delayed` are
/// [nodes] mV; NaN in either gives NaN. tau should be longer than the upstroke and much shorter than the
/// cycle (2-20 ms), and `centre` lie between rest and plateau, so that the loop goes around it.
std::vector<double> phase_map(std::span<const double> V, std::span<const double> V_delayed,
                              double centre);

/// A point of a layer of a grid, or of a surface, around which the phase takes all values.
struct Singularity {
  double x, y;  ///< [mm]; of a grid from node (0, 0)
  int layer;    ///< of a grid k of its nodes, else 0
  /// +1: the phase grows by 2 pi on the way around in the sense from x to y (anticlockwise with y up);
  /// as phase grows with time, the wave then turns clockwise. -1: the reverse. A surface is looked at
  /// from the side that its finder says.
  int charge;
  double z = 0.0;  ///< [mm]
};

/// A point within a triangle or quadrilateral around which the phase takes all values.
struct PhasePoint {
  int charge;  ///< +1: the phase grows in the order of the corners, see Singularity
  Point at;    ///< [mm] where the interpolants of V and V_delayed are both `centre`
};

/// What there is within a loop of three or four nodes at `corners` [mm], as of a cell of a grid (see
/// `find_singularities`), with linear interpolants in a triangle and bilinear ones in a quadrilateral.
/// `V`, `V_delayed` are [corners] mV; with a NaN there is nothing.
std::optional<PhasePoint> phase_point(std::span<const Point> corners, std::span<const double> V,
                                      std::span<const double> V_delayed, double centre);

/// The singularities of each xy layer of a grid: cells of 2 by 2 nodes around which the phase
/// differences, each brought to -pi .. pi, add up to +-2 pi (topological charge, Bray et al., J
/// Cardiovasc Electrophysiol 12:716, 2001). The point is where the iso-lines V = centre and V_delayed =
/// centre of the bilinear interpolants cross within the cell.
///
/// `V`, `V_delayed` are [grid.size()] mV. Cells with a NaN or a hole at a corner are left out: a wave
/// that turns around a hole has no singularity. `tissue` as in `grid_neighbours`.
std::vector<Singularity> find_singularities(const GridShape& grid, std::span<const double> V,
                                            std::span<const double> V_delayed, double centre,
                                            std::span<const std::uint8_t> tissue = {});

}  // namespace myowave
