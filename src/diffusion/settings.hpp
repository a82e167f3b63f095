// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace myowave {

/// Automatic: finite differences on a grid, finite elements on a mesh from a file.
enum class Discretisation { automatic, finite_differences, finite_elements };

enum class DiffusionMethod { automatic, explicit_polynomial, crank_nicolson, backward_euler };

/// In which the increments of an explicit step are computed.
enum class Increments { doubles, floats };

struct DiffusionSettings {
  DiffusionMethod method = DiffusionMethod::automatic;
  int max_substeps = 10;    ///< pairs of explicit stages within one splitting step
  double tolerance = 1e-8;  ///< of the linear solver, relative to the step's increment
  Discretisation discretisation = Discretisation::automatic;
  double consistent_share = 0.0;  ///< of the mass of finite elements; 0: lumped, 1: consistent
  Increments increments = Increments::doubles;
};

}  // namespace myowave
