// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>

namespace myowave {

/// Writes one HTML file with what a run folder holds: summary, maps, V over time, traces, restitution
/// curves. `output` may be empty: report.html in the folder. Returns the file. Throws InputError, before
/// anything is written, if the folder holds no run, a file of it is broken, or `output` is another file
/// than a report.
std::filesystem::path write_report(const std::filesystem::path& run,
                                   const std::filesystem::path& output);

}  // namespace myowave
