// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <span>

/// The compiled form of an ionic model: plain functions on arrays. The same table is compiled once
/// per instruction set; `kernels()` picks the one for this processor.
namespace myowave::ionic {

/// A run of cells, structure of arrays.
struct CellBlock {
  double* V;               ///< [count] mV
  double* states;          ///< state s of cell i at states[s * stride + i]
  std::size_t stride;      ///< distance between two states of one cell
  std::size_t count;       ///< number of cells, a multiple of `lane_padding`
  const double* stimulus;  ///< [count] uA/uF, positive depolarises
};

/// Blocks are padded to this many cells with valid states; there is no remainder loop.
inline constexpr std::size_t lane_padding = 8;

/// Advances V and the states of a block in place by dt [ms].
using StepFunction = void (*)(const CellBlock& block, const double* parameters, double dt);

struct Kernel {
  const char* model;
  /// Rush-Larsen: gates first by their exact exponential at fixed V, then V and the other states by
  /// forward Euler with the new gates. Order 1.
  StepFunction rush_larsen;
  /// Rush-Larsen midpoint: half a step as above, then a whole one with rates and currents taken
  /// there (Perego and Veneziani 2009). Order 2.
  StepFunction midpoint;
};

struct KernelSet {
  const char* instruction_set;
  std::span<const Kernel> kernels;
};

/// The kernels in use. `MYOWAVE_ISA` = scalar | x86-64-v2 | x86-64-v3 | x86-64-v4 in the environment
/// forces a set; InputError if it is unknown or this processor cannot run it.
const KernelSet& kernels();

/// The scalar double reference, always available.
const KernelSet& scalar_kernels();

/// Every set that this processor can run, the reference first.
std::span<const KernelSet* const> runnable_kernels();

}  // namespace myowave::ionic
