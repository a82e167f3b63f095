// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "reaction/region_model.hpp"

#include "surrogates/surrogate_model.hpp"

namespace myowave {

std::unique_ptr<ionic::CellModel> make_region_model(const RegionSettings& region,
                                                    const ionic::Numerics& numerics,
                                                    std::span<const int> varying) {
  if (!region.surrogate.content) return ionic::make_cell_model(region.cell, numerics, varying);
  return surrogates::make_surrogate_model(region.surrogate.content, region.cell, numerics,
                                          region.surrogate.guard, varying);
}

}  // namespace myowave
