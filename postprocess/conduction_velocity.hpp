// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "postprocess/neighbour_lists.hpp"

namespace myowave {

/// Why a node has a velocity or none.
enum class VelocityStatus : std::uint8_t {
  ok,
  not_activated,       ///< its activation time is NaN
  too_few_neighbours,  ///< what is left of its list does not span the mesh's directions
  collision,           ///< fronts meet here, or the front suddenly speeds up or is focused
  source,              ///< a front starts or breaks through here, or suddenly slows down
  flat,      ///< activated at once with its neighbours, as in a stimulus: faster than fastest_m_per_s
  irregular  ///< no smooth surface fits the times: noise, block, or slower than slowest_m_per_s
};
std::string_view name(VelocityStatus status);

struct VelocityOptions {
  /// Two nodes between which activation would travel slower than this belong to different waves.
  double slowest_m_per_s = 0.02;
  double fastest_m_per_s = 10.0;
  /// Largest change of slowness over half the window, as a share of the slowness at its centre.
  double largest_bend = 0.3;
  /// Largest rms misfit, as a share of the times' standard deviation in the window.
  double largest_misfit = 0.25;
};

/// All arrays are [rows] of the neighbour lists.
struct VelocityMap {
  std::vector<Point> velocity;   ///< [m/s], along the propagation; NaN unless ok
  std::vector<double> speed;     ///< [m/s]; NaN unless ok
  std::vector<double> residual;  ///< [ms] rms misfit of the surface; NaN where there is no fit
  std::vector<double> quality;   ///< (1 - misfit / deviation) * neighbours used / listed; 0 unless ok
  std::vector<std::int32_t> neighbours;  ///< used by the fit
  std::vector<VelocityStatus> status;
};

/// Conduction velocity from activation times by local least squares (Bayly et al., IEEE Trans Biomed Eng
/// 45:563, 1998): a surface T(x) is fitted to the times of a node and of its neighbours, and
///
///     v = grad T / |grad T|^2.
///
/// `positions` [nodes] mm, `activation` [nodes] ms, NaN where not activated. The nodes of the lists'
/// rows are fitted.
///
/// *Directions.* The fit lives in the space that the listed neighbours span (a line for a cable, a plane
/// for a sheet, in whatever direction they lie); v has no component outside it. Of lists that are laid
/// out it is the line or plane into which they are.
///
/// *Surface.* Quadratic where there are at least a third more times than its coefficients, else linear.
/// Where the quadratic misfits in the manner of a wave from one point at time tau, (T - tau)^2 =
/// quadratic (exact for circular, spherical and elliptic fronts), that surface is used, tau found by
/// least squares.
///
/// *Other waves.* Neighbours are taken from the nearest to the farthest, each compared with the nearest
/// one that lies closer to the node: it is left out if that one was, or if the step between the two
/// would be slower than `slowest_m_per_s`. So a line of block hides all that lies behind it.
///
/// *Where there is no velocity.* The slowness p = grad T must not change over the window by more than
/// `largest_bend`: a concave T (negative second derivative in any direction) is a collision, a T convex
/// along p a source. Curved fronts are convex across p, and pass. A front that runs into a border
/// without flux speeds up as if it met its mirror image, and is marked so within about a millimetre.
/// Noise in the times bends T too: with a radius of 2 nodes on a sheet it may reach a tenth of the
/// travel time over the half window (0.05 ms for 0.3 mm at 0.6 m/s) before nodes are marked for it; with
/// finer grids take a wider radius.
VelocityMap conduction_velocity(std::span<const Point> positions, const NeighbourLists& neighbours,
                                std::span<const double> activation, const VelocityOptions& options = {});

}  // namespace myowave
