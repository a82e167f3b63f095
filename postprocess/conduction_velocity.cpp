// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/conduction_velocity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <tuple>

#include "base/error.hpp"
#include "postprocess/local_fit.hpp"

namespace myowave {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
/// Misfit of the quadratic, as a share of the deviation, below which it needs no better surface.
constexpr double good_misfit = 1e-3;
/// Share of the quadratic's squared misfit that the wave from one point must explain.
constexpr double explained_by_point = 0.95;

double length(const Point& x) { return std::sqrt(dot(x, x)); }

double sum_of_products(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

double rms(std::span<const double> values) {
  return std::sqrt(sum_of_products(values, values) / static_cast<double>(values.size()));
}

double deviation(std::span<const double> values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double sum = 0.0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return std::sqrt(sum / n);
}

/// The node and the neighbours that belong to its wave, relative to the node. Entry 0 is the node.
struct Window {
  std::vector<Point> offset;  ///< [mm]
  std::vector<double> time;   ///< [ms]
  std::size_t listed = 0;     ///< neighbours in the list
  double reach(const Point& direction) const {
    double farthest = 0.0;
    for (const Point& x : offset) farthest = std::max(farthest, std::abs(dot(x, direction)));
    return farthest;
  }
};

/// Leaves out what a step slower than `slowest` separates from the node. The window is sorted by
/// distance.
void keep_own_wave(Window& window, double slowest) {
  const auto [first, last] = std::minmax_element(window.time.begin(), window.time.end());
  if (window.offset.size() < 2 || *last - *first <= length(window.offset[1]) / slowest) return;
  const std::size_t n = window.offset.size();
  std::vector<bool> own(n, true);
  for (std::size_t j = 1; j < n; ++j) {
    std::size_t parent = 0;
    double nearest = length(window.offset[j]);
    for (std::size_t k = 1; k < n && length(window.offset[k]) < length(window.offset[j]) * (1 - 1e-9);
         ++k) {
      const Point &a = window.offset[j], &b = window.offset[k];
      const double distance = std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
      if (distance < nearest) {
        nearest = distance;
        parent = k;
      }
    }
    own[j] = own[parent] && std::abs(window.time[j] - window.time[parent]) <= nearest / slowest;
  }
  std::size_t kept = 0;
  for (std::size_t j = 0; j < n; ++j) {
    if (!own[j]) continue;
    window.offset[kept] = window.offset[j];
    window.time[kept++] = window.time[j];
  }
  window.offset.resize(kept);
  window.time.resize(kept);
}

/// What a node's fit says.
struct NodeFit {
  VelocityStatus status = VelocityStatus::ok;
  Point slowness{};  ///< grad T [ms/mm]
  double residual = none;
};

NodeFit no_velocity(VelocityStatus status, double residual = none) { return {status, {}, residual}; }

/// (T - tau)^2 = quadratic: with times relative to the node, T^2 - 2 tau T is a quadratic up to its
/// constant, so that the misfit of T^2 is 2 tau times that of T.
std::optional<NodeFit> wave_from_point(const Window& window, const LocalFrame& frame,
                                       const PolynomialFit& fit, const PolynomialFit::Surface& surface) {
  std::vector<double> squares(window.time);
  for (double& t : squares) t *= t;
  const PolynomialFit::Surface of_squares = fit.fit(squares);
  const double misfit = sum_of_products(surface.residual, surface.residual);
  const double two_tau = sum_of_products(surface.residual, of_squares.residual) / misfit;
  const double tau = 0.5 * two_tau;
  const auto [first, last] = std::minmax_element(window.time.begin(), window.time.end());
  if (!(tau <= *first + 0.01 * (*last - *first))) return std::nullopt;  // no front comes from the future

  std::vector<double> unexplained(of_squares.residual);
  std::vector<double> travel(window.time);
  for (std::size_t j = 0; j < travel.size(); ++j) {
    unexplained[j] -= two_tau * surface.residual[j];
    travel[j] -= tau;
  }
  NodeFit result;
  result.residual = rms(unexplained) / (2.0 * rms(travel));
  if (result.residual > std::sqrt(1.0 - explained_by_point) * rms(surface.residual)) return std::nullopt;

  // The node is the point itself if its neighbours are all later by as much as they are far from it.
  const double earliest_neighbour = *std::min_element(window.time.begin() + 1, window.time.end());
  if (-tau <= 0.5 * std::max(earliest_neighbour - tau, 0.0)) {
    result.status = VelocityStatus::source;
    return result;
  }
  Point gradient{};
  for (std::size_t a = 0; a < 3; ++a)
    gradient[a] = (of_squares.gradient[a] - two_tau * surface.gradient[a]) / (-two_tau);
  result.slowness = frame.to_global(gradient);
  return result;
}

/// Collision or source, from the change of slowness over half the window.
VelocityStatus bend(const Window& window, const Matrix3& hessian, const Point& slowness,
                    double largest) {
  const double allowed = largest * length(slowness);
  const SymmetricEigen eigen = symmetric_eigen(hessian);
  const double concave = -eigen.values[0] * window.reach(eigen.vectors[0]);
  if (concave > allowed) return VelocityStatus::collision;
  Point along = slowness;
  for (double& component : along) component /= length(slowness);
  double second = 0.0;
  for (std::size_t a = 0; a < 3; ++a) second += along[a] * dot(hessian[a], along);
  return second * window.reach(along) > allowed ? VelocityStatus::source : VelocityStatus::ok;
}

/// Of a linear fit: the slowness is much less than that between the node and a neighbour.
VelocityStatus cancelled(const Window& window, const Point& slowness, double steepest) {
  if (length(slowness) >= 0.5 * steepest) return VelocityStatus::ok;
  const double mean = std::accumulate(window.time.begin(), window.time.end(), 0.0);
  return mean > 0.0 ? VelocityStatus::source : VelocityStatus::collision;
}

NodeFit fit_surface(const Window& window, const LocalFrame& frame, double steepest,
                    const VelocityOptions& options) {
  std::vector<Point> local;
  local.reserve(window.offset.size());
  for (const Point& x : window.offset) local.push_back(frame.to_local(x));
  const bool quadratic = 3 * local.size() >= 4 * PolynomialFit::monomials(frame.dimension, 2);
  const PolynomialFit fit(local, frame.dimension, quadratic ? 2 : 1);
  const PolynomialFit::Surface surface = fit.fit(window.time);

  NodeFit result{VelocityStatus::ok, frame.to_global(surface.gradient), rms(surface.residual)};
  if (!quadratic) {
    result.status = cancelled(window, result.slowness, steepest);
    return result;
  }
  if (result.residual > good_misfit * deviation(window.time))
    if (const auto from_point = wave_from_point(window, frame, fit, surface)) return *from_point;
  result.status = bend(window, frame.to_global(surface.hessian), result.slowness, options.largest_bend);
  return result;
}

double steepest_step(const Window& window) {
  double steepest = 0.0;
  for (std::size_t j = 1; j < window.offset.size(); ++j)
    steepest = std::max(steepest, std::abs(window.time[j]) / length(window.offset[j]));
  return steepest;
}

NodeFit fit_node(const Window& window, int mesh_dimension, const VelocityOptions& options) {
  const LocalFrame frame(window.offset);
  if (frame.dimension == 0 || frame.dimension < mesh_dimension ||
      window.offset.size() < PolynomialFit::monomials(frame.dimension, 1) + 1)
    return no_velocity(VelocityStatus::too_few_neighbours);
  const double steepest = steepest_step(window);
  const double flat = 1.0 / options.fastest_m_per_s;
  if (steepest < flat) return no_velocity(VelocityStatus::flat);

  NodeFit result = fit_surface(window, frame, steepest, options);
  if (result.status != VelocityStatus::ok) return no_velocity(result.status, result.residual);
  const double slowness = length(result.slowness);
  const bool fits = result.residual <= options.largest_misfit * deviation(window.time);
  if (!fits || slowness * options.slowest_m_per_s > 1.0)
    result.status = VelocityStatus::irregular;
  else if (slowness < flat)
    result.status = VelocityStatus::flat;
  return result;
}

/// Fills windows row by row, keeping the memory.
class Windows {
 public:
  Windows(std::span<const Point> positions, const NeighbourLists& neighbours,
          std::span<const double> activation)
      : positions_(positions), neighbours_(neighbours), activation_(activation) {}

  /// All directions in which a row's node has neighbours, activated or not.
  int mesh_dimension(std::size_t row) {
    window_.offset.assign(1, Point{});
    for (std::size_t k = 0; k < neighbours_.of(row).size(); ++k)
      window_.offset.push_back(offset(row, k));
    return LocalFrame(window_.offset).dimension;
  }

  Window& own_wave(std::size_t row, double slowest) {
    const std::span<const std::int32_t> listed = neighbours_.of(row);
    order_.clear();
    for (std::size_t k = 0; k < listed.size(); ++k)
      if (std::isfinite(activation_[static_cast<std::size_t>(listed[k])]))
        order_.emplace_back(length(offset(row, k)), listed[k], k);
    std::sort(order_.begin(), order_.end());
    window_.listed = listed.size();
    window_.offset.assign(1, Point{});
    window_.time.assign(1, 0.0);
    for (const auto& [distance, node, k] : order_) {
      window_.offset.push_back(offset(row, k));
      window_.time.push_back(activation_[static_cast<std::size_t>(node)] -
                             activation_[neighbours_.node(row)]);
    }
    keep_own_wave(window_, slowest);
    return window_;
  }

 private:
  /// Of the k-th neighbour of a row from its node.
  Point offset(std::size_t row, std::size_t k) const {
    const std::size_t at = static_cast<std::size_t>(neighbours_.offsets[row]) + k;
    if (!neighbours_.laid_out.empty()) return neighbours_.laid_out[at];
    const Point& a = positions_[neighbours_.node(row)];
    const Point& b = positions_[static_cast<std::size_t>(neighbours_.indices[at])];
    return {b[0] - a[0], b[1] - a[1], b[2] - a[2]};
  }

  std::span<const Point> positions_;
  const NeighbourLists& neighbours_;
  std::span<const double> activation_;
  std::vector<std::tuple<double, std::int32_t, std::size_t>> order_;
  Window window_;
};

void store(VelocityMap& map, std::size_t row, const NodeFit& fit, const Window& window) {
  map.status[row] = fit.status;
  map.residual[row] = fit.residual;
  map.neighbours[row] = static_cast<std::int32_t>(window.offset.size() - 1);
  if (fit.status != VelocityStatus::ok) return;
  const double slowness = length(fit.slowness);
  for (std::size_t a = 0; a < 3; ++a) map.velocity[row][a] = fit.slowness[a] / (slowness * slowness);
  map.speed[row] = 1.0 / slowness;
  const double misfit = fit.residual / deviation(window.time);
  const double used = static_cast<double>(map.neighbours[row]) / static_cast<double>(window.listed);
  map.quality[row] = std::clamp(1.0 - misfit, 0.0, 1.0) * used;
}

}  // namespace

std::string_view name(VelocityStatus status) {
  switch (status) {
    case VelocityStatus::ok:
      return "ok";
    case VelocityStatus::not_activated:
      return "not activated";
    case VelocityStatus::too_few_neighbours:
      return "too few neighbours";
    case VelocityStatus::collision:
      return "collision";
    case VelocityStatus::source:
      return "source";
    case VelocityStatus::flat:
      return "flat";
    case VelocityStatus::irregular:
      return "irregular";
  }
  return "";
}

VelocityMap conduction_velocity(std::span<const Point> positions, const NeighbourLists& neighbours,
                                std::span<const double> activation, const VelocityOptions& options) {
  const std::size_t rows = neighbours.rows();
  MYOWAVE_ASSERT(activation.size() == positions.size() && rows <= positions.size());
  VelocityMap map{std::vector<Point>(rows, Point{none, none, none}),
                  std::vector<double>(rows, none),
                  std::vector<double>(rows, none),
                  std::vector<double>(rows, 0.0),
                  std::vector<std::int32_t>(rows, 0),
                  std::vector<VelocityStatus>(rows, VelocityStatus::not_activated)};
  Windows windows(positions, neighbours, activation);
  for (std::size_t row = 0; row < rows; ++row) {
    if (!std::isfinite(activation[neighbours.node(row)])) continue;
    const int dimension = windows.mesh_dimension(row);
    const Window& window = windows.own_wave(row, options.slowest_m_per_s);
    store(map, row, fit_node(window, dimension, options), window);
  }
  return map;
}

}  // namespace myowave
