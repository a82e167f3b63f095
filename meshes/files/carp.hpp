// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "meshes/element_mesh.hpp"

namespace myowave {

/// The texts of a mesh in CARP's format, each with its path for messages.
struct CarpTexts {
  struct Text {
    std::string path;
    std::string_view text;
  };
  Text points;                 ///< .pts
  Text elements;               ///< .elem
  std::optional<Text> fibres;  ///< .lon
};

/// Reads them; `unit` is that of the coordinates in mm. Throws InputError at the line that is wrong.
/// Notes on what was read otherwise than it stands are appended to `remarks`.
MeshParts parse_carp(const CarpTexts& texts, double unit, std::vector<std::string>& remarks);

/// The content of .pts (coordinates in um), .elem and .lon; the last is empty for a mesh without fibres.
struct CarpFiles {
  std::string points, elements, fibres;
};
CarpFiles carp_text(const ElementMesh& mesh);

}  // namespace myowave
