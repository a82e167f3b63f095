// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>

#include "surrogates/compiled_network.hpp"

/// The compiled evaluation of networks: a plain function on arrays, one per instruction set.
namespace myowave::surrogates {

/// Cells are evaluated in panels, through all layers before the next ones, so that what lies between the
/// layers stays in the first cache: value f of cell c of a panel at [f * cells + c].
///
/// The outputs of a layer are cut into tiles, whose sums stay in registers: the first `taller` tiles
/// have rows + 1 outputs, the others `rows`.
struct PackedLayer {
  int inputs, outputs;
  int tiles, rows, taller;
  const float* weights;  ///< per tile: bias [outputs of it], weight [inputs][outputs of it]
  const float* norm;     ///< scale and shift of the layer norm, [outputs][2]; nullptr: none
  Activation activation;
  float gain;
  bool residual;
};

/// Network input = (value - offset) / scale; the offset is high + low in float, exact to double.
struct PackedInput {
  double offset, per_scale;
  float offset_high, offset_low;
};

/// offset + scale * transform(network output)
struct PackedOutput {
  Transform transform;
  float offset, scale;
};

struct NetworkCall {
  const PackedLayer* layers;
  int layer_count;
  const PackedInput* inputs;    ///< one per input of the first layer
  const PackedOutput* outputs;  ///< one per output of the last layer
  const InputRow* rows;         ///< [inputs], each of `count` cells
  std::size_t count;            ///< a multiple of ionic::lane_padding
  float* out;                   ///< output o of cell c at [o * stride + c]
  std::size_t stride;
  float* scratch[2];  ///< each [widest layer or input][NetworkKernel::panel]
};

struct NetworkKernel {
  int tile_rows;      ///< the most outputs of a tile
  std::size_t panel;  ///< the most cells of a panel
  void (*evaluate)(const NetworkCall&);
};

extern const NetworkKernel network_kernel_scalar, network_kernel_x86_64_v2, network_kernel_x86_64_v3,
    network_kernel_x86_64_v4;

}  // namespace myowave::surrogates
