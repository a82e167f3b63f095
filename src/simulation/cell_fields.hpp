// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "reaction/reaction.hpp"

namespace myowave {

/// Throws InputError where output.fields.names has what no region's cells have: a state, or a read-out
/// of a surrogate.
void check_cell_fields(const Config& config, const Reaction& reaction);

/// A state or read-out of the cells by owned node, NaN at nodes whose cells have none of that name.
std::vector<double> cell_field(const Reaction& reaction, const std::string& name, std::size_t owned);

}  // namespace myowave
