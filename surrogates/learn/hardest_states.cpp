// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/hardest_states.hpp"

#include <algorithm>
#include <numeric>

namespace myowave::learn {

std::vector<std::uint64_t> HardestStates::numbers(long iteration) const {
  std::vector<std::uint64_t> all = kept_;
  for (std::size_t k = all.size(); k < count_; ++k)
    all.push_back(static_cast<std::uint64_t>(iteration) * count_ + k);
  return all;
}

void HardestStates::keep(const std::vector<std::uint64_t>& numbers, const std::vector<double>& losses) {
  std::vector<std::size_t> order(numbers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return losses[a] > losses[b]; });
  kept_.clear();
  for (std::size_t k = 0; k < std::min(count_ / 2, order.size()); ++k)
    kept_.push_back(numbers[order[k]]);
}

}  // namespace myowave::learn
