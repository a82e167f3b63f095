// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "config/config.hpp"
#include "config/schema.hpp"

namespace myowave::schema {

/// On a cable: the mesh, the conductor, the stimulus and the probes that the file leaves out. Call it
/// once all sections are read, with those that the file has.
void fill_in_cable(Config& config, const Node& document);

/// Resolves what follows from the other settings and checks the protocol against stimuli and probes.
void resolve_restitution(Config& config, const Context& context);

}  // namespace myowave::schema
