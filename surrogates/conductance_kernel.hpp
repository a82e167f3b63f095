// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <span>
#include <string>
#include <vector>

#include "ionic/kernel.hpp"
#include "surrogates/conductance.hpp"
#include "surrogates/conductance_knots.hpp"

namespace myowave::surrogates {

/// In mixed precision the last latents, the slowest ones in a trained file, are held in double: in float
/// their smallest changes would be lost.
constexpr int slow_latents(int latents) { return (latents + 2) / 4; }

/// The compiled step of a `conductance` surrogate of one host and one size, for one instruction set.
struct ConductanceKernel {
  const char* host;
  int latents, terms;
  const ionic::ModelInfo* layout;  ///< counts and types of states, for ionic::Stage; names nothing
  const ionic::ModelKernels* kernels;
  std::span<const int> conductances;  ///< those of the sodium current among the parameters of the host
  /// The sodium current [uA/uF] of its gates, its conductances and V - reversal.
  double (*sodium)(const double* gates, const double* conductances, double driving_force);
  SodiumColumns sodium_columns;
  /// With the functions in registers, up to 32 and up to 64 knots; nullptr where there is none.
  const KnotKernel *few_knots = nullptr, *many_knots = nullptr;
};

/// All that are compiled.
std::vector<ConductanceKernel> conductance_kernels(ionic::InstructionSet set);

/// nullptr if there is none for the host and size.
const ConductanceKernel* find_conductance_kernel(const std::string& host, int latents, int terms,
                                                 ionic::InstructionSet set);

/// What the kernels take as parameters: the conductances and the reversal potential of the sodium
/// current, g at the first and at the last knot, then the factors.
std::vector<double> kernel_parameters(const Conductance& surrogate,
                                      std::span<const double> conductances);

}  // namespace myowave::surrogates
