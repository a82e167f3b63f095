// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "surrogates/surrogate.hpp"

namespace myowave::learn {

struct ConvertOptions {
  std::string onnx;         ///< the network for which the description names no file; may be empty
  std::string description;  ///< TOML: what ONNX lacks
  std::string output;       ///< "x.safetensors"
  bool force = false;       ///< overwrites it
};

/// The surrogate of a description and the ONNX files of its networks. Throws InputError with all faults
/// of the description, or with those of the networks and of how they fit to it and to the ionic model.
surrogates::Surrogate surrogate_from_onnx(const std::string& description, const std::string& onnx);

/// Writes it. Returns what has been written, in a line. Throws InputError, RunError if the file cannot
/// be written.
std::string convert(const ConvertOptions& options);

}  // namespace myowave::learn
