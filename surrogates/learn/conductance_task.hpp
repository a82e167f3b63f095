// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <torch/torch.h>

#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ionic/registry.hpp"
#include "surrogates/conductance_kernel.hpp"
#include "surrogates/learn/conductance_batch.hpp"
#include "surrogates/learn/conductance_judgement.hpp"
#include "surrogates/learn/conductance_pacing.hpp"
#include "surrogates/learn/conductance_readout.hpp"
#include "surrogates/learn/conductance_rollout.hpp"
#include "surrogates/learn/hardest_states.hpp"
#include "surrogates/learn/random.hpp"
#include "surrogates/learn/recorded_steps.hpp"
#include "surrogates/learn/task.hpp"

namespace myowave::learn {

/// Least time constant [ms].
inline constexpr double fastest_latent = 0.2;

/// Tables and factors of a conductance surrogate, along recorded cells.
class ConductanceTask : public Task {
 public:
  ConductanceTask(const TrainingConfig& config, torch::Device device);

  std::vector<PerceptronShape> shapes() const override { return {}; }
  std::vector<double> others() const override;
  std::size_t samples() const override { return steps_; }
  std::vector<torch::Tensor> losses(const Networks& networks, const Moment& moment) override;
  double validation(const Networks& networks) override;
  Metrics metrics(const Networks& networks) override;
  surrogates::Surrogate exported(const Networks& networks) override;
  std::vector<double> memory() const override;
  void recall(const std::vector<double>& memory) override;

 private:
  using Cells = std::vector<RecordedCell>;

  std::vector<double> sodium_conductances() const;
  void read();
  std::vector<double> factors_of(const double* values);
  double V_of(int knot) const {
    return shape_.V_first + (shape_.V_last - shape_.V_first) * knot / (shape_.knots - 1);
  }
  ScaledShape scaled_shape() const { return {shape_, config_.conductance.scaled.size()}; }
  std::size_t z_of(int group) const {
    return scaled_shape().count() + static_cast<std::size_t>(group * shape_.latents);
  }
  std::size_t parameters() const { return z_of(static_cast<int>(config_.conductance.data.size())); }
  /// Steady state and logarithm of the time constant [ms] of a latent at the start of the training.
  std::pair<double, double> start_of(const std::string& latent, double V) const;
  std::vector<double> mean_current() const;

  template <class T>
  torch::Tensor mean_loss(const torch::Tensor& values,
                          std::span<const typename ConductanceBatch<T>::Run> runs,
                          std::span<double> losses);
  template <class T>
  torch::Tensor data_loss(const torch::Tensor& values, const std::vector<std::size_t>& batch, bool free);
  template <class T>
  torch::Tensor stress_loss(const torch::Tensor& values, const Moment& moment);
  std::vector<double> random_factors(Random& random) const;
  torch::Tensor smooth_loss(const torch::Tensor& values) const;
  torch::Tensor rest_loss(const torch::Tensor& values, const std::vector<double>& factors) const;
  /// The g with factors [terms + 1, knots].
  torch::Tensor currents(const torch::Tensor& values, const std::vector<double>& factors) const;
  torch::Tensor ends_loss(const torch::Tensor& values, const std::vector<double>& factors,
                          at::Generator generator) const;
  torch::Tensor part(const torch::Tensor& values, std::size_t from,
                     std::vector<std::int64_t> sizes) const;

  /// What the cells kept for validation are off by.
  ConductanceJudgement judge(const Networks& networks);
  int stuck_states(const float* numbers, std::size_t from, std::size_t to) const;
  surrogates::Conductance conductance(const Networks& networks) const;
  /// Without read-outs, which cost a moment.
  surrogates::Surrogate stepped(const Networks& networks) const;

  const TrainingConfig& config_;
  const ionic::ModelCode& code_;
  std::vector<double> host_parameters_;
  const surrogates::ConductanceKernel& kernel_;
  ConductanceShape shape_;
  double V_rest_;
  std::vector<std::pair<double, double>> range_of_factors_;
  std::vector<RecordedStep> steps_to_rest_;
  std::vector<std::vector<RecordedStep>> stress_steps_;  ///< of each random state, which they begin with
  std::tuple<ConductanceBatch<float>, ConductanceBatch<double>> batches_;
  Cells training_, validation_;
  std::vector<std::vector<double>> starts_;  ///< [data sets]: V and the sodium gates
  double V_lowest_ = 0.0, V_highest_ = 0.0;  ///< mV, of all data
  std::size_t steps_ = 0;
  std::vector<std::int64_t> order_;
  long epoch_ = -1;
  HardestStates hardest_{16};
  PacedCells paced_;
  PacedTraces traces_;
  torch::Tensor steady_sodium_, away_;  ///< [points of V]: current; V from rest, 1 from 5 mV above on
};

}  // namespace myowave::learn
