// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause

// Compiled once per instruction set, with MYOWAVE_LANES, MYOWAVE_ISA_NAME and MYOWAVE_ISA_FUNCTION
// and the matching -march set for this file only.
#include "ionic/kernel_body.hpp"

namespace myowave::ionic {
namespace {

constexpr auto table = make_kernels<Pack>(BuiltInModels{});
constexpr KernelSet set = {MYOWAVE_ISA_NAME, table.kernels};

}  // namespace

const KernelSet& MYOWAVE_ISA_FUNCTION();
const KernelSet& MYOWAVE_ISA_FUNCTION() { return set; }

}  // namespace myowave::ionic
