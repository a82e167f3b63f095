// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include "base/error.hpp"
#include "field/layout_petsc.hpp"
#include "field/petsc.hpp"
#include "field/session.hpp"

namespace myowave {

namespace {

/// Ranks along each axis: x is cut last, so that runs in x stay long for the vector units.
std::array<int, 3> rank_grid(const Grid& grid, int ranks) {
  if (grid.dimension == 1) return {ranks, 1, 1};
  if (grid.dimension == 2 && grid.nodes[1] >= 2 * ranks) return {1, ranks, 1};
  if (grid.dimension == 3) {
    // The most cubic cut of the y-z plane with at least two nodes a rank.
    std::array<int, 3> best = {0, 0, 0};
    double best_surface = 1e300;
    for (int m = 1; m <= ranks; ++m) {
      if (ranks % m != 0) continue;
      const int n = ranks / m;
      if (grid.nodes[1] < 2 * m || grid.nodes[2] < 2 * n) continue;
      const double surface =
          m * static_cast<double>(grid.nodes[2]) + n * static_cast<double>(grid.nodes[1]);
      if (surface < best_surface) {
        best_surface = surface;
        best = {1, m, n};
      }
    }
    if (best[0] == 1) return best;
  }
  return {PETSC_DECIDE, PETSC_DECIDE, PETSC_DECIDE};
}

void create(const Grid& grid, const std::array<int, 3>& ranks, DM& dm) {
  constexpr DMBoundaryType ghosted = DM_BOUNDARY_GHOSTED;
  const std::array<int, 3>& n = grid.nodes;
  if (grid.dimension == 1)
    check(DMDACreate1d(communicator(), ghosted, n[0], 1, 1, nullptr, &dm));
  else if (grid.dimension == 2)
    check(DMDACreate2d(communicator(), ghosted, ghosted, DMDA_STENCIL_BOX, n[0], n[1], ranks[0],
                       ranks[1], 1, 1, nullptr, nullptr, &dm));
  else
    check(DMDACreate3d(communicator(), ghosted, ghosted, ghosted, DMDA_STENCIL_BOX, n[0], n[1], n[2],
                       ranks[0], ranks[1], ranks[2], 1, 1, nullptr, nullptr, nullptr, &dm));
  check(DMSetUp(dm));
}

}  // namespace

Layout::Layout(const Mesh& mesh) : petsc_(std::make_unique<Petsc>()), global_size_(mesh.node_count()) {
  if (mesh.is_grid())
    cut_grid(mesh);
  else
    cut_elements(mesh.elements());
  check(VecCreateMPIWithArray(communicator(), 1, owned_, PETSC_DETERMINE, nullptr, &petsc_->global));
  check(VecCreateSeqWithArray(PETSC_COMM_SELF, 1, ghosted_, nullptr, &petsc_->local));
  if (!mesh.is_grid()) petsc_->make_scatter(row_, first_row_, owned_, ghosts_);
}

void Layout::cut_grid(const Mesh& mesh) {
  const Grid& grid = mesh.grid();
  mesh_nodes_ = grid.nodes;
  const std::array<int, 3> n = grid.nodes;
  const std::array<int, 3> ranks = rank_grid(grid, parallel::size());
  try {
    create(grid, ranks, petsc_->dm);
  } catch (const InternalError&) {
    if (parallel::size() == 1) throw;
    throw InputError(fmt::format("{} ranks are too many for a mesh of {} x {} x {} nodes; start fewer",
                                 parallel::size(), n[0], n[1], n[2]));
  }
  auto corners = [&](auto function, NodeBox& box) {
    PetscInt start[3] = {0, 0, 0}, count[3] = {1, 1, 1};
    check(function(petsc_->dm, &start[0], &start[1], &start[2], &count[0], &count[1], &count[2]));
    for (std::size_t a = 0; a < 3; ++a) {
      box.start[a] = start[a];
      box.count[a] = count[a];
    }
  };
  corners(DMDAGetCorners, owned_box_);
  corners(DMDAGetGhostCorners, ghosted_box_);
  owned_ = owned_box_.size();
  ghosted_ = ghosted_box_.size();
}

const NodeBox& Layout::owned_box() const {
  MYOWAVE_ASSERT(row_.empty());
  return owned_box_;
}

const NodeBox& Layout::ghosted_box() const {
  MYOWAVE_ASSERT(row_.empty());
  return ghosted_box_;
}

Layout::~Layout() = default;

Layout::Petsc::~Petsc() {
  VecScatterDestroy(&scatter);
  VecDestroy(&global);
  VecDestroy(&local);
  DMDestroy(&dm);
}

std::int64_t Layout::global_node(std::int32_t local) const {
  if (!node_.empty()) return node_[static_cast<std::size_t>(local)];
  const int nx = owned_box_.count[0], ny = owned_box_.count[1];
  const std::int64_t i = owned_box_.start[0] + local % nx;
  const std::int64_t j = owned_box_.start[1] + local / nx % ny;
  const std::int64_t k = owned_box_.start[2] + local / (nx * ny);
  return i + mesh_nodes_[0] * (j + mesh_nodes_[1] * k);
}

std::int32_t Layout::local_node(std::int64_t global) const {
  if (!row_.empty()) {
    const std::int64_t local = row(global) - first_row_;
    return local < 0 || local >= owned_ ? -1 : static_cast<std::int32_t>(local);
  }
  const std::int64_t nx = mesh_nodes_[0], ny = mesh_nodes_[1];
  const std::array<std::int64_t, 3> at = {global % nx, global / nx % ny, global / (nx * ny)};
  std::array<std::int64_t, 3> inside{};
  for (std::size_t a = 0; a < 3; ++a) {
    inside[a] = at[a] - owned_box_.start[a];
    if (inside[a] < 0 || inside[a] >= owned_box_.count[a]) return -1;
  }
  return static_cast<std::int32_t>(inside[0] +
                                   owned_box_.count[0] * (inside[1] + owned_box_.count[1] * inside[2]));
}

void Layout::exchange(std::span<const double> owned, std::span<double> ghosted) const {
  // PETSc reads and writes our own arrays: they are lent to its vectors for this call.
  check(VecPlaceArray(petsc_->global, owned.data()));
  check(VecPlaceArray(petsc_->local, ghosted.data()));
  if (petsc_->dm) {
    check(DMGlobalToLocalBegin(petsc_->dm, petsc_->global, INSERT_VALUES, petsc_->local));
    check(DMGlobalToLocalEnd(petsc_->dm, petsc_->global, INSERT_VALUES, petsc_->local));
  } else {
    const VecScatter scatter = petsc_->scatter;
    check(VecScatterBegin(scatter, petsc_->global, petsc_->local, INSERT_VALUES, SCATTER_FORWARD));
    check(VecScatterEnd(scatter, petsc_->global, petsc_->local, INSERT_VALUES, SCATTER_FORWARD));
  }
  check(VecResetArray(petsc_->local));
  check(VecResetArray(petsc_->global));
}

}  // namespace myowave
