// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace myowave {

/// As many doubles as the widest registers hold; narrower ones take several. For loops in MYOWAVE_CLONES
/// (base/clones.hpp): by itself the compiler takes half of AVX-512's. Filled and stored by memcpy.
using Lanes = double __attribute__((vector_size(64)));
inline constexpr std::size_t lanes = sizeof(Lanes) / sizeof(double);

}  // namespace myowave
