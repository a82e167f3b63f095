// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <limits>

#include "field/session.hpp"
#include "postprocess/range.hpp"
#include "record/checkpoint.hpp"
#include "record/observers.hpp"

namespace myowave {

ExtremesObserver::ExtremesObserver(std::vector<std::int32_t> tissue_nodes)
    : tissue_nodes_(std::move(tissue_nodes)),
      lowest_(std::numeric_limits<double>::infinity()),
      highest_(-std::numeric_limits<double>::infinity()) {}

void ExtremesObserver::observe(double, const Potential& V) {
  const std::span<const double> values = V.values();
  double low = lowest_, high = highest_;
  if (tissue_nodes_.size() == values.size()) {
    const Range range = range_of(values);
    low = std::min(low, range.low);
    high = std::max(high, range.high);
  } else {
    for (const std::int32_t node : tissue_nodes_) {
      low = std::min(low, values[static_cast<std::size_t>(node)]);
      high = std::max(high, values[static_cast<std::size_t>(node)]);
    }
  }
  lowest_ = low;
  highest_ = high;
}

double ExtremesObserver::lowest() const { return parallel::min(lowest_); }
double ExtremesObserver::highest() const { return parallel::max(highest_); }

void ExtremesObserver::save(CheckpointWriter& out) const {
  const double extremes[] = {lowest(), highest()};
  out.write_list("extremes_mV", extremes);
}

void ExtremesObserver::restore(const CheckpointReader& in) {
  const std::vector<double> extremes = in.list("extremes_mV");
  lowest_ = extremes.at(0);
  highest_ = extremes.at(1);
}

}  // namespace myowave
