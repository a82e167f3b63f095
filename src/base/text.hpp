// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace myowave {

/// The candidate with the smallest edit distance to `name`, or "" if none is near enough to be
/// worth a suggestion.
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

/// "a, b, c"
std::string list_of(std::span<const std::string> names);

/// " (did you mean 'x'?)" or "".
std::string suggestion(std::string_view name, std::span<const std::string> candidates);

}  // namespace myowave
