// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace myowave {

/// Catches SIGINT, SIGTERM and SIGUSR1 while it lives; the run asks at every step. A second signal
/// ends the program at once. SIGUSR1 is the one that mpirun passes on without killing its processes.
class StopSignal {
 public:
  StopSignal();
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

  /// The signal's number, 0 if none came.
  int received() const;
};

}  // namespace myowave
