// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/stage_sweep.hpp"

#include <algorithm>
#include <bit>
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

constexpr std::ptrdiff_t line_of_cache = 8;  // doubles

/// Steps in a line whose rows begin at like places in lines of the cache.
std::array<std::ptrdiff_t, 3> padded_strides(const NodeBox& box) {
  const std::ptrdiff_t row = (box.count[0] + line_of_cache - 1) / line_of_cache * line_of_cache;
  return {1, row, row * box.count[1]};
}

}  // namespace

LineWindow::LineWindow(int lines, std::ptrdiff_t size)
    : mask_(static_cast<int>(std::bit_ceil(static_cast<unsigned>(lines))) - 1), size_(size) {}

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
      stride_(padded_strides(halo_->box())),
      // A line is in use from its loading to two lines behind the last stage.
      V_(stages() + 3, stride_[axis_]),
      inner_(stages() + 3, stride_[axis_]) {
  lay_out();
  const std::size_t size = static_cast<std::size_t>(V_.size()), distance = apart(size, stride_);
  // The second node of a row begins a line of the cache: in a slab without holes the first is apart.
  memory_.assign(line_of_cache + distance + size, 0.0);
  V_.use(memory_.data() + line_of_cache - 1);
  inner_.use(memory_.data() + line_of_cache - 1 + distance);
  if (halo_->box().size() != owned_.size())
    with_halo_.resize(static_cast<std::size_t>(halo_->box().size()));
  for (int s = 0; s < stages(); ++s) reach_.push_back(reach(s));
}

void StageSweep::lay_out() {
  const NodeBox& box = halo_->box();
  line_.assign(static_cast<std::size_t>(box.count[axis_]) + 1, 0);
  for (const StencilRows::Run& run : rows_.runs(box)) {
    std::ptrdiff_t at = run.at[0] - box.start[0];
    if (axis_ == 2) at += stride_[1] * (run.at[1] - box.start[1]);
    pieces_.push_back({at, run.at[0], run.at[1], run.length, run.row});
    line_[static_cast<std::size_t>(run.at[axis_] - box.start[axis_]) + 1] = pieces_.size();
  }
}

/// The nodes that the stages behind need of a stage.
NodeBox StageSweep::reach(int stage) const {
  const int layers = stages() - 1 - stage;
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
  stencils_.assign(static_cast<std::size_t>(stages()), {});
  for (std::size_t p = 0; p < pairs_.size(); ++p)
    for (const StencilRows::Row& row : rows_.rows()) {
      stencils_[2 * p].emplace_back(row.euler_step(pairs_[p].inner * h), stride_, axis_);
      stencils_[2 * p + 1].emplace_back(row.rate(pairs_[p].outer * h), stride_, axis_);
    }
}

void StageSweep::stage_on_line(int stage, int line) {
  const NodeBox& mine = reach_[static_cast<std::size_t>(stage)];
  const std::vector<Stencil>& stencils = stencils_[static_cast<std::size_t>(stage)];
  const bool is_inner = stage % 2 == 0;
  const LineWindow &from = is_inner ? V_ : inner_, &to = is_inner ? inner_ : V_;
  const Stencil::Lines x = {from[line - 1], from[line], from[line + 1]};
  double* const y = to[line];
  const int last = mine.start[0] + mine.count[0];
  const auto at_line = static_cast<std::size_t>(line - halo_->box().start[axis_]);
  for (std::size_t p = line_[at_line]; p < line_[at_line + 1]; ++p) {
    const Piece& piece = pieces_[p];
    if (piece.y < mine.start[1] || piece.y >= mine.start[1] + mine.count[1]) continue;
    const int first = std::max(piece.first, mine.start[0]);
    const int length = std::min(piece.first + piece.length, last) - first;
    if (length <= 0) continue;
    const std::ptrdiff_t at = piece.at + first - piece.first;
    const Stencil& stencil = stencils[static_cast<std::size_t>(piece.row)];
    if (is_inner)
      stencil.apply({x[0] + at, x[1] + at, x[2] + at}, y + at, length);
    else
      stencil.add({x[0] + at, x[1] + at, x[2] + at}, y + at, length);
  }
}

/// `from`: V on the halo's box.
void StageSweep::load(std::span<const double> from, int line) {
  const NodeBox& box = halo_->box();
  const int rows = axis_ == 2 ? box.count[1] : 1;
  const double* row = from.data() + strides(box)[axis_] * (line - box.start[axis_]);
  for (int j = 0; j < rows; ++j, row += box.count[0])
    std::copy_n(row, box.count[0], V_[line] + stride_[1] * j);
}

void StageSweep::store(int line, std::span<double> V) const {
  const NodeBox& box = halo_->box();
  const int rows = axis_ == 2 ? owned_.count[1] : 1;
  const double* row = V_[line] + (owned_.start[0] - box.start[0]);
  if (axis_ == 2) row += stride_[1] * (owned_.start[1] - box.start[1]);
  double* to = V.data() + strides(owned_)[axis_] * (line - owned_.start[axis_]);
  for (int j = 0; j < rows; ++j, to += owned_.count[0], row += stride_[1])
    std::copy_n(row, owned_.count[0], to);
}

void StageSweep::advance(double h, std::span<double> V) {
  set_step(h);
  if (!with_halo_.empty()) halo_->exchange(V, with_halo_);
  const std::span<const double> all = with_halo_.empty() ? V : std::span<double>(with_halo_);
  const auto lines = [&](const NodeBox& box) {
    return std::pair(box.start[axis_], box.start[axis_] + box.count[axis_]);
  };
  const auto [first, end] = lines(halo_->box());
  const auto [first_owned, end_owned] = lines(owned_);
  for (int front = first; front < end + stages() + 1; ++front) {
    if (front < end) load(all, front);
    for (int s = 0; s < stages(); ++s) {
      const auto [from, until] = lines(reach_[static_cast<std::size_t>(s)]);
      if (const int line = front - 1 - s; line >= from && line < until) stage_on_line(s, line);
    }
    if (const int line = front - stages(); line >= first_owned && line < end_owned) store(line, V);
  }
}

}  // namespace myowave
