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
namespace {

std::vector<InstructionSet> detect() {
  std::vector<InstructionSet> sets = {InstructionSet::scalar};
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("sse4.2")) sets.push_back(InstructionSet::x86_64_v2);
  const bool v3 =
      __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
  if (v3) sets.push_back(InstructionSet::x86_64_v3);
  if (v3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd"))
    sets.push_back(InstructionSet::x86_64_v4);
#endif
  return sets;
}

InstructionSet choose(std::span<const InstructionSet> sets) {
  const char* forced = std::getenv("MYOWAVE_ISA");
  if (!forced || !*forced) return sets.back();
  std::vector<std::string> names;
  for (const InstructionSet set : sets) {
    if (std::string(forced) == name_of(set)) return set;
    names.emplace_back(name_of(set));
  }
  throw InputError(fmt::format(
      "environment variable MYOWAVE_ISA = '{}' cannot be used on this processor; it runs: {}. Unset the "
      "variable to let Myowave choose",
      forced, list_of(names)));
}

}  // namespace

const char* name_of(InstructionSet set) {
  constexpr const char* names[instruction_set_count] = {"scalar", "x86-64-v2", "x86-64-v3", "x86-64-v4"};
  return names[static_cast<int>(set)];
}

std::span<const InstructionSet> runnable_instruction_sets() {
  static const std::vector<InstructionSet> sets = detect();
  return sets;
}

InstructionSet instruction_set() {
  static const InstructionSet chosen = choose(runnable_instruction_sets());
  return chosen;
}

}  // namespace myowave::ionic
