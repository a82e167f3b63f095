// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
//
// Compiled once per instruction set, with MYOWAVE_ISA set to its name.
#include "ionic/kernel_body.hpp"
#include "surrogates/relaxation.hpp"

#ifndef MYOWAVE_ISA
#define MYOWAVE_ISA scalar
#define MYOWAVE_ISA_SCALAR
#endif
#define MYOWAVE_JOIN_(a, b) a##b
#define MYOWAVE_JOIN(a, b) MYOWAVE_JOIN_(a, b)

namespace myowave::surrogates {
namespace {

using ionic::Access;
#ifdef MYOWAVE_ISA_SCALAR
using Float = ionic::Single;
using Double = double;
#else
using Float = ionic::Pack<float>;
using Double = ionic::Pack<double>;
#endif

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

extern const Relaxation MYOWAVE_JOIN(relaxation_, MYOWAVE_ISA);
const Relaxation MYOWAVE_JOIN(relaxation_, MYOWAVE_ISA) = {floats, mixed, doubles};

}  // namespace myowave::surrogates
