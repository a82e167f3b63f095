// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

namespace myowave {

/// Whether all values lie between the limits; a NaN does not.
bool all_between(const double* values, std::size_t count, double low, double high);

}  // namespace myowave
