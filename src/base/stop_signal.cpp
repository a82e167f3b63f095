// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "base/stop_signal.hpp"

#include <csignal>

namespace myowave {
namespace {

// A signal handler can reach nothing but a global.
volatile std::sig_atomic_t caught = 0;

void on_signal(int number) {
  if (caught) {
    std::signal(number, SIG_DFL);
    std::raise(number);
  }
  caught = number;
}

}  // namespace

StopSignal::StopSignal() {
  caught = 0;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGUSR1, on_signal);
}

StopSignal::~StopSignal() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGUSR1, SIG_DFL);
}

int StopSignal::received() const { return caught; }

}  // namespace myowave
