// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>

#include "ionic/cell_model.hpp"
#include "meshes/geometry.hpp"

namespace myowave {

/// A part of the tissue and the cell model of its nodes.
struct RegionSettings {
  std::string name;
  Shape where;
  ionic::CellSpec cell;
};

struct ReactionSettings {
  double step = 0.0;  ///< ms, largest step of a cell; 0: the splitting step divided to at most 0.05 ms
  ionic::Method method = ionic::Method::midpoint;
};

}  // namespace myowave
