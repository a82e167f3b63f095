// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "config/schema.hpp"
#include "meshes/gradient.hpp"

namespace myowave::schema {

/// Where the gradient of a table { from, to, axis, between, smooth } or { from, to, between, smooth }
/// lies: along an axis, or between two points. `from` and `to` must be there and are the caller's to
/// read. `example` shows in messages how such a table is written.
std::optional<GradientSettings> as_gradient(const Node& node, const std::string& path,
                                            const std::string& example, const Context& context);

/// What follows `from` and `to`: "axis = "x", between = [..], smooth = true".
std::string gradient_text(const GradientSettings& gradient);

}  // namespace myowave::schema
