// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace myowave {

/// What the page of a report shows.
struct ReportData {
  std::string json;                ///< the numbers and texts; names blobs by their place
  std::vector<std::string> blobs;  ///< packed arrays, unpacked when they are looked at
};

/// Reads the run folder. Frames are read one by one and kept small. Throws InputError.
ReportData read_report_data(const std::filesystem::path& run);

}  // namespace myowave
