// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace myowave {

/// One mistake in the user's input.
struct Fault {
  std::string where;    ///< "file:line:column", "--set key" or a path; may be empty
  std::string message;  ///< what is wrong, what is allowed, and the remedy
};

/// The user's input cannot be run. Carries every fault that was found, thrown before anything is
/// written. The program ends with exit status 2.
class InputError : public std::runtime_error {
 public:
  explicit InputError(std::vector<Fault> faults);
  explicit InputError(std::string message);

  const std::vector<Fault>& faults() const { return faults_; }

 private:
  std::vector<Fault> faults_;
};

/// The computation failed: NaN, V out of range, a solve that did not converge, an output that could
/// not be written. The program ends with exit status 3.
class RunError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A bug in Myowave, never a mistake of the user.
class InternalError : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

[[noreturn]] void internal_error(const char* expression, const char* file, int line);

}  // namespace myowave

/// Checks what only a bug can violate; always on, so keep it out of inner loops.
#define MYOWAVE_ASSERT(expression) \
  ((expression) ? void(0) : ::myowave::internal_error(#expression, __FILE__, __LINE__))
