// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ionic/kernel_body.hpp"

namespace myowave::ionic {
namespace {

constexpr auto table = make_kernels<double>(BuiltInModels{});

}  // namespace

const KernelSet& scalar_kernels() {
  static constexpr KernelSet set = {"scalar", table.kernels};
  return set;
}

}  // namespace myowave::ionic
