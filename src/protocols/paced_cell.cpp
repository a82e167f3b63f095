// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/paced_cell.hpp"

#include <cmath>

namespace myowave {
namespace {

/// One cell in a block: the kernels work on whole vectors, so the cell is computed in every lane.
class KernelCell : public PacedCell {
 public:
  explicit KernelCell(const Config& config)
      : PacedCell(ionic::make_cell_model(config.regions.front().cell, config.reaction.numerics())),
        V_(ionic::lane_padding, model().initial_V()),
        states_(model().make_states(ionic::lane_padding)),
        stimulus_(ionic::lane_padding, 0.0) {}

  void advance(const StimulusSettings& pulse, double t, double dt) override {
    std::fill(stimulus_.begin(), stimulus_.end(), mean_amplitude(pulse, t, dt));
    model().step({states_.rows(V_.data(), 0), ionic::lane_padding, stimulus_.data()}, dt);
  }
  double V() const override { return V_.front(); }
  double state(std::size_t s) const override { return states_.get(s, 0); }

 private:
  std::vector<double> V_;
  ionic::CellStates states_;
  std::vector<double> stimulus_;
};

}  // namespace

std::vector<double> PacedCell::states() const {
  std::vector<double> values(state_count());
  for (std::size_t s = 0; s < values.size(); ++s) values[s] = state(s);
  return values;
}

std::string PacedCell::fault() const {
  if (!(V() > info().V_min_mV && V() < info().V_max_mV)) return "V";
  for (std::size_t s = 0; s < state_count(); ++s)
    if (!std::isfinite(state(s))) return info().states[s].name;
  return "";
}

std::unique_ptr<PacedCell> make_kernel_cell(const Config& config) {
  return std::make_unique<KernelCell>(config);
}

}  // namespace myowave
