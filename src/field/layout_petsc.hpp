// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <petscdmda.h>

#include "field/layout.hpp"

namespace myowave {

/// What a Layout keeps of PETSc.
struct Layout::Petsc {
  DM dm = nullptr;               ///< of a grid
  VecScatter scatter = nullptr;  ///< of elements
  Vec global = nullptr;          ///< a view on arrays lent for one exchange
  Vec local = nullptr;

  Petsc() = default;
  ~Petsc();
  Petsc(const Petsc&) = delete;
  Petsc& operator=(const Petsc&) = delete;

  /// From owned nodes to the array of owned nodes and ghosts. The vectors are there.
  void make_scatter(const std::vector<std::int32_t>& row, std::int32_t first_row, std::int32_t owned,
                    const std::vector<std::int32_t>& ghosts);
};

}  // namespace myowave
