// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>

#include "ionic/model_info.hpp"

/// The compiled form of an ionic model: plain functions on arrays, one set per instruction set. The
/// same interface serves built-in models and those of a shared object.
namespace myowave::ionic {

/// Version of everything in this header and in model_info.hpp; a shared object must have the same.
inline constexpr int kernel_abi = 1;

/// How the states of a run of cells are held.
enum class Precision {
  double_,  ///< all in double: the reference
  mixed     ///< gates, rates and currents in float; V, slow gates and all other states in double
};

/// Whether a state is held in float.
constexpr bool is_float(const ModelInfo& info, int state, Precision precision) {
  return precision == Precision::mixed && state < info.gate_count &&
         !info.states[static_cast<std::size_t>(state)].slow;
}

/// A run of cells, structure of arrays. The states held in double lie in rows of `doubles`, in the
/// order of ModelInfo::states, those held in float in rows of `floats`: row r of cell i at
/// [r * stride + i].
struct CellRows {
  double* V;  ///< mV
  double* doubles;
  float* floats;
  std::size_t stride;
};

/// Blocks are padded to this many cells with valid states; there is no remainder loop.
inline constexpr std::size_t lane_padding = 16;

/// A parameter that differs from cell to cell.
struct Varying {
  int parameter;
  const double* values;  ///< [count]
};

/// The functions of V of a model on equidistant V, for one dt. Row: steady states of the voltage
/// gates, 1 - exp(-dt rate) of them, functions of V.
struct TableRows {
  const void* rows;  ///< double or float, as the precision computes
  std::size_t row_length;
  double V_first, per_mV;  ///< V of row 0, rows per mV
  int intervals;
};

/// One stage of a step. `count` is a multiple of `lane_padding`.
struct Stage {
  CellRows at;             ///< where rates and currents are taken
  CellRows to;             ///< what is advanced
  const double* stimulus;  ///< [count] uA/uF, positive depolarises
  std::size_t count;
  double dt;
  const double* parameters;
  std::span<const Varying> varying;
  const TableRows* tables;  ///< nullptr: all functions are evaluated
};

struct Kernel {
  /// to = at + dt * rates(at), gates by their exact exponential at fixed V, and V and the other states
  /// by forward Euler with the new gates (Rush and Larsen 1978, gates first). Order 1; `to` may be `at`.
  void (*first_order)(const Stage&);
  /// to += dt * rates(at): with `at` from half a first-order step, the second stage of the midpoint
  /// step (Perego and Veneziani 2009). Order 2.
  void (*corrector)(const Stage&);
};

/// A model's kernels for one instruction set.
struct ModelKernels {
  Kernel double_, mixed;
  const Kernel& of(Precision precision) const { return precision == Precision::mixed ? mixed : double_; }
};

enum class InstructionSet { scalar, x86_64_v2, x86_64_v3, x86_64_v4 };
inline constexpr int instruction_set_count = 4;

/// All that is compiled of a model.
struct ModelCode {
  const ModelInfo* info;
  const ModelKernels* kernels[instruction_set_count];  ///< nullptr: not compiled for it
  /// Plain right-hand side, per ms: V and states in, dV/dt returned, dy/dt out.
  double (*rates)(double V, const double* states, const double* parameters, double stimulus,
                  double* dydt);
  /// What `Model::voltage` gives: steady states, rates and functions of V.
  void (*voltage)(double V, const double* parameters, double* inf, double* rate, double* functions);
};

/// The instruction set in use. `MYOWAVE_ISA` = scalar | x86-64-v2 | x86-64-v3 | x86-64-v4 in the
/// environment forces one; InputError if it is unknown or this processor cannot run it.
InstructionSet instruction_set();
const char* name_of(InstructionSet set);
/// Those that this processor can run, the scalar reference first.
std::span<const InstructionSet> runnable_instruction_sets();

}  // namespace myowave::ionic
