// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/relaxation.hpp"

namespace myowave::surrogates {

extern const Relaxation relaxation_scalar;
#if defined(__x86_64__)
extern const Relaxation relaxation_x86_64_v2, relaxation_x86_64_v3, relaxation_x86_64_v4;
#endif

const Relaxation& relaxation(ionic::InstructionSet set) {
#if defined(__x86_64__)
  if (set == ionic::InstructionSet::x86_64_v2) return relaxation_x86_64_v2;
  if (set == ionic::InstructionSet::x86_64_v3) return relaxation_x86_64_v3;
  if (set == ionic::InstructionSet::x86_64_v4) return relaxation_x86_64_v4;
#endif
  static_cast<void>(set);
  return relaxation_scalar;
}

}  // namespace myowave::surrogates
