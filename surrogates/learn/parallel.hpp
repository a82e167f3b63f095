// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <ATen/Parallel.h>

/// at::parallel_for is a loop of one thread, without a word, where the compiler does not know OpenMP.
#if AT_PARALLEL_OPENMP && !defined(_OPENMP)
#error "compile with OpenMP (target OpenMP::OpenMP_CXX), or all trainings have one thread"
#endif
