// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace myowave {

/// As many numbers as the widest registers hold; narrower ones take several. For loops in MYOWAVE_CLONES
/// (base/clones.hpp): by itself the compiler takes half of AVX-512's. Filled and stored by memcpy.
template <class T>
using LanesOf __attribute__((vector_size(64))) = T;
using Lanes = LanesOf<double>;
inline constexpr std::size_t lanes = sizeof(Lanes) / sizeof(double);

}  // namespace myowave
