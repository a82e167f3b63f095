// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "meshes/element_mesh.hpp"

namespace myowave::testing {

/// How VTK writes a .vtu file.
struct XmlForm {
  enum Mode { ascii, binary, appended, appended_base64 } mode = ascii;
  enum Compressor { none, zlib, lz4, lzma } compressor = none;
  bool wide_header = false;  ///< UInt64
  bool big_endian = false;
  std::size_t block = 32768;  ///< bytes a block of compressed data
};

/// How VTK writes a legacy .vtk file.
struct LegacyForm {
  bool binary = false;
  int version = 51;  ///< or 42
};

/// A mesh as VTK writes it, with point arrays, a string array and field data besides what a mesh takes.
std::string vtu_text(const ElementMesh& mesh, const XmlForm& form);
std::string legacy_text(const ElementMesh& mesh, const LegacyForm& form);

}  // namespace myowave::testing
