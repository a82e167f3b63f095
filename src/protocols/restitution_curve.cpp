// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/restitution_curve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <map>

namespace myowave {
namespace {

/// The next `count` numbers that halvings of (low, high) may ask for, those that come first at the
/// front.
std::vector<long> next_halvings(long low, long high, std::size_t count) {
  std::vector<long> numbers;
  std::deque<std::pair<long, long>> open = {{low, high}};
  while (!open.empty() && numbers.size() < count) {
    const auto [a, b] = open.front();
    open.pop_front();
    if (b - a < 2) continue;
    const long middle = a + (b - a) / 2;
    numbers.push_back(middle);
    open.emplace_back(a, middle);
    open.emplace_back(middle, b);
  }
  return numbers;
}

std::string number(double value) {
  return std::isnan(value) ? std::string() : fmt::format("{:.9g}", value);
}

}  // namespace

double diastolic_interval(double interval, const Response& before, const Response& response,
                          bool in_tissue) {
  return interval - before.repolarisation_ms + (in_tissue ? response.activation_ms : 0.0);
}

double steepest_slope(std::span<const CurvePoint> curve) {
  struct Mean {
    double di = 0.0, apd = 0.0, count = 0.0;
  };
  std::map<double, Mean> means;  // by pause
  for (const CurvePoint& point : curve) {
    const double apd = point.response.captured ? point.response.apd_ms.back() : std::nan("");
    if (point.of_search || std::isnan(point.di_ms + apd)) continue;
    Mean& mean = means[point.beat ? point.s1_ms : point.s2_ms];
    mean.di += point.di_ms, mean.apd += apd, mean.count += 1.0;
  }
  double steepest = std::nan("");
  const Mean* before = nullptr;
  for (auto& [pause, mean] : means) {
    mean.di /= mean.count, mean.apd /= mean.count;
    const double difference = before ? mean.di - before->di : 0.0;
    if (before && std::abs(difference) < 0.1) continue;
    if (before) {
      const double slope = (mean.apd - before->apd) / difference;
      if (!(slope <= steepest)) steepest = slope;
    }
    before = &mean;
  }
  return steepest;
}

Bracket bracket(std::span<const CurvePoint> curve, double blocked, double captured) {
  std::map<double, bool, std::greater<>> intervals;
  for (const CurvePoint& point : curve) intervals[point.s2_ms] = point.response.captured;
  Bracket result{blocked, captured};
  for (const auto& [interval, good] : intervals) {
    if (!good) return {interval, std::max(result.captured, interval)};
    result.captured = interval;
  }
  return result;
}

Bracket bisect(Bracket bracket, double resolution, std::size_t width,
               const std::function<std::vector<bool>(const std::vector<double>&)>& test,
               const std::function<void(double)>& on_the_way) {
  // In whole resolutions below the interval that captured, so that the width at the end is exact.
  long low = -std::lround(std::ceil((bracket.captured - bracket.blocked) / resolution - 1e-9)), high = 0;
  const double top = bracket.captured;
  auto interval = [&](long k) { return top + static_cast<double>(k) * resolution; };
  while (high - low > 1) {
    const std::vector<long> numbers = next_halvings(low, high, width);
    std::vector<double> intervals;
    for (const long k : numbers) intervals.push_back(interval(k));
    const std::vector<bool> captured = test(intervals);
    std::map<long, bool> known;
    for (std::size_t i = 0; i < numbers.size(); ++i) known[numbers[i]] = captured[i];
    while (high - low > 1) {
      const long middle = low + (high - low) / 2;
      const auto found = known.find(middle);
      if (found == known.end()) break;
      on_the_way(interval(middle));
      (found->second ? high : low) = middle;
    }
  }
  return {std::max(interval(low), bracket.blocked), interval(high)};
}

std::string curve_csv(std::span<const CurvePoint> curve, const std::vector<double>& levels) {
  std::string text = "s1_ms,s2_ms,beat,di_ms,captured,activation_ms";
  for (const double level : levels) text += fmt::format(",apd{:g}_ms", level);
  text += ",cv_m_per_s\n";
  for (const CurvePoint& point : curve) {
    const Response& r = point.response;
    text += fmt::format("{},{},{},{},{},{}", number(point.s1_ms), number(point.s2_ms),
                        point.beat ? std::to_string(point.beat) : "", number(point.di_ms),
                        r.captured ? 1 : 0, number(r.activation_ms));
    for (const double apd : r.apd_ms) text += "," + number(apd);
    text += "," + number(r.cv_m_per_s) + "\n";
  }
  return text;
}

}  // namespace myowave
