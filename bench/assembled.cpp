// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "bench/assembled.hpp"

#include <petscmat.h>

#include <array>
#include <vector>

#include "field/petsc.hpp"

namespace myowave {

struct AssembledProduct::Petsc {
  Mat matrix = nullptr;
  Vec x = nullptr, y = nullptr;
};

AssembledProduct::AssembledProduct(const Grid& grid, const DiffusionOperator& op, const Layout& layout)
    : petsc_(std::make_unique<Petsc>()) {
  const PetscInt n = layout.owned();
  check(MatCreateSeqAIJ(PETSC_COMM_SELF, n, n, 7, nullptr, &petsc_->matrix));
  // Rows by colouring: the seven points of (i, j, k) have distinct (i + 2j + 3k) mod 7, so seven
  // products give all columns.
  std::vector<double> probe(static_cast<std::size_t>(n)), column(static_cast<std::size_t>(n));
  const std::array<int, 3> count = grid.nodes;
  auto at = [&](int i, int j, int k) { return i + count[0] * (j + count[1] * k); };
  for (int colour = 0; colour < 7; ++colour) {
    for (int k = 0; k < count[2]; ++k)
      for (int j = 0; j < count[1]; ++j)
        for (int i = 0; i < count[0]; ++i)
          probe[static_cast<std::size_t>(at(i, j, k))] = (i + 2 * j + 3 * k) % 7 == colour;
    op.shifted(0.01, probe, column);
    constexpr int steps[7][3] = {{0, 0, 0},  {1, 0, 0}, {-1, 0, 0}, {0, 1, 0},
                                 {0, -1, 0}, {0, 0, 1}, {0, 0, -1}};
    for (int k = 0; k < count[2]; ++k)
      for (int j = 0; j < count[1]; ++j)
        for (int i = 0; i < count[0]; ++i)
          for (const auto& s : steps) {
            const int a = i + s[0], b = j + s[1], c = k + s[2];
            if (a < 0 || b < 0 || c < 0 || a >= count[0] || b >= count[1] || c >= count[2]) continue;
            if ((a + 2 * b + 3 * c) % 7 == colour)
              check(MatSetValue(petsc_->matrix, at(i, j, k), at(a, b, c),
                                column[static_cast<std::size_t>(at(i, j, k))], INSERT_VALUES));
          }
  }
  check(MatAssemblyBegin(petsc_->matrix, MAT_FINAL_ASSEMBLY));
  check(MatAssemblyEnd(petsc_->matrix, MAT_FINAL_ASSEMBLY));
  check(MatCreateVecs(petsc_->matrix, &petsc_->x, &petsc_->y));
  check(VecSet(petsc_->x, 1.0));
}

AssembledProduct::~AssembledProduct() {
  VecDestroy(&petsc_->x);
  VecDestroy(&petsc_->y);
  MatDestroy(&petsc_->matrix);
}

void AssembledProduct::multiply() { check(MatMult(petsc_->matrix, petsc_->x, petsc_->y)); }

}  // namespace myowave
