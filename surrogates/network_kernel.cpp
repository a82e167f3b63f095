// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/network_kernel.hpp"

#include "surrogates/network_kernel_body.hpp"

/// Compiled once per instruction set, with MYOWAVE_ISA set to its name, and once without for numbers.

#define MYOWAVE_NETWORK_KERNEL_(isa) network_kernel_##isa
#define MYOWAVE_NETWORK_KERNEL(isa) MYOWAVE_NETWORK_KERNEL_(isa)

namespace myowave::surrogates {

// Sums of a tile: 8 registers are what two units for fused products and sums of latency 4 need. Larger
// tiles load less and were slower: on Zen 3, 20-64-64-64-20 without activations took 221 ns with 4 x 2,
// 231 with 6 x 2. Most widths are multiples of 4. AVX-512 has 32 registers and the same loads for twice
// the lanes.
#if !defined(MYOWAVE_ISA)
const NetworkKernel network_kernel_scalar = network_kernel_of<Single, 4, 2>();
#elif MYOWAVE_VECTOR_BYTES == 64
const NetworkKernel MYOWAVE_NETWORK_KERNEL(MYOWAVE_ISA) = network_kernel_of<Floats, 8, 2>();
#else
const NetworkKernel MYOWAVE_NETWORK_KERNEL(MYOWAVE_ISA) = network_kernel_of<Floats, 4, 2>();
#endif

}  // namespace myowave::surrogates
