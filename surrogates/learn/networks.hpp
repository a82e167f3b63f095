// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/types.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "surrogates/learn/fused_perceptron.hpp"
#include "surrogates/learn/settings.hpp"
#include "surrogates/network.hpp"

namespace myowave::learn {

struct PerceptronShape {
  int inputs = 0, outputs = 0;
  std::vector<int> hidden;
  std::vector<Activation> activations;  ///< of each hidden layer; the last layer is linear
  bool residual = false;                ///< hidden layers as wide as the one before add their input
  bool layer_norm = false;              ///< in the hidden layers
};

PerceptronShape shape_of(const NetworkSettings& settings, int inputs, int outputs);
std::int64_t parameter_count(const PerceptronShape& shape);
/// Products of the matrices for one sample.
std::int64_t multiply_adds(const PerceptronShape& shape);

/// A multilayer perceptron whose weights lie in the arrays of `Networks`.
class Perceptron {
 public:
  /// Views of the values from `offset` on, with gradients in `gradients`.
  Perceptron(const PerceptronShape& shape, const torch::Tensor& values, const torch::Tensor& gradients,
             std::int64_t offset);

  /// [samples, inputs] to [samples, outputs].
  torch::Tensor forward(const torch::Tensor& x) const;
  /// The output, and its exact derivative along dx [samples, inputs]; both can be differentiated.
  std::pair<torch::Tensor, torch::Tensor> forward_with_tangent(const torch::Tensor& x,
                                                               const torch::Tensor& dx) const;
  /// The weights as a surrogate's file holds them.
  surrogates::Network exported() const;
  const PerceptronShape& shape() const { return shape_; }

 private:
  struct Layer {
    torch::Tensor weight, bias;            ///< [outputs, inputs], [outputs]
    torch::Tensor norm_weight, norm_bias;  ///< undefined: no layer norm
    Activation activation = Activation::identity;
    bool residual = false;
  };

  PerceptronShape shape_;
  std::vector<Layer> layers_;
  std::shared_ptr<const FusedLayers> fused_;  ///< nullptr: by the operations of torch
};

/// All networks of a surrogate, their weights one after the other in one array, and perhaps numbers
/// behind them that belong to no network.
class Networks {
 public:
  /// Random weights that depend on the seed alone; `others` start as they are given.
  Networks(const std::vector<PerceptronShape>& shapes, Precision precision, torch::Device device,
           int seed, const std::vector<double>& others = {});

  const Perceptron& operator[](std::size_t index) const { return perceptrons_[index]; }
  std::size_t size() const { return perceptrons_.size(); }
  /// Those that belong to no network [others]; can be differentiated.
  const torch::Tensor& others() const { return others_; }
  /// All weights [parameters]; what is written here is what the networks use.
  torch::Tensor& values() { return values_; }
  const torch::Tensor& values() const { return values_; }
  torch::Tensor& gradients() { return gradients_; }
  torch::Device device() const { return values_.device(); }
  torch::TensorOptions options() const { return values_.options(); }

 private:
  torch::Tensor values_, gradients_, others_;
  std::vector<Perceptron> perceptrons_;
};

}  // namespace myowave::learn
