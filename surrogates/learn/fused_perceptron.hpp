// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/types.h>

#include <memory>
#include <vector>

#include "surrogates/network.hpp"

namespace myowave::learn {

/// A layer without normalisation and the place of its gradients.
struct FusedLayer {
  torch::Tensor weight, bias;                    ///< [outputs, inputs], [outputs]; need no gradient
  torch::Tensor weight_gradient, bias_gradient;  ///< added to
  surrogates::Activation activation = surrogates::Activation::identity;
  bool residual = false;
};

using FusedLayers = std::vector<FusedLayer>;

/// A perceptron as one node of the graph, on the CPU: three products of matrices and two loops a layer
/// where autograd takes some fifteen operations. Going back adds to the gradients of the layers and
/// gives that of x; it cannot be differentiated again.
torch::Tensor fused_forward(const std::shared_ptr<const FusedLayers>& layers, const torch::Tensor& x);

/// Whether all activations have kernels.
bool can_be_fused(const FusedLayers& layers);

}  // namespace myowave::learn
