// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/stencil.hpp"

#include <algorithm>
#include <cmath>

#include "base/clones.hpp"
#include "field/session.hpp"

namespace myowave {
namespace {

constexpr int centre = 13;

int neighbour(const std::array<int, 3>& step) {
  return (step[0] + 1) + 3 * (step[1] + 1) + 9 * (step[2] + 1);
}

/// y[i] (+)= sum_k weight[k] x[i + offset[k]]; the number of points is a constant so that the loop over
/// the run is the only one left and vectorises.
template <int points, bool add>
MYOWAVE_CLONES void apply_run(const double* weight, const std::ptrdiff_t* offset,
                              const double* __restrict x, double* __restrict y, std::int32_t length) {
  for (std::int32_t i = 0; i < length; ++i) {
    double sum = weight[0] * x[i + offset[0]];
    for (int k = 1; k < points; ++k) sum += weight[k] * x[i + offset[k]];
    y[i] = add ? y[i] + sum : sum;
  }
}

template <bool add>
void apply_any(int points, const double* weight, const std::ptrdiff_t* offset,
               const double* __restrict x, double* __restrict y, std::int32_t length) {
  for (std::int32_t i = 0; i < length; ++i) {
    double sum = 0.0;
    for (int k = 0; k < points; ++k) sum += weight[k] * x[i + offset[k]];
    y[i] = add ? y[i] + sum : sum;
  }
}

}  // namespace

StencilOperator::StencilOperator(const Mesh& mesh, const Layout& layout, const Tensor& diffusivity)
    : layout_(layout),
      dimension_(mesh.dimension()),
      spacing_(mesh.grid().spacing),
      diffusivity_(diffusivity),
      mass_(static_cast<std::size_t>(layout.owned())),
      ghosted_(static_cast<std::size_t>(layout.ghosted_box().size())) {
  const std::array<int, 3>& count = layout.ghosted_box().count;
  stride_ = {1, count[0], std::ptrdiff_t{count[0]} * count[1]};
  find_runs(mesh, layout);
  for (const Row& row : rows_) {
    double sum = 0.0;
    for (const double weight : row.stiffness) sum += std::abs(weight);
    if (!row.in_hole()) largest_rate_ = std::max(largest_rate_, sum / row.volume);  // Gershgorin
  }
  largest_rate_ = parallel::max(largest_rate_);
}

double StencilOperator::node_volume(unsigned mask) const {
  double cell = 1.0;
  for (int a = 0; a < dimension_; ++a) cell *= spacing_[static_cast<std::size_t>(a)];
  const int corners = 1 << dimension_;
  return __builtin_popcount(mask) * cell / corners;
}

StencilOperator::Weights StencilOperator::stiffness_weights(unsigned mask) const {
  Weights row{};
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

std::int32_t StencilOperator::row_of(unsigned mask) {
  for (std::size_t r = 0; r < rows_.size(); ++r)
    if (rows_[r].mask == mask) return static_cast<std::int32_t>(r);
  rows_.push_back({mask, stiffness_weights(mask), node_volume(mask)});
  return static_cast<std::int32_t>(rows_.size() - 1);
}

void StencilOperator::find_runs(const Mesh& mesh, const Layout& layout) {
  const NodeBox& owned = layout.owned_box();
  const NodeBox& ghosted = layout.ghosted_box();
  std::int32_t node = 0;
  for (int k = owned.start[2]; k < owned.start[2] + owned.count[2]; ++k)
    for (int j = owned.start[1]; j < owned.start[1] + owned.count[1]; ++j)
      for (int i = owned.start[0]; i < owned.start[0] + owned.count[0]; ++i, ++node) {
        const unsigned mask = mesh.cell_mask(i, j, k);
        const bool continues =
            i > owned.start[0] && rows_[static_cast<std::size_t>(runs_.back().row)].mask == mask;
        const std::int32_t row = continues ? runs_.back().row : row_of(mask);
        mass_[static_cast<std::size_t>(node)] = rows_[static_cast<std::size_t>(row)].volume;
        if (continues) {
          ++runs_.back().length;
          continue;
        }
        const std::ptrdiff_t at = (i - ghosted.start[0]) + (j - ghosted.start[1]) * stride_[1] +
                                  (k - ghosted.start[2]) * stride_[2];
        runs_.push_back({node, static_cast<std::int32_t>(at), 1, row});
      }
}

StencilOperator::Weights StencilOperator::scaled(const Weights& weights, double factor) {
  Weights result = weights;
  for (double& weight : result) weight *= factor;
  return result;
}

StencilOperator::Stencil StencilOperator::compact(const Weights& weights) const {
  Stencil stencil;
  for (int z = -1; z <= 1; ++z)
    for (int y = -1; y <= 1; ++y)
      for (int x = -1; x <= 1; ++x) {
        const double weight = weights[static_cast<std::size_t>(neighbour({x, y, z}))];
        if (weight == 0.0) continue;
        const auto k = static_cast<std::size_t>(stencil.points++);
        stencil.weight[k] = weight;
        stencil.offset[k] = x + y * stride_[1] + z * stride_[2];
      }
  return stencil;
}

int StencilOperator::points() const {
  int most = 0;
  for (const Row& row : rows_) most = std::max(most, compact(row.stiffness).points);
  return most;
}

template <bool add, class WeightsOf>
void StencilOperator::apply(WeightsOf weights_of, std::span<const double> x, std::span<double> y) const {
  layout_.exchange(x, ghosted_);
  std::vector<Stencil> stencils;
  for (const Row& row : rows_) stencils.push_back(compact(weights_of(row)));
  for (const Run& run : runs_) {
    const Stencil& s = stencils[static_cast<std::size_t>(run.row)];
    const double* from = ghosted_.data() + run.ghosted;
    double* to = y.data() + run.owned;
    switch (s.points) {
      case 1:
        apply_run<1, add>(s.weight.data(), s.offset.data(), from, to, run.length);
        break;
      case 3:
        apply_run<3, add>(s.weight.data(), s.offset.data(), from, to, run.length);
        break;
      case 5:
        apply_run<5, add>(s.weight.data(), s.offset.data(), from, to, run.length);
        break;
      case 7:
        apply_run<7, add>(s.weight.data(), s.offset.data(), from, to, run.length);
        break;
      case 9:
        apply_run<9, add>(s.weight.data(), s.offset.data(), from, to, run.length);
        break;
      case 19:
        apply_run<19, add>(s.weight.data(), s.offset.data(), from, to, run.length);
        break;
      default:
        apply_any<add>(s.points, s.weight.data(), s.offset.data(), from, to, run.length);
    }
  }
}

void StencilOperator::stiffness(std::span<const double> x, std::span<double> y) const {
  apply<false>([](const Row& row) { return row.stiffness; }, x, y);
}

void StencilOperator::shifted(double a, std::span<const double> x, std::span<double> y) const {
  apply<false>(
      [a](const Row& row) {
        Weights weights = scaled(row.stiffness, a);
        weights[centre] += row.in_hole() ? 1.0 : row.volume;
        return weights;
      },
      x, y);
}

void StencilOperator::euler_step(double a, std::span<const double> x, std::span<double> y) const {
  apply<false>(
      [a](const Row& row) {
        Weights weights = row.in_hole() ? Weights{} : scaled(row.stiffness, -a / row.volume);
        weights[centre] += 1.0;
        return weights;
      },
      x, y);
}

void StencilOperator::add_rate(double a, std::span<const double> x, std::span<double> y) const {
  apply<true>(
      [a](const Row& row) { return row.in_hole() ? Weights{} : scaled(row.stiffness, -a / row.volume); },
      x, y);
}

void StencilOperator::shifted_diagonal(double a, std::span<double> diagonal) const {
  for (const Run& run : runs_) {
    const Row& row = rows_[static_cast<std::size_t>(run.row)];
    const double value = row.in_hole() ? 1.0 : row.volume + a * row.stiffness[centre];
    std::fill_n(diagonal.begin() + run.owned, run.length, value);
  }
}

}  // namespace myowave
