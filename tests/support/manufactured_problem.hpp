// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cmath>
#include <numbers>

#include "field/session.hpp"
#include "simulation/problem.hpp"
#include "simulation/split_step.hpp"

namespace myowave::testing {

/// The exact monodomain solution of ionic/models/manufactured.hpp on a box with sides of 1, 0.75 and 0.5
/// mm, V = sqrt(1 + t) prod cos(pi x_a / L_a), and the error of the simulator against it.
struct ManufacturedCase {
  MeshKind kind = MeshKind::cable;
  int cells = 16;  ///< along x; the spacing is 1 mm / cells on all axes
  Splitting splitting = Splitting::strang;
  DiffusionMethod diffusion = DiffusionMethod::crank_nicolson;
  ionic::Method method = ionic::Method::midpoint;
  double step = 0.01;
  double end = 0.4;
  /// Balance the discrete Laplacian exactly, so that only the error in time is left.
  bool exact_in_space = false;
  Discretisation discretisation = Discretisation::finite_differences;
  double consistent_share = 0.0;
};

inline constexpr double box_size[] = {1.0, 0.75, 0.5};
inline constexpr double sigma_longitudinal = 0.02, sigma_transverse = 0.01;  // chi Cm = 1

/// Eigenvalue of -div(D grad) for the product of cosines, exact or of the second-order stencil.
inline double eigenvalue(int dimension, double spacing, bool discrete) {
  double lambda = 0.0;
  for (int a = 0; a < dimension; ++a) {
    const double D = a == 0 ? sigma_longitudinal : sigma_transverse;
    const double wave = std::numbers::pi / box_size[a];
    const double s = 2.0 / spacing * std::sin(0.5 * wave * spacing);
    lambda += D * (discrete ? s * s : wave * wave);
  }
  return lambda;
}

inline double exact_V(const Point& x, int dimension, double t) {
  double product = std::sqrt(1.0 + t);
  for (int a = 0; a < dimension; ++a) {
    const auto axis = static_cast<std::size_t>(a);
    product *= std::cos(std::numbers::pi * x[axis] / box_size[a]);
  }
  return product;
}

/// Largest error of V over all nodes at the end [mV]. Collective.
inline double error_of(const ManufacturedCase& c) {
  const int dimension = dimension_of(c.kind);
  const double spacing = 1.0 / c.cells;
  Config config;
  config.mesh.kind = c.kind;
  config.mesh.size.assign(box_size, box_size + dimension);
  config.mesh.spacing = {spacing};
  config.tissue.surface_to_volume = 1.0;
  config.tissue.capacitance = 1.0;
  config.tissue.longitudinal = sigma_longitudinal;
  config.tissue.transverse = sigma_transverse;
  ionic::CellSpec cell{"manufactured", "", {}, {}, {}};
  char text[64];
  std::snprintf(text, sizeof text, "%.17g /ms", eigenvalue(dimension, spacing, c.exact_in_space));
  cell.parameters["lambda"] = text;
  config.regions = {{"all", Everywhere{}, cell}};
  config.time = {c.end, c.step};
  config.splitting = c.splitting;
  // One sub-step, so that the order is seen.
  config.diffusion = {c.diffusion, 1, 1e-12, c.discretisation, c.consistent_share};
  config.reaction = {c.step, c.method, ionic::Precision::double_, false};
  Problem problem(config);
  Potential V(problem.layout);
  problem.reaction->rest(V);
  RegionCells& cells = problem.reaction->regions()[0];
  for (std::size_t i = 0; i < cells.nodes.size(); ++i) {
    const Point x = problem.mesh.position(problem.layout.global_node(cells.nodes[i]));
    V.values()[static_cast<std::size_t>(cells.nodes[i])] = exact_V(x, dimension, 0.0);
    cells.states.set(0, i, exact_V(x, dimension, 0.0) + 1.0);
  }
  PhaseTimers timers;
  SplitStep step(*problem.reaction, *problem.diffusion, config.splitting, timers);
  const long steps = std::lround(c.end / c.step);
  for (long n = 0; n < steps; ++n) step.advance(V, static_cast<double>(n) * c.step, c.step);
  double error = 0.0;
  for (std::int32_t node = 0; node < problem.layout.owned(); ++node) {
    const Point x = problem.mesh.position(problem.layout.global_node(node));
    error = std::max(
        error, std::abs(V.values()[static_cast<std::size_t>(node)] - exact_V(x, dimension, c.end)));
  }
  return parallel::max(error);
}

}  // namespace myowave::testing
