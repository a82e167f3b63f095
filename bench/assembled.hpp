// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "diffusion/operator.hpp"
#include "field/layout.hpp"
#include "meshes/mesh.hpp"

namespace myowave {

/// M + a K of a slab with straight fibres as an assembled PETSc matrix (AIJ), for comparison with the
/// matrix-free product. Serial.
class AssembledProduct {
 public:
  AssembledProduct(const Grid& grid, const DiffusionOperator& op, const Layout& layout);
  ~AssembledProduct();
  void multiply();

 private:
  struct Petsc;
  std::unique_ptr<Petsc> petsc_;
};

}  // namespace myowave
