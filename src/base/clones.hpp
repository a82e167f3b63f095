// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/// Before a function with a simple loop: it is compiled once for each instruction set, and the program
/// takes the one of its processor when it starts. Kernels, which need more than that, have files of
/// their own.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define MYOWAVE_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define MYOWAVE_CLONES
#endif
