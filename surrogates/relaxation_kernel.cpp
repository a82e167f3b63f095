// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
//
// Compiled once per instruction set, with MYOWAVE_ISA set to its name.
#include "surrogates/kernel_reals.hpp"
#include "surrogates/relaxation.hpp"

namespace myowave::surrogates {
namespace {

using ionic::Access;
void floats(float* x, const float* inf, const float* tau, double dt, std::size_t count) {
  using A = Access<Float>;
  for (std::size_t i = 0; i < count; i += A::width) {
    const Float old = A::load(x + i);
    A::store(x + i, old - (A::load(inf + i) - old) * expm1(Float(-dt) / A::load(tau + i)));
  }
}

void mixed(double* x, const float* inf, const float* tau, double dt, std::size_t count) {
  using A = Access<Float>;
  for (std::size_t i = 0; i < count; i += A::width) {
    const Float old = A::load_double(x + i);
    A::add(x + i, x + i, -((A::load(inf + i) - old) * expm1(Float(-dt) / A::load(tau + i))));
  }
}

void doubles(double* x, const double* inf, const double* tau, double dt, std::size_t count) {
  using A = Access<Double>;
  for (std::size_t i = 0; i < count; i += A::width) {
    const Double old = A::load(x + i);
    A::store(x + i, old - (A::load(inf + i) - old) * expm1(Double(-dt) / A::load(tau + i)));
  }
}

}  // namespace

extern const Relaxation MYOWAVE_OF_ISA(relaxation_);
const Relaxation MYOWAVE_OF_ISA(relaxation_) = {floats, mixed, doubles};

}  // namespace myowave::surrogates
