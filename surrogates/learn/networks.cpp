// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/networks.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.hpp"
#include "surrogates/learn/random.hpp"

namespace myowave::learn {
namespace {

using torch::Tensor;

constexpr double norm_epsilon = 1e-5, leaky_slope = 0.01;

struct LayerShape {
  int inputs, outputs;
  Activation activation;
  bool residual, layer_norm;
};

std::vector<LayerShape> layers_of(const PerceptronShape& shape) {
  std::vector<LayerShape> layers;
  int inputs = shape.inputs;
  for (std::size_t k = 0; k < shape.hidden.size(); ++k) {
    const int outputs = shape.hidden[k];
    layers.push_back({inputs, outputs, shape.activations[k],
                      shape.residual && k > 0 && inputs == outputs, shape.layer_norm});
    inputs = outputs;
  }
  layers.push_back({inputs, shape.outputs, Activation::identity, false, false});
  return layers;
}

std::int64_t parameter_count(const LayerShape& layer) {
  return static_cast<std::int64_t>(layer.outputs) * (layer.inputs + (layer.layer_norm ? 3 : 1));
}

Tensor activated(Activation activation, const Tensor& z) {
  switch (activation) {
    case Activation::identity:
      return z;
    case Activation::tanh:
      return torch::tanh(z);
    case Activation::sigmoid:
      return torch::sigmoid(z);
    case Activation::softplus:
      return torch::softplus(z);
    case Activation::silu:
      return torch::silu(z);
    case Activation::relu:
      return torch::relu(z);
    case Activation::leaky_relu:
      return torch::leaky_relu(z, leaky_slope);
    case Activation::elu:
      return torch::elu(z);
    case Activation::gelu:
      return torch::gelu(z);
  }
  throw InternalError("an activation that is none");
}

/// The derivative at z of the activation whose value there is a.
Tensor slope(Activation activation, const Tensor& z, const Tensor& a) {
  switch (activation) {
    case Activation::identity:
      return torch::ones_like(z);
    case Activation::tanh:
      return 1.0 - a * a;
    case Activation::sigmoid:
      return a * (1.0 - a);
    case Activation::softplus:
      return torch::sigmoid(z);
    case Activation::silu: {
      const Tensor s = torch::sigmoid(z);
      return s + a * (1.0 - s);
    }
    case Activation::relu:
      return (z > 0).to(z.dtype());
    case Activation::leaky_relu:
      return torch::where(z > 0, torch::ones_like(z), torch::full_like(z, leaky_slope));
    case Activation::elu:
      return torch::where(z > 0, torch::ones_like(z), a + 1.0);
    case Activation::gelu:
      return 0.5 * (1.0 + torch::erf(z * std::numbers::sqrt2 * 0.5)) +
             z * torch::exp(-0.5 * z * z) * std::sqrt(0.5 / std::numbers::pi);
  }
  throw InternalError("an activation that is none");
}

/// Layer norm with the derivative of its output along dz.
void normalise(const Tensor& weight, const Tensor& bias, Tensor& z, Tensor* dz) {
  if (!dz) {
    z = torch::layer_norm(z, weight.sizes(), weight, bias, norm_epsilon);
    return;
  }
  const Tensor centred = z - z.mean(1, true);
  const Tensor scale = torch::rsqrt((centred * centred).mean(1, true) + norm_epsilon);
  const Tensor dcentred = *dz - dz->mean(1, true);
  const Tensor shared = (centred * dcentred).mean(1, true) * scale * scale;
  *dz = scale * (dcentred - centred * shared) * weight;
  z = centred * scale * weight + bias;
}

/// Uniform within the bound that keeps the variance from layer to layer (He for rectifiers, else
/// Glorot).
void fill_at_random(Tensor values, const PerceptronShape& shape, std::int64_t& offset, Random& random) {
  auto* out = values.data_ptr<double>();
  for (const LayerShape& layer : layers_of(shape)) {
    const bool rectifier = layer.activation == Activation::relu ||
                           layer.activation == Activation::leaky_relu ||
                           layer.activation == Activation::elu;
    const double weight_bound =
        std::sqrt(6.0 / (rectifier ? layer.inputs : layer.inputs + layer.outputs));
    const double bias_bound = 1.0 / std::sqrt(static_cast<double>(layer.inputs));
    for (int k = 0; k < layer.outputs * layer.inputs; ++k)
      out[offset++] = random.uniform(-weight_bound, weight_bound);
    for (int k = 0; k < layer.outputs; ++k) out[offset++] = random.uniform(-bias_bound, bias_bound);
    if (!layer.layer_norm) continue;
    for (int k = 0; k < layer.outputs; ++k) out[offset++] = 1.0;
    for (int k = 0; k < layer.outputs; ++k) out[offset++] = 0.0;
  }
}

std::vector<float> floats_of(const Tensor& tensor) {
  const Tensor plain = tensor.detach().to(torch::kCPU, torch::kFloat).contiguous();
  const float* begin = plain.data_ptr<float>();
  return {begin, begin + plain.numel()};
}

}  // namespace

PerceptronShape shape_of(const NetworkSettings& settings, int inputs, int outputs) {
  std::vector<Activation> activations = settings.activations;
  if (activations.size() == 1) activations.assign(settings.layers.size(), activations.front());
  return {inputs, outputs, settings.layers, activations, settings.residual, settings.layer_norm};
}

std::int64_t parameter_count(const PerceptronShape& shape) {
  std::int64_t count = 0;
  for (const LayerShape& layer : layers_of(shape)) count += parameter_count(layer);
  return count;
}

std::int64_t multiply_adds(const PerceptronShape& shape) {
  std::int64_t count = 0;
  for (const LayerShape& layer : layers_of(shape))
    count += static_cast<std::int64_t>(layer.inputs) * layer.outputs;
  return count;
}

Perceptron::Perceptron(const PerceptronShape& shape, const Tensor& values, const Tensor& gradients,
                       std::int64_t offset)
    : shape_(shape) {
  auto next = [&](std::vector<std::int64_t> sizes) {
    std::int64_t count = 1;
    for (const std::int64_t size : sizes) count *= size;
    Tensor leaf = values.narrow(0, offset, count).view(sizes).detach().set_requires_grad(true);
    leaf.mutable_grad() = gradients.narrow(0, offset, count).view(sizes);
    offset += count;
    return leaf;
  };
  for (const LayerShape& each : layers_of(shape)) {
    Layer layer;
    layer.weight = next({each.outputs, each.inputs});
    layer.bias = next({each.outputs});
    if (each.layer_norm) {
      layer.norm_weight = next({each.outputs});
      layer.norm_bias = next({each.outputs});
    }
    layer.activation = each.activation;
    layer.residual = each.residual;
    layers_.push_back(std::move(layer));
  }
  if (shape.layer_norm || !values.device().is_cpu()) return;
  FusedLayers fused;
  for (const Layer& layer : layers_)
    fused.push_back({layer.weight.detach(), layer.bias.detach(), layer.weight.grad(), layer.bias.grad(),
                     layer.activation, layer.residual});
  if (can_be_fused(fused)) fused_ = std::make_shared<FusedLayers>(std::move(fused));
}

Tensor Perceptron::forward(const Tensor& x) const {
  if (fused_) return fused_forward(fused_, x);
  Tensor y = x;
  for (const Layer& layer : layers_) {
    Tensor z = torch::addmm(layer.bias, y, layer.weight.t());
    if (layer.norm_weight.defined()) normalise(layer.norm_weight, layer.norm_bias, z, nullptr);
    z = activated(layer.activation, z);
    y = layer.residual ? y + z : z;
  }
  return y;
}

std::pair<Tensor, Tensor> Perceptron::forward_with_tangent(const Tensor& x, const Tensor& dx) const {
  Tensor y = x, dy = dx;
  for (const Layer& layer : layers_) {
    Tensor z = torch::addmm(layer.bias, y, layer.weight.t());
    Tensor dz = torch::mm(dy, layer.weight.t());
    if (layer.norm_weight.defined()) normalise(layer.norm_weight, layer.norm_bias, z, &dz);
    const Tensor a = activated(layer.activation, z);
    if (layer.activation != Activation::identity) dz = slope(layer.activation, z, a) * dz;
    y = layer.residual ? y + a : a;
    dy = layer.residual ? dy + dz : dz;
  }
  return {y, dy};
}

surrogates::Network Perceptron::exported() const {
  surrogates::Network network;
  for (const Layer& layer : layers_) {
    surrogates::Layer out;
    out.outputs = static_cast<int>(layer.weight.size(0));
    out.inputs = static_cast<int>(layer.weight.size(1));
    out.weight = floats_of(layer.weight);
    out.bias = floats_of(layer.bias);
    out.activation = layer.activation;
    out.residual = layer.residual;
    if (layer.norm_weight.defined()) {
      out.norm_weight = floats_of(layer.norm_weight);
      out.norm_bias = floats_of(layer.norm_bias);
    }
    network.layers.push_back(std::move(out));
  }
  return network;
}

Networks::Networks(const std::vector<PerceptronShape>& shapes, Precision precision, torch::Device device,
                   int seed, const std::vector<double>& others) {
  auto count = static_cast<std::int64_t>(others.size());
  for (const PerceptronShape& shape : shapes) count += parameter_count(shape);
  Tensor initial = torch::empty({count}, torch::kDouble);
  Random random(static_cast<std::uint64_t>(seed), Stream::weights);
  std::int64_t offset = 0;
  for (const PerceptronShape& shape : shapes) fill_at_random(initial, shape, offset, random);
  std::copy(others.begin(), others.end(), initial.data_ptr<double>() + offset);
  values_ =
      initial.to(device, precision == Precision::double_ ? torch::kDouble : torch::kFloat, false, true);
  gradients_ = torch::zeros_like(values_);
  offset = 0;
  for (const PerceptronShape& shape : shapes) {
    perceptrons_.emplace_back(shape, values_, gradients_, offset);
    offset += parameter_count(shape);
  }
  others_ = values_.narrow(0, offset, count - offset).detach().set_requires_grad(true);
  others_.mutable_grad() = gradients_.narrow(0, offset, count - offset);
}

}  // namespace myowave::learn
