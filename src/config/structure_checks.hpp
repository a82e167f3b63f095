// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "config/config.hpp"
#include "config/schema.hpp"

namespace myowave::schema {

/// Adds the faults of tags, holes, fibrosis, conductivities and fibres that the mesh or the
/// discretisation, which is decided, cannot have.
void check_structure(const Config& config, const Context& context);

}  // namespace myowave::schema
