// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "config/schema.hpp"
#include "surrogates/learn/settings.hpp"

namespace myowave::learn {

const schema::Keys<SurrogateSettings>& surrogate_keys();
const schema::Keys<NetworkSettings>& network_keys();
const schema::Keys<DataSettings>& data_keys();
const schema::Keys<TrainSettings>& train_keys();
const schema::Keys<GateSettings>& gate_keys();
const schema::Keys<StepSettings>& step_keys();
const schema::Keys<RateSettings>& rate_keys();
const schema::Keys<TrajectorySettings>& trajectory_keys();
const schema::Keys<ConductanceSettings>& conductance_keys();
const schema::Keys<SearchSettings>& search_keys();

}  // namespace myowave::learn
