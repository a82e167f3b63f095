// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <torch/torch.h>

#include <cmath>

#include "base/error.hpp"
#include "ionic/registry.hpp"
#include "surrogates/learn/task.hpp"

namespace myowave::learn {
namespace {

using torch::Tensor;

/// Steady states and time constants of the learnt gates at some V.
struct GateTable {
  Tensor V;           ///< [points, 1] mV
  Tensor inf;         ///< [points, gates]
  Tensor log_of_tau;  ///< [points, gates], of ms
};

/// V -> inf and tau of gates whose rates depend on V alone.
class GateTask : public Task {
 public:
  GateTask(const TrainingConfig& config, torch::Device device);

  std::vector<PerceptronShape> shapes() const override {
    return {shape_of(config_.network, 1, static_cast<int>(2 * gates_.size()))};
  }
  std::size_t samples() const override { return static_cast<std::size_t>(training_.V.size(0)); }
  std::vector<Tensor> losses(const Networks& networks, const Moment& moment) override;
  double validation(const Networks& networks) override;
  Metrics metrics(const Networks& networks) override;
  surrogates::Surrogate exported(const Networks& networks) override;

 private:
  /// Currents under steps of V, before the reversal potential's sign: [from, to, times].
  struct Clamp {
    Tensor V;       ///< [2 levels, 1] mV, those before and those after the step
    Tensor times;   ///< [1, 1, times] ms
    Tensor drive;   ///< [1, levels, 1] V - reversal
    Tensor powers;  ///< of each gate, on the CPU
    Tensor target;  ///< [from, to, times]
    double scale = 1.0;
  };

  GateTable table(const std::vector<double>& V) const;
  /// What the network gives in the terms of the table.
  GateTable predicted(const Networks& networks, const Tensor& V) const;
  Tensor data_loss(const Networks& networks, const GateTable& table) const;
  void build_clamp();
  Tensor traces(const GateTable& at) const;
  Tensor clamp_error(const Networks& networks) const;

