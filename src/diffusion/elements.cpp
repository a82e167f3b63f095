// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "diffusion/elements.hpp"

#include <petscmat.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "diffusion/element_matrices.hpp"
#include "diffusion/elements_petsc.hpp"
#include "diffusion/sparse_rows.hpp"
#include "field/petsc.hpp"
#include "field/session.hpp"

namespace myowave {
namespace {

Mat matrix_of(const SparseRows& rows, std::int32_t owned, std::int64_t size) {
  Mat matrix;
  const auto global = static_cast<PetscInt>(size);
  check(MatCreate(communicator(), &matrix));
  check(MatSetSizes(matrix, owned, owned, global, global));
  check(MatSetType(matrix, MATAIJ));
  // The one that does not fit the number of ranks does nothing.
  const PetscInt *begin = rows.begin().data(), *columns = rows.columns().data();
  check(MatSeqAIJSetPreallocationCSR(matrix, begin, columns, rows.values().data()));
  check(MatMPIAIJSetPreallocationCSR(matrix, begin, columns, rows.values().data()));
  check(MatSetOption(matrix, MAT_SPD, PETSC_TRUE));
  return matrix;
}

/// The largest sum of absolute values of a row over the node's mass: Gershgorin's bound of M^-1 K.
double row_bound(const SparseRows& stiffness, const std::vector<double>& mass) {
  double bound = 0.0;
  for (std::size_t row = 0; row < mass.size(); ++row) {
    double sum = 0.0;
    for (std::int32_t e = stiffness.begin()[row]; e < stiffness.begin()[row + 1]; ++e)
      sum += std::abs(stiffness.values()[static_cast<std::size_t>(e)]);
    bound = std::max(bound, sum / mass[row]);
  }
  return parallel::max(bound);
}

/// Adds what the elements of this rank's nodes give to its rows.
struct Assembly {
  SparseRows stiffness, mass;
  std::vector<double> lumped;
  double element_bound = 0.0;  ///< of M^-1 K, with the lumped mass

  Assembly(const ElementMesh& mesh, const Layout& layout,
           const ElementOperator::Diffusivity& diffusivity)
      : stiffness(mesh, layout), mass(stiffness), lumped(static_cast<std::size_t>(layout.owned())) {
    std::array<Point, max_cell_nodes> points;
    for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
      const std::span<const std::int32_t> nodes = mesh.nodes_of(cell);
      const auto is_mine = [&layout](std::int32_t node) { return layout.local_node(node) >= 0; };
      if (std::none_of(nodes.begin(), nodes.end(), is_mine)) continue;
      const ElementMatrices matrices =
          element_matrices(mesh.kind(cell), mesh.points_of(cell, points), diffusivity(cell));
      element_bound = std::max(element_bound, myowave::largest_rate(mesh.kind(cell), matrices));
      add(layout, nodes, matrices);
    }
    element_bound = parallel::max(element_bound);
  }

 private:
  void add(const Layout& layout, std::span<const std::int32_t> nodes, const ElementMatrices& matrices) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const std::int32_t local = layout.local_node(nodes[i]);
      if (local < 0) continue;
      for (std::size_t j = 0; j < nodes.size(); ++j) {
        const auto column = static_cast<std::int32_t>(layout.row(nodes[j]));
        stiffness.add(local, column, matrices.stiffness[i][j]);
        mass.add(local, column, matrices.mass[i][j]);
        lumped[static_cast<std::size_t>(local)] += matrices.mass[i][j];
      }
    }
  }
};

}  // namespace

ElementOperator::ElementOperator(const ElementMesh& mesh, const Layout& layout,
                                 const Diffusivity& diffusivity, double consistent_share)
    : petsc_(std::make_unique<Petsc>()), consistent_share_(consistent_share) {
  const std::int32_t owned = layout.owned();
  Assembly assembly(mesh, layout, diffusivity);
  mass_ = std::move(assembly.lumped);
  largest_rate_ = std::min(assembly.element_bound, row_bound(assembly.stiffness, mass_));
  petsc_->stiffness = matrix_of(assembly.stiffness, owned, layout.global_size());
  if (consistent_share_ > 0.0)
    petsc_->consistent_mass = matrix_of(assembly.mass, owned, layout.global_size());
  check(VecCreateMPIWithArray(communicator(), 1, owned, PETSC_DETERMINE, nullptr, &petsc_->x));
  check(VecDuplicate(petsc_->x, &petsc_->y));
  check(VecCreateMPIWithArray(communicator(), 1, owned, PETSC_DETERMINE, mass_.data(), &petsc_->lumped));
}

ElementOperator::~ElementOperator() = default;

const ElementOperator::Petsc& ElementOperator::shift_to(double a) const {
  Petsc& petsc = *petsc_;
  if (petsc.a == a) return petsc;
  if (!petsc.shifted) check(MatDuplicate(petsc.stiffness, MAT_DO_NOT_COPY_VALUES, &petsc.shifted));
  check(MatCopy(petsc.stiffness, petsc.shifted, SAME_NONZERO_PATTERN));
  check(MatScale(petsc.shifted, a));
  Vec lumped_part;
  check(VecDuplicate(petsc.lumped, &lumped_part));
  check(VecCopy(petsc.lumped, lumped_part));
  check(VecScale(lumped_part, 1.0 - consistent_share_));
  check(MatDiagonalSet(petsc.shifted, lumped_part, ADD_VALUES));
  check(VecDestroy(&lumped_part));
  if (petsc.consistent_mass)
    check(MatAXPY(petsc.shifted, consistent_share_, petsc.consistent_mass, SAME_NONZERO_PATTERN));
  petsc.a = a;
  return petsc;
}

void ElementOperator::stiffness(std::span<const double> x, std::span<double> y) const {
  petsc_->multiply(petsc_->stiffness, x, y);
}

void ElementOperator::shifted(double a, std::span<const double> x, std::span<double> y) const {
  shift_to(a);
  petsc_->multiply(petsc_->shifted, x, y);
}

void ElementOperator::euler_step(double a, std::span<const double> x, std::span<double> y) const {
  MYOWAVE_ASSERT(has_diagonal_mass());
  stiffness(x, y);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = x[i] - a / mass_[i] * y[i];
}

void ElementOperator::add_rate(double a, std::span<const double> x, std::span<double> y) const {
  MYOWAVE_ASSERT(has_diagonal_mass());
  rate_.resize(y.size());
  stiffness(x, rate_);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] -= a / mass_[i] * rate_[i];
}

void ElementOperator::shifted_diagonal(double a, std::span<double> diagonal) const {
  shift_to(a);
  check(VecPlaceArray(petsc_->y, diagonal.data()));
  check(MatGetDiagonal(petsc_->shifted, petsc_->y));
  check(VecResetArray(petsc_->y));
}

}  // namespace myowave
