// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/stage_sweep.hpp"

#include <algorithm>
#include <ranges>

namespace myowave {
namespace {

/// From one array to another [doubles], at least `size`: processors hold a load back behind a store
/// whose address has the same last 12 bits, so a node's neighbours in one array keep away from the node
/// in the other.
std::size_t apart(std::size_t size, const std::array<std::ptrdiff_t, 3>& stride) {
  constexpr std::ptrdiff_t page = 512, line = 8;
  const auto clearance = [&](std::ptrdiff_t distance) {
    std::ptrdiff_t least = page;
    for (const std::ptrdiff_t y : {-stride[1], std::ptrdiff_t{0}, stride[1]})
      for (const std::ptrdiff_t z : {-stride[2], std::ptrdiff_t{0}, stride[2]}) {
        const std::ptrdiff_t away = ((distance - y - z) % page + page) % page;
        least = std::min({least, away, page - away});
      }
    return least;
  };
  std::ptrdiff_t best = static_cast<std::ptrdiff_t>(size) / line * line + line;
  for (const std::ptrdiff_t first = best; std::ptrdiff_t each : std::views::iota(0, page / line))
    if (clearance(first + each * line) > clearance(best)) best = first + each * line;
  return static_cast<std::size_t>(best);
}

}  // namespace

std::unique_ptr<StageSweep> StageSweep::make(const Mesh& mesh, const Layout& layout,
                                             const Tensor& diffusivity,
                                             const std::vector<StagePair>& pairs) {
  if (mesh.dimension() < 2) return nullptr;
  auto halo = DeepHalo::make(layout, 2 * static_cast<int>(pairs.size()));
  if (!halo) return nullptr;
  return std::unique_ptr<StageSweep>(new StageSweep(mesh, layout, diffusivity, pairs, std::move(halo)));
}

StageSweep::StageSweep(const Mesh& mesh, const Layout& layout, const Tensor& diffusivity,
                       std::vector<StagePair> pairs, std::unique_ptr<DeepHalo> halo)
    : pairs_(std::move(pairs)),
      halo_(std::move(halo)),
      axis_(static_cast<std::size_t>(mesh.dimension() - 1)),
      owned_(layout.owned_box()),
      mesh_nodes_(mesh.grid().nodes),
      rows_(mesh, diffusivity),
      runs_(rows_.runs(halo_->box())) {
  const NodeBox& box = halo_->box();
  const auto size = static_cast<std::size_t>(box.size());
  const std::size_t distance = apart(size, strides(box));
  memory_.assign(distance + size, 0.0);
  V_ = std::span(memory_).first(size), inner_ = std::span(memory_).last(size);
  line_.assign(static_cast<std::size_t>(box.count[axis_]) + 1, runs_.size());
  for (std::size_t r = runs_.size(); r-- > 0;)
    line_[static_cast<std::size_t>(runs_[r].at[axis_] - box.start[axis_])] = r;
  for (std::size_t s = 0; s < stages(); ++s) reach_.push_back(reach(s));
}

/// The nodes that the stages behind need of a stage.
NodeBox StageSweep::reach(std::size_t stage) const {
  const int layers = static_cast<int>(stages() - 1 - stage);
  NodeBox box;
  for (std::size_t a = 0; a < 3; ++a) {
    box.start[a] = std::max(owned_.start[a] - layers, 0);
    box.count[a] = std::min(owned_.start[a] + owned_.count[a] + layers, mesh_nodes_[a]) - box.start[a];
  }
  return box;
}

void StageSweep::set_step(double h) {
  if (h == h_) return;
  h_ = h;
  stencils_.assign(stages(), {});
  const auto stride = strides(halo_->box());
  for (std::size_t p = 0; p < pairs_.size(); ++p)
    for (const StencilRows::Row& row : rows_.rows()) {
      stencils_[2 * p].emplace_back(row.euler_step(pairs_[p].inner * h), stride);
      stencils_[2 * p + 1].emplace_back(row.rate(pairs_[p].outer * h), stride);
    }
}

void StageSweep::stage_on_line(std::size_t stage, int line) {
  const NodeBox& box = halo_->box();
  const NodeBox& mine = reach_[stage];
  const int last = mine.start[0] + mine.count[0];
  const auto at_line = static_cast<std::size_t>(line - box.start[axis_]);
  for (std::size_t r = line_[at_line]; r < line_[at_line + 1]; ++r) {
    const StencilRows::Run& run = runs_[r];
    if (run.at[1] < mine.start[1] || run.at[1] >= mine.start[1] + mine.count[1]) continue;
    const int first = std::max(run.at[0], mine.start[0]);
    const int length = std::min(run.at[0] + run.length, last) - first;
    if (length <= 0) continue;
    const std::ptrdiff_t at = place(box, {first, run.at[1], run.at[2]});
    const Stencil& stencil = stencils_[stage][static_cast<std::size_t>(run.row)];
    if (stage % 2 == 0)
      stencil.apply(V_.data() + at, inner_.data() + at, length);
    else
      stencil.add(inner_.data() + at, V_.data() + at, length);
  }
}

void StageSweep::advance(double h, std::span<double> V) {
  set_step(h);
  halo_->exchange(V, V_);
  const int first = reach_[0].start[axis_], end = first + reach_[0].count[axis_];
  for (int front = first; front < end + static_cast<int>(stages()) - 1; ++front)
    for (std::size_t s = 0; s < stages(); ++s) {
      const int line = front - static_cast<int>(s);
      if (line >= reach_[s].start[axis_] && line < reach_[s].start[axis_] + reach_[s].count[axis_])
        stage_on_line(s, line);
    }
  halo_->owned_of(V_, V);
}

}  // namespace myowave
