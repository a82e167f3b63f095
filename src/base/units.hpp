// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace myowave {

/// Powers of mm, ms, mV, uA, mM, K. Inside Myowave every number is in these units and their
/// products (mS = uA/mV and uF = uA ms/mV need no factor), so no conversion happens after input.
struct Dimension {
  std::array<int, 6> power{};

  bool operator==(const Dimension&) const = default;
  bool dimensionless() const { return *this == Dimension{}; }
};

/// A unit: value in Myowave's units = factor * number.
struct Unit {
  double factor = 1.0;
  Dimension dimension;
};

/// Parses a unit such as "mm", "S/m", "uA/cm^2", "/mm", "mS/uF", "1/ms", "L/(F ms)", "Hz", "deg".
/// Throws InputError naming the part that is not understood.
Unit parse_unit(std::string_view text);

/// Parses "0.1334 S/m" and converts it to Myowave's units.
/// Throws InputError if there is no number, no unit, or the dimension differs from that of
/// `expected_unit`, which also serves as the example in the message. A dimensionless expectation
/// ("1") allows a bare number.
double parse_quantity(std::string_view text, std::string_view expected_unit);

/// The number of `value` (Myowave's units) in `unit`, with the unit: "0.5 mm". Shortest text that
/// reads back to the same double.
std::string format_quantity(double value, std::string_view unit);

}  // namespace myowave