  const TrainingConfig& config_;
  torch::Device device_;
  const ionic::ModelCode& code_;
  std::vector<double> parameters_;
  std::vector<int> gates_;  ///< indices in the model's states
  double offset_, scale_;   ///< of V
  GateTable training_, held_out_;
  Tensor mean_log_tau_;  ///< [gates]
  Clamp clamp_;
};

std::vector<double> evenly(double low, double high, int count, bool midpoints) {
  std::vector<double> values;
  const double spacing = (high - low) / (count - 1);
  for (int k = 0; k < count - (midpoints ? 1 : 0); ++k)
    values.push_back(low + spacing * (k + (midpoints ? 0.5 : 0.0)));
  return values;
}

GateTask::GateTask(const TrainingConfig& config, torch::Device device)
    : config_(config),
      device_(device),
      code_(ionic::find_model(config.surrogate.cell.model)),
      parameters_(ionic::make_cell_model(config.surrogate.cell, {})->parameters()),
      offset_(0.5 * (config.gate.V_low + config.gate.V_high)),
      scale_((config.gate.V_high - config.gate.V_low) / 8.0) {
  for (const std::string& name : config.gate.gates)
    for (int g = 0; g < code_.info->voltage_gate_count; ++g)
      if (name == code_.info->states[static_cast<std::size_t>(g)].name) gates_.push_back(g);
  const GateSettings& settings = config.gate;
  training_ = table(evenly(settings.V_low, settings.V_high, settings.points, false));
  held_out_ = table(evenly(settings.V_low, settings.V_high, settings.points, true));
  mean_log_tau_ = training_.log_of_tau.mean(0);
  if (!settings.clamp.powers.empty()) build_clamp();
}

GateTable GateTask::table(const std::vector<double>& V) const {
  const ionic::ModelInfo& info = *code_.info;
  std::vector<double> inf(static_cast<std::size_t>(info.gate_count) + 1), rate(inf.size()),
      functions(static_cast<std::size_t>(info.function_count) + 1), all_inf, all_log_tau;
  for (const double v : V) {
    code_.voltage(v, parameters_.data(), inf.data(), rate.data(), functions.data());
    for (const int g : gates_) {
      all_inf.push_back(inf[static_cast<std::size_t>(g)]);
      all_log_tau.push_back(-std::log(rate[static_cast<std::size_t>(g)]));
    }
  }
  const auto rows = static_cast<std::int64_t>(V.size());
  const Precision precision = config_.train.precision;
  return {tensor_of(V, rows, precision, device_), tensor_of(all_inf, rows, precision, device_),
          tensor_of(all_log_tau, rows, precision, device_)};
}

GateTable GateTask::predicted(const Networks& networks, const Tensor& V) const {
  const Tensor out = networks[0].forward((V - offset_) * (1.0 / scale_));
  const auto count = static_cast<std::int64_t>(gates_.size());
  return {V, torch::sigmoid(out.narrow(1, 0, count)), out.narrow(1, count, count) + mean_log_tau_};
}

Tensor GateTask::data_loss(const Networks& networks, const GateTable& table) const {
  const auto count = static_cast<std::int64_t>(gates_.size());
  const Tensor out = networks[0].forward((table.V - offset_) * (1.0 / scale_));
  const Tensor logit = out.narrow(1, 0, count);
  const Tensor log_error = out.narrow(1, count, count) + mean_log_tau_ - table.log_of_tau;
  // Relative entropy: unlike the square of the error it still pulls where the sigmoid is nearly 0 or 1.
  const Tensor entropy = torch::special::xlogy(table.inf, table.inf) +
                         torch::special::xlogy(1.0 - table.inf, 1.0 - table.inf);
  const Tensor divergence = torch::softplus(logit) - table.inf * logit + entropy;
  return divergence.mean() + log_error.square().mean();
}

void GateTask::build_clamp() {
  const ClampSettings& settings = config_.gate.clamp;
  std::vector<double> V = evenly(settings.from_low, settings.from_high, settings.levels, false);
  const std::vector<double> after = evenly(settings.to_low, settings.to_high, settings.levels, false);
  std::vector<double> drive, times, powers;
  for (const double v : after) drive.push_back(v - settings.reversal);
  V.insert(V.end(), after.begin(), after.end());
  constexpr double decades = 4.0;
  for (int k = 0; k < settings.samples; ++k)
    times.push_back(settings.duration * std::pow(10.0, decades * (k / (settings.samples - 1.0) - 1.0)));
  for (const std::string& name : config_.gate.gates) {
    const auto power = settings.powers.find(name);
    powers.push_back(power == settings.powers.end() ? 0.0 : power->second);
  }
  const Precision precision = config_.train.precision;
  const GateTable at = table(V);
  clamp_.V = at.V;
  clamp_.times = tensor_of(times, 1, precision, device_).view({1, 1, -1});
  clamp_.drive = tensor_of(drive, 1, precision, device_).view({1, -1, 1});
  clamp_.powers = tensor_of(powers, 1, Precision::double_, torch::kCPU).view({-1});
  clamp_.target = traces(at);
  clamp_.scale = clamp_.target.std().item<double>();
}

/// The gates relax from their steady state before the step: x = inf + (x0 - inf) exp(-t / tau).
Tensor GateTask::traces(const GateTable& at) const {
  const std::int64_t levels = config_.gate.clamp.levels;
  Tensor current = clamp_.drive;
  for (std::int64_t g = 0; g < clamp_.powers.size(0); ++g) {
    const double power = clamp_.powers[g].item<double>();
    if (power == 0.0) continue;
    const Tensor inf = at.inf.select(1, g);
    const Tensor before = inf.narrow(0, 0, levels).view({-1, 1, 1});
    const Tensor after = inf.narrow(0, levels, levels).view({1, -1, 1});
    const Tensor rate =
        torch::exp(-at.log_of_tau.select(1, g).narrow(0, levels, levels)).view({1, -1, 1});
    const Tensor gate = after + (before - after) * torch::exp(-clamp_.times * rate);
    current = current * (power == 1.0 ? gate : torch::pow(gate, power));
  }
  return current;
}

Tensor GateTask::clamp_error(const Networks& networks) const {
  return (traces(predicted(networks, clamp_.V)) - clamp_.target) * (1.0 / clamp_.scale);
}

std::vector<Tensor> GateTask::losses(const Networks& networks, const Moment&) {
  return {data_loss(networks, training_),
          clamp_.V.defined() ? clamp_error(networks).square().mean() : Tensor()};
}

double GateTask::validation(const Networks& networks) {
  const torch::NoGradGuard no_gradient;
  double loss = data_loss(networks, held_out_).item<double>();
  if (clamp_.V.defined()) loss += clamp_error(networks).square().mean().item<double>();
  return loss;
}

Metrics GateTask::metrics(const Networks& networks) {
  const torch::NoGradGuard no_gradient;
  const GateTable out = predicted(networks, held_out_.V);
  Metrics metrics;
  for (std::size_t g = 0; g < gates_.size(); ++g) {
    const auto column = static_cast<std::int64_t>(g);
    const std::string& name = config_.gate.gates[g];
    metrics.outputs.push_back(error_of(name + ".inf", "1", (out.inf - held_out_.inf).select(1, column)));
    const Tensor log_error = (out.log_of_tau - held_out_.log_of_tau).select(1, column);
    const Tensor tau = torch::exp(held_out_.log_of_tau.select(1, column));
    metrics.outputs.push_back(error_of(name + ".tau", "ms", tau * torch::expm1(log_error)));
    metrics.figures.push_back(
        {name + ".tau_relative_max", "1", torch::expm1(log_error).abs().max().item<double>()});
  }
  if (clamp_.V.defined()) {
    const Tensor error = clamp_error(networks) * clamp_.scale;
    const double peak = clamp_.target.abs().max().item<double>();
    metrics.figures.push_back({"clamp_error_over_peak", "1", error.abs().max().item<double>() / peak});
  }
  return metrics;
}

surrogates::Surrogate GateTask::exported(const Networks& networks) {
  using namespace surrogates;
  Surrogate surrogate = blank_surrogate(config_);
  surrogate.inputs.push_back({"V", "mV", offset_, scale_, config_.gate.V_low, config_.gate.V_high});
  Part part{"gates", {0}, {}, networks[0].exported()};
  for (const Form form : {Form::inf, Form::tau})
    for (std::size_t g = 0; g < gates_.size(); ++g) {
      Output output;
      output.name = config_.gate.gates[g];
      output.form = form;
      output.unit = form == Form::inf ? "1" : "ms";
      output.transform = form == Form::inf ? Transform::sigmoid : Transform::exp;
      if (form == Form::tau)
        output.scale = std::exp(mean_log_tau_[static_cast<std::int64_t>(g)].item<double>());
      part.outputs.push_back(static_cast<int>(surrogate.outputs.size()));
      surrogate.outputs.push_back(std::move(output));
    }
  surrogate.parts.push_back(std::move(part));
  return surrogate;
}

}  // namespace

std::unique_ptr<Task> make_gate_task(const TrainingConfig& config, torch::Device device) {
  return std::make_unique<GateTask>(config, device);
}

}  // namespace myowave::learn
