// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/network_kernel.hpp"

#include "surrogates/network_kernel_body.hpp"

/// Compiled once per instruction set, with MYOWAVE_ISA set to its name, and once without for numbers.

#define MYOWAVE_NETWORK_KERNEL_(isa) network_kernel_##isa
#define MYOWAVE_NETWORK_KERNEL(isa) MYOWAVE_NETWORK_KERNEL_(isa)

namespace myowave::surrogates {

// A tile's sums, one register of weights and those of the cells fill the registers: 16, and 32 of
// AVX-512.
#if !defined(MYOWAVE_ISA)
const NetworkKernel network_kernel_scalar = network_kernel_of<Single, 4, 2>();
#elif MYOWAVE_VECTOR_BYTES == 64
const NetworkKernel MYOWAVE_NETWORK_KERNEL(MYOWAVE_ISA) = network_kernel_of<Floats, 8, 2>();
#else
const NetworkKernel MYOWAVE_NETWORK_KERNEL(MYOWAVE_ISA) = network_kernel_of<Floats, 4, 2>();
#endif

}  // namespace myowave::surrogates
