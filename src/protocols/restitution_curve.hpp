// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "protocols/preparation.hpp"

namespace myowave {

/// One point of a restitution curve.
struct CurvePoint {
  double s1_ms, s2_ms;  ///< cycle lengths; s2 NaN in the dynamic protocol
  int beat;             ///< dynamic: number of the beat at this cycle length, from 1; else 0
  double di_ms;         ///< from the repolarisation before, at the highest level; NaN if not known
  Response response;
  bool of_search = false;  ///< an interval of the search for the ERP, not of the user's list
};

/// DI before a pulse that follows another one after `interval` ms. In tissue it ends with the activation
/// and a beat that did not capture has none.
double diastolic_interval(double interval, const Response& before, const Response& response,
                          bool in_tissue);

/// The largest slope of the APD at the highest level over DI, between neighbours in the order of the
/// pauses (S2 intervals or cycle lengths; of a cycle length's beats the means count). Captured points
/// of the user's list with an APD only; neighbours less than 0.1 ms apart in DI are skipped. NaN if
/// there are fewer than two.
double steepest_slope(std::span<const CurvePoint> curve);

/// The bracket of the ERP: the shortest interval that captured, counted from the longest down to the
/// first that did not, and that one. `blocked` and `captured` stand for ends that were not met.
struct Bracket {
  double blocked, captured;
};
Bracket bracket(std::span<const CurvePoint> curve, double blocked, double captured);

/// Halves the bracket until it is `resolution` wide. `test` answers for some intervals at once whether
/// they capture; what was asked for and turns out not to lie on the way of the halving is left out of
/// `on_the_way`. The way does not depend on `width`, how many are asked for at once.
Bracket bisect(Bracket bracket, double resolution, std::size_t width,
               const std::function<std::vector<bool>(const std::vector<double>&)>& test,
               const std::function<void(double)>& on_the_way);

/// restitution.csv
std::string curve_csv(std::span<const CurvePoint> curve, const std::vector<double>& levels);

}  // namespace myowave
