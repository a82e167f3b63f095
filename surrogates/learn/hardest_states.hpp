// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdint>
#include <vector>

namespace myowave::learn {

/// Which random states a step of the training tries: half of them are new, half are those of the step
/// before with the largest losses. So a rare state that gets stuck is tried until it comes to rest,
/// where drawing all anew would see it once in a hundred steps. States are known by numbers, from which
/// they are drawn.
class HardestStates {
 public:
  explicit HardestStates(std::size_t count) : count_(count) {}

  /// Numbers of the states of a step, new ones last.
  std::vector<std::uint64_t> numbers(long iteration) const;
  /// Tells the losses of the states that `numbers` gave for a step.
  void keep(const std::vector<std::uint64_t>& numbers, const std::vector<double>& losses);

  /// What a training that is resumed goes on with.
  const std::vector<std::uint64_t>& kept() const { return kept_; }
  void restore(std::vector<std::uint64_t> kept) { kept_ = std::move(kept); }

 private:
  std::size_t count_;
  std::vector<std::uint64_t> kept_;
};

}  // namespace myowave::learn
