// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

// Private to the folders that link PETSc (field, diffusion); never included by a public header.
#include <petscsys.h>

#include <source_location>

namespace myowave {

/// Throws InternalError with PETSc's own words if a call failed.
void check(PetscErrorCode code, const std::source_location& where = std::source_location::current());

/// Of the ranks that compute together.
MPI_Comm communicator();

}  // namespace myowave
