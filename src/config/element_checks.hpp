// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "config/config.hpp"
#include "config/schema.hpp"

namespace myowave::schema {

/// Adds the faults of what a mesh from a file, and finite elements, do and do not have. The
/// discretisation is decided.
void check_elements(const Config& config, const Context& context);

}  // namespace myowave::schema
