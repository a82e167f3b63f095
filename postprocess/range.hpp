// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <limits>
#include <span>

namespace myowave {

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

/// Smallest and largest value; NaN is passed over. Four running pairs, so that the loop is not bound to
/// the latency of one comparison and takes vector instructions.
inline Range range_of(std::span<const double> values) {
  constexpr std::size_t lanes = 4;
  Range range;
  double low[lanes], high[lanes];
  for (std::size_t k = 0; k < lanes; ++k) low[k] = range.low, high[k] = range.high;
  std::size_t i = 0;
  for (; i + lanes <= values.size(); i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) {
      const double value = values[i + k];
      low[k] = value < low[k] ? value : low[k];
      high[k] = value > high[k] ? value : high[k];
    }
  for (; i < values.size(); ++i) {
    low[0] = values[i] < low[0] ? values[i] : low[0];
    high[0] = values[i] > high[0] ? values[i] : high[0];
  }
  for (std::size_t k = 0; k < lanes; ++k) {
    range.low = low[k] < range.low ? low[k] : range.low;
    range.high = high[k] > range.high ? high[k] : range.high;
  }
  return range;
}

}  // namespace myowave
