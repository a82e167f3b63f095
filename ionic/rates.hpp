// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace myowave::ionic {

/// The plain right-hand side of a built-in model without stimulus, from the same text as its
/// kernels: V first, then the states, per ms.
std::vector<double> rates_of(std::string_view model, double V, std::span<const double> states,
                             std::span<const double> parameters);

}  // namespace myowave::ionic
