// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

#include "surrogates/learn/optimiser.hpp"

namespace myowave::learn {

/// What a training continues from: tensors by name, and texts that identify the training. The file can
/// be read by torch.load of Python, too.
struct Checkpoint {
  TensorsByName tensors;
  std::string config;   ///< resolved_text(config, true)
  std::string version;  ///< of the program
};

/// Written whole or not at all. Throws RunError.
void write_checkpoint(const Checkpoint& checkpoint, const std::filesystem::path& file);

/// Tensors come on the CPU. Throws InputError if it is no checkpoint.
Checkpoint read_checkpoint(const std::filesystem::path& file);

/// Tensors by name as a file.
void write_tensors(const TensorsByName& tensors, const std::filesystem::path& file);
TensorsByName read_tensors(const std::filesystem::path& file);

}  // namespace myowave::learn
