// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "surrogates/surrogate.hpp"

namespace myowave::surrogates {

/// Samples of inputs and outputs that a surrogate's file carries, so that a reader which takes its
/// networks otherwise than they were trained notices (docs/surrogate_file.md).

/// One fault for each output that differs from its samples, with the worst of them.
std::vector<Fault> check_pair_faults(const Surrogate& surrogate);

/// Makes 16 samples; each input takes values spread evenly over its range, in an order of its own.
void make_check_pairs(Surrogate& surrogate);

/// Throws InputError, beginning with `path`, unless each sample has all inputs and all outputs.
void require_pairs(const Surrogate& surrogate, const std::string& path);

}  // namespace myowave::surrogates
