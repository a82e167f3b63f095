// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/trainer.hpp"

#include <ATen/Context.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <cmath>
#include <limits>
#include <sstream>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/version.hpp"
#include "surrogates/learn/checkpoint.hpp"
#include "surrogates/learn/config.hpp"
#include "surrogates/learn/random.hpp"

namespace myowave::learn {
namespace {

/// Validations in a row after which a training that is lost is taken back: one alone can be chance.
constexpr long validations_until_lost = 4;

std::vector<double> term_weights(const TrainingConfig& config) {
  std::vector<double> weights;
  for (const std::string& name : loss_terms(config.surrogate.kind))
    weights.push_back(config.train.weights.at(name));
  return weights;
}

torch::Tensor doubles(const std::vector<double>& values) {
  return tensor_of(values, 1, Precision::double_, torch::kCPU).view({-1});
}

std::vector<double> doubles(const torch::Tensor& tensor) {
  const double* begin = tensor.data_ptr<double>();
  return {begin, begin + tensor.numel()};
}

/// The rows of a table up to an iteration; the last one may have been cut by a kill.
std::string rows_up_to(const std::string& text, long iteration) {
  std::string kept;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (kept.empty() || std::strtol(line.c_str(), nullptr, 10) <= iteration) kept += line + "\n";
  return kept;
}

}  // namespace

Trainer::Trainer(const TrainingConfig& config, Task& task, torch::Device device,
                 std::filesystem::path folder, Log& log)
    : config_(config),
      task_(task),
      folder_(std::move(folder)),
      log_(log),
      networks_(task.shapes(), config.train.precision, device, config.train.seed, task.others()),
      adam_(config.train, networks_),
      learning_rate_(config.train),
      lbfgs_(networks_, 100),
      generator_(at::globalContext().defaultGenerator(device)),
      weights_(term_weights(config)),
      sums_(weights_.size() + 1, 0.0),
      counts_(weights_.size() + 1, 0.0),
      best_validation_(std::numeric_limits<double>::infinity()),
      best_values_(networks_.values().clone()) {}

double Trainer::seconds() const {
  return earlier_seconds_ + std::chrono::duration<double>(Clock::now() - start_).count();
}

void Trainer::open_table(bool append) {
  const std::filesystem::path file = folder_ / "training.csv";
  if (append && std::filesystem::exists(file)) {
    write_atomically(file, rows_up_to(read_file(file), iteration_));
    table_.open(file, std::ios::app);
  } else {
    table_.open(file);
    table_ << "iteration,loss";
    for (const std::string& name : loss_terms(config_.surrogate.kind)) table_ << "," << name;
    table_ << ",validation,learning_rate,time_s\n";
  }
  if (!table_) throw RunError(fmt::format("{} cannot be written", file.string()));
}

void Trainer::write_row(double validation, double learning_rate) {
  std::string row = fmt::format("{}", iteration_);
  for (std::size_t k = 0; k < sums_.size(); ++k) {
    const std::size_t column = k == 0 ? sums_.size() - 1 : k - 1;  // the loss first
    row += counts_[column] > 0.0 ? fmt::format(",{:.6e}", sums_[column] / counts_[column]) : ",";
  }
  table_ << row << fmt::format(",{:.6e},{:.4e},{:.2f}\n", validation, learning_rate, seconds());
  table_.flush();
}

void Trainer::save() {
  const torch::Tensor& values = networks_.values();
  if (!torch::isfinite(values).all().item<bool>()) return;  // the earlier one stays
  Checkpoint checkpoint;
  checkpoint.tensors = adam_.state();
  checkpoint.tensors.merge(learning_rate_.state());
  checkpoint.tensors.merge(lbfgs_.state());
  checkpoint.tensors["values"] = values;
  checkpoint.tensors["best.values"] = best_values_;
  checkpoint.tensors["sums"] = doubles(sums_);
  checkpoint.tensors["counts"] = doubles(counts_);
  checkpoint.tensors["task"] = doubles(task_.memory());
  for (const auto& [name, tensor] : best_adam_) checkpoint.tensors["best." + name] = tensor;
  checkpoint.tensors["progress"] =
      doubles({static_cast<double>(iteration_), static_cast<double>(best_iteration_), best_validation_,
               static_cast<double>(without_gain_), seconds(), last_loss_, static_cast<double>(lost_)});
  checkpoint.config = resolved_text(config_, true);
  checkpoint.version = version;
  write_checkpoint(checkpoint, folder_ / "checkpoint.pt");
  last_save_ = Clock::now();
}

void Trainer::resume() {
  const std::filesystem::path file = folder_ / "checkpoint.pt";
  const Checkpoint checkpoint = read_checkpoint(file);
  if (checkpoint.config != resolved_text(config_, true))
    throw InputError({Fault{
        file.string(), fmt::format("was written by a training with other settings (they are in {}); "
                                   "take the same, or start anew without --resume",
                                   (folder_ / "config.toml").string())}});
  if (!checkpoint.tensors.contains("rate.halved"))
    throw InputError(
        {Fault{file.string(), fmt::format("was written by Myowave {}, which kept less in it; start anew "
                                          "without --resume, or with --force",
                                          checkpoint.version)}});
  adam_.restore(checkpoint.tensors);
  learning_rate_.restore(checkpoint.tensors);
  lbfgs_.restore(checkpoint.tensors);
  networks_.values().copy_(checkpoint.tensors.at("values"));
  best_values_.copy_(checkpoint.tensors.at("best.values"));
  sums_ = doubles(checkpoint.tensors.at("sums"));
  counts_ = doubles(checkpoint.tensors.at("counts"));
  task_.recall(doubles(checkpoint.tensors.at("task")));
  const std::vector<double> progress = doubles(checkpoint.tensors.at("progress"));
  iteration_ = static_cast<long>(progress[0]);
  best_iteration_ = static_cast<long>(progress[1]);
  best_validation_ = progress[2];
  without_gain_ = static_cast<long>(progress[3]);
  earlier_seconds_ = progress[4];
  last_loss_ = progress[5];
  lost_ = static_cast<long>(progress[6]);
  if (config_.train.rewind > 0.0)
    for (const auto& [name, tensor] : adam_.state())
      if (const auto best = checkpoint.tensors.find("best." + name); best != checkpoint.tensors.end())
        best_adam_[name] = best->second.clone();
}

double Trainer::evaluate(const Moment& moment) {
  networks_.gradients().zero_();
  const std::vector<torch::Tensor> terms = task_.losses(networks_, moment);
  torch::Tensor total;
  terms_.assign(terms.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t k = 0; k < terms.size(); ++k) {
    if (!terms[k].defined() || weights_[k] == 0.0) continue;
    const torch::Tensor weighted = weights_[k] == 1.0 ? terms[k] : terms[k] * weights_[k];
    total = total.defined() ? total + weighted : weighted;
    terms_[k] = terms[k].item<double>();
  }
  MYOWAVE_ASSERT(total.defined());
  total.backward();
  return total.item<double>();
}

void Trainer::add_to_sums() {
  for (std::size_t k = 0; k < terms_.size(); ++k)
    if (!std::isnan(terms_[k])) sums_[k] += terms_[k], counts_[k] += 1.0;
  sums_.back() += last_loss_;
  counts_.back() += 1.0;
}

void Trainer::step() {
  generator_.set_current_seed(mixed_seed(static_cast<std::uint64_t>(config_.train.seed),
                                         Stream::iteration, static_cast<std::uint64_t>(iteration_)));
  last_loss_ = evaluate(
      {iteration_, static_cast<double>(iteration_) / config_.train.iterations, generator_, false});
  if (!std::isfinite(last_loss_))
    throw RunError(fmt::format(
        "the loss is {} at iteration {}; lower train.learning_rate, or set train.clip = 1. {}",
        last_loss_, iteration_,
        std::filesystem::exists(folder_ / "checkpoint.pt")
            ? "The last good checkpoint is " + (folder_ / "checkpoint.pt").string()
            : "There is no checkpoint yet"));
  add_to_sums();
  adam_.step(learning_rate_.at(iteration_));
  ++iteration_;
}

bool Trainer::polish() {
  const Moment moment{iteration_, 1.0, generator_, true};
  const auto seed = mixed_seed(static_cast<std::uint64_t>(config_.train.seed), Stream::iteration,
                               static_cast<std::uint64_t>(config_.train.iterations));
  auto loss = [&] {
    generator_.set_current_seed(seed);  // random points are the same ones in every call
    return evaluate(moment);
  };
  if (!lbfgs_.step(loss)) return false;
  last_loss_ = lbfgs_.loss();
  add_to_sums();
  ++iteration_;
  return true;
}

bool Trainer::validate() {
  const double validation = task_.validation(networks_);
  const bool better = validation < best_validation_;
  if (better) {
    best_validation_ = validation;
    keep_as_best();
  }
  write_row(validation, iteration_ > config_.train.iterations ? 0.0 : learning_rate_.at(iteration_ - 1));
  std::fill(sums_.begin(), sums_.end(), 0.0);
  std::fill(counts_.begin(), counts_.end(), 0.0);
  without_gain_ = better ? 0 : without_gain_ + 1;
  learning_rate_.validated(better);
  rewind_if_lost(validation);
  return config_.train.early_stopping > 0 && without_gain_ >= config_.train.early_stopping;
}

void Trainer::keep_as_best() {
  best_iteration_ = iteration_;
  best_values_.copy_(networks_.values());
  if (config_.train.rewind == 0.0) return;
  for (const auto& [name, tensor] : adam_.state()) best_adam_[name] = tensor.clone();
}

void Trainer::rewind_if_lost(double validation) {
  // L-BFGS, which knows nothing of a rate, cannot raise the loss.
  if (config_.train.rewind == 0.0 || best_iteration_ == 0 || iteration_ > config_.train.iterations)
    return;
  lost_ = !(validation <= config_.train.rewind * best_validation_) ? lost_ + 1 : 0;  // NaN is lost
  if (lost_ < validations_until_lost) return;
  lost_ = 0;
  networks_.values().copy_(best_values_);
  adam_.restore(best_adam_);
  learning_rate_.halve();
  log_.info(
      fmt::format("iteration {}: the validation is {:.3e}, {:.3e} at iteration {}: back to its "
                  "weights, with half of the learning rate",
                  iteration_, validation, best_validation_, best_iteration_));
}

int Trainer::run(const StopSignal& stop) {
  open_table(iteration_ > 0);
  start_ = last_save_ = Clock::now();
  const long iterations = all_iterations();
  Progress progress(log_, iteration_, iterations);
  while (iteration_ < iterations) {
    if (iteration_ < config_.train.iterations) {
      step();
    } else if (!polish()) {
      log_.info(fmt::format("the loss cannot be lowered any more: the training ends at iteration {}",
                            iteration_));
      if (iteration_ % config_.train.validate_every != 0) validate();
      break;
    }
    const bool validates = iteration_ % config_.train.validate_every == 0 || iteration_ == iterations;
    if (validates && validate()) {
      log_.info(fmt::format("no gain in {} validations: the training ends at iteration {}",
                            without_gain_, iteration_));
      break;
    }
    progress.update(iteration_,
                    fmt::format("loss {:.3e}  best validation {:.3e}", last_loss_, best_validation_));
    if (stop.received() && iteration_ < iterations) {
      save();
      return stop.received();
    }
    const std::chrono::duration<double, std::milli> since = Clock::now() - last_save_;
    if (since.count() >= config_.train.checkpoint_every) save();
  }
  save();
  earlier_seconds_ = seconds();
  start_ = Clock::now();
  return 0;
}

void Trainer::take_kept_weights() {
  if (config_.train.keep == Keep::best && best_iteration_ > 0) networks_.values().copy_(best_values_);
}

}  // namespace myowave::learn
