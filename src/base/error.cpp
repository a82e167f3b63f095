// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "base/error.hpp"

#include <fmt/format.h>

namespace myowave {
namespace {

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
    : std::runtime_error(joined(faults)), faults_(std::move(faults)) {}

InputError::InputError(std::string message) : InputError(std::vector<Fault>{{"", std::move(message)}}) {}

void internal_error(const char* expression, const char* file, int line) {
  throw InternalError(fmt::format(
      "internal error at {}:{}: '{}' does not hold. This is a bug in Myowave, please report it with "
      "the configuration that led here.",
      file, line, expression));
}

}  // namespace myowave
