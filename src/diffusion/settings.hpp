// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace myowave {

enum class DiffusionMethod { automatic, explicit_midpoint, crank_nicolson, backward_euler };

struct DiffusionSettings {
  DiffusionMethod method = DiffusionMethod::automatic;
  int max_substeps = 10;    ///< of the explicit method within one splitting step
  double tolerance = 1e-8;  ///< of the linear solver, relative to the step's increment
};

}  // namespace myowave
