// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/stop_signal.hpp"
#include "surrogates/learn/lbfgs.hpp"
#include "surrogates/learn/log.hpp"
#include "surrogates/learn/networks.hpp"
#include "surrogates/learn/optimiser.hpp"
#include "surrogates/learn/task.hpp"

namespace myowave::learn {

/// The loop of a training: steps, validations, checkpoints. What it computes depends on the
/// configuration and the number of threads alone, not on where it was interrupted.
class Trainer {
 public:
  /// Fresh weights; the folder is there.
  Trainer(const TrainingConfig& config, Task& task, torch::Device device, std::filesystem::path folder,
          Log& log);

  /// Continues from the folder's checkpoint. Throws InputError if it belongs to another configuration.
  void resume();

  /// Trains to the end, or until a signal. Writes training.csv and checkpoints. Returns the signal's
  /// number, 0 at the end. Throws RunError when the loss is no longer finite.
  int run(const StopSignal& stop);

  /// Those that are kept, once `run` has returned.
  Networks& networks() { return networks_; }
  /// Puts the weights that are to be kept in place.
  void take_kept_weights();

  long iteration() const { return iteration_; }
  long best_iteration() const { return best_iteration_; }
  double best_validation() const { return best_validation_; }
  double loss() const { return last_loss_; }
  double seconds() const;  ///< of training, earlier runs included

 private:
  using Clock = std::chrono::steady_clock;

  /// The loss and its gradients.
  double evaluate(const Moment& moment);
  void add_to_sums();
  void step();
  /// One of L-BFGS; false if the loss cannot be lowered any more.
  bool polish();
  long all_iterations() const { return long{config_.train.iterations} + config_.train.polish; }
  /// Whether the training is to end for want of gain.
  bool validate();
  /// Takes the weights that are best up to now, as a new start.
  void keep_as_best();
  /// Back to them, to go on more slowly, if the training has left its minimum for good.
  void rewind_if_lost(double validation);
  void save();
  void open_table(bool append);
  void write_row(double validation, double learning_rate);

  const TrainingConfig& config_;
  Task& task_;
  std::filesystem::path folder_;
  Log& log_;
  Networks networks_;
  Adam adam_;
  LearningRate learning_rate_;
  Lbfgs lbfgs_;
  at::Generator generator_;
  std::vector<double> weights_;  ///< of the terms
  std::vector<double> terms_;    ///< of the last evaluation; NaN where one had no part
  std::vector<double> sums_;     ///< of the terms and the loss since the last row
  std::vector<double> counts_;   ///< of what is in the sums
  std::ofstream table_;
  long iteration_ = 0, best_iteration_ = 0;
  double best_validation_, last_loss_ = 0.0;
  torch::Tensor best_values_;
  TensorsByName best_adam_;  ///< where training.rewind may need it
  long without_gain_ = 0, lost_ = 0;
  double earlier_seconds_ = 0.0;
  Clock::time_point start_, last_save_;
};

}  // namespace myowave::learn
