// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "config/config.hpp"
#include "config/schema.hpp"

namespace myowave::schema {

/// `conductivity` of a [[region]].
Key<RegionSettings> region_conductivity();

}  // namespace myowave::schema
