// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <limits>
#include <span>

namespace myowave {

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
};

/// Smallest and largest value; NaN is passed over.
Range range_of(std::span<const double> values);

}  // namespace myowave
