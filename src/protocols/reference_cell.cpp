// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <cvode/cvode.h>
#include <fmt/format.h>
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

#include <algorithm>

#include "base/error.hpp"
#include "protocols/paced_cell.hpp"
#include "reaction/region_model.hpp"

namespace myowave {
namespace {

constexpr double relative_tolerance = 1e-9, absolute_tolerance = 1e-12;

class ReferenceCell : public PacedCell {
 public:
  explicit ReferenceCell(const Config& config)
      : PacedCell(make_region_model(config.regions.front(),
                                    {ionic::Method::rush_larsen, ionic::Precision::double_, false})) {
    const auto count = static_cast<sunindextype>(state_count() + 1);
    must(SUNContext_Create(nullptr, &context_), "SUNContext_Create");
    y_ = N_VNew_Serial(count, context_);
    double* const y = N_VGetArrayPointer(y_);
    y[0] = model().initial_V();
    std::copy(model().initial_states().begin(), model().initial_states().end(), y + 1);
    matrix_ = SUNDenseMatrix(count, count, context_);
    solver_ = SUNLinSol_Dense(y_, matrix_, context_);
    cvode_ = CVodeCreate(CV_BDF, context_);
    must(CVodeInit(cvode_, right_hand_side, 0.0, y_), "CVodeInit");
    must(CVodeSStolerances(cvode_, relative_tolerance, absolute_tolerance), "CVodeSStolerances");
    must(CVodeSetUserData(cvode_, this), "CVodeSetUserData");
    must(CVodeSetLinearSolver(cvode_, solver_, matrix_), "CVodeSetLinearSolver");
    must(CVodeSetMaxNumSteps(cvode_, 1'000'000), "CVodeSetMaxNumSteps");
  }
  ReferenceCell(const ReferenceCell&) = delete;
  ReferenceCell& operator=(const ReferenceCell&) = delete;
  ~ReferenceCell() override {
    CVodeFree(&cvode_);
    SUNLinSolFree(solver_);
    SUNMatDestroy(matrix_);
    N_VDestroy(y_);
    SUNContext_Free(&context_);
  }

  void advance(const StimulusSettings& pulse, double t, double dt) override {
    // Pulse edges inside the step cut it; a piece of rounding error's length is none.
    const double end = t + dt, least = 1e-9;
    for (double begin = t; begin < end - least;) {
      double until = end;
      for (const double edge : {pulse.start, pulse.start + pulse.duration})
        if (edge > begin + least && edge < until - least) until = edge;
      const double middle = 0.5 * (begin + until);
      const bool on = middle > pulse.start && middle < pulse.start + pulse.duration;
      integrate(on ? pulse.amplitude : 0.0, until - begin);
      begin = until;
    }
  }

  double V() const override { return N_VGetArrayPointer(y_)[0]; }
  double state(std::size_t s) const override { return N_VGetArrayPointer(y_)[s + 1]; }

 private:
  static void must(int flag, const char* what) {
    if (flag < 0) throw RunError(fmt::format("CVODE failed in {} with code {}", what, flag));
  }

  static int right_hand_side(double, N_Vector y, N_Vector dydt, void* self) {
    const auto& cell = *static_cast<const ReferenceCell*>(self);
    const double* const values = N_VGetArrayPointer(y);
    const std::vector<double> rates =
        cell.model().rates(values[0], {values + 1, cell.state_count()}, cell.stimulus_);
    std::copy(rates.begin(), rates.end(), N_VGetArrayPointer(dydt));
    return 0;
  }

  void integrate(double stimulus, double dt) {
    if (stimulus != stimulus_ || !started_) {
      stimulus_ = stimulus;
      started_ = true;
      time_ = 0.0;
      must(CVodeReInit(cvode_, 0.0, y_), "CVodeReInit");
    }
    // The solver stops at each sample: what is read is a solution, not an interpolation.
    time_ += dt;
    must(CVodeSetStopTime(cvode_, time_), "CVodeSetStopTime");
    double reached = 0.0;
    must(CVode(cvode_, time_, y_, &reached, CV_NORMAL), "CVode");
  }

  SUNContext context_ = nullptr;
  N_Vector y_ = nullptr;
  SUNMatrix matrix_ = nullptr;
  SUNLinearSolver solver_ = nullptr;
  void* cvode_ = nullptr;
  double stimulus_ = 0.0, time_ = 0.0;
  bool started_ = false;
};

}  // namespace

std::unique_ptr<PacedCell> make_reference_cell(const Config& config) {
  return std::make_unique<ReferenceCell>(config);
}

}  // namespace myowave
