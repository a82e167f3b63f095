// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ionic/kernel.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/text.hpp"

namespace myowave::ionic {

const KernelSet& kernels_x86_64_v2();
const KernelSet& kernels_x86_64_v3();
const KernelSet& kernels_x86_64_v4();

namespace {

std::vector<const KernelSet*> detect() {
  std::vector<const KernelSet*> sets = {&scalar_kernels()};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("sse4.2")) sets.push_back(&kernels_x86_64_v2());
  const bool v3 =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  if (v3) sets.push_back(&kernels_x86_64_v3());
  if (v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd"))
    sets.push_back(&kernels_x86_64_v4());
#endif
  return sets;
}

const KernelSet& choose(std::span<const KernelSet* const> sets) {
  const char* forced = std::getenv("MYOWAVE_ISA");
  if (!forced || !*forced) return *sets.back();
  std::vector<std::string> names;
  for (const KernelSet* set : sets) {
    if (std::string(forced) == set->instruction_set) return *set;
    names.emplace_back(set->instruction_set);
  }
  throw InputError(fmt::format(
      "environment variable MYOWAVE_ISA = '{}' cannot be used on this processor; it runs: {}. Unset the "
      "variable to let Myowave choose",
      forced, list_of(names)));
}

}  // namespace

std::span<const KernelSet* const> runnable_kernels() {
  static const std::vector<const KernelSet*> sets = detect();
  return sets;
}

const KernelSet& kernels() {
  static const KernelSet& chosen = choose(runnable_kernels());
  return chosen;
}

}  // namespace myowave::ionic
