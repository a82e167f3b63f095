// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>

#include "reaction/settings.hpp"

namespace myowave {

/// What computes the cells of a region: an ionic model, or a surrogate in its place. Throws InputError.
std::unique_ptr<ionic::CellModel> make_region_model(const RegionSettings& region,
                                                    const ionic::Numerics& numerics,
                                                    std::span<const int> varying = {});

}  // namespace myowave
