// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/compiled_network.hpp"

#include <algorithm>
#include <new>

#include "base/error.hpp"
#include "surrogates/network_kernel.hpp"

namespace myowave::surrogates {
namespace {

const NetworkKernel& kernel_of(ionic::InstructionSet set) {
#if defined(__x86_64__)
  switch (set) {
    case ionic::InstructionSet::scalar:
      return network_kernel_scalar;
    case ionic::InstructionSet::x86_64_v2:
      return network_kernel_x86_64_v2;
    case ionic::InstructionSet::x86_64_v3:
      return network_kernel_x86_64_v3;
    case ionic::InstructionSet::x86_64_v4:
      return network_kernel_x86_64_v4;
  }
#endif
  MYOWAVE_ASSERT(set == ionic::InstructionSet::scalar);
  return network_kernel_scalar;
}

/// Floats that begin on a cache line.
class AlignedFloats {
 public:
  explicit AlignedFloats(std::size_t count)
      : values_(static_cast<float*>(::operator new (count * sizeof(float), std::align_val_t{64}))) {
    std::fill_n(values_.get(), count, 0.0f);
  }
  float* get() const { return values_.get(); }

 private:
  struct Free {
    void operator()(float* values) const { ::operator delete (values, std::align_val_t{64}); }
  };
  std::unique_ptr<float, Free> values_;
};

std::size_t weight_count(const Layer& layer) {
  return static_cast<std::size_t>(layer.outputs) * static_cast<std::size_t>(layer.inputs + 1);
}

/// Writes the weights of a layer tile by tile and says where.
PackedLayer pack(const Layer& layer, int tile_rows, float* weights) {
  PackedLayer packed = {};
  packed.inputs = layer.inputs;
  packed.outputs = layer.outputs;
  packed.tiles = (layer.outputs + tile_rows - 1) / tile_rows;
  packed.rows = layer.outputs / packed.tiles;
  packed.taller = layer.outputs % packed.tiles;
  packed.weights = weights;
  packed.activation = layer.activation;
  packed.gain = static_cast<float>(layer.gain);
  packed.residual = layer.residual;
  const std::size_t inputs = static_cast<std::size_t>(layer.inputs);
  for (int t = 0, first = 0; t < packed.tiles; ++t) {
    const int end = first + packed.rows + (t < packed.taller ? 1 : 0);
    weights = std::copy(layer.bias.data() + first, layer.bias.data() + end, weights);
    for (std::size_t i = 0; i < inputs; ++i)
      for (int o = first; o < end; ++o)
        *weights++ = layer.weight[static_cast<std::size_t>(o) * inputs + i];
    first = end;
  }
  return packed;
}

PackedInput pack(const Input& input) {
  const float high = static_cast<float>(input.offset);
  return {input.offset, 1.0 / input.scale, high,
          static_cast<float>(input.offset - static_cast<double>(high))};
}

}  // namespace

struct CompiledNetwork::Packed {
  const NetworkKernel& kernel;
  std::vector<PackedLayer> layers;
  std::vector<PackedInput> inputs;
  std::vector<PackedOutput> outputs;
  std::vector<float> norms;
  AlignedFloats weights, scratch;
  std::size_t width;  ///< of the widest layer or input

  Packed(const Network& network, const NetworkKernel& its_kernel)
      : kernel(its_kernel),
        weights(total(network)),
        scratch(2 * widest(network) * kernel.panel),
        width(widest(network)) {
    float* to = weights.get();
    for (const Layer& layer : network.layers) {
      layers.push_back(pack(layer, kernel.tile_rows, to));
      to += weight_count(layer);
      for (std::size_t o = 0; o < layer.norm_weight.size(); ++o)
        norms.insert(norms.end(), {layer.norm_weight[o], layer.norm_bias[o]});
    }
    const float* norm = norms.data();
    for (std::size_t l = 0; l < layers.size(); ++l) {
      if (network.layers[l].norm_weight.empty()) continue;
      layers[l].norm = norm;
      norm += 2 * network.layers[l].norm_weight.size();
    }
  }

  static std::size_t total(const Network& network) {
    std::size_t count = 0;
    for (const Layer& layer : network.layers) count += weight_count(layer);
    return count;
  }
  static std::size_t widest(const Network& network) {
    int width = network.inputs();
    for (const Layer& layer : network.layers) width = std::max(width, layer.outputs);
    return static_cast<std::size_t>(width);
  }
};

CompiledNetwork::CompiledNetwork(const Surrogate& surrogate, const Part& part, ionic::InstructionSet set)
    : packed_(std::make_unique<Packed>(part.network, kernel_of(set))) {
  MYOWAVE_ASSERT(part.inputs.size() == static_cast<std::size_t>(part.network.inputs()));
  MYOWAVE_ASSERT(part.outputs.size() == static_cast<std::size_t>(part.network.outputs()));
  for (const int i : part.inputs)
    packed_->inputs.push_back(pack(surrogate.inputs.at(static_cast<std::size_t>(i))));
  for (const int o : part.outputs) {
    const Output& output = surrogate.outputs.at(static_cast<std::size_t>(o));
    packed_->outputs.push_back(
        {output.transform, static_cast<float>(output.offset), static_cast<float>(output.scale)});
  }
}

CompiledNetwork::~CompiledNetwork() = default;
CompiledNetwork::CompiledNetwork(CompiledNetwork&&) noexcept = default;
CompiledNetwork& CompiledNetwork::operator=(CompiledNetwork&&) noexcept = default;

int CompiledNetwork::inputs() const { return packed_->layers.front().inputs; }
int CompiledNetwork::outputs() const { return packed_->layers.back().outputs; }

void CompiledNetwork::evaluate(std::span<const InputRow> rows, std::size_t count, float* out,
                               std::size_t stride) const {
  MYOWAVE_ASSERT(rows.size() == packed_->inputs.size() && count % ionic::lane_padding == 0);
  const Packed& p = *packed_;
  float* second = p.scratch.get() + p.width * p.kernel.panel;
  p.kernel.evaluate({p.layers.data(),
                     static_cast<int>(p.layers.size()),
                     p.inputs.data(),
                     p.outputs.data(),
                     rows.data(),
                     count,
                     out,
                     stride,
                     {p.scratch.get(), second}});
}

}  // namespace myowave::surrogates
