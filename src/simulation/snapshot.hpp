// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "field/potential.hpp"
#include "reaction/reaction.hpp"

namespace myowave {

/// All that changes in a run of tissue, of this rank's nodes, held in memory: a run that goes on from it
/// gives the same numbers bit for bit.
struct Snapshot {
  std::vector<double> V;
  std::vector<ionic::CellStates> states;        ///< by region
  std::vector<AlignedVector<double>> V_before;  ///< by region, see RegionCells
};

Snapshot take_snapshot(const Reaction& reaction, const Potential& V);
void restore(const Snapshot& snapshot, Reaction& reaction, Potential& V);

}  // namespace myowave
