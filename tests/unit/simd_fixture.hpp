// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "tests/unit/simd_forms.hpp"

/// Tests of vectors, for both element types and every instruction set.
namespace myowave::ionic {

struct NamedForm {
  const char* name;
  const SimdForm* form;
};

/// x86-64-v2 alone has no fused multiply-add.
inline bool is_fused(const std::string& name) { return name != name_of(InstructionSet::x86_64_v2); }

/// Those that this processor can run.
inline std::vector<NamedForm> runnable_forms() {
#if defined(__x86_64__)
  std::vector<NamedForm> forms;
  for (const InstructionSet set : runnable_instruction_sets()) {
    if (set == InstructionSet::x86_64_v2) forms.push_back({name_of(set), &simd_form_x86_64_v2});
    if (set == InstructionSet::x86_64_v3) forms.push_back({name_of(set), &simd_form_x86_64_v3});
    if (set == InstructionSet::x86_64_v4) forms.push_back({name_of(set), &simd_form_x86_64_v4});
  }
  return forms;
#else
  return {{"generic", &simd_form_generic}};
#endif
}

template <class T>
using Function = void (*)(const T*, T*);
/// The widest register, 64 bytes, holds so many floats.
constexpr std::size_t width_max = 16;

template <class T>
class Simd : public testing::Test {
 protected:
  static constexpr T infinity = std::numeric_limits<T>::infinity();
  static constexpr T nan = std::numeric_limits<T>::quiet_NaN();
  static constexpr T smallest = std::numeric_limits<T>::min();
  static constexpr T largest = std::numeric_limits<T>::max();
  /// The range to which exp is clamped.
  static constexpr T exp_min = std::is_same_v<T, double> ? T(-708) : T(-87);
  static constexpr T exp_max = std::is_same_v<T, double> ? T(709) : T(88);

  struct Each {
    std::string name;
    const PackForm<T>* pack;
  };
  static std::vector<Each> forms() {
    std::vector<Each> result;
    for (const NamedForm& each : runnable_forms())
      if constexpr (std::is_same_v<T, double>)
        result.push_back({each.name, &each.form->of_double});
      else
        result.push_back({each.name, &each.form->of_float});
    return result;
  }
  /// The value of a function, from the last lane.
  static T value(const Each& form, Function<T> function, T x) {
    std::vector<T> in(form.pack->width, x), out(form.pack->width);
    function(in.data(), out.data());
    return out.back();
  }
};

using Elements = testing::Types<double, float>;
struct ElementNames {
  template <class T>
  static std::string GetName(int) {
    return std::is_same_v<T, double> ? "double" : "float";
  }
};
}  // namespace myowave::ionic
