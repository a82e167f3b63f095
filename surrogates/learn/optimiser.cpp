// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/optimiser.hpp"

#include <cmath>
#include <numbers>

#include "surrogates/learn/training_kernels.hpp"

namespace myowave::learn {
namespace {

constexpr double decay_1 = 0.9, decay_2 = 0.999, epsilon = 1e-8;

torch::Tensor scalar(double value) { return torch::full({}, value, torch::kDouble); }

}  // namespace

Adam::Adam(const TrainSettings& settings, Networks& networks)
    : settings_(settings),
      networks_(networks),
      first_(torch::zeros_like(networks.values())),
      second_(torch::zeros_like(networks.values())) {}

template <class T>
void Adam::step_of(double learning_rate, double clip_factor) {
  const auto n = static_cast<double>(steps_);
  const double step = learning_rate / (1.0 - std::pow(decay_1, n));
  const double root_correction = 1.0 / std::sqrt(1.0 - std::pow(decay_2, n));
  const bool decoupled = settings_.optimiser == Optimiser::adamw;
  const double decay = decoupled ? 0.0 : settings_.weight_decay;
  const double shrink = decoupled ? 1.0 - learning_rate * settings_.weight_decay : 1.0;
  if (networks_.device().is_cpu())
    // One pass over the arrays, which a chain of tensor operations would read and write ten times.
    return training_kernels().of<T>().adam(
        {step, root_correction, decay, shrink, clip_factor}, networks_.gradients().data_ptr<T>(),
        networks_.values().data_ptr<T>(), first_.data_ptr<T>(), second_.data_ptr<T>(),
        static_cast<std::size_t>(first_.numel()));
  torch::NoGradGuard no_gradient;
  torch::Tensor& values = networks_.values();
  torch::Tensor gradient = networks_.gradients() * clip_factor;
  if (decay > 0.0) gradient.add_(values, decay);
  first_.mul_(decay_1).add_(gradient, 1.0 - decay_1);
  second_.mul_(decay_2).addcmul_(gradient, gradient, 1.0 - decay_2);
  if (shrink < 1.0) values.mul_(shrink);
  values.addcdiv_(first_, second_.sqrt().mul_(root_correction).add_(epsilon), -step);
}

void Adam::step(double learning_rate) {
  ++steps_;
  double clip_factor = 1.0;
  if (settings_.clip > 0.0) {
    const double norm = networks_.gradients().norm().item<double>();
    if (norm > settings_.clip) clip_factor = settings_.clip / norm;
  }
  if (settings_.precision == Precision::double_)
    step_of<double>(learning_rate, clip_factor);
  else
    step_of<float>(learning_rate, clip_factor);
}

TensorsByName Adam::state() const {
  return {{"adam.first", first_},
          {"adam.second", second_},
          {"adam.steps", torch::full({}, steps_, torch::kLong)}};
}

void Adam::restore(const TensorsByName& state) {
  first_.copy_(state.at("adam.first"));
  second_.copy_(state.at("adam.second"));
  steps_ = state.at("adam.steps").item<std::int64_t>();
}

double LearningRate::at(long iteration) const {
  const double done = static_cast<double>(iteration) / settings_.iterations;
  double rate = halved_ * settings_.learning_rate;
  switch (settings_.schedule) {
    case Schedule::constant:
      break;
    case Schedule::cosine:
      rate *= settings_.final_rate +
              0.5 * (1.0 - settings_.final_rate) * (1.0 + std::cos(std::numbers::pi * done));
      break;
    case Schedule::exponential:
      rate *= std::pow(settings_.final_rate, done);
      break;
    case Schedule::plateau:
      rate *= factor_;
      break;
  }
  if (iteration < settings_.warm_up) rate *= (static_cast<double>(iteration) + 1.0) / settings_.warm_up;
  return rate;
}

void LearningRate::validated(bool better) {
  without_gain_ = better ? 0 : without_gain_ + 1;
  if (settings_.schedule != Schedule::plateau || without_gain_ < settings_.patience) return;
  factor_ = std::max(0.5 * factor_, settings_.final_rate);
  without_gain_ = 0;
}

TensorsByName LearningRate::state() const {
  return {{"rate.factor", scalar(factor_)},
          {"rate.halved", scalar(halved_)},
          {"rate.without_gain", scalar(without_gain_)}};
}

void LearningRate::restore(const TensorsByName& state) {
  factor_ = state.at("rate.factor").item<double>();
  halved_ = state.at("rate.halved").item<double>();
  without_gain_ = static_cast<int>(state.at("rate.without_gain").item<double>());
}

}  // namespace myowave::learn
