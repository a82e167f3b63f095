// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <ATen/core/Generator.h>
#include <torch/types.h>

#include <memory>
#include <string>
#include <vector>

#include "surrogates/learn/networks.hpp"
#include "surrogates/learn/settings.hpp"
#include "surrogates/surrogate.hpp"

namespace myowave::learn {

/// Where the training stands, for a loss that draws numbers or changes on the way.
struct Moment {
  long iteration;           ///< from 0
  double progress;          ///< fraction of the iterations that is done
  at::Generator generator;  ///< of the device, seeded for this iteration
  bool all = false;         ///< all samples, the same ones in every call
};

/// How far an output is off, over the samples kept for validation, in its unit.
struct OutputError {
  std::string name, unit;
  double mean = 0.0;     ///< of the absolute error
  double largest = 0.0;  ///< absolute error
  double rms = 0.0;
};

/// Another figure of merit.
struct Figure {
  std::string name, unit;
  double value;
};

struct Metrics {
  std::vector<OutputError> outputs;
  std::vector<Figure> figures;
};

/// What is learnt: its data, its loss, how it is judged, and the surrogate that it becomes.
class Task {
 public:
  virtual ~Task() = default;

  virtual std::vector<PerceptronShape> shapes() const = 0;
  /// What is learnt besides weights of networks, as it starts (Networks::others).
  virtual std::vector<double> others() const { return {}; }
  /// Samples to train on.
  virtual std::size_t samples() const = 0;
  /// The terms of the loss in the order of `loss_terms`; one that has no part in this moment is
  /// undefined. Each a scalar that can be differentiated.
  virtual std::vector<torch::Tensor> losses(const Networks& networks, const Moment& moment) = 0;
  /// What decides which weights are the best; smaller is better.
  virtual double validation(const Networks& networks) = 0;
  virtual Metrics metrics(const Networks& networks) = 0;
  /// Without provenance and accuracy.
  virtual surrogates::Surrogate exported(const Networks& networks) = 0;
  /// What the losses carry from step to step besides the weights; it goes into checkpoints.
  virtual std::vector<double> memory() const { return {}; }
  virtual void recall(const std::vector<double>&) {}
  /// A table for the run folder (trace.csv); "" if there is none.
  virtual std::string trace(const Networks&) { return ""; }
};

/// Builds the data of the task that the configuration names. `cache`: a file that keeps computed data
/// for other trainings on the same; "" for none. Throws InputError if a data set does not fit.
std::unique_ptr<Task> make_task(const TrainingConfig& config, torch::Device device,
                                const std::string& cache);

/// The kinds.
std::unique_ptr<Task> make_gate_task(const TrainingConfig& config, torch::Device device);
std::unique_ptr<Task> make_step_task(const TrainingConfig& config, torch::Device device,
                                     const std::string& cache);
std::unique_ptr<Task> make_rate_task(const TrainingConfig& config, torch::Device device,
                                     const std::string& cache);
std::unique_ptr<Task> make_conductance_task(const TrainingConfig& config, torch::Device device);
std::unique_ptr<Task> make_trajectory_task(const TrainingConfig& config, torch::Device device,
                                           const std::string& cache);

// ------------------------------------------------------------------------- what tasks share
torch::ScalarType type_of(Precision precision);
/// A tensor of the training's precision on its device, from doubles in rows.
torch::Tensor tensor_of(const std::vector<double>& values, std::int64_t rows, Precision precision,
                        torch::Device device);
/// Errors of [samples] values.
OutputError error_of(std::string name, std::string unit, const torch::Tensor& error);
/// Kind, model, name and the like.
surrogates::Surrogate blank_surrogate(const TrainingConfig& config);

}  // namespace myowave::learn
