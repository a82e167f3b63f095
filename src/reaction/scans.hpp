// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace myowave {

/// Of each `group` cells, the last ones perhaps fewer: calm[g] = whether V of all has moved by less than
/// `change` [mV] from `before`, which takes V. A NaN has moved. True if all groups are calm.
bool find_calm(const double* V, double* before, std::size_t count, std::size_t group, double change,
               bool* calm);

}  // namespace myowave
