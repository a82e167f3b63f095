// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace myowave {

/// Faults of an output folder, "" if a run may start there: it must be new or empty, or hold an earlier
/// run and `force`; a folder with other files is never taken. `continues` is for a restart: the folder
/// may hold the run that is continued.
std::string folder_fault(const std::filesystem::path& folder, bool force, bool continues);

/// Free bytes where the folder is or will be; a fault if `needed` bytes do not fit.
std::string space_fault(const std::filesystem::path& folder, double needed_bytes);

/// Makes the folder; under force removes what an earlier run wrote there, and nothing else.
/// Throws InputError if it cannot be made.
void prepare_folder(const std::filesystem::path& folder, bool force);

/// Calls `write` on the first rank; what goes wrong there is thrown on all ranks, which may not part
/// ways.
void on_first_rank(const std::function<void()>& write);

}  // namespace myowave
