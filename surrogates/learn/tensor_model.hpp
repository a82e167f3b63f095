// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

namespace myowave::learn {

/// The equations of an ionic model on tensors, from the same text as its kernels.
struct TensorModel {
  const char* name;
  /// dy/dt per ms of samples y, both [samples, 1 + states], V first. `parameters` in the order of the
  /// model, each a number [] or one for each sample [samples]; `J` likewise, uA/uF.
  torch::Tensor (*rates)(const torch::Tensor& y, const std::vector<torch::Tensor>& parameters,
                         const torch::Tensor& J);
};

/// The equations of a model. Throws InputError that names those there are.
const TensorModel& find_tensor_model(const std::string& name);

std::vector<std::string> tensor_model_names();

}  // namespace myowave::learn
