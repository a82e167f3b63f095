// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "ionic/kernel.hpp"
#include "surrogates/conductance.hpp"

namespace myowave::surrogates {

/// The compiled step of a `conductance` surrogate of one host and one size, for one instruction set.
struct ConductanceKernel {
  const char* host;
  int latents, terms;
  const ionic::ModelInfo* layout;  ///< counts and types of states, for ionic::Stage; names nothing
  const ionic::ModelKernels* kernels;
  int conductance;  ///< index of the sodium conductance among the parameters of the host
  /// The sodium current [uA/uF] of its gates, conductance and V - reversal.
  double (*sodium)(const double* gates, double conductance, double driving_force);
};

/// All that are compiled.
std::vector<ConductanceKernel> conductance_kernels(ionic::InstructionSet set);

/// nullptr if there is none for the host and size.
const ConductanceKernel* find_conductance_kernel(const std::string& host, int latents, int terms,
                                                 ionic::InstructionSet set);

/// What the kernels take as parameters: the conductance and reversal potential of the sodium current,
/// g at the first and at the last knot, then the factors.
std::vector<double> kernel_parameters(const Conductance& surrogate, double sodium_conductance);

}  // namespace myowave::surrogates
