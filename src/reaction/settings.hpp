// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ionic/cell_model.hpp"
#include "ionic/registry.hpp"
#include "meshes/gradient.hpp"
#include "surrogates/surrogate.hpp"
#include "tissue/tissue.hpp"

namespace myowave {

/// A parameter that differs from node to node: the value, or with `scale` a factor on it.
struct ParameterField {
  std::string parameter;
  bool scale = false;
  std::string from, to;  ///< as they were written, with their units
  GradientSettings gradient{};
  /// Or an array of a .vti or .vtu file, in `unit`.
  std::string file, array, unit;
};

/// A surrogate in the place of a region's model.
struct SurrogateSettings {
  std::string path;  ///< empty: none
  bool guard = true;
  double fallback_limit = 0.01;  ///< of the evaluations
  std::shared_ptr<const surrogates::Surrogate> content{};
  /// States and parameters where they are not those of the model that it stands for; or nullptr.
  std::shared_ptr<const ionic::ModelInfo> info{};
  std::string left{};  ///< why the model takes the place of the surrogate that was asked for
};

/// A part of the tissue and the cell model of its nodes.
struct RegionSettings {
  std::string name;
  Shape where;
  ionic::CellSpec cell;
  std::vector<ParameterField> fields{};
  SurrogateSettings surrogate{};
  std::optional<Conductivities> conductivity{};  ///< on elements; without it the tissue's
  std::string state_file{};  ///< as written; read into cell.initial_state with the configuration
};

/// States and parameters of the cells of a region.
inline const ionic::ModelInfo& region_info(const RegionSettings& region) {
  return region.surrogate.info ? *region.surrogate.info : *ionic::find_model(region.cell.model).info;
}

struct ReactionSettings {
  double step = 0.0;  ///< ms, largest step of a cell; 0: the splitting step divided to at most 0.05 ms
  ionic::Method method = ionic::Method::midpoint;
  ionic::Precision precision = ionic::Precision::mixed;
  bool tables = true;
  double quiet_step = 0.0;   ///< ms, step of cells whose V hardly changes; 0: as the others
  double quiet_below = 5.0;  ///< mV/ms, |dV/dt| over a splitting step below which a cell is quiet

  ionic::Numerics numerics() const { return {method, precision, tables}; }
  bool adaptive() const { return quiet_step > step; }
};

/// What the user should know: that the model takes the place of a surrogate, that it may not bear the
/// steps.
std::vector<std::string> cell_warnings(const RegionSettings& region, const ReactionSettings& settings);

/// As in run.json.
inline const char* precision_name(ionic::Precision precision) {
  return precision == ionic::Precision::mixed ? "mixed" : "double";
}

}  // namespace myowave
