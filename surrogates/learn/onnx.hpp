// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "surrogates/network.hpp"

/// Networks that other programs have trained and written as ONNX.
namespace myowave::learn {

struct OnnxNetwork {
  surrogates::Network network;
  std::string origin;  ///< "pytorch 1.13.0, CRC-32 1b2c3d4e": who wrote the file, and which it is
};

/// Throws InputError, with how to get it, if this program is built without libonnx.
void require_onnx();

/// Reads a multilayer perceptron that takes [batch, `inputs`]. Throws InputError with a fault for each
/// thing that Myowave's layers cannot hold; `path` is for the messages.
OnnxNetwork parse_onnx(std::span<const std::byte> bytes, const std::string& path, std::size_t inputs);
OnnxNetwork read_onnx(const std::string& path, std::size_t inputs);

}  // namespace myowave::learn
