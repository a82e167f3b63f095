// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/phase.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.hpp"

namespace myowave {
namespace {

using std::numbers::pi;

/// Corners of a cell in the sense from x to y: (0, 0), (1, 0), (1, 1), (0, 1).
using Corners = std::array<double, 4>;

/// c + cx x + cy y + cxy x y on the unit cell.
struct Bilinear {
  double c, cx, cy, cxy;
  explicit Bilinear(const Corners& f)
      : c(f[0]), cx(f[1] - f[0]), cy(f[3] - f[0]), cxy(f[0] - f[1] + f[2] - f[3]) {}
  /// Along y, at x; and the y where the value is 0.
  double slope(double x) const { return cy + cxy * x; }
  double root(double x) const { return -(c + cx * x) / slope(x); }
};

/// Real roots of a x^2 + b x + c; a root at infinity is NaN.
std::array<double, 2> quadratic_roots(double a, double b, double c) {
  const double none = std::numeric_limits<double>::quiet_NaN();
  const double discriminant = b * b - 4.0 * a * c;
  if (discriminant < 0.0) return {none, none};
  const double q = -0.5 * (b + std::copysign(std::sqrt(discriminant), b));
  return {a != 0.0 ? q / a : none, q != 0.0 ? c / q : 0.0};
}

double outside(double x) { return std::max({0.0, -x, x - 1.0}); }

/// Where both functions are zero in the unit cell. Eliminating y leaves a quadratic in x.
std::array<double, 2> crossing(const Corners& f_corners, const Corners& g_corners) {
  const Bilinear f(f_corners), g(g_corners);
  const double a = f.cxy * g.cx - g.cxy * f.cx;
  const double b = f.cy * g.cx + f.cxy * g.c - g.cy * f.cx - g.cxy * f.c;
  const double c = f.cy * g.c - g.cy * f.c;
  std::array<double, 2> best = {0.5, 0.5};
  double nearest = 1e-6;  // a charged cell has a crossing; this is for rounding
  for (const double x : quadratic_roots(a, b, c)) {
    if (!std::isfinite(x)) continue;
    const Bilinear& steeper = std::abs(f.slope(x)) > std::abs(g.slope(x)) ? f : g;
    const double y = steeper.root(x);
    const double distance = std::max(outside(x), outside(y));
    if (distance > nearest || !std::isfinite(y)) continue;
    nearest = distance;
    best = {std::clamp(x, 0.0, 1.0), std::clamp(y, 0.0, 1.0)};
  }
  return best;
}

/// A difference of two phases, brought to -pi .. pi.
double wrapped(double difference) {
  return difference > pi ? difference - 2.0 * pi : difference < -pi ? difference + 2.0 * pi : difference;
}

int topological_charge(std::span<const double> phase) {
  double sum = 0.0;
  for (std::size_t i = 0; i < phase.size(); ++i)
    sum += wrapped(phase[(i + 1) % phase.size()] - phase[i]);
  return static_cast<int>(std::lround(sum / (2.0 * pi)));
}

/// Weights of a triangle's corners at the point where both linear functions are zero.
std::array<double, 3> crossing_of_triangle(std::span<const double> f, std::span<const double> g) {
  std::array<double, 3> weight = {f[1] * g[2] - f[2] * g[1], f[2] * g[0] - f[0] * g[2],
                                  f[0] * g[1] - f[1] * g[0]};
  const double sum = weight[0] + weight[1] + weight[2];
  for (double& each : weight) each = std::max(each / sum, 0.0);  // below 0 by rounding only
  const double kept = weight[0] + weight[1] + weight[2];
  if (!std::isfinite(kept) || kept == 0.0) return {1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0};
  for (double& each : weight) each /= kept;
  return weight;
}

/// The four nodes of the cell whose first node is (i, j, k).
std::array<std::size_t, 4> cell_nodes(const GridShape& grid, int i, int j, int k) {
  const auto row = static_cast<std::size_t>(grid.nodes[0]);
  const std::size_t first =
      static_cast<std::size_t>(i) +
      row * (static_cast<std::size_t>(j) +
             static_cast<std::size_t>(grid.nodes[1]) * static_cast<std::size_t>(k));
  return {first, first + 1, first + row + 1, first + row};
}

Corners at(std::span<const double> values, const std::array<std::size_t, 4>& nodes,
           double subtract = 0.0) {
  Corners corners;
  for (std::size_t c = 0; c < 4; ++c) corners[c] = values[nodes[c]] - subtract;
  return corners;
}

/// Bilinear weights of a quadrilateral's corners.
std::array<double, 4> weights_at(double x, double y) {
  return {(1 - x) * (1 - y), x * (1 - y), x * y, (1 - x) * y};
}

}  // namespace

std::vector<double> phase_map(std::span<const double> V, std::span<const double> V_delayed,
                              double centre) {
  MYOWAVE_ASSERT(V.size() == V_delayed.size());
  std::vector<double> phase(V.size());
  for (std::size_t i = 0; i < V.size(); ++i) phase[i] = std::atan2(V_delayed[i] - centre, V[i] - centre);
  return phase;
}

std::optional<PhasePoint> phase_point(std::span<const Point> corners, std::span<const double> V,
                                      std::span<const double> V_delayed, double centre) {
  const std::size_t n = corners.size();
  MYOWAVE_ASSERT((n == 3 || n == 4) && V.size() == n && V_delayed.size() == n);
  Corners f{}, g{}, phase{};
  for (std::size_t c = 0; c < n; ++c) {
    f[c] = V[c] - centre;
    g[c] = V_delayed[c] - centre;
    phase[c] = std::atan2(g[c], f[c]);
    if (!std::isfinite(phase[c])) return std::nullopt;
  }
  const int charge = topological_charge(std::span(phase).first(n));
  if (charge == 0) return std::nullopt;
  Corners weight{};
  if (n == 3) {
    const auto weights = crossing_of_triangle(f, g);
    std::copy(weights.begin(), weights.end(), weight.begin());
  } else {
    const auto [x, y] = crossing(f, g);
    weight = weights_at(x, y);
  }
  PhasePoint point{charge, {}};
  for (std::size_t c = 0; c < n; ++c)
    for (std::size_t a = 0; a < 3; ++a) point.at[a] += weight[c] * corners[c][a];
  return point;
}

std::vector<Singularity> find_singularities(const GridShape& grid, std::span<const double> V,
                                            std::span<const double> V_delayed, double centre,
                                            std::span<const std::uint8_t> tissue) {
  MYOWAVE_ASSERT(V.size() == grid.size() && V_delayed.size() == grid.size());
  MYOWAVE_ASSERT(tissue.empty() || tissue.size() == grid.size());
  std::vector<double> phase = phase_map(V, V_delayed, centre);
  for (std::size_t i = 0; i < tissue.size(); ++i)
    if (tissue[i] == 0) phase[i] = std::numeric_limits<double>::quiet_NaN();
  std::vector<Singularity> found;
  for (int k = 0; k < grid.nodes[2]; ++k)
    for (int j = 0; j + 1 < grid.nodes[1]; ++j)
      for (int i = 0; i + 1 < grid.nodes[0]; ++i) {
        const auto nodes = cell_nodes(grid, i, j, k);
        const Corners corners = at(phase, nodes);
        if (!std::isfinite(corners[0] + corners[1] + corners[2] + corners[3])) continue;
        const int charge = topological_charge(corners);
        if (charge == 0) continue;
        const auto [x, y] = crossing(at(V, nodes, centre), at(V_delayed, nodes, centre));
        found.push_back(
            {(i + x) * grid.spacing[0], (j + y) * grid.spacing[1], k, charge, k * grid.spacing[2]});
      }
  return found;
}

}  // namespace myowave
