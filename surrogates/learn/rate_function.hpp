// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <string>
#include <vector>

#include "surrogates/learn/networks.hpp"
#include "surrogates/learn/samples.hpp"

namespace myowave::learn {

/// dz/dt of normalised states z (V first), as networks give it.
class RateFunction {
 public:
  /// `scaling` of V and the states; `derivatives` their standard deviations, per ms; `t_end` scales t.
  RateFunction(const TrainingConfig& config, std::vector<std::string> names,
               std::vector<std::string> units, Scaling scaling, std::vector<double> derivatives,
               double t_end, torch::Device device);

  std::vector<PerceptronShape> shapes() const;
  /// z [samples, variables]; t [samples, 1] in ms, used if it is an input; J [samples] or [] uA/uF,
  /// added to dV/dt outside of the networks.
  torch::Tensor operator()(const Networks& networks, const torch::Tensor& z, const torch::Tensor& t,
                           const torch::Tensor& J) const;
  /// z after `steps` steps of Heun's method of size dt: [steps, samples, variables]. J [steps, samples]
  /// or
  /// [], t [samples, 1] at the start.
  torch::Tensor heun(const Networks& networks, torch::Tensor z, torch::Tensor t, const torch::Tensor& J,
                     double dt, std::int64_t steps) const;
  bool can_be_exported() const { return !config_.rate.time_input; }
  /// Adds inputs, outputs and parts.
  void add_to(surrogates::Surrogate& surrogate, const Networks& networks) const;

 private:
  /// Currents whose conductances depend on the same variables share a network.
  struct Conductances {
    std::vector<std::int64_t> inputs;  ///< columns of z
    std::vector<std::size_t> currents;
    torch::Tensor columns;    ///< the inputs as a tensor; undefined: all
    torch::Tensor reversals;  ///< [currents] mV
  };

  bool structured() const { return config_.rate.form == RateForm::structured; }
  void group_currents(torch::Device device);
  torch::Tensor structured_rate(const Networks& networks, const torch::Tensor& z) const;
  torch::Tensor printed_rate(const Networks& networks, const torch::Tensor& z,
                             const torch::Tensor& t) const;
  void add_printed(surrogates::Surrogate& surrogate, const Networks& networks) const;
  void add_structured(surrogates::Surrogate& surrogate, const Networks& networks) const;

  const TrainingConfig& config_;
  std::vector<std::string> names_, units_;
  Scaling scaling_;
  std::vector<double> derivatives_;
  double t_end_;
  torch::Tensor ratio_;                    ///< derivative scale over state scale [variables]
  torch::Tensor per_V_;                    ///< J to dz/dt: 1 / scale of V in the first column
  torch::Tensor gate_slope_, gate_shift_;  ///< inf to the normalised gate [gates]
  std::vector<Conductances> conductances_;
};

}  // namespace myowave::learn
