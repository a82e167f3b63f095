// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <utility>

#include "surrogates/network_functions.hpp"
#include "surrogates/network_kernel.hpp"

/// The evaluation of a network, written once for every instruction set. All of it has internal linkage.
namespace myowave::surrogates {
namespace {

/// Registers of cells.
template <class Real>
struct Cells;

template <>
struct Cells<Floats> {
  static constexpr std::size_t width = Floats::width;
  static MYOWAVE_INLINE Floats load(const float* from) {
    Floats x;
    std::memcpy(&x, from, sizeof x);
    return x;
  }
  static MYOWAVE_INLINE void store(float* to, Floats x) { std::memcpy(to, &x, sizeof x); }
  /// A number in all lanes, in one instruction.
  static MYOWAVE_INLINE Floats all(float x) { return all(x, std::make_index_sequence<width>()); }
  /// (value - offset) * per_scale, in double until the end.
  static MYOWAVE_INLINE Floats normalised(const double* from, const PackedInput& input) {
    return join(half(from, input), half(from + width / 2, input), std::make_index_sequence<width>());
  }

 private:
  using Half = float __attribute__((vector_size(MYOWAVE_VECTOR_BYTES / 2)));
  template <std::size_t... I>
  static MYOWAVE_INLINE Floats all(float x, std::index_sequence<I...>) {
    return Floats::Lanes{(static_cast<void>(I), x)...};
  }
  static MYOWAVE_INLINE Half half(const double* from, const PackedInput& input) {
    ionic::Pack<double> x;
    std::memcpy(&x, from, sizeof x);
    x = (x - input.offset) * input.per_scale;
    return __builtin_convertvector(x.v, Half);
  }
  template <std::size_t... I>
  static MYOWAVE_INLINE Floats join(Half low, Half high, std::index_sequence<I...>) {
    return __builtin_shufflevector(low, high, static_cast<int>(I)...);
  }
};

template <>
struct Cells<Single> {
  static constexpr std::size_t width = 1;
  static MYOWAVE_INLINE Single load(const float* from) { return single(*from); }
  static MYOWAVE_INLINE void store(float* to, Single x) { *to = x.v; }
  static MYOWAVE_INLINE Single all(float x) { return single(x); }
  static MYOWAVE_INLINE Single normalised(const double* from, const PackedInput& input) {
    return {(*from - input.offset) * input.per_scale};
  }
};

/// Calls body(constant k) for k = 0 .. count - 1.
template <int count, class Body>
MYOWAVE_INLINE void unrolled(Body body) {
  [&]<int... k>(std::integer_sequence<int, k...>) __attribute__((always_inline)) {
    (body(std::integral_constant<int, k>{}), ...);
  }
  (std::make_integer_sequence<int, count>());
}

/// A panel of `columns` registers of cells through all layers; a tile has up to `max_rows` outputs.
template <class Real, int max_rows, int columns>
class Panel {
  using C = Cells<Real>;
  static constexpr std::size_t cells = columns * C::width;
  using Tile = void (*)(const float* weights, const float* x, int inputs, float* y);

 public:
  static void run(const NetworkCall& call, std::size_t first) {
    float* x = call.scratch[0];
    float* y = call.scratch[1];
    load_inputs(call, first, x);
    for (int l = 0; l < call.layer_count; ++l) {
      run(call.layers[l], x, y);
      std::swap(x, y);
    }
    store_outputs(call, first, x);
  }

 private:
  static void load_inputs(const NetworkCall& call, std::size_t first, float* x) {
    for (int i = 0; i < call.layers[0].inputs; ++i) {
      const PackedInput input = call.inputs[i];
      const InputRow row = call.rows[i];
      if (row.is_float) {
        const float* from = static_cast<const float*>(row.values) + first;
        const Real high = C::all(input.offset_high), low = C::all(input.offset_low);
        const Real per_scale = C::all(static_cast<float>(input.per_scale));
        for (std::size_t c = 0; c < cells; c += C::width)
          C::store(x + c, ((C::load(from + c) - high) - low) * per_scale);
      } else {
        const double* from = static_cast<const double*>(row.values) + first;
        for (std::size_t c = 0; c < cells; c += C::width)
          C::store(x + c, C::normalised(from + c, input));
      }
      x += cells;
    }
  }

