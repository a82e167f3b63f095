// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "config/config.hpp"
#include "config/schema.hpp"

/// What a region says of a surrogate: its keys, reading the file, and what its step demands.
namespace myowave::schema {

Keys<RegionSettings> surrogate_keys();

/// Reads the file of a region that names one and completes the region's cell from it.
void load_surrogate(RegionSettings& region, const std::string& path, const Config& config,
                    const Context& context);

/// Steps of fixed length must fit the time steps of a run in tissue.
void check_surrogate_steps(const Config& config, const Context& context);

/// For commands that pace one cell: its step becomes the surrogate's.
void use_surrogate_step(Config& config, const Context& context);

}  // namespace myowave::schema
