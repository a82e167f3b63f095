// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "bench/networks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <ctime>
#include <random>
#include <utility>

#include "surrogates/compiled_network.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace myowave {
namespace {

using surrogates::Activation;

/// Independent chains of products and sums in registers, all different so that the compiler keeps them.
constexpr int chains = 12, repeats = 32;
constexpr double sums_per_lane = chains * repeats;

#if defined(__x86_64__)
__attribute__((target("avx512f"))) double fused_512(int rounds) {
  __m512 sum[chains];
  for (int c = 0; c < chains; ++c) sum[c] = _mm512_set1_ps(1.0f + c);
  const __m512 a = _mm512_set1_ps(0.999f), b = _mm512_set1_ps(1e-3f);
  for (int i = 0; i < rounds * repeats; ++i) {
#pragma GCC unroll 12
    for (__m512& s : sum) s = _mm512_fmadd_ps(s, a, b);
  }
  for (int c = 1; c < chains; ++c) sum[0] = _mm512_add_ps(sum[0], sum[c]);
  benchmark::DoNotOptimize(sum[0]);
  return 16.0 * sums_per_lane * rounds;
}

__attribute__((target("avx2,fma"))) double fused_256(int rounds) {
  __m256 sum[chains];
  for (int c = 0; c < chains; ++c) sum[c] = _mm256_set1_ps(1.0f + c);
  const __m256 a = _mm256_set1_ps(0.999f), b = _mm256_set1_ps(1e-3f);
  for (int i = 0; i < rounds * repeats; ++i) {
#pragma GCC unroll 12
    for (__m256& s : sum) s = _mm256_fmadd_ps(s, a, b);
  }
  for (int c = 1; c < chains; ++c) sum[0] = _mm256_add_ps(sum[0], sum[c]);
  benchmark::DoNotOptimize(sum[0]);
  return 8.0 * sums_per_lane * rounds;
}
#endif

/// Without fused ones.
double plain(int rounds) {
  typedef float Lanes __attribute__((vector_size(16)));
  Lanes sum[chains];
  for (int c = 0; c < chains; ++c) sum[c] = Lanes{} + (1.0f + c);
  for (int i = 0; i < rounds * repeats; ++i) {
#pragma GCC unroll 12
    for (Lanes& s : sum) s = s * 0.999f + 1e-3f;
  }
  for (int c = 1; c < chains; ++c) sum[0] += sum[c];
  benchmark::DoNotOptimize(sum[0]);
  return 4.0 * sums_per_lane * rounds;
}

double products_in(int rounds, ionic::InstructionSet set) {
#if defined(__x86_64__)
  if (set == ionic::InstructionSet::x86_64_v4) return fused_512(rounds);
  if (set == ionic::InstructionSet::x86_64_v3) return fused_256(rounds);
#endif
  return static_cast<void>(set), plain(rounds);
}

/// A surrogate with nothing but a network, whose inputs and outputs have some normalisation.
surrogates::Surrogate surrogate_of(const NetworkShape& shape) {
  surrogates::Surrogate surrogate;
  surrogates::Part part = {"network", {}, {}, network_of(shape)};
  for (int i = 0; i < part.network.inputs(); ++i) {
    surrogate.inputs.push_back({fmt::format("x{}", i), "", 0.1 * i, 1.5, -10.0, 10.0});
    part.inputs.push_back(i);
  }
  for (int o = 0; o < part.network.outputs(); ++o) {
    surrogate.outputs.push_back({fmt::format("y{}", o), "", surrogates::Form::value,
                                 surrogates::Transform::identity, 0.5, 2.0, false, 0.0});
    part.outputs.push_back(o);
  }
  surrogate.parts.push_back(std::move(part));
  return surrogate;
}

/// `cells` cells, evaluated in calls of `call` of them, whose states lie in rows of T.
template <class T>
void compiled(benchmark::State& state, const NetworkShape& shape, ionic::InstructionSet set,
              std::size_t cells, std::size_t call) {
  const surrogates::Surrogate surrogate = surrogate_of(shape);
  const surrogates::CompiledNetwork network(surrogate, surrogate.parts[0], set);
  // Not a power of two: rows would compete for the same cache sets.
  const std::size_t stride = cells + 16;
  std::vector<T> in(static_cast<std::size_t>(network.inputs()) * stride);
  std::vector<float> out(static_cast<std::size_t>(network.outputs()) * stride);
  std::mt19937 random(7);
  std::normal_distribution<double> normal;
  for (T& x : in) x = static_cast<T>(normal(random));
  std::vector<surrogates::InputRow> rows(static_cast<std::size_t>(network.inputs()));
  measure_network(state, shape, static_cast<double>(cells), [&] {
    for (std::size_t first = 0; first < cells; first += call) {
      for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i] = {in.data() + i * stride + first, sizeof(T) == sizeof(float)};
      network.evaluate(rows, call, out.data() + first, stride);
    }
    benchmark::ClobberMemory();
  });
}

}  // namespace

