// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "postprocess/beat_maps.hpp"
#include "record/checkpoint.hpp"

namespace myowave {

/// Beat maps of a distributed node set in a checkpoint. `beats` is the number of stored beats over all
/// ranks. Collective.
void save_beats(CheckpointWriter& out, const NodeSetView& set, const std::string& prefix,
                const BeatMaps& maps, std::size_t beats);
void restore_beats(const CheckpointReader& in, const NodeSetView& set, const std::string& prefix,
                   BeatMaps& maps);

/// The same for values that every rank holds whole.
void save_beats(CheckpointWriter& out, const std::string& prefix, const BeatMaps& maps);
void restore_beats(const CheckpointReader& in, const std::string& prefix, BeatMaps& maps);

}  // namespace myowave
