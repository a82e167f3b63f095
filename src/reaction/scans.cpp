// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "reaction/scans.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "base/clones.hpp"

namespace myowave {

namespace {

// The flag is as wide as a double, so that the loop takes vector instructions.
MYOWAVE_CLONES bool all_within(const double* V, const double* before, std::size_t count, double change) {
  std::int64_t all = 1;
  for (std::size_t i = 0; i < count; ++i)
    all &= static_cast<std::int64_t>(std::abs(V[i] - before[i]) < change);
  return all != 0;
}

}  // namespace

bool find_calm(const double* V, double* before, std::size_t count, std::size_t group, double change,
               bool* calm) {
  // Most often nothing happens in the whole block.
  const bool whole = all_within(V, before, count, change);
  for (std::size_t begin = 0; begin < count; begin += group, ++calm)
    *calm = whole || all_within(V + begin, before + begin, std::min(group, count - begin), change);
  std::copy_n(V, count, before);
  return whole;
}

}  // namespace myowave
