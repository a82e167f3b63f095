// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "simulation/problem.hpp"

namespace myowave {

/// What to say if no current connects all of the tissue, or some of it not with a stimulus, as holes,
/// fibrosis and elements that do not conduct may bring about; empty if all hangs together. Nodes that
/// only have elements which do not conduct count in no part. Collective.
std::string connection_warning(const Problem& problem);

}  // namespace myowave
