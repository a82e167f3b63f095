// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ionic/kernel.hpp"
#include "ionic/model_info.hpp"

namespace myowave::ionic {

/// How a reaction step is taken.
enum class Method { rush_larsen, midpoint };

/// What a region computes at each of its nodes. One virtual call per block of nodes; a model knows
/// nothing of space.
class CellModel {
 public:
  virtual ~CellModel() = default;

  virtual const ModelInfo& info() const = 0;
  /// V and the states (in the order of info().states) to start from.
  virtual double initial_V() const = 0;
  virtual std::vector<double> initial_states() const = 0;
  /// Parameter values in use, in the order of info().parameters and in their published units.
  virtual std::vector<double> parameters() const = 0;
  /// Advances V and the states of the block in place by dt [ms].
  virtual void step(const CellBlock& block, double dt) const = 0;
  /// Right-hand side of one cell without stimulus: V and states in, their time derivatives (per ms)
  /// out, V first.
  virtual std::vector<double> rates(double V, std::span<const double> states) const = 0;
};

/// What a user says of a model: names checked by `check_cell_spec`.
struct CellSpec {
  std::string model;
  std::string variant;                               ///< empty: the model's first
  std::map<std::string, std::string> parameters;     ///< "0.392 mS/uF", or a number where dimensionless
  std::map<std::string, double> scale;               ///< factors on parameters
  std::map<std::string, std::string> initial_state;  ///< by state name, "V" too
};

/// The faults of a spec: (the key at fault, "" for the whole; the message). Empty if it can be built.
std::vector<std::pair<std::string, std::string>> check_cell_spec(const CellSpec& spec);

/// Builds a model from a checked spec, on the kernels of this processor (or `set`).
std::unique_ptr<CellModel> make_cell_model(const CellSpec& spec, Method method = Method::rush_larsen,
                                           const KernelSet& set = kernels());

/// All built-in models, in the order of the table in models/list.hpp.
std::span<const ModelInfo* const> model_infos();
/// nullptr if there is none of that name.
const ModelInfo* find_model_info(const std::string& name);

}  // namespace myowave::ionic
