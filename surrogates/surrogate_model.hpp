// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "ionic/cell_model.hpp"
#include "surrogates/surrogate.hpp"

namespace myowave::surrogates {

/// States and parameters of a surrogate that has its own, not those of its model; nullptr for others.
std::shared_ptr<const ionic::ModelInfo> own_info(const Surrogate& surrogate);

/// What the ionic model that a surrogate stands for says against it, and what a user's spec for a region
/// of it does: (key of the region, message). The spec's model and variant are empty or must be the
/// surrogate's; parameters may be changed only where the model still uses them (gate, residual).
std::vector<std::pair<std::string, std::string>> faults_of(const Surrogate& surrogate,
                                                           const ionic::CellSpec& spec);
/// The same for a `trajectory`, which is evaluated in batches and never stepped.
std::vector<std::pair<std::string, std::string>> trajectory_faults(const Surrogate& surrogate,
                                                                   const ionic::CellSpec& spec);

/// The spec with the surrogate's model, variant and parameters where the user has said nothing.
ionic::CellSpec host_spec(const Surrogate& surrogate, const ionic::CellSpec& spec);

/// A surrogate as a cell model with the states of the model that it stands for. Cells whose inputs are
/// outside the trained range are left to that model if `guarded`. In double precision the networks are
/// evaluated plainly in double. Throws InputError for what faults_of finds and for trajectories, which
/// have no step.
std::unique_ptr<ionic::CellModel> make_surrogate_model(
    std::shared_ptr<const Surrogate> surrogate, const ionic::CellSpec& spec,
    const ionic::Numerics& numerics, bool guarded, std::span<const int> varying = {},
    ionic::InstructionSet set = ionic::instruction_set());

/// The learnt gates of a `gate` surrogate, as the tables of its model take them.
std::shared_ptr<const ionic::LearntGates> learnt_gates(const Surrogate& surrogate,
                                                       const ionic::ModelInfo& info);

/// What a `gate` or `residual` surrogate loses by being compiled into tables, for the log and the card:
/// "tables of 0.05 mV: ..."; empty for other kinds.
std::string table_summary(const Surrogate& surrogate);

}  // namespace myowave::surrogates
