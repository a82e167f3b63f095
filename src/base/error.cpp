// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

namespace myowave {
namespace {

/// Line and column of "file:line:column"; the largest numbers for another place.
std::pair<long, long> position(const std::string& where) {
  constexpr long none = std::numeric_limits<long>::max();
  const std::size_t second = where.rfind(':');
  const std::size_t first =
      second == 0 || second == std::string::npos ? std::string::npos : where.rfind(':', second - 1);
  if (first == std::string::npos) return {none, none};
  long line = none, column = none;
  const char* text = where.data();
  const auto [line_end, line_error] = std::from_chars(text + first + 1, text + second, line);
  const auto [column_end, column_error] =
      std::from_chars(text + second + 1, text + where.size(), column);
  const bool good = line_error == std::errc() && line_end == text + second &&
                    column_error == std::errc() && column_end == text + where.size();
  return good ? std::pair(line, column) : std::pair(none, none);
}

/// In the order of the file, what has another place after it.
std::vector<Fault> in_order(std::vector<Fault> faults) {
  std::stable_sort(faults.begin(), faults.end(),
                   [](const Fault& a, const Fault& b) { return position(a.where) < position(b.where); });
  return faults;
}

std::string joined(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    if (!text.empty()) text += '\n';
    if (!fault.where.empty()) text += fault.where + ": ";
    text += "error: " + fault.message;
  }
  return text;
}

}  // namespace

InputError::InputError(std::vector<Fault> faults)
    : std::runtime_error(joined(in_order(faults))), faults_(in_order(std::move(faults))) {}

InputError::InputError(std::string message) : InputError(std::vector<Fault>{{"", std::move(message)}}) {}

void internal_error(const char* expression, const char* file, int line) {
  throw InternalError(fmt::format(
      "internal error at {}:{}: '{}' does not hold. This is a bug in Myowave, please report it with "
      "the configuration that led here.",
      file, line, expression));
}

}  // namespace myowave
