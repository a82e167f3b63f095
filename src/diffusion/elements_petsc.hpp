// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <petscmat.h>

#include <limits>

#include "diffusion/elements.hpp"
#include "field/petsc.hpp"

namespace myowave {

/// What an ElementOperator keeps of PETSc.
struct ElementOperator::Petsc {
  Mat stiffness = nullptr;
  Mat consistent_mass = nullptr;  ///< null where the mass is lumped
  Mat shifted = nullptr;          ///< M + a K for the last a
  double a = std::numeric_limits<double>::quiet_NaN();
  Vec x = nullptr, y = nullptr;  ///< views on arrays lent for one product
  Vec lumped = nullptr;

  Petsc() = default;
  Petsc(const Petsc&) = delete;
  Petsc& operator=(const Petsc&) = delete;
  ~Petsc() {
    for (Mat* matrix : {&stiffness, &consistent_mass, &shifted}) MatDestroy(matrix);
    for (Vec* vector : {&x, &y, &lumped}) VecDestroy(vector);
  }

  void multiply(Mat matrix, std::span<const double> from, std::span<double> to) const {
    check(VecPlaceArray(x, from.data()));
    check(VecPlaceArray(y, to.data()));
    check(MatMult(matrix, x, y));
    check(VecResetArray(y));
    check(VecResetArray(x));
  }
};

}  // namespace myowave
