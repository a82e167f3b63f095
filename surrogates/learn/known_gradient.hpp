// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

namespace myowave::learn {

/// A loss whose gradient is known.
class KnownGradient : public torch::autograd::Function<KnownGradient> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context,
                               const torch::Tensor& parameters, const torch::Tensor& loss,
                               const torch::Tensor& gradient) {
    static_cast<void>(parameters);
    context->save_for_backward({gradient});
    return loss.clone();
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list of_loss) {
    return {context->get_saved_variables()[0] * of_loss[0], torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace myowave::learn
