// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "field/session.hpp"
#include "simulation/simulation.hpp"

namespace myowave {
namespace {

constexpr int bug = 1, wrong_input = 2, failed_numbers = 3;

int finish(int status, const std::string& message) {
  // Errors are found on all ranks alike wherever that can be had; then the first one speaks. Where only
  // some have failed, the others wait in a collective call and must be ended.
  const bool all_here = parallel::all_arrive(5.0);
  if (parallel::rank() == 0 || !all_here) {
    fmt::print(stderr, "{}\n", message);
    std::fflush(stderr);
  }
  if (!all_here) parallel::abort(status);
  if (must_not_finalise()) {
    std::fflush(stdout);
    if (parallel::size() > 1) parallel::abort(status);
    std::_Exit(status);
  }
  return status;
}

}  // namespace

int guarded(const std::function<int()>& command) {
  try {
    return command();
  } catch (const InputError& error) {
    return finish(wrong_input, error.what());
  } catch (const RunError& error) {
    return finish(failed_numbers, fmt::format("error: {}", error.what()));
  } catch (const std::exception& error) {
    return finish(bug, fmt::format("error: {}", error.what()));
  }
}

}  // namespace myowave
