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
  StageSweep(const Mesh& mesh, const Layout& layout, const Tensor& diffusivity,
             std::vector<StagePair> pairs, std::unique_ptr<DeepHalo> halo);

  std::size_t stages() const { return 2 * pairs_.size(); }
  void set_step(double h);
  NodeBox reach(std::size_t stage) const;
  void stage_on_line(std::size_t stage, int line);

  std::vector<StagePair> pairs_;
  std::unique_ptr<DeepHalo> halo_;
  std::size_t axis_;  ///< across the lines
  NodeBox owned_;
  std::array<int, 3> mesh_nodes_;
  StencilRows rows_;
  std::vector<StencilRows::Run> runs_;          ///< of the halo's box, line by line
  std::vector<std::size_t> line_;               ///< [lines + 1], where their runs begin
  std::vector<NodeBox> reach_;                  ///< [stages], what each computes
  double h_ = 0.0;                              ///< ms, that the stencils are for
  std::vector<std::vector<Stencil>> stencils_;  ///< [stages][rows]
  AlignedVector<double> memory_;
  std::span<double> V_, inner_;  ///< on the halo's box
};

}  // namespace myowave
