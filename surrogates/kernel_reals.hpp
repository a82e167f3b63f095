// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ionic/kernel_body.hpp"

/// For files that are compiled once per instruction set, with MYOWAVE_ISA set to its name, and once
/// without for plain numbers. MYOWAVE_OF_ISA(name_) is name_x86_64_v3 and so on, or name_scalar.
#ifndef MYOWAVE_ISA
#define MYOWAVE_ISA scalar
#define MYOWAVE_ISA_SCALAR
#endif
#define MYOWAVE_JOINED_(a, b) a##b
#define MYOWAVE_JOINED(a, b) MYOWAVE_JOINED_(a, b)
#define MYOWAVE_OF_ISA(name) MYOWAVE_JOINED(name, MYOWAVE_ISA)

namespace myowave::surrogates {
namespace {

#ifdef MYOWAVE_ISA_SCALAR
using Float = ionic::Single;
using Double = double;
#else
using Float = ionic::Pack<float>;
using Double = ionic::Pack<double>;
#endif

}  // namespace
}  // namespace myowave::surrogates
