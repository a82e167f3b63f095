// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tissue/tissue.hpp"

#include <cmath>

namespace myowave {

Tissue::Tissue(const TissueSettings& settings)
    : chi_(settings.surface_to_volume), Cm_(settings.capacitance), diffusivity_{} {
  const Point& f = settings.fibre;
  const double norm = std::sqrt(f[0] * f[0] + f[1] * f[1] + f[2] * f[2]);
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) {
      const double along = f[a] * f[b] / (norm * norm);
      const double sigma =
          (settings.longitudinal - settings.transverse) * along + (a == b ? settings.transverse : 0.0);
      diffusivity_[a][b] = sigma / (chi_ * Cm_);
    }
}

}  // namespace myowave