std::string name_of(const NetworkShape& shape) {
  return fmt::format("{}/{}", fmt::join(shape.widths, "-"), surrogates::name_of(shape.activation));
}

double products(const NetworkShape& shape) {
  double count = 0.0;
  for (std::size_t l = 0; l + 1 < shape.widths.size(); ++l)
    count += static_cast<double>(shape.widths[l]) * shape.widths[l + 1];
  return count;
}

surrogates::Network network_of(const NetworkShape& shape) {
  std::mt19937 random(42);
  surrogates::Network network;
  for (std::size_t l = 0; l + 1 < shape.widths.size(); ++l) {
    surrogates::Layer layer;
    layer.inputs = shape.widths[l];
    layer.outputs = shape.widths[l + 1];
    const float bound = 1.5f / std::sqrt(static_cast<float>(layer.inputs));
    std::uniform_real_distribution<float> uniform(-bound, bound);
    layer.weight.resize(static_cast<std::size_t>(layer.inputs) *
                        static_cast<std::size_t>(layer.outputs));
    layer.bias.resize(static_cast<std::size_t>(layer.outputs));
    for (float& w : layer.weight) w = uniform(random);
    for (float& b : layer.bias) b = uniform(random);
    layer.activation = l + 2 < shape.widths.size() ? shape.activation : Activation::identity;
    network.layers.push_back(std::move(layer));
  }
  return network;
}

double thread_ns() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return 1e9 * static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec);
}

double peak_products() {
  double best = 0.0;
  for (int i = 0; i < 20; ++i) {
    const double start = thread_ns();
    const double done = products_in(500, ionic::instruction_set());
    best = std::max(best, done / (thread_ns() - start));
  }
  return best;
}

void register_networks() {
  const std::vector<NetworkShape> shapes = {
      {{20, 32, 32, 20}, Activation::tanh},         {{20, 64, 64, 64, 20}, Activation::relu},
      {{20, 64, 64, 64, 20}, Activation::tanh},     {{20, 128, 128, 128, 20}, Activation::tanh},
      {{2, 32, 32, 2}, Activation::tanh},           {{1, 16, 6}, Activation::tanh},
      {{4, 24, 24, 4}, Activation::silu},           {{20, 64, 64, 64, 20}, Activation::identity},
      {{20, 64, 64, 64, 20}, Activation::gelu},     {{20, 64, 64, 64, 20}, Activation::silu},
      {{20, 64, 64, 64, 20}, Activation::softplus}, {{20, 64, 64, 64, 20}, Activation::elu}};
  for (const NetworkShape& shape : shapes) {
    const auto add = [&](const std::string& what, auto run) {
      benchmark::RegisterBenchmark(fmt::format("network/{}/{}", name_of(shape), what).c_str(), run);
    };
    const ionic::InstructionSet set = ionic::instruction_set();
    for (const auto& [cells, call] : {std::pair{16, 16}, {128, 128}, {1 << 14, 128}})
      add(fmt::format("float/{}x{}", cells / call, call), [=](benchmark::State& state) {
        compiled<float>(state, shape, set, static_cast<std::size_t>(cells),
                        static_cast<std::size_t>(call));
      });
    add("double/128x128",
        [=](benchmark::State& state) { compiled<double>(state, shape, set, 1 << 14, 128); });
#if defined(MYOWAVE_ONEDNN)
    for (const int cells : {128, 1 << 14})
      add(fmt::format("onednn/{}", cells),
          [=](benchmark::State& state) { onednn(state, shape, cells); });
#endif
  }
}

}  // namespace myowave