  /// The sums of `rows` outputs. A small tile adds up several chains of inputs, so that the units for
  /// sums and products do not wait for one another.
  template <int rows>
  static void tile(const float* weights, const float* x, int inputs, float* y) {
    constexpr int chains = rows >= 4 ? 1 : rows >= 2 ? 2 : 4;
    constexpr int unroll = 4;
    Real sum[chains][rows][columns];
    unrolled<rows>([&](auto r) __attribute__((always_inline)) {
      unrolled<columns>([&](auto c) __attribute__((always_inline)) {
        sum[0][r][c] = C::all(weights[r]);
        for (int chain = 1; chain < chains; ++chain) sum[chain][r][c] = C::all(0.0f);
      });
    });
    weights += rows;
    int k = 0;
    for (; k + unroll <= inputs; k += unroll, weights += unroll * rows, x += unroll * cells)
      unrolled<unroll>([&](auto u) __attribute__((always_inline)) {
        add<rows>(weights + u * rows, x + u * cells, sum[u % chains]);
      });
    for (; k < inputs; ++k, weights += rows, x += cells) add<rows>(weights, x, sum[0]);
    unrolled<rows>([&](auto r) __attribute__((always_inline)) {
      unrolled<columns>([&](auto c) __attribute__((always_inline)) {
        unrolled<chains - 1>([&](auto chain) __attribute__((always_inline)) {
          sum[0][r][c] += sum[chain + 1][r][c];
        });
        C::store(y + r * cells + c * C::width, sum[0][r][c]);
      });
    });
  }
  template <int rows>
  static MYOWAVE_INLINE void add(const float* weights, const float* x, Real (&sum)[rows][columns]) {
    Real value[columns];
    unrolled<columns>([&](auto c)
                          __attribute__((always_inline)) { value[c] = C::load(x + c * C::width); });
    unrolled<rows>([&](auto r) __attribute__((always_inline)) {
      const Real weight = C::all(weights[r]);
      unrolled<columns>([&](auto c) __attribute__((always_inline)) { sum[r][c] += value[c] * weight; });
    });
  }

  /// The tiles of 1 to max_rows outputs.
  template <int... r>
  static Tile tile_of(int rows, std::integer_sequence<int, r...>) {
    static constexpr Tile tiles[] = {tile<r + 1>...};
    return tiles[rows - 1];
  }

  static void run(const PackedLayer& layer, const float* x, float* y) {
    const float* weights = layer.weights;
    float* to = y;
    const auto run_tiles = [&](int count, int rows) {
      if (count == 0) return;
      const Tile sums = tile_of(rows, std::make_integer_sequence<int, max_rows>());
      for (int t = 0; t < count; ++t) {
        sums(weights, x, layer.inputs, to);
        weights += rows * (layer.inputs + 1);
        to += static_cast<std::size_t>(rows) * cells;
      }
    };
    run_tiles(layer.taller, layer.rows + 1);
    run_tiles(layer.tiles - layer.taller, layer.rows);
    if (layer.norm) normalise(layer, y);
    activate(layer, y);
    if (layer.residual || layer.gain != 1.0f) add_residual(layer, x, y);
  }

