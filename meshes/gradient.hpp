// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <limits>

#include "meshes/mesh.hpp"

namespace myowave {

/// Where something changes from one value to another: along an axis, or from one point to another.
struct GradientSettings {
  static constexpr double missing = std::numeric_limits<double>::quiet_NaN();

  int axis = 0;  ///< 0, 1 or 2; -1: from point to point
  /// mm. Along an axis its coordinate counts, and the mesh's extent where it is NaN; from point to point
  /// axes that are NaN in both do not count.
  Point begin{missing, missing, missing}, end{missing, missing, missing};
  bool smooth = false;  ///< s^2 (3 - 2 s) of the share s, without a kink at the ends
};

/// The share of the way, 0 at its beginning and 1 at its end, constant beyond and across it.
class Gradient {
 public:
  /// Throws InputError if the mesh has no such axis.
  Gradient(const GradientSettings& settings, const Mesh& mesh);

  double share(const Point& point) const;

 private:
  Point begin_{}, direction_{};  ///< mm; unit vector, 0 along axes that do not count
  double length_ = 0.0;          ///< mm; 0: the share is 0 everywhere
  bool smooth_;
};

}  // namespace myowave
