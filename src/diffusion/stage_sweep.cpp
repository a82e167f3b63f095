// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/stage_sweep.hpp"

#include <algorithm>
#include <bit>
#include <ranges>

#include "base/aligned.hpp"
#include "base/clones.hpp"
#include "diffusion/stencil_rows.hpp"
#include "field/deep_halo.hpp"

namespace myowave {
namespace {

/// Numbers in a line of the cache.
template <class T>
constexpr std::ptrdiff_t in_cache_line = 64 / sizeof(T);

/// From one array to another [numbers], at least `size`: processors hold a load back behind a store
/// whose address has the same last 12 bits, so a node's neighbours in one array keep away from the node
/// in the other.
template <class T>
std::size_t apart(std::size_t size, const std::array<std::ptrdiff_t, 3>& stride) {
  constexpr std::ptrdiff_t page = 4096 / sizeof(T), line = in_cache_line<T>;
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

/// Steps in a line whose rows begin at like places in lines of the cache.
template <class T>
std::array<std::ptrdiff_t, 3> padded_strides(const NodeBox& box) {
  const std::ptrdiff_t row = (box.count[0] + in_cache_line<T> - 1) / in_cache_line<T> * in_cache_line<T>;
  return {1, row, row * box.count[1]};
}

template <class T>
MYOWAVE_CLONES void narrow(const double* from, T* to, std::int32_t count) {
  for (std::int32_t i = 0; i < count; ++i) to[i] = static_cast<T>(from[i]);
}

template <class T>
MYOWAVE_CLONES void add_to(double* to, const T* from, std::int32_t count) {
  for (std::int32_t i = 0; i < count; ++i) to[i] += static_cast<double>(from[i]);
}

/// Some consecutive lines of nodes, each in the place of one that is no longer needed: small enough to
/// stay in a cache.
template <class T>
class LineWindow {
 public:
  /// `lines`: at least so many at once, each of `size` nodes.
  LineWindow(int lines, std::ptrdiff_t size)
      : mask_(static_cast<int>(std::bit_ceil(static_cast<unsigned>(lines))) - 1), size_(size) {}

  std::size_t size() const { return static_cast<std::size_t>(size_ * (mask_ + 1)); }
  void use(T* memory) { memory_ = memory; }
  T* operator[](int line) const { return memory_ + (line & mask_) * size_; }

 private:
  int mask_;
  std::ptrdiff_t size_;
  T* memory_ = nullptr;
};

/// Stage 0 is -h L V, into the window `increment_`; stage 1 takes it to `other_`, where the pairs work
/// on it with `increment_` for what is between their stages.
template <class T>
class StageSweep : public ExplicitStages {
 public:
  StageSweep(const Mesh& mesh, const Layout& layout, const Tensor& diffusivity, Stages stages,
             std::unique_ptr<DeepHalo> halo)
      : stages_(std::move(stages)),
        halo_(std::move(halo)),
        axis_(static_cast<std::size_t>(mesh.dimension() - 1)),
        owned_(layout.owned_box()),
        mesh_nodes_(mesh.grid().nodes),
        rows_(mesh, diffusivity),
        stride_(padded_strides<T>(halo_->box())),
        // A line is in use from the first stage to two lines behind the last one.
        increment_(count() + 3, stride_[axis_]),
        other_(count() + 3, stride_[axis_]) {
    lay_out();
    const std::size_t size = increment_.size(), distance = apart<T>(size, stride_);
    // The second node of a row begins a line of the cache: in a slab without holes the first is apart.
    memory_.assign(in_cache_line<T> + distance + size, T(0));
    increment_.use(memory_.data() + in_cache_line<T> - 1);
    other_.use(memory_.data() + in_cache_line<T> - 1 + distance);
    if (halo_->box().size() != owned_.size())
      with_halo_.resize(static_cast<std::size_t>(halo_->box().size()));
    row_.resize(static_cast<std::size_t>(halo_->box().count[0]));
    for (int s = 0; s < count(); ++s) reach_.push_back(reach(s));
  }

  void advance(double h, std::span<double> V) override {
    set_step(h);
    if (!with_halo_.empty()) halo_->exchange(V, with_halo_);
    const double* const all = with_halo_.empty() ? V.data() : with_halo_.data();
    const auto lines = [&](const NodeBox& box) {
      return std::pair(box.start[axis_], box.start[axis_] + box.count[axis_]);
    };
    const auto [first, end] = lines(reach_.front());
    const auto [first_owned, end_owned] = lines(owned_);
    for (int front = first; front < end + count(); ++front) {
      if (front < end) rate_on_line(all, front);
      for (int s = 1; s < count(); ++s) {
        const auto [from, until] = lines(reach_[static_cast<std::size_t>(s)]);
        if (const int line = front - s; line >= from && line < until) stage_on_line(s, line);
      }
      if (const int line = front - count(); line >= first_owned && line < end_owned) add(line, V);
    }
  }

 private:
  /// Consecutive nodes in x with the same row, in a line.
  struct Piece {
    std::ptrdiff_t at, at_V;  ///< in the line, and in the halo's box
    int first, y;             ///< in the mesh
    std::int32_t length, row;
  };

  int count() const { return static_cast<int>(stages_.count()); }

  void lay_out() {
    const NodeBox& box = halo_->box();
    line_.assign(static_cast<std::size_t>(box.count[axis_]) + 1, 0);
    for (const StencilRows::Run& run : rows_.runs(box)) {
      std::ptrdiff_t at = run.at[0] - box.start[0];
      if (axis_ == 2) at += stride_[1] * (run.at[1] - box.start[1]);
      pieces_.push_back({at, place(box, run.at), run.at[0], run.at[1], run.length, run.row});
      line_[static_cast<std::size_t>(run.at[axis_] - box.start[axis_]) + 1] = pieces_.size();
    }
  }

  /// The nodes that the stages behind need of a stage.
  NodeBox reach(int stage) const {
    const int layers = count() - 1 - stage;
    NodeBox box;
    for (std::size_t a = 0; a < 3; ++a) {
      box.start[a] = std::max(owned_.start[a] - layers, 0);
      box.count[a] = std::min(owned_.start[a] + owned_.count[a] + layers, mesh_nodes_[a]) - box.start[a];
    }
    return box;
  }

  void set_step(double h) {
    if (h == h_) return;
    h_ = h;
    rates_.clear();
    stencils_.assign(stages_.count(), {});
    for (const StencilRows::Row& row : rows_.rows()) {
      rates_.emplace_back(row.rate(h), strides(halo_->box()));
      stencils_[1].emplace_back(row.euler_step(stages_.first * h), stride_, axis_);
      for (std::size_t p = 0; p < stages_.pairs.size(); ++p) {
        const StagePair& pair = stages_.pairs[p];
        stencils_[2 + 2 * p].emplace_back(row.euler_step(pair.inner * h), stride_, axis_);
        stencils_[3 + 2 * p].emplace_back(row.rate(pair.outer * h), stride_, axis_);
      }
    }
  }

  /// Calls visit(piece, nodes of it before the first, nodes from there on) for what a stage computes on
  /// a line.
  template <class Visit>
  void for_each_piece(int stage, int line, Visit visit) const {
    const NodeBox& mine = reach_[static_cast<std::size_t>(stage)];
    const int last = mine.start[0] + mine.count[0];
    const auto at_line = static_cast<std::size_t>(line - halo_->box().start[axis_]);
    for (std::size_t p = line_[at_line]; p < line_[at_line + 1]; ++p) {
      const Piece& piece = pieces_[p];
      if (piece.y < mine.start[1] || piece.y >= mine.start[1] + mine.count[1]) continue;
      const int first = std::max(piece.first, mine.start[0]);
      const int length = std::min(piece.first + piece.length, last) - first;
      if (length > 0) visit(piece, first - piece.first, length);
    }
  }

  void rate_on_line(const double* V, int line) {
    T* const to = increment_[line];
    for_each_piece(0, line, [&](const Piece& piece, int before, int length) {
      rates_[static_cast<std::size_t>(piece.row)].apply(V + piece.at_V + before, row_.data(), length);
      narrow(row_.data(), to + piece.at + before, length);
    });
  }

  void stage_on_line(int stage, int line) {
    const std::vector<Stencil<T>>& stencils = stencils_[static_cast<std::size_t>(stage)];
    const bool to_other = stage % 2 == 1;
    const LineWindow<T>&from = to_other ? increment_ : other_, &to = to_other ? other_ : increment_;
    const typename Stencil<T>::Lines x = {from[line - 1], from[line], from[line + 1]};
    T* const y = to[line];
    for_each_piece(stage, line, [&](const Piece& piece, int before, int length) {
      const std::ptrdiff_t at = piece.at + before;
      const Stencil<T>& stencil = stencils[static_cast<std::size_t>(piece.row)];
      if (to_other && stage > 1)
        stencil.add({x[0] + at, x[1] + at, x[2] + at}, y + at, length);
      else
        stencil.apply({x[0] + at, x[1] + at, x[2] + at}, y + at, length);
    });
  }

  /// The increment of a line to V.
  void add(int line, std::span<double> V) const {
    const NodeBox& box = halo_->box();
    const int rows = axis_ == 2 ? owned_.count[1] : 1;
    const T* row = other_[line] + (owned_.start[0] - box.start[0]);
    if (axis_ == 2) row += stride_[1] * (owned_.start[1] - box.start[1]);
    double* to = V.data() + strides(owned_)[axis_] * (line - owned_.start[axis_]);
    for (int j = 0; j < rows; ++j, to += owned_.count[0], row += stride_[1])
      add_to(to, row, owned_.count[0]);
  }

  Stages stages_;
  std::unique_ptr<DeepHalo> halo_;
  std::size_t axis_;  ///< across the lines
  NodeBox owned_;
  std::array<int, 3> mesh_nodes_;
  StencilRows rows_;
  std::vector<Piece> pieces_;                      ///< of the halo's box, line by line
  std::vector<std::size_t> line_;                  ///< [lines + 1], where their pieces begin
  std::vector<NodeBox> reach_;                     ///< [stages], what each computes
  double h_ = 0.0;                                 ///< ms, that the stencils are for
  std::vector<Stencil<double>> rates_;             ///< [rows], of stage 0
  std::vector<std::vector<Stencil<T>>> stencils_;  ///< [stages][rows]
  std::array<std::ptrdiff_t, 3> stride_;           ///< of a line's nodes
  LineWindow<T> increment_, other_;
  AlignedVector<T> memory_;          ///< of the windows
  AlignedVector<double> with_halo_;  ///< V on the halo's box, with several ranks
  AlignedVector<double> row_;
};

}  // namespace

std::unique_ptr<ExplicitStages> make_stage_sweep(const Mesh& mesh, const Layout& layout,
                                                 const Tensor& diffusivity, const Stages& stages,
                                                 Increments increments) {
  if (mesh.dimension() < 2) return nullptr;
  auto halo = DeepHalo::make(layout, static_cast<int>(stages.count()));
  if (!halo) return nullptr;
  if (increments == Increments::floats)
    return std::make_unique<StageSweep<float>>(mesh, layout, diffusivity, stages, std::move(halo));
  return std::make_unique<StageSweep<double>>(mesh, layout, diffusivity, stages, std::move(halo));
}

}  // namespace myowave
