// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <omp.h>

#include <oneapi/dnnl/dnnl.hpp>
#include <random>
#include <unordered_map>

#include "base/error.hpp"
#include "bench/networks.hpp"

namespace myowave {
namespace {

using dnnl::memory;
using surrogates::Activation;

dnnl::algorithm algorithm_of(Activation activation) {
  switch (activation) {
    case Activation::tanh:
      return dnnl::algorithm::eltwise_tanh;
    case Activation::relu:
      return dnnl::algorithm::eltwise_relu;
    case Activation::silu:
      return dnnl::algorithm::eltwise_swish;
    case Activation::elu:
      return dnnl::algorithm::eltwise_elu;
    case Activation::gelu:
      return dnnl::algorithm::eltwise_gelu_erf;
    case Activation::softplus:
      return dnnl::algorithm::eltwise_soft_relu;
    default:
      throw InternalError("no benchmark has this activation");
  }
}

dnnl::primitive_attr attributes_of(Activation activation) {
  dnnl::primitive_attr attributes;
  if (activation == Activation::identity) return attributes;
  dnnl::post_ops after;
  after.append_eltwise(1.0f, algorithm_of(activation), activation == Activation::relu ? 0.0f : 1.0f,
                       0.0f);
  attributes.set_post_ops(after);
  return attributes;
}

/// A network as oneDNN's own inner products, each with its activation, in the layouts that it prefers.
/// The cells are the batch.
class OneDnn {
 public:
  OneDnn(const surrogates::Network& network, int cells)
      : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {
    x_ = memory({{cells, network.inputs()}, memory::data_type::f32, memory::format_tag::ab}, engine_);
    std::mt19937 random(7);
    std::normal_distribution<float> normal;
    float* values = static_cast<float*>(x_.get_data_handle());
    for (int i = 0; i < cells * network.inputs(); ++i) values[i] = normal(random);
    memory at = x_;
    for (const surrogates::Layer& layer : network.layers) at = add(layer, cells, at);
  }

  void run() {
    for (std::size_t l = 0; l < steps_.size(); ++l) steps_[l].execute(stream_, arguments_[l]);
    stream_.wait();
  }

 private:
  memory add(const surrogates::Layer& layer, int cells, const memory& x) {
    const auto f32 = memory::data_type::f32;
    const auto any = memory::format_tag::any;
    const dnnl::inner_product_forward::desc product(
        dnnl::prop_kind::forward_inference, x.get_desc(),
        memory::desc({layer.outputs, layer.inputs}, f32, any),
        memory::desc({layer.outputs}, f32, memory::format_tag::a),
        memory::desc({cells, layer.outputs}, f32, memory::format_tag::ab));
    const dnnl::inner_product_forward::primitive_desc chosen(product, attributes_of(layer.activation),
                                                             engine_);
    const memory plain =
        filled({{layer.outputs, layer.inputs}, f32, memory::format_tag::ab}, layer.weight);
    const memory bias = filled({{layer.outputs}, f32, memory::format_tag::a}, layer.bias);
    memory weights(chosen.weights_desc(), engine_);
    dnnl::reorder(plain, weights).execute(stream_, const_cast<memory&>(plain), weights);
    const memory y(chosen.dst_desc(), engine_);
    steps_.emplace_back(dnnl::inner_product_forward(chosen));
    arguments_.push_back(
        {{DNNL_ARG_SRC, x}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_BIAS, bias}, {DNNL_ARG_DST, y}});
    stream_.wait();
    return y;
  }
  memory filled(const memory::desc& what, const std::vector<float>& values) {
    memory result(what, engine_);
    std::copy(values.begin(), values.end(), static_cast<float*>(result.get_data_handle()));
    return result;
  }

  dnnl::engine engine_;
  dnnl::stream stream_;
  memory x_;
  std::vector<dnnl::primitive> steps_;
  std::vector<std::unordered_map<int, memory>> arguments_;
};

}  // namespace

void onednn(benchmark::State& state, const NetworkShape& shape, int cells) {
  omp_set_num_threads(1);
  OneDnn network(network_of(shape), cells);
  measure_network(state, shape, cells, [&] { network.run(); });
}

}  // namespace myowave
