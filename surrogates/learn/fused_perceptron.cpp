// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/fused_perceptron.hpp"

#include <torch/csrc/autograd/functions/utils.h>
#include <torch/torch.h>

#include <algorithm>

#include "base/error.hpp"
#include "surrogates/learn/parallel.hpp"
#include "surrogates/learn/training_kernels.hpp"

namespace myowave::learn {
namespace {

using surrogates::Activation;
using torch::Tensor;

/// Elements that are worth a thread.
constexpr std::int64_t grain = 16384;

template <class T>
void activate_in(Activation activation, const Tensor& z, const Tensor& a) {
  const T* from = z.data_ptr<T>();
  T* to = a.data_ptr<T>();
  const auto& kernel = training_kernels().of<T>();
  at::parallel_for(0, z.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
    kernel.activate(activation, from + begin, to + begin, static_cast<std::size_t>(end - begin));
  });
}

template <class T>
void back_in(Activation activation, const Tensor& z, const Tensor& a, const Tensor& gradient) {
  const T* argument = z.data_ptr<T>();
  const T* value = a.data_ptr<T>();
  T* to = gradient.data_ptr<T>();
  const auto& kernel = training_kernels().of<T>();
  at::parallel_for(0, a.numel(), grain, [&](std::int64_t begin, std::int64_t end) {
    kernel.back(activation, argument + begin, value + begin, to + begin,
                static_cast<std::size_t>(end - begin));
  });
}

/// What a layer leaves for the way back.
struct Passed {
  Tensor input;     ///< [samples, inputs]
  Tensor argument;  ///< of the activation, where its slope needs it
  Tensor value;     ///< of the activation; undefined for the identity
};

class FusedNode : public torch::autograd::Node {
 public:
  FusedNode(std::shared_ptr<const FusedLayers> layers, std::vector<Passed> passed, bool needs_x)
      : layers_(std::move(layers)), passed_(std::move(passed)), needs_x_(needs_x) {}

  torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override {
    const at::AutoDispatchBelowADInplaceOrView below;
    Tensor gradient = gradients[0];
    if (!gradient.defined()) return {Tensor()};
    for (std::size_t k = layers_->size(); k-- > 0;) gradient = back(k, gradient, k > 0 || needs_x_);
    return {gradient};
  }

  void release_variables() override { passed_.clear(); }
  std::string name() const override { return "FusedPerceptron"; }

 private:
  /// The gradient of the layer's input from that of its output.
  Tensor back(std::size_t k, const Tensor& gradient, bool further) {
    const FusedLayer& layer = (*layers_)[k];
    const Passed& passed = passed_[k];
    Tensor at_argument = gradient.contiguous();
    if (layer.activation != Activation::identity) {
      // Its memory may be another's, or that which the residual still needs.
      at_argument = at_argument.clone();
      const Tensor& z = passed.argument.defined() ? passed.argument : passed.value;
      if (at_argument.scalar_type() == torch::kFloat)
        back_in<float>(layer.activation, z, passed.value, at_argument);
      else
        back_in<double>(layer.activation, z, passed.value, at_argument);
    }
    Tensor weights = layer.weight_gradient, bias = layer.bias_gradient;
    at::addmm_out(weights, weights, at_argument.t(), passed.input);
    bias.add_(at_argument.sum(0));
    if (!further) return {};
    Tensor below = at::mm(at_argument, layer.weight);
    if (layer.residual) below.add_(gradient);
    return below;
  }

  std::shared_ptr<const FusedLayers> layers_;
  std::vector<Passed> passed_;
  bool needs_x_;
};

/// The output of a layer; what the way back needs is appended.
Tensor through(const FusedLayer& layer, const Tensor& x, bool keep, std::vector<Passed>& passed) {
  Tensor z = at::addmm(layer.bias, x, layer.weight.t());
  Passed now{x, Tensor(), Tensor()};
  if (layer.activation != Activation::identity) {
    if (keep && needs_argument(layer.activation)) now.argument = z;
    const Tensor a = now.argument.defined() || layer.residual ? torch::empty_like(z) : z;
    if (z.scalar_type() == torch::kFloat)
      activate_in<float>(layer.activation, z, a);
    else
      activate_in<double>(layer.activation, z, a);
    now.value = z = a;
  }
  if (keep) passed.push_back(std::move(now));
  return layer.residual ? x + z : z;
}

}  // namespace

bool can_be_fused(const FusedLayers& layers) {
  return std::all_of(layers.begin(), layers.end(),
                     [](const FusedLayer& layer) { return has_kernel(layer.activation); });
}

Tensor fused_forward(const std::shared_ptr<const FusedLayers>& layers, const Tensor& x) {
  const bool keep = torch::GradMode::is_enabled();
  std::vector<Passed> passed;
  Tensor y;
  {
    const at::AutoDispatchBelowADInplaceOrView below;
    y = x.detach();
    for (const FusedLayer& layer : *layers) y = through(layer, y, keep, passed);
  }
  if (!keep) return y;
  const std::shared_ptr<FusedNode> node(new FusedNode(layers, std::move(passed), x.requires_grad()),
                                        torch::autograd::deleteNode);
  node->set_next_edges(torch::autograd::collect_next_edges(x));
  torch::autograd::set_history(y, node);
  return y;
}

}  // namespace myowave::learn
