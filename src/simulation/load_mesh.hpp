// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "meshes/mesh.hpp"

namespace myowave {

/// The mesh that the settings ask for: a grid, a grid as elements, or elements from a file, which every
/// rank reads. What the user should know of the file is appended to `warnings`. Throws InputError if the
/// file is refused or has no fibres where they are needed.
Mesh load_mesh(const Config& config, std::vector<std::string>& warnings);

}  // namespace myowave
