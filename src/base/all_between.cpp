// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "base/all_between.hpp"

#include <cstdint>

#include "base/clones.hpp"

namespace myowave {

// The flag is as wide as a double and there are no branches, so that the loop takes vector instructions.
MYOWAVE_CLONES bool all_between(const double* values, std::size_t count, double low, double high) {
  std::int64_t good = 1;
  for (std::size_t i = 0; i < count; ++i)
    good &= static_cast<std::int64_t>(values[i] > low) & static_cast<std::int64_t>(values[i] < high);
  return good != 0;
}

}  // namespace myowave
