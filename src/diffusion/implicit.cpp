// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <petscksp.h>

#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "diffusion/diffusion.hpp"
#include "diffusion/elements_petsc.hpp"
#include "field/petsc.hpp"

namespace myowave {
namespace {

/// Views of PETSc's arrays for one call.
class ReadArray {
 public:
  explicit ReadArray(Vec vec) : vec_(vec) {
    check(VecGetArrayRead(vec, &data_));
    check(VecGetLocalSize(vec, &size_));
  }
  ~ReadArray() { VecRestoreArrayRead(vec_, &data_); }
  ReadArray(const ReadArray&) = delete;
  ReadArray& operator=(const ReadArray&) = delete;
  std::span<const double> span() const { return {data_, static_cast<std::size_t>(size_)}; }

 private:
  Vec vec_;
  const double* data_ = nullptr;
  PetscInt size_ = 0;
};

class WriteArray {
 public:
  explicit WriteArray(Vec vec) : vec_(vec) {
    check(VecGetArray(vec, &data_));
    check(VecGetLocalSize(vec, &size_));
  }
  ~WriteArray() { VecRestoreArray(vec_, &data_); }
  WriteArray(const WriteArray&) = delete;
  WriteArray& operator=(const WriteArray&) = delete;
  std::span<double> span() const { return {data_, static_cast<std::size_t>(size_)}; }

 private:
  Vec vec_;
  double* data_ = nullptr;
  PetscInt size_ = 0;
};

class ImplicitDiffusion : public Diffusion {
 public:
  ImplicitDiffusion(const DiffusionOperator& op, double theta, double tolerance)
      : operator_(op), theta_(theta) {
    const auto n = static_cast<PetscInt>(op.mass().size());
    check(VecCreateMPI(communicator(), n, PETSC_DETERMINE, &rhs_));
    check(VecDuplicate(rhs_, &increment_));
    check(MatCreateShell(communicator(), n, n, PETSC_DETERMINE, PETSC_DETERMINE, this, &matrix_));
    check(MatShellSetOperation(matrix_, MATOP_MULT, reinterpret_cast<void (*)()>(&multiply)));
    check(MatShellSetOperation(matrix_, MATOP_GET_DIAGONAL, reinterpret_cast<void (*)()>(&diagonal)));
    check(MatSetOption(matrix_, MAT_SPD, PETSC_TRUE));
    check(KSPCreate(communicator(), &solver_));
    check(KSPSetOperators(solver_, matrix_, matrix_));
    check(KSPSetType(solver_, KSPCG));
    PC preconditioner;
    check(KSPGetPC(solver_, &preconditioner));
    if (!op.has_diagonal_mass()) elements_ = dynamic_cast<const ElementOperator*>(&op);
    check(PCSetType(preconditioner, elements_ ? PCBJACOBI : PCJACOBI));
    // The preconditioned residual is close to an increment in mV, so an absolute bound makes sense too:
    // nothing is to be gained below 1e-12 mV a node.
    PetscInt size;
    check(VecGetSize(rhs_, &size));
    check(KSPSetTolerances(solver_, tolerance, 1e-12 * std::sqrt(static_cast<double>(size)),
                           PETSC_DEFAULT, 500));
    check(KSPSetFromOptions(solver_));
  }

  ~ImplicitDiffusion() override {
    KSPDestroy(&solver_);
    MatDestroy(&matrix_);
    VecDestroy(&rhs_);
    VecDestroy(&increment_);
  }

  void advance(Potential& V, double dt) override {
    if (theta_ * dt != shift_) {
      shift_ = theta_ * dt;
      // Tells the preconditioner that the matrix has changed.
      check(MatAssemblyBegin(matrix_, MAT_FINAL_ASSEMBLY));
      check(MatAssemblyEnd(matrix_, MAT_FINAL_ASSEMBLY));
      if (elements_) factorise();
    }
    {
      const WriteArray rhs(rhs_);
      operator_.stiffness(V.values(), rhs.span());
      for (double& value : rhs.span()) value *= -dt;
    }
    check(KSPSolve(solver_, rhs_, increment_));
    KSPConvergedReason reason;
    PetscInt iterations = 0;
    check(KSPGetConvergedReason(solver_, &reason));
    check(KSPGetIterationNumber(solver_, &iterations));
    if (reason < 0)
      throw RunError(fmt::format(
          "the linear solver of the diffusion step did not converge ({} after {} iterations)",
          KSPConvergedReasons[reason], static_cast<int>(iterations)));
    iterations_ += iterations;
    const ReadArray increment(increment_);
    std::span<double> values = V.values();
    for (std::size_t i = 0; i < values.size(); ++i) values[i] += increment.span()[i];
  }

  std::string description() const override {
    return fmt::format("{}, conjugate gradients with {}",
                       theta_ == 1.0 ? "backward Euler" : "Crank-Nicolson",
                       elements_ ? "incomplete Cholesky on each rank" : "Jacobi, matrix-free");
  }
  long iterations() const override { return iterations_; }

 private:
  /// Incomplete Cholesky factors of this rank's block of M + a K.
  void factorise() {
    check(KSPSetOperators(solver_, matrix_, elements_->shift_to(shift_).shifted));
    check(KSPSetUp(solver_));
    PC preconditioner, of_block;
    check(KSPGetPC(solver_, &preconditioner));
    KSP* blocks = nullptr;
    check(PCBJacobiGetSubKSP(preconditioner, nullptr, nullptr, &blocks));
    check(KSPGetPC(blocks[0], &of_block));
    check(PCSetType(of_block, PCICC));
  }

  static ImplicitDiffusion& self(Mat matrix) {
    void* context = nullptr;
    MatShellGetContext(matrix, &context);
    return *static_cast<ImplicitDiffusion*>(context);
  }
  static PetscErrorCode multiply(Mat matrix, Vec x, Vec y) {
    const ImplicitDiffusion& me = self(matrix);
    const ReadArray from(x);
    const WriteArray to(y);
    me.operator_.shifted(me.shift_, from.span(), to.span());
    return 0;
  }
  static PetscErrorCode diagonal(Mat matrix, Vec d) {
    const ImplicitDiffusion& me = self(matrix);
    const WriteArray to(d);
    me.operator_.shifted_diagonal(me.shift_, to.span());
    return 0;
  }

  const DiffusionOperator& operator_;
  const ElementOperator* elements_ = nullptr;  ///< the operator if its mass is not diagonal
  double theta_;
  double shift_ = -1.0;
  long iterations_ = 0;
  KSP solver_ = nullptr;
  Mat matrix_ = nullptr;
  Vec rhs_ = nullptr, increment_ = nullptr;
};

}  // namespace

std::unique_ptr<Diffusion> make_implicit(const DiffusionOperator& op, double theta, double tolerance) {
  return std::make_unique<ImplicitDiffusion>(op, theta, tolerance);
}

}  // namespace myowave
