// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <span>

#include "field/layout.hpp"

namespace myowave {

/// The owned nodes of a grid and several layers of nodes around them, by PETSc's DMDA: what a rank needs
/// to go on for as many applications of a stencil without another exchange.
class DeepHalo {
 public:
  /// Collective. nullptr where some rank has fewer than `width` layers of nodes along an axis that ranks
  /// share.
  static std::unique_ptr<DeepHalo> make(const Layout& layout, int width);
  ~DeepHalo();
  DeepHalo(const DeepHalo&) = delete;
  DeepHalo& operator=(const DeepHalo&) = delete;

  /// The owned box and the layers around it, within the mesh.
  const NodeBox& box() const { return box_; }
  /// Copies owned values [layout.owned()] into `values` [box().size()] and fills the rest from the other
  /// ranks. Collective.
  void exchange(std::span<const double> owned, std::span<double> values) const;

 private:
  struct Petsc;
  explicit DeepHalo(std::unique_ptr<Petsc> petsc);

  std::unique_ptr<Petsc> petsc_;
  NodeBox box_;
};

}  // namespace myowave
