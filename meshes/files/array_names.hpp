// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string_view>

namespace myowave {

/// What the programs of the field call the arrays of a mesh; the first of a list is what we write. Case
/// does not matter.
std::span<const std::string_view> region_names();
std::span<const std::string_view> fibre_names();
std::span<const std::string_view> sheet_names();
std::span<const std::string_view> conductivity_factor_names();

/// Place of a name in such a list, -1 if it is not there.
int place_in(std::span<const std::string_view> names, std::string_view name);

}  // namespace myowave
