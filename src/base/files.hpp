// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace myowave {

/// The nearest parent of a folder that exists.
std::filesystem::path existing_parent(std::filesystem::path folder);

/// Why an output folder that is not there cannot be made, "" if it can.
std::string new_folder_fault(const std::filesystem::path& folder);

/// Writes a file whole: to a temporary name, then renamed. `to_disk` waits until it is on the disk, for
/// files that must outlive a loss of power; rewriting an index at every frame cannot afford that. Throws
/// RunError.
void write_atomically(const std::filesystem::path& file, std::string_view bytes, bool to_disk = true);

/// The content of a file. Throws RunError if it cannot be read.
std::string read_file(const std::filesystem::path& file);

}  // namespace myowave
