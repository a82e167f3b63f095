// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <vector>

#include "base/aligned.hpp"
#include "diffusion/operator.hpp"
#include "diffusion/stencil_rows.hpp"
#include "field/deep_halo.hpp"

namespace myowave {

/// Some consecutive lines of nodes, each in the place of one that is no longer needed: small enough to
/// stay in a cache.
class LineWindow {
 public:
  /// `lines`: at least so many at once, each of `size` nodes.
  LineWindow(int lines, std::ptrdiff_t size);

  int lines() const { return mask_ + 1; }
  std::ptrdiff_t size() const { return size_ * lines(); }
  void use(double* memory) { memory_ = memory; }
  double* operator[](int line) const { return memory_ + (line & mask_) * size_; }

 private:
  int mask_;
  std::ptrdiff_t size_;
  double* memory_ = nullptr;
};

/// All stages of an explicit step in one pass over a sheet or slab: while the first stage works on one
/// line of nodes (of a slab: one plane), the second works on the line behind, and so on. A node is read
/// from and written to memory once in a step, not once in a stage, and ranks exchange once: their halos
/// are as deep as there are stages, and the nodes in them are computed on both sides. Each node's
/// numbers are those of stage after stage.
class StageSweep : public ExplicitStages {
 public:
  /// Collective. nullptr for a cable, and where ranks have too few layers of nodes for the halo.
  static std::unique_ptr<StageSweep> make(const Mesh& mesh, const Layout& layout,
                                          const Tensor& diffusivity,
                                          const std::vector<StagePair>& pairs);

  void advance(double h, std::span<double> V) override;

 private:
  /// Consecutive nodes in x with the same row, in a line.
  struct Piece {
    std::ptrdiff_t at;  ///< in the line
    int first, y;       ///< in the mesh
    std::int32_t length, row;
  };

  StageSweep(const Mesh& mesh, const Layout& layout, const Tensor& diffusivity,
             std::vector<StagePair> pairs, std::unique_ptr<DeepHalo> halo);

  int stages() const { return 2 * static_cast<int>(pairs_.size()); }
  void lay_out();
  void set_step(double h);
  NodeBox reach(int stage) const;
  void stage_on_line(int stage, int line);
  void load(std::span<const double> from, int line);
  void store(int line, std::span<double> V) const;

  std::vector<StagePair> pairs_;
  std::unique_ptr<DeepHalo> halo_;
  std::size_t axis_;  ///< across the lines
  NodeBox owned_;
  std::array<int, 3> mesh_nodes_;
  StencilRows rows_;
  std::vector<Piece> pieces_;                   ///< of the halo's box, line by line
  std::vector<std::size_t> line_;               ///< [lines + 1], where their pieces begin
  std::vector<NodeBox> reach_;                  ///< [stages], what each computes
  double h_ = 0.0;                              ///< ms, that the stencils are for
  std::vector<std::vector<Stencil>> stencils_;  ///< [stages][rows]
  std::array<std::ptrdiff_t, 3> stride_;        ///< of a line's nodes
  LineWindow V_, inner_;
  AlignedVector<double> memory_,
      with_halo_;  ///< of the windows; V on the halo's box, with several ranks
};

}  // namespace myowave
