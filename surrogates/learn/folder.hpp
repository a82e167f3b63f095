// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>

/// The folder that a training writes.
namespace myowave::learn {

/// What is wrong with an output folder, "" if a training may start there: it must be new or empty, or
/// hold an earlier training and `force`. `resume`: it must hold a checkpoint.
std::string folder_fault(const std::filesystem::path& folder, bool force, bool resume);

/// Makes the folder; under `force` removes what an earlier training wrote there and nothing else.
/// Throws InputError if it cannot be made.
void prepare_folder(const std::filesystem::path& folder, bool force);

}  // namespace myowave::learn
