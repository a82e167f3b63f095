// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "ionic/cell_model.hpp"
#include "tissue/stimulus.hpp"

namespace myowave {

/// One cell under a stimulus.
class PacedCell {
 public:
  explicit PacedCell(std::unique_ptr<ionic::CellModel> model) : model_(std::move(model)) {}
  virtual ~PacedCell() = default;

  /// From t to t + dt [ms], with the pulse's mean over the step or the pulse itself.
  virtual void advance(const StimulusSettings& pulse, double t, double dt) = 0;
  virtual double V() const = 0;
  virtual double state(std::size_t s) const = 0;
  /// Steps that a surrogate's guard has left to its model.
  virtual std::int64_t fallbacks() const { return 0; }

  const ionic::CellModel& model() const { return *model_; }
  const ionic::ModelInfo& info() const { return model_->info(); }
  std::size_t state_count() const { return info().states.size(); }
  std::vector<double> states() const;
  double ionic_dVdt() const { return model_->rates(V(), states()).front(); }
  /// The state that is no finite number, or "V" out of the model's range; empty if there is none.
  std::string fault() const;

 private:
  std::unique_ptr<ionic::CellModel> model_;
};

/// The cell of the first region on the kernels, as tissue computes it.
std::unique_ptr<PacedCell> make_kernel_cell(const Config& config);

/// The same by CVODE (BDF, dense Jacobian, relative tolerance 1e-9, absolute 1e-12), started anew at
/// each edge of the pulse. Throws RunError where CVODE gives up.
std::unique_ptr<PacedCell> make_reference_cell(const Config& config);

}  // namespace myowave
