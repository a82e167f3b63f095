// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "postprocess/neighbour_lists.hpp"

namespace myowave {

struct Electrode {
  std::string name;
  Point position;  ///< [mm]
};

/// Potential of electrodes in an infinite homogeneous bath around the tissue (Gima and Rudy, Circ Res
/// 90:889, 2002, in its volume form):
///
///     phi(x_e, t) = 1 / (4 pi sigma_e) sum_i I_i(t) volume_i / |x_e - x_i|      [mV]
///
/// I = div(sigma_i grad V) [uA/mm^3] is the membrane current that leaves the cells, positive where
/// current enters the bath: ahead of a front, that is, so that phi is positive (upright) while a wave
/// comes nearer and negative when it goes away. A tissue without boundary flux has sum I_i volume_i = 0.
///
/// The weights are computed once; an electrode then costs a product of [nodes] for each sample. On
/// several ranks each has its own nodes, and the samples add up.
class PseudoEcg {
 public:
  /// `positions` [nodes] mm, `volumes` [nodes] mm^3, `bath_conductivity` mS/mm = S/m, `spacing` mm.
  /// Throws InputError that lists all electrodes nearer than half a spacing to a node, where the sum
  /// over nodes does not stand for the integral, and all that have no finite position.
  PseudoEcg(std::span<const Point> positions, std::span<const double> volumes, double spacing,
            const std::vector<Electrode>& electrodes, double bath_conductivity);

  std::size_t electrodes() const { return weights_.size(); }
  std::size_t nodes() const { return nodes_; }

  /// `source` [nodes] uA/mm^3 -> `potential` [electrodes] mV.
  void sample(std::span<const double> source, std::span<double> potential) const;

 private:
  std::size_t nodes_;
  std::vector<std::vector<double>> weights_;  ///< [electrodes][nodes] mV per uA/mm^3
};

}  // namespace myowave
