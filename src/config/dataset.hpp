// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

#include "config/config.hpp"
#include "config/schema.hpp"

namespace myowave::schema {

/// Fills in what follows from the other settings (steps, windows, numbers of sampled quantities, the
/// path of a waveform from `folder`) and checks each key against the source and the model. To be called
/// once the cells are known to be right.
void resolve_dataset(Config& config, const std::filesystem::path& folder, const Context& context);

}  // namespace myowave::schema
