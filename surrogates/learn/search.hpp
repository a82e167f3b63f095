// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "surrogates/learn/settings.hpp"
#include "surrogates/learn/training.hpp"

namespace myowave::learn {

struct SearchOptions {
  TrainOptions train;
  std::string config;                  ///< the file, for the members
  std::vector<std::string> overrides;  ///< of the command line
  int jobs = 1;                        ///< processes side by side
};

/// One network of a search.
struct Member {
  std::string shape;  ///< "funnel"
  std::vector<int> layers;
  std::vector<Activation> activations;
};

/// Different networks, drawn with the seed. Fewer than asked for if there are no more.
std::vector<Member> draw_members(const SearchSettings& settings);

/// Trains each member in a process of its own, in `members/NNN` of the folder, and writes search.csv.
/// With `resume`, finished members are left as they are. Returns the exit status.
int search(const TrainingConfig& config, const SearchOptions& options);

}  // namespace myowave::learn
