// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "reaction/scans.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/clones.hpp"

namespace myowave {

// The flags are as wide as a double, so that the loop takes vector instructions.
MYOWAVE_CLONES void find_calm(const double* V, double* before, std::size_t count, std::size_t group,
                              double change, bool* calm) {
  for (std::size_t begin = 0; begin < count; begin += group, ++calm) {
    std::int64_t all = 1;
    for (std::size_t i = begin; i < std::min(begin + group, count); ++i) {
      all &= static_cast<std::int64_t>(std::abs(V[i] - before[i]) < change);
      before[i] = V[i];
    }
    *calm = all != 0;
  }
}

}  // namespace myowave
