// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "config/config.hpp"
#include "field/potential.hpp"
#include "simulation/problem.hpp"

namespace myowave {

/// Starts a spiral wave (a scroll wave in volumes) from a distribution of phases: each region's cell is
/// paced at the period, and every node takes the state that the cell has in the last cycle at the time
///     age = period * angle / (2 pi)
/// after its pulse, the angle about the axis through the centre growing against the sense of rotation.
/// Replaces what `Reaction::rest` has set. Parameters that differ from node to node count with their
/// uniform value. Throws RunError, on all ranks alike, if a cell leaves its range or does not answer the
/// pulses.
void start_spiral(const Config& config, Problem& problem, Potential& V);

}  // namespace myowave
