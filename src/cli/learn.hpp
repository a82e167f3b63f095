// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

namespace myowave {

/// The commands of the second program, myowave-learn, which links libtorch and libonnx: train, search,
/// convert.
const std::vector<std::string>& learn_commands();
bool is_learn_command(const std::string& name);

/// Replaces this process by myowave-learn with the same arguments; it lies beside this program. To be
/// called before MPI is started. Where it is not built, says so and returns the exit status.
int run_learn(char** argv);

}  // namespace myowave
