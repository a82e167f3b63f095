// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/functions.hpp"
#include "ionic/kernel_body.hpp"
#include "ionic/model_info.hpp"

/// MYOWAVE_MODEL(Struct) compiles a model (its contract is in models/README.md). The file that holds
/// the line is compiled once per instruction set, with MYOWAVE_ISA set to its name; with
/// MYOWAVE_SHARED_MODEL as well, the objects make a shared object that a configuration can name.
#ifndef MYOWAVE_ISA
#define MYOWAVE_ISA scalar
#define MYOWAVE_ISA_SCALAR
#endif

namespace myowave::ionic {
namespace {

template <class Model>
double rates_of(double V, const double* y, const double* p, double stimulus, double* dydt) {
  Array<double, Model::info.gate_count> inf, rate;
  Array<double, Model::info.function_count> f;
  Model::voltage(V, p, inf, rate, f);
  Model::gates(V, y, p, f, inf, rate);
  const double dV = Model::currents(V, y, p, f, stimulus, dydt);
  for (int g = 0; g < Model::info.gate_count; ++g) dydt[g] = (inf[g] - y[g]) * rate[g];
  return dV;
}

template <class Model>
void voltage_of(double V, const double* p, double* inf, double* rate, double* f) {
  Model::voltage(V, p, inf, rate, f);
}

}  // namespace
}  // namespace myowave::ionic

#define MYOWAVE_JOIN_(a, b, c) a##b##_##c
#define MYOWAVE_JOIN(a, b, c) MYOWAVE_JOIN_(a, b, c)

#define MYOWAVE_KERNELS(Model, DoubleReal, FloatReal)                                        \
  namespace myowave::ionic {                                                                 \
  extern const ModelKernels MYOWAVE_JOIN(kernels_, Model, MYOWAVE_ISA);                      \
  const ModelKernels MYOWAVE_JOIN(kernels_, Model,                                           \
                                  MYOWAVE_ISA) = kernels_of<Model, DoubleReal, FloatReal>(); \
  }

#if defined(__x86_64__)
#define MYOWAVE_VECTOR_KERNELS(Model) \
  &kernels_##Model##_x86_64_v2, &kernels_##Model##_x86_64_v3, &kernels_##Model##_x86_64_v4
#else
#define MYOWAVE_VECTOR_KERNELS(Model) nullptr, nullptr, nullptr
#endif

#define MYOWAVE_CODE(Model)                                                                   \
  namespace myowave::ionic {                                                                  \
  extern const ModelKernels kernels_##Model##_x86_64_v2, kernels_##Model##_x86_64_v3,         \
      kernels_##Model##_x86_64_v4;                                                            \
  extern const ModelCode code_##Model;                                                        \
  const ModelCode code_##Model = {&Model::info,                                               \
                                  {&kernels_##Model##_scalar, MYOWAVE_VECTOR_KERNELS(Model)}, \
                                  rates_of<Model>,                                            \
                                  voltage_of<Model>};                                         \
  }

#define MYOWAVE_EXPORT(Model)                                                                   \
  extern "C" {                                                                                  \
  __attribute__((visibility("default"))) extern const int myowave_model_abi;                    \
  const int myowave_model_abi = myowave::ionic::kernel_abi;                                     \
  __attribute__((                                                                               \
      visibility("default"))) extern const myowave::ionic::ModelCode* const myowave_model_code; \
  const myowave::ionic::ModelCode* const myowave_model_code = &myowave::ionic::code_##Model;    \
  }

#if !defined(MYOWAVE_ISA_SCALAR)
#define MYOWAVE_MODEL(Model) \
  MYOWAVE_KERNELS(Model, ::myowave::ionic::Pack<double>, ::myowave::ionic::Pack<float>)
#elif !defined(MYOWAVE_SHARED_MODEL)
#define MYOWAVE_MODEL(Model) MYOWAVE_KERNELS(Model, double, ::myowave::ionic::Single) MYOWAVE_CODE(Model)
#else
#define MYOWAVE_MODEL(Model) \
  MYOWAVE_KERNELS(Model, double, ::myowave::ionic::Single) MYOWAVE_CODE(Model) MYOWAVE_EXPORT(Model)
#endif
