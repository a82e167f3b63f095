// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/snapshot.hpp"

#include <algorithm>

namespace myowave {

Snapshot take_snapshot(const Reaction& reaction, const Potential& V) {
  Snapshot snapshot{{V.values().begin(), V.values().end()}, {}, {}};
  for (const RegionCells& region : reaction.regions()) {
    snapshot.states.push_back(region.states);
    snapshot.V_before.push_back(region.V_before);
  }
  return snapshot;
}

void restore(const Snapshot& snapshot, Reaction& reaction, Potential& V) {
  std::copy(snapshot.V.begin(), snapshot.V.end(), V.values().begin());
  for (std::size_t r = 0; r < reaction.regions().size(); ++r) {
    reaction.regions()[r].states = snapshot.states[r];
    reaction.regions()[r].V_before = snapshot.V_before[r];
  }
}

}  // namespace myowave
