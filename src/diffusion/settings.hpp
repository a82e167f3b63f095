// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace myowave {

enum class DiffusionMethod { automatic, explicit_polynomial, crank_nicolson, backward_euler };

struct DiffusionSettings {
  DiffusionMethod method = DiffusionMethod::automatic;
  int max_substeps = 10;    ///< pairs of explicit stages within one splitting step
  double tolerance = 1e-8;  ///< of the linear solver, relative to the step's increment
};

}  // namespace myowave
