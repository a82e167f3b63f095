// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tissue/tissue.hpp"

#include <cmath>

namespace myowave {

namespace {

double dot(const Point& a, const Point& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Point normalised(const Point& a) {
  const double length = std::sqrt(dot(a, a));
  return {a[0] / length, a[1] / length, a[2] / length};
}

}  // namespace

Tensor axisymmetric_tensor(double along, double across, const Point& fibre) {
  Tensor tensor;
  const double norm = std::sqrt(dot(fibre, fibre));
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b) {
      const double share = fibre[a] * fibre[b] / (norm * norm);
      tensor[a][b] = (along - across) * share + (a == b ? across : 0.0);
    }
  return tensor;
}

Tensor orthotropic_tensor(double along, double in_sheet, double normal, const Point& fibre,
                          const Point& sheet) {
  const Point f = normalised(fibre);
  const double slant = dot(f, sheet);
  const Point s =
      normalised({sheet[0] - slant * f[0], sheet[1] - slant * f[1], sheet[2] - slant * f[2]});
  Tensor tensor;
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b)
      // n n^T = 1 - f f^T - s s^T
      tensor[a][b] =
          (along - normal) * f[a] * f[b] + (in_sheet - normal) * s[a] * s[b] + (a == b ? normal : 0.0);
  return tensor;
}

Tissue::Tissue(const TissueSettings& settings)
    : chi_(settings.surface_to_volume), Cm_(settings.capacitance) {
  diffusivity_ = axisymmetric_tensor(settings.longitudinal, settings.transverse, settings.fibre);
  for (auto& row : diffusivity_)
    for (double& entry : row) entry /= chi_ * Cm_;
}

}  // namespace myowave
