// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "postprocess/pseudo_ecg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <utility>

#include "base/error.hpp"

namespace myowave {
namespace {

double distance(const Point& a, const Point& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

std::string describe(const Point& x) { return fmt::format("({:g}, {:g}, {:g}) mm", x[0], x[1], x[2]); }

void check_electrode(const Electrode& electrode, std::span<const Point> positions, double spacing,
                     std::vector<Fault>& faults) {
  const Point& at = electrode.position;
  if (!std::isfinite(at[0]) || !std::isfinite(at[1]) || !std::isfinite(at[2])) {
    faults.push_back({"", fmt::format("electrode \"{}\" lies at {}; three finite coordinates are needed",
                                      electrode.name, describe(at))});
    return;
  }
  double nearest = std::numeric_limits<double>::infinity();
  const Point* node = nullptr;
  for (const Point& x : positions)
    if (const double r = distance(x, at); r < nearest) {
      nearest = r;
      node = &x;
    }
  if (nearest >= 0.5 * spacing) return;
  faults.push_back(
      {"", fmt::format("electrode \"{}\" at {} is {:g} mm from the node at {}; at least half the mesh's "
                       "spacing, {:g} mm, is needed: move it out of the tissue",
                       electrode.name, describe(at), nearest, describe(*node), 0.5 * spacing)});
}

}  // namespace

PseudoEcg::PseudoEcg(std::span<const Point> positions, std::span<const double> volumes, double spacing,
                     const std::vector<Electrode>& electrodes, double bath_conductivity)
    : nodes_(positions.size()) {
  MYOWAVE_ASSERT(volumes.size() == nodes_);
  std::vector<Fault> faults;
  if (!(bath_conductivity > 0.0 && std::isfinite(bath_conductivity)))
    faults.push_back({"", fmt::format("the bath's conductivity is {:g} S/m; it must be positive",
                                      bath_conductivity)});
  for (const Electrode& electrode : electrodes) check_electrode(electrode, positions, spacing, faults);
  if (!faults.empty()) throw InputError(std::move(faults));

  const double factor = 1.0 / (4.0 * std::numbers::pi * bath_conductivity);
  for (const Electrode& electrode : electrodes) {
    std::vector<double> weight(nodes_);
    for (std::size_t i = 0; i < nodes_; ++i)
      weight[i] = factor * volumes[i] / distance(positions[i], electrode.position);
    weights_.push_back(std::move(weight));
  }
}

void PseudoEcg::sample(std::span<const double> source, std::span<double> potential) const {
  MYOWAVE_ASSERT(source.size() == nodes_ && potential.size() == weights_.size());
  for (std::size_t e = 0; e < weights_.size(); ++e)
    potential[e] = std::inner_product(source.begin(), source.end(), weights_[e].begin(), 0.0);
}

}  // namespace myowave
