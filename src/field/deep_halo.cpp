// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "field/deep_halo.hpp"

#include <algorithm>

#include "field/layout_petsc.hpp"
#include "field/petsc.hpp"
#include "field/session.hpp"

namespace myowave {
namespace {

/// As `dm` cuts the grid, with `width` layers, none of them outside of the mesh.
void create_like(DM dm, int width, DM& deep) {
  PetscInt dimension = 0, n[3], ranks[3];
  check(DMDAGetInfo(dm, &dimension, &n[0], &n[1], &n[2], &ranks[0], &ranks[1], &ranks[2], nullptr,
                    nullptr, nullptr, nullptr, nullptr, nullptr));
  const PetscInt *x = nullptr, *y = nullptr, *z = nullptr;
  check(DMDAGetOwnershipRanges(dm, &x, &y, &z));
  constexpr DMBoundaryType none = DM_BOUNDARY_NONE;
  if (dimension == 1)
    check(DMDACreate1d(communicator(), none, n[0], 1, width, x, &deep));
  else if (dimension == 2)
    check(DMDACreate2d(communicator(), none, none, DMDA_STENCIL_BOX, n[0], n[1], ranks[0], ranks[1], 1,
                       width, x, y, &deep));
  else
    check(DMDACreate3d(communicator(), none, none, none, DMDA_STENCIL_BOX, n[0], n[1], n[2], ranks[0],
                       ranks[1], ranks[2], 1, width, x, y, z, &deep));
  check(DMSetUp(deep));
}

}  // namespace

struct DeepHalo::Petsc {
  DM dm = nullptr;
  Vec global = nullptr, local = nullptr;  ///< views on arrays lent for one exchange

  Petsc() = default;
  ~Petsc() {
    VecDestroy(&global);
    VecDestroy(&local);
    DMDestroy(&dm);
  }
  Petsc(const Petsc&) = delete;
  Petsc& operator=(const Petsc&) = delete;
};

std::unique_ptr<DeepHalo> DeepHalo::make(const Layout& layout, int width) {
  bool fits = true;
  for (std::size_t a = 0; a < 3; ++a) {
    const int count = layout.owned_box().count[a];
    fits = fits && (count == layout.mesh_nodes_[a] || count >= width);
  }
  if (parallel::any(!fits)) return nullptr;
  auto petsc = std::make_unique<Petsc>();
  create_like(layout.petsc_->dm, width, petsc->dm);
  auto halo = std::unique_ptr<DeepHalo>(new DeepHalo(std::move(petsc)));
  check(VecCreateMPIWithArray(communicator(), 1, layout.owned_box().size(), PETSC_DETERMINE, nullptr,
                              &halo->petsc_->global));
  check(VecCreateSeqWithArray(PETSC_COMM_SELF, 1, halo->box_.size(), nullptr, &halo->petsc_->local));
  return halo;
}

DeepHalo::DeepHalo(std::unique_ptr<Petsc> petsc) : petsc_(std::move(petsc)) {
  PetscInt start[3] = {0, 0, 0}, count[3] = {1, 1, 1};
  check(
      DMDAGetGhostCorners(petsc_->dm, &start[0], &start[1], &start[2], &count[0], &count[1], &count[2]));
  for (std::size_t a = 0; a < 3; ++a) box_.start[a] = start[a], box_.count[a] = count[a];
}

DeepHalo::~DeepHalo() = default;

void DeepHalo::exchange(std::span<const double> owned, std::span<double> values) const {
  // PETSc reads and writes our own arrays: they are lent to its vectors for this call.
  check(VecPlaceArray(petsc_->global, owned.data()));
  check(VecPlaceArray(petsc_->local, values.data()));
  check(DMGlobalToLocalBegin(petsc_->dm, petsc_->global, INSERT_VALUES, petsc_->local));
  check(DMGlobalToLocalEnd(petsc_->dm, petsc_->global, INSERT_VALUES, petsc_->local));
  check(VecResetArray(petsc_->local));
  check(VecResetArray(petsc_->global));
}

}  // namespace myowave
