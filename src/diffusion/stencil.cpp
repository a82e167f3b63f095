// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/stencil.hpp"

#include <algorithm>
#include <cmath>

#include "diffusion/stage_sweep.hpp"
#include "field/session.hpp"

namespace myowave {

StencilOperator::StencilOperator(const Mesh& mesh, const Layout& layout, const Tensor& diffusivity)
    : mesh_(mesh),
      layout_(layout),
      diffusivity_(diffusivity),
      rows_(mesh, diffusivity),
      runs_(rows_.runs(layout.owned_box())),
      ghosted_(static_cast<std::size_t>(layout.ghosted_box().size())) {
  mass_.reserve(static_cast<std::size_t>(layout.owned()));
  for (const StencilRows::Run& run : runs_)
    mass_.insert(mass_.end(), static_cast<std::size_t>(run.length), rows_.row(run).volume);
  for (const StencilRows::Row& row : rows_.rows()) {
    double sum = 0.0;
    for (const double weight : row.stiffness) sum += std::abs(weight);
    if (!row.in_hole()) largest_rate_ = std::max(largest_rate_, sum / row.volume);  // Gershgorin
  }
  largest_rate_ = parallel::max(largest_rate_);
}

int StencilOperator::points() const {
  int most = 0;
  for (const StencilRows::Row& row : rows_.rows())
    most = std::max(most, Stencil<double>(row.stiffness, {1, 3, 9}).points);
  return most;
}

template <bool add, class WeightsOf>
void StencilOperator::apply(WeightsOf weights_of, std::span<const double> x, std::span<double> y) const {
  layout_.exchange(x, ghosted_);
  const NodeBox& box = layout_.ghosted_box();
  std::vector<Stencil<double>> stencils;
  for (const StencilRows::Row& row : rows_.rows()) stencils.emplace_back(weights_of(row), strides(box));
  double* to = y.data();
  for (const StencilRows::Run& run : runs_) {
    const Stencil<double>& stencil = stencils[static_cast<std::size_t>(run.row)];
    const double* const from = ghosted_.data() + place(box, run.at);
    if constexpr (add)
      stencil.add(from, to, run.length);
    else
      stencil.apply(from, to, run.length);
    to += run.length;
  }
}

void StencilOperator::stiffness(std::span<const double> x, std::span<double> y) const {
  apply<false>([](const StencilRows::Row& row) { return row.stiffness; }, x, y);
}

void StencilOperator::shifted(double a, std::span<const double> x, std::span<double> y) const {
  apply<false>([a](const StencilRows::Row& row) { return row.shifted(a); }, x, y);
}

void StencilOperator::euler_step(double a, std::span<const double> x, std::span<double> y) const {
  apply<false>([a](const StencilRows::Row& row) { return row.euler_step(a); }, x, y);
}

void StencilOperator::add_rate(double a, std::span<const double> x, std::span<double> y) const {
  apply<true>([a](const StencilRows::Row& row) { return row.rate(a); }, x, y);
}

void StencilOperator::shifted_diagonal(double a, std::span<double> diagonal) const {
  double* to = diagonal.data();
  for (const StencilRows::Run& run : runs_) {
    constexpr std::size_t centre = 13;
    to = std::fill_n(to, run.length, rows_.row(run).shifted(a)[centre]);
  }
}

std::unique_ptr<ExplicitStages> StencilOperator::stages(const Stages& stages,
                                                        Increments increments) const {
  if (auto sweep = make_stage_sweep(mesh_, layout_, diffusivity_, stages, increments)) return sweep;
  return DiffusionOperator::stages(stages, increments);
}

}  // namespace myowave
