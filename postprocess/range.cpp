// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/range.hpp"

#include <cstddef>
#include <cstring>

#include "base/clones.hpp"
#include "base/lanes.hpp"

namespace myowave {
namespace {

MYOWAVE_CLONES void widen(const double* values, std::size_t count, double& lowest, double& highest) {
  Lanes low = Lanes{} + lowest, high = Lanes{} + highest, each;
  std::size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    std::memcpy(&each, values + i, sizeof each);
    low = each < low ? each : low;
    high = each > high ? each : high;
  }
  for (std::size_t k = 0; k < lanes; ++k) {
    lowest = low[k] < lowest ? low[k] : lowest;
    highest = high[k] > highest ? high[k] : highest;
  }
  for (; i < count; ++i) {
    lowest = values[i] < lowest ? values[i] : lowest;
    highest = values[i] > highest ? values[i] : highest;
  }
}

}  // namespace

Range range_of(std::span<const double> values) {
  Range range;
  widen(values.data(), values.size(), range.low, range.high);
  return range;
}

}  // namespace myowave
