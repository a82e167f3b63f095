// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "config/config.hpp"
#include "config/schema.hpp"

/// The one key table: every key of the configuration file, by section.
namespace myowave::schema {

/// A stimulus as written: the amplitude's reference decides how it is converted.
struct StimulusEntry : StimulusSettings {
  enum class Per { capacitance, membrane_area, volume } per = Per::capacitance;
  int pulses = 0;  ///< as written; 0: not given
};

const Keys<MeshSettings>& mesh_keys();
/// [mesh] of kind "file".
const Keys<MeshSettings>& file_mesh_keys();
const Keys<TissueSettings>& tissue_keys();
const Keys<FibrosisSettings>& fibrosis_keys();
const Keys<RegionSettings>& region_keys();
const Keys<StimulusEntry>& stimulus_keys();
const Keys<StartSettings>& start_keys();
const Keys<TimeSettings>& time_keys();
/// [solver] sets the diffusion and the splitting.
const Keys<Config>& solver_keys();
const Keys<ReactionSettings>& reaction_keys();
const Keys<OutputSettings>& output_keys();
const Keys<ProbeSettings>& probe_keys();
const Keys<ElectrodeSettings>& electrode_keys();
const Keys<CheckpointSettings>& checkpoint_keys();
const Keys<PacingSettings>& pacing_keys();
const Keys<BatchSettings>& batch_keys();
const Keys<RestitutionSettings>& restitution_keys();
const Keys<DatasetSettings>& dataset_keys();

}  // namespace myowave::schema
