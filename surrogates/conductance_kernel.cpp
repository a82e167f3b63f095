// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/conductance_kernel.hpp"

#include <array>

namespace myowave::surrogates {

std::vector<ConductanceKernel> conductance_kernels_scalar();
#if defined(__x86_64__)
std::vector<ConductanceKernel> conductance_kernels_x86_64_v2();
std::vector<ConductanceKernel> conductance_kernels_x86_64_v3();
std::vector<ConductanceKernel> conductance_kernels_x86_64_v4();
#endif

std::vector<ConductanceKernel> conductance_kernels(ionic::InstructionSet set) {
#if defined(__x86_64__)
  if (set == ionic::InstructionSet::x86_64_v2) return conductance_kernels_x86_64_v2();
  if (set == ionic::InstructionSet::x86_64_v3) return conductance_kernels_x86_64_v3();
  if (set == ionic::InstructionSet::x86_64_v4) return conductance_kernels_x86_64_v4();
#endif
  static_cast<void>(set);
  return conductance_kernels_scalar();
}

const ConductanceKernel* find_conductance_kernel(const std::string& host, int latents, int terms,
                                                 ionic::InstructionSet set) {
  static std::array<std::vector<ConductanceKernel>, ionic::instruction_set_count> all;
  std::vector<ConductanceKernel>& of_set = all[static_cast<std::size_t>(set)];
  if (of_set.empty()) of_set = conductance_kernels(set);
  for (const ConductanceKernel& each : of_set)
    if (host == each.host && each.latents == latents && each.terms == terms) return &each;
  return nullptr;
}

std::vector<double> kernel_parameters(const Conductance& surrogate,
                                      std::span<const double> conductances) {
  std::vector<double> all(conductances.begin(), conductances.end());
  all.push_back(surrogate.reversal);
  const auto knots = static_cast<std::size_t>(surrogate.knots);
  const auto rows = static_cast<std::size_t>(surrogate.terms) + 1;
  for (const std::size_t knot : {std::size_t{0}, knots - 1})
    for (std::size_t r = 0; r < rows; ++r)
      all.push_back(static_cast<double>(surrogate.currents[r * knots + knot]));
  all.insert(all.end(), surrogate.factors.begin(), surrogate.factors.end());
  return all;
}

}  // namespace myowave::surrogates
