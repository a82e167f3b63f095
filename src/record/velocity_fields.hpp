// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <span>
#include <vector>

#include "field/layout.hpp"
#include "meshes/mesh.hpp"

namespace myowave {

/// Conduction velocity of one beat at the owned nodes, see postprocess/conduction_velocity.hpp. All are
/// [owned].
struct VelocityFields {
  std::array<std::vector<double>, 3> velocity;  ///< m/s, NaN where there is none
  std::vector<double> speed;                    ///< m/s
  std::vector<double> quality;                  ///< 0 to 1
  std::vector<double> status;                   ///< numbers of VelocityStatus; NaN in holes
};

/// From activation times of the owned nodes [ms], NaN where not activated, with windows of two nodes to
/// each side; of elements those of ElementWindows. Does not depend on the ranks. Holds the activation
/// times of the whole mesh on every rank for a moment. Collective.
VelocityFields velocity_fields(const Mesh& mesh, const Layout& layout,
                               std::span<const double> activation);

}  // namespace myowave
