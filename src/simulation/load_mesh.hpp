// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "meshes/mesh.hpp"

namespace myowave {

/// What there is to say of a mesh that was made.
struct MeshNotes {
  std::vector<std::string> warnings;
  std::vector<std::string> lines;  ///< of the log
};

/// The mesh that the settings ask for: a grid, a grid as elements, or elements from a file, which every
/// rank reads; without its holes, and with its fibrosis laid out. Throws InputError if the file is
/// refused or has no fibres where they are needed, if a hole or fibrosis lies nowhere, or nothing is
/// left.
Mesh load_mesh(const Config& config, MeshNotes& notes);

}  // namespace myowave
