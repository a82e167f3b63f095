// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace myowave {

/// How the binary arrays of an XML file of VTK are packed.
struct VtkPacking {
  enum class Compressor { none, zlib, lz4, lzma };
  Compressor compressor = Compressor::none;
  bool wide_header = false;  ///< lengths have 8 bytes instead of 4
  bool swap = false;         ///< bytes stand in the other order than in memory
};

/// The bytes of an array that stand at the beginning of `data`, raw or in base64. They must be
/// `expected` many; memory is taken as they come, never for what a header says. Throws
/// std::runtime_error with what is wrong.
std::string unpacked(std::string_view data, bool base64, const VtkPacking& packing,
                     std::uint64_t expected);

}  // namespace myowave
