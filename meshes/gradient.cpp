// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/gradient.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace myowave {

Gradient::Gradient(const GradientSettings& settings, const Mesh& mesh) : smooth_(settings.smooth) {
  Point end{};
  for (std::size_t a = 0; a < 3; ++a) {
    const bool counts = settings.axis < 0 ? !std::isnan(settings.begin[a])
                                          : a == static_cast<std::size_t>(settings.axis);
    if (!counts) continue;
    if (static_cast<int>(a) >= mesh.space_dimension())
      throw InputError(fmt::format("the mesh has no axis {}", "xyz"[a]));
    begin_[a] = std::isnan(settings.begin[a]) ? mesh.low()[a] : settings.begin[a];
    end[a] = std::isnan(settings.end[a]) ? mesh.high()[a] : settings.end[a];
  }
  length_ = std::hypot(end[0] - begin_[0], end[1] - begin_[1], end[2] - begin_[2]);
  for (std::size_t a = 0; a < 3 && length_ > 0.0; ++a) direction_[a] = (end[a] - begin_[a]) / length_;
}

double Gradient::share(const Point& point) const {
  if (!(length_ > 0.0)) return 0.0;
  double along = 0.0;
  for (std::size_t a = 0; a < 3; ++a)
    if (direction_[a] != 0.0) along += (point[a] - begin_[a]) * direction_[a];
  const double s = std::clamp(along / length_, 0.0, 1.0);
  return smooth_ ? s * s * (3.0 - 2.0 * s) : s;
}

}  // namespace myowave
