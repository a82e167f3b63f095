// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/stencil_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/clones.hpp"
#include "base/lanes.hpp"

namespace myowave {
namespace {

constexpr int centre = 13;

int neighbour(const std::array<int, 3>& step) {
  return (step[0] + 1) + 3 * (step[1] + 1) + 9 * (step[2] + 1);
}

StencilWeights scaled(const StencilWeights& weights, double factor) {
  StencilWeights result = weights;
  for (double& weight : result) weight *= factor;
  return result;
}

/// y[i] (+)= sum of weight x[i + offset]; the number of points is a constant so that the loop over the
/// run is the only one left.
template <class T, int points, bool add>
MYOWAVE_CLONES void apply_run(const Stencil<T>& s, const typename Stencil<T>::Lines& x, T* __restrict y,
                              std::int32_t length) {
  T w[points];  // copies, which no store to y can change
  const T* from[points];
  for (int k = 0; k < points; ++k) w[k] = s.weight[k], from[k] = x[s.line[k]] + s.offset[k];
  constexpr auto width = static_cast<std::int32_t>(sizeof(LanesOf<T>) / sizeof(T));
  std::int32_t i = 0;
  for (; i + width <= length; i += width) {
    LanesOf<T> sum, each;
    std::memcpy(&each, from[0] + i, sizeof each);
    sum = w[0] * each;
    for (int k = 1; k < points; ++k) {
      std::memcpy(&each, from[k] + i, sizeof each);
      sum += w[k] * each;
    }
    if constexpr (add) {
      std::memcpy(&each, y + i, sizeof each);
      sum = each + sum;
    }
    std::memcpy(y + i, &sum, sizeof sum);
  }
  for (; i < length; ++i) {
    T sum = w[0] * from[0][i];
    for (int k = 1; k < points; ++k) sum += w[k] * from[k][i];
    y[i] = add ? y[i] + sum : sum;
  }
}

/// The same at a single node.
template <class T, int points, bool add>
void apply_once(const Stencil<T>& s, const typename Stencil<T>::Lines& x, T* y, std::int32_t) {
  T sum = s.weight[0] * x[s.line[0]][s.offset[0]];
  for (int k = 1; k < points; ++k) sum += s.weight[k] * x[s.line[k]][s.offset[k]];
  *y = add ? *y + sum : sum;
}

template <class T>
using Apply = void (*)(const Stencil<T>&, const typename Stencil<T>::Lines&, T*, std::int32_t);

/// By the number of points less one, of a run and of a single node, as both ends of a row are.
template <class T, bool add>
constexpr auto apply_of = []<int... k>(std::integer_sequence<int, k...>) {
  return std::array<std::array<Apply<T>, 2>, sizeof...(k)>{
      {{apply_run<T, k + 1, add>, apply_once<T, k + 1, add>}...}};
}
(std::make_integer_sequence<int, 27>{});

template <bool add, class T>
void apply_any(const Stencil<T>& s, const typename Stencil<T>::Lines& x, T* y, std::int32_t length) {
  if (s.points > 0)
    apply_of<T, add>[static_cast<std::size_t>(s.points) - 1][length == 1](s, x, y, length);
  else if (!add)  // a hole
    std::fill_n(y, length, T(0));
}

}  // namespace

template <class T>
Stencil<T>::Stencil(const StencilWeights& weights, const std::array<std::ptrdiff_t, 3>& stride) {
  for (int z = -1; z <= 1; ++z)
    for (int y = -1; y <= 1; ++y)
      for (int x = -1; x <= 1; ++x) {
        const double each = weights[static_cast<std::size_t>(neighbour({x, y, z}))];
        if (each == 0.0) continue;
        const auto k = static_cast<std::size_t>(points++);
        weight[k] = static_cast<T>(each);
        offset[k] = x * stride[0] + y * stride[1] + z * stride[2];
        line[k] = 1;
      }
}

template <class T>
Stencil<T>::Stencil(const StencilWeights& weights, const std::array<std::ptrdiff_t, 3>& stride,
                    std::size_t axis)
    : Stencil(weights, stride) {
  std::size_t k = 0;
  for (int z = -1; z <= 1; ++z)
    for (int y = -1; y <= 1; ++y)
      for (int x = -1; x <= 1; ++x) {
        const std::array<int, 3> step = {x, y, z};
        if (weights[static_cast<std::size_t>(neighbour(step))] == 0.0) continue;
        offset[k] -= step[axis] * stride[axis];
        line[k++] = static_cast<std::uint8_t>(1 + step[axis]);
      }
}

template <class T>
void Stencil<T>::apply(const Lines& x, T* y, std::int32_t length) const {
  apply_any<false>(*this, x, y, length);
}

template <class T>
void Stencil<T>::add(const Lines& x, T* y, std::int32_t length) const {
  apply_any<true>(*this, x, y, length);
}

template struct Stencil<double>;
template struct Stencil<float>;

StencilWeights StencilRows::Row::shifted(double a) const {
  StencilWeights weights = scaled(stiffness, a);
  weights[centre] += in_hole() ? 1.0 : volume;
  return weights;
}

StencilWeights StencilRows::Row::euler_step(double a) const {
  StencilWeights weights = rate(a);
  weights[centre] += 1.0;
  return weights;
}

StencilWeights StencilRows::Row::rate(double a) const {
  return in_hole() ? StencilWeights{} : scaled(stiffness, -a / volume);
}

StencilRows::StencilRows(const Mesh& mesh, const Tensor& diffusivity)
    : mesh_(mesh),
      dimension_(mesh.dimension()),
      spacing_(mesh.grid().spacing),
      diffusivity_(diffusivity) {}

double StencilRows::node_volume(unsigned mask) const {
  double cell = 1.0;
  for (int a = 0; a < dimension_; ++a) cell *= spacing_[static_cast<std::size_t>(a)];
  const int corners = 1 << dimension_;
  return __builtin_popcount(mask) * cell / corners;
}

StencilWeights StencilRows::stiffness_weights(unsigned mask) const {
  StencilWeights row{};
  const int corners = 1 << dimension_;
  const auto d = static_cast<std::size_t>(dimension_);
  double weight = 1.0 / corners;
  for (std::size_t a = 0; a < d; ++a) weight *= spacing_[a];
  auto bit = [](int index, std::size_t axis) { return index >> axis & 1; };
  for (int cell = 0; cell < corners; ++cell) {
    if (!(mask >> cell & 1)) continue;
    // Corners of this cell relative to the node; the cell starts one below it where its bit is 0.
    auto corner_step = [&](int corner) {
      std::array<int, 3> step{};
      for (std::size_t a = 0; a < d; ++a) step[a] = bit(cell, a) - 1 + bit(corner, a);
      return step;
    };
    for (int corner = 0; corner < corners; ++corner) {
      const std::array<int, 3> here = corner_step(corner);
      for (std::size_t a = 0; a < d; ++a)
        for (std::size_t b = 0; b < d; ++b) {
          const std::array<int, 3> to_a = corner_step(corner ^ (1 << a)),
                                   to_b = corner_step(corner ^ (1 << b));
          const double sign = (bit(corner, a) ? -1.0 : 1.0) * (bit(corner, b) ? -1.0 : 1.0);
          const double entry = weight * sign * diffusivity_[a][b] / (spacing_[a] * spacing_[b]);
          // d/dV_node of (V_a - V_here)(V_b - V_here) entry / 2, symmetric in a and b
          if (neighbour(to_a) == centre) {
            row[static_cast<std::size_t>(neighbour(to_b))] += entry;
            row[static_cast<std::size_t>(neighbour(here))] -= entry;
          }
          if (neighbour(here) == centre) {
            row[static_cast<std::size_t>(neighbour(to_b))] -= entry;
            row[static_cast<std::size_t>(neighbour(here))] += entry;
          }
        }
    }
  }
  // Cross terms cancel up to rounding where D is diagonal or neighbours balance.
  for (double& entry : row)
    if (std::abs(entry) < 1e-14 * std::abs(row[centre])) entry = 0.0;
  return row;
}

std::int32_t StencilRows::row_of(unsigned mask) {
  for (std::size_t r = 0; r < rows_.size(); ++r)
    if (rows_[r].mask == mask) return static_cast<std::int32_t>(r);
  rows_.push_back({mask, stiffness_weights(mask), node_volume(mask)});
  return static_cast<std::int32_t>(rows_.size() - 1);
}

std::vector<StencilRows::Run> StencilRows::runs(const NodeBox& box) {
  std::vector<Run> all;
  for (int k = box.start[2]; k < box.start[2] + box.count[2]; ++k)
    for (int j = box.start[1]; j < box.start[1] + box.count[1]; ++j)
      for (int i = box.start[0]; i < box.start[0] + box.count[0]; ++i) {
        const unsigned mask = mesh_.cell_mask(i, j, k);
        if (i > box.start[0] && row(all.back()).mask == mask)
          ++all.back().length;
        else
          all.push_back({{i, j, k}, 1, row_of(mask)});
      }
  return all;
}

std::array<std::ptrdiff_t, 3> strides(const NodeBox& box) {
  return {1, box.count[0], std::ptrdiff_t{box.count[0]} * box.count[1]};
}

std::ptrdiff_t place(const NodeBox& box, const std::array<int, 3>& node) {
  const std::array<std::ptrdiff_t, 3> stride = strides(box);
  std::ptrdiff_t at = 0;
  for (std::size_t a = 0; a < 3; ++a) at += (node[a] - box.start[a]) * stride[a];
  return at;
}

}  // namespace myowave
