// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "field/petsc.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace myowave {

void check(PetscErrorCode code, const std::source_location& where) {
  if (code == 0) return;
  const char* text = nullptr;
  char* specific = nullptr;
  PetscErrorMessage(code, &text, &specific);
  throw InternalError(fmt::format("PETSc error {} at {}:{}: {}. {}", static_cast<int>(code),
                                  where.file_name(), where.line(), text ? text : "unknown",
                                  specific ? specific : ""));
}

}  // namespace myowave
