// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace myowave {

/// Columns of a CSV file as numbers; NaN in an empty cell.
struct NumberTable {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;
  bool cut_off = false;  ///< the last row had no end, as a killed run leaves it, and is left out

  std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
};

/// Reads the columns that `wanted` names. Throws InputError with file and line where a row has another
/// number of cells than the header, or a cell that is no number.
NumberTable read_number_table(const std::filesystem::path& file,
                              const std::function<bool(const std::string&)>& wanted);

}  // namespace myowave
