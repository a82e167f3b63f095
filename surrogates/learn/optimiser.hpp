// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/types.h>

#include <map>
#include <string>

#include "surrogates/learn/networks.hpp"

namespace myowave::learn {

/// What is saved of a part of the training.
using TensorsByName = std::map<std::string, torch::Tensor>;

/// Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019) on all weights at once.
class Adam {
 public:
  Adam(const TrainSettings& settings, Networks& networks);

  /// One step with the gradients that the networks hold.
  void step(double learning_rate);

  TensorsByName state() const;
  void restore(const TensorsByName& state);

 private:
  template <class T>
  void step_of(double learning_rate, double clip_factor);

  const TrainSettings& settings_;
  Networks& networks_;
  torch::Tensor first_, second_;  ///< moments of the gradient
  std::int64_t steps_ = 0;
};

/// The learning rate of each iteration.
class LearningRate {
 public:
  explicit LearningRate(const TrainSettings& settings) : settings_(settings) {}

  double at(long iteration) const;
  /// Tells the outcome of a validation; on a plateau the rate is halved.
  void validated(bool better);
  /// Half of it from now on, whatever the schedule.
  void halve() { halved_ *= 0.5; }

  TensorsByName state() const;
  void restore(const TensorsByName& state);

 private:
  const TrainSettings& settings_;
  double factor_ = 1.0;  ///< of the schedule `plateau`
  double halved_ = 1.0;
  int without_gain_ = 0;
};

}  // namespace myowave::learn
