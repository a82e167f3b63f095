// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace myowave::learn {

/// An ONNX file is larger only if it holds more than a network for cells.
inline constexpr std::size_t largest_onnx = std::size_t{64} << 20;

/// What is wrong with a file before it is unpacked; "" if nothing is. An empty message of two bytes
/// takes hundreds once it is unpacked, so their number is bounded first.
std::string onnx_size_fault(std::span<const std::byte> bytes);

}  // namespace myowave::learn
