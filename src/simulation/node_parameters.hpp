// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <vector>

#include "config/config.hpp"
#include "field/layout.hpp"
#include "meshes/mesh.hpp"
#include "reaction/reaction.hpp"

namespace myowave {

/// The values, at the nodes of each region, of the parameters that its fields make differ from node to
/// node. Appends faults: a file that does not fit, a value that is no number.
std::vector<std::vector<NodeParameter>> node_parameters(const Config& config, const Mesh& mesh,
                                                        const Layout& layout, const NodeSets& nodes,
                                                        std::vector<Fault>& faults);

}  // namespace myowave
