// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <petscdmda.h>

#include "field/layout.hpp"
#include "field/petsc.hpp"

namespace myowave {

struct Layout::Petsc {
  DM dm = nullptr;
  Vec global = nullptr;  ///< a view on arrays lent for one exchange
  Vec local = nullptr;
};

}  // namespace myowave
