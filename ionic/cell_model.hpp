// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ionic/cell_states.hpp"
#include "ionic/kernel.hpp"

namespace myowave::ionic {

/// How a reaction step is taken.
enum class Method { rush_larsen, midpoint };

/// How a model is computed, whatever model it is.
struct Numerics {
  Method method = Method::rush_larsen;
  Precision precision = Precision::double_;
  bool tables = false;  ///< functions of V from tables
};

/// A run of cells to be advanced.
struct CellBlock {
  CellRows rows;
  std::size_t count;                   ///< a multiple of `lane_padding`
  const double* stimulus;              ///< [count] uA/uF, positive depolarises
  std::span<const Varying> varying{};  ///< parameters that differ from cell to cell
  /// [count] raised by one for each cell that a guarded model has left to another; nullptr: not counted.
  std::uint32_t* fallbacks = nullptr;
};

/// A quantity that follows from the states of a cell when it is asked for.
struct Readout {
  std::string name, unit;
};

/// What a region computes at each of its nodes. One virtual call per block of nodes; a model knows
/// nothing of space.
class CellModel {
 public:
  virtual ~CellModel() = default;

  virtual const ModelInfo& info() const = 0;
  virtual Precision precision() const = 0;
  /// V and the states (in the order of info().states) to start from.
  virtual double initial_V() const = 0;
  virtual const std::vector<double>& initial_states() const = 0;
  /// Parameter values in use, in the order of info().parameters and in their published units.
  virtual const std::vector<double>& parameters() const = 0;
  /// States for `count` cells, at their initial values.
  CellStates make_states(std::size_t count) const;
  /// Advances V and the states of the block in place by dt [ms]. The first call with a new dt builds
  /// its tables. Not to be called for one model from two threads at once.
  virtual void step(const CellBlock& block, double dt) const = 0;
  /// Right-hand side of one cell: V and states in, their time derivatives (per ms) out, V first. In
  /// double. `stimulus` in uA/uF.
  virtual std::vector<double> rates(double V, std::span<const double> states,
                                    double stimulus = 0.0) const = 0;
  /// What can be recorded of a cell besides V and its states; one of them, in its unit.
  virtual std::vector<Readout> readouts() const { return {}; }
  virtual double readout(std::size_t which, std::span<const double> states) const;
  /// Whether steps use tables; false too where they would be too coarse for the parameters.
  virtual bool uses_tables() const = 0;
  /// The only dt [ms] that `step` may be called with; 0: any.
  virtual double fixed_step() const { return 0.0; }
  /// Whether cells may be left to another model, counted in CellBlock::fallbacks.
  virtual bool is_guarded() const { return false; }
};

/// Steady states and time constants of some gates that depend on V alone, in the place of the model's
/// own. They always come from tables; outside of [V_min, V_max] the model's own hold.
struct LearntGates {
  std::vector<int> gates;           ///< indices of states, below ModelInfo::voltage_gate_count
  double V_min = 0.0, V_max = 0.0;  ///< mV
  /// inf [gates] and tau [gates] in ms at V [mV].
  std::function<void(double V, double* inf, double* tau)> evaluate;
};

/// What a user says of a model: names checked by `check_cell_spec`.
struct CellSpec {
  std::string model;                                 ///< a name, or the path of a shared object
  std::string variant;                               ///< empty: the model's first
  std::map<std::string, std::string> parameters;     ///< "0.392 mS/uF", or a number where dimensionless
  std::map<std::string, double> scale;               ///< factors on parameters
  std::map<std::string, std::string> initial_state;  ///< by state name, "V" too
};

/// The values that a spec gives a model, in the units of its publication, and its faults: (the key at
/// fault, "" for the whole; the message). With a fault the values are of no use.
struct CellValues {
  std::vector<double> parameters, states;
  double V = 0.0;
  std::vector<std::pair<std::string, std::string>> faults;
};
CellValues cell_values(const ModelInfo& info, const CellSpec& spec);

/// The faults of a spec: (the key at fault, "" for the whole; the message). Empty if it can be built.
std::vector<std::pair<std::string, std::string>> check_cell_spec(const CellSpec& spec);

/// Builds a model from a checked spec, for the instruction set of this processor (or another one).
/// Parameters `varying` from cell to cell must not be in tables: where they are, there are none; with
/// `learnt` gates, which need tables, that is an InputError.
std::unique_ptr<CellModel> make_cell_model(const CellSpec& spec, const Numerics& numerics,
                                           std::span<const int> varying = {},
                                           InstructionSet set = instruction_set(),
                                           std::shared_ptr<const LearntGates> learnt = nullptr);

/// How well the tables stand for learnt gates, at steps of dt [ms]: the largest errors half-way between
/// rows, of a steady state and of 1 - exp(-dt/tau).
struct LearntTableError {
  double inf = 0.0, share = 0.0;
};
LearntTableError table_error(const LearntGates& learnt, double dt);

}  // namespace myowave::ionic