  static void normalise(const PackedLayer& layer, float* values) {
    const Real share = C::all(1.0f / static_cast<float>(layer.outputs));
    for (std::size_t c = 0; c < cells; c += C::width) {
      float* y = values + c;
      Real mean = C::all(0.0f), variance = C::all(0.0f);
      for (int o = 0; o < layer.outputs; ++o) mean += C::load(y + o * cells);
      mean *= share;
      for (int o = 0; o < layer.outputs; ++o) {
        const Real deviation = C::load(y + o * cells) - mean;
        variance += deviation * deviation;
      }
      const Real scale = 1.0 / sqrt(variance * share + 1e-5);
      for (int o = 0; o < layer.outputs; ++o)
        C::store(y + o * cells, (C::load(y + o * cells) - mean) * scale * C::all(layer.norm[2 * o]) +
                                    C::all(layer.norm[2 * o + 1]));
    }
  }

  static void activate(const PackedLayer& layer, float* y) {
    const std::size_t count = static_cast<std::size_t>(layer.outputs) * cells;
    switch (layer.activation) {
      case Activation::identity:
        return;
      case Activation::tanh:
        return map(y, count, [](Real x) { return tanh_of(x); });
      case Activation::sigmoid:
        return map(y, count, [](Real x) { return sigmoid_of(x); });
      case Activation::softplus:
        return map(y, count, [](Real x) { return softplus_of(x); });
      case Activation::silu:
        return map(y, count, [](Real x) { return silu_of(x); });
      case Activation::relu:
        return map(y, count, [](Real x) { return relu_of(x); });
      case Activation::leaky_relu:
        return map(y, count, [](Real x) { return leaky_relu_of(x); });
      case Activation::elu:
        return map(y, count, [](Real x) { return elu_of(x); });
      case Activation::gelu:
        return map(y, count, [](Real x) { return gelu_of(x); });
    }
  }
  template <class Function>
  static MYOWAVE_INLINE void map(float* y, std::size_t count, Function function) {
    for (std::size_t i = 0; i < count; i += cells)
      unrolled<columns>([&](auto c) __attribute__((always_inline)) {
        float* at = y + i + c * C::width;
        C::store(at, function(C::load(at)));
      });
  }

  static void add_residual(const PackedLayer& layer, const float* x, float* y) {
    const std::size_t count = static_cast<std::size_t>(layer.outputs) * cells;
    const Real gain = C::all(layer.gain);
    for (std::size_t i = 0; i < count; i += C::width) {
      const Real change = gain * C::load(y + i);
      C::store(y + i, layer.residual ? C::load(x + i) + change : change);
    }
  }

  static void store_outputs(const NetworkCall& call, std::size_t first, const float* y) {
    const int count = call.layers[call.layer_count - 1].outputs;
    for (int o = 0; o < count; ++o, y += cells) {
      const PackedOutput& output = call.outputs[o];
      float* to = call.out + static_cast<std::size_t>(o) * call.stride + first;
      const auto store = [&](auto transform) {
        const Real offset = C::all(output.offset), scale = C::all(output.scale);
        for (std::size_t c = 0; c < cells; c += C::width)
          C::store(to + c, transform(C::load(y + c)) * scale + offset);
      };
      switch (output.transform) {
        case Transform::identity:
          store([](Real x) { return x; });
          break;
        case Transform::sigmoid:
          store([](Real x) { return sigmoid_of(x); });
          break;
        case Transform::softplus:
          store([](Real x) { return softplus_of(x); });
          break;
        case Transform::exp:
          store([](Real x) { return exp(x); });
          break;
      }
    }
  }
};

template <class Real, int max_rows, int columns>
void evaluate_cells(const NetworkCall& call) {
  constexpr std::size_t panel = columns * Cells<Real>::width;
  std::size_t first = 0;
  for (; first + panel <= call.count; first += panel) Panel<Real, max_rows, columns>::run(call, first);
  if constexpr (panel > ionic::lane_padding)
    for (; first < call.count; first += Cells<Real>::width) Panel<Real, max_rows, 1>::run(call, first);
}

template <class Real, int max_rows, int columns>
constexpr NetworkKernel network_kernel_of() {
  return {max_rows, columns * Cells<Real>::width, evaluate_cells<Real, max_rows, columns>};
}

}  // namespace
}  // namespace myowave::surrogates
