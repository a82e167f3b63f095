// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/report_table.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <limits>
#include <string_view>

#include "base/error.hpp"

namespace myowave {
namespace {

std::vector<std::string_view> cells_of(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  std::vector<std::string_view> cells;
  for (std::size_t start = 0;;) {
    const std::size_t comma = line.find(',', start);
    cells.push_back(line.substr(start, comma - start));
    if (comma == std::string_view::npos) return cells;
    start = comma + 1;
  }
}

/// NaN for an empty cell; false if it is no number.
bool to_number(std::string_view cell, double& value) {
  value = std::numeric_limits<double>::quiet_NaN();
  if (cell.empty()) return true;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error == std::errc() && end == cell.data() + cell.size();
}

}  // namespace

NumberTable read_number_table(const std::filesystem::path& file,
                              const std::function<bool(const std::string&)>& wanted) {
  std::ifstream in(file);
  std::string line;
  if (!std::getline(in, line)) throw InputError(fmt::format("{} cannot be read", file.string()));
  NumberTable table;
  std::vector<std::size_t> places;
  const std::vector<std::string_view> header = cells_of(line);
  const std::size_t width = header.size();
  for (std::size_t c = 0; c < width; ++c)
    if (wanted(std::string(header[c]))) {
      places.push_back(c);
      table.names.emplace_back(header[c]);
    }
  table.columns.resize(places.size());
  for (std::size_t row = 2; std::getline(in, line); ++row) {
    if (in.eof()) {
      table.cut_off = true;
      break;
    }
    const std::vector<std::string_view> cells = cells_of(line);
    if (cells.size() != width)
      throw InputError(fmt::format("{}:{}: {} cells, the header has {}; repeat the run", file.string(),
                                   row, cells.size(), width));
    for (std::size_t k = 0; k < places.size(); ++k) {
      double value;
      if (!to_number(cells[places[k]], value))
        throw InputError(fmt::format("{}:{}: '{}' is no number; repeat the run", file.string(), row,
                                     cells[places[k]]));
      table.columns[k].push_back(value);
    }
  }
  return table;
}

}  // namespace myowave
