// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/paced_cell.hpp"

#include <cmath>

#include "reaction/lane_cells.hpp"
#include "reaction/region_model.hpp"

namespace myowave {
namespace {

/// One cell on the kernels.
class KernelCell : public PacedCell {
 public:
  explicit KernelCell(const Config& config)
      : PacedCell(make_region_model(config.regions.front(), config.reaction.numerics())),
        cell_(model(), 1) {}

  void advance(const StimulusSettings& pulse, double t, double dt) override {
    const double amplitude = mean_amplitude(pulse, t, dt);
    cell_.advance(dt, [=](std::size_t) { return amplitude; });
  }
  double V() const override { return cell_.V(0); }
  double state(std::size_t s) const override { return cell_.state(s, 0); }
  std::int64_t fallbacks() const override { return cell_.fallbacks(); }

 private:
  LaneCells cell_;
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
