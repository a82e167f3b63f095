// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "base/units.hpp"
#include "surrogates/learn/random.hpp"
#include "surrogates/learn/reference_cell.hpp"
#include "surrogates/learn/samples.hpp"
#include "surrogates/learn/task.hpp"
#include "surrogates/learn/trajectories.hpp"

namespace myowave::learn {
namespace {

using torch::Tensor;

/// Trajectories in steps of the surrogate, normalised: states [runs, times, variables]; what the
/// networks see besides [runs, times, others]; what has changed the state before each step [runs, times,
/// variables], undefined if nothing has.
struct Runs {
  Tensor states, others, jumps;
  std::int64_t runs() const { return states.size(0); }
  std::int64_t steps() const { return states.size(1) - 1; }
};

/// (V, states[, J][, parameters]) -> what a step of fixed size adds to V and states.
class StepTask : public Task {
 public:
  StepTask(const TrainingConfig& config, torch::Device device, const std::string& cache);

  std::vector<PerceptronShape> shapes() const override {
    return {
        shape_of(config_.network, static_cast<int>(variables_ + others_), static_cast<int>(variables_))};
  }
  std::size_t samples() const override { return static_cast<std::size_t>(batches_->samples()); }
  std::vector<Tensor> losses(const Networks& networks, const Moment& moment) override;
  double validation(const Networks& networks) override;
  Metrics metrics(const Networks& networks) override;
  surrogates::Surrogate exported(const Networks& networks) override;

 private:
  std::int64_t stride_of(const Trajectories& data) const;
  void divide_currents(const Trajectories& data, std::int64_t stride);
  /// The data as they are, in double on the CPU.
  Runs physical(const Trajectories& data, std::int64_t stride) const;
  Tensor others_of(const Trajectories& data, std::int64_t stride) const;
  Tensor jumps_of(const Trajectories& data) const;
  Runs normalised(const Runs& all, const std::vector<std::int64_t>& which, std::int64_t stride) const;
  void add_samples(const Runs& all, const std::vector<std::int64_t>& training, std::int64_t stride,
                   const std::string& cache);
  void find_rest();
  /// What the network gives at rest; it is taken off everywhere.
  Tensor at_rest(const Networks& networks) const;
  Tensor increment(const Networks& networks, const Tensor& state, const Tensor& other,
                   const Tensor& rest) const;
  /// States after 1 .. length steps: [length, batch, variables].
  Tensor rollout(const Networks& networks, Tensor state, const Tensor& others, const Tensor& jumps,
                 std::int64_t length) const;
  Tensor rollout_loss(const Networks& networks, const Moment& moment) const;
  std::pair<Tensor, Tensor> validation_rollout(const Networks& networks, std::int64_t length) const;
  Tensor validation_step_error(const Networks& networks) const;

  const TrainingConfig& config_;
  torch::Device device_;
  std::vector<std::string> names_, units_;  ///< of all inputs
  std::size_t variables_ = 0, others_ = 0;
  bool has_J_ = false;                 ///< J is an input
  bool has_jumps_ = false;             ///< J changes V before the step
  Scaling inputs_;                     ///< of V, states, J, parameters
  std::vector<double> output_scales_;  ///< of the increments
  Tensor to_state_;                    ///< output scale over input scale [variables]
  Tensor rest_;                        ///< [1, inputs] normalised; undefined: none
  Runs training_, held_out_;
  std::unique_ptr<Batches> batches_;
};

/// One-step samples of runs of which every time is a start: x [samples, inputs], end [samples,
/// variables].
struct Pairs {
  Tensor x, end;
};

Pairs pairs_of(const Runs& runs, std::int64_t stride) {
  const std::int64_t starts = runs.states.size(1) - stride, variables = runs.states.size(2);
  auto rows = [&](const Tensor& of, std::int64_t first) {
    return of.narrow(1, first, starts).reshape({-1, of.size(2)});
  };
  Tensor from = rows(runs.states, 0);
  if (runs.jumps.defined()) from = from + rows(runs.jumps, 0);
  const Tensor to = rows(runs.states, stride).view({-1, variables});
  if (runs.others.size(2) == 0) return {from, to};
  return {torch::cat({from, rows(runs.others, 0)}, 1), to};
}

bool varies(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [&](double each) { return each != values.front(); });
}

StepTask::StepTask(const TrainingConfig& config, torch::Device device, const std::string& cache)
    : config_(config), device_(device) {
  const Trajectories data = make_trajectories(config, cache);
  const std::int64_t stride = stride_of(data);
  divide_currents(data, stride);
  names_ = data.variables, units_ = data.units;
  variables_ = data.width();
  if (has_J_) names_.emplace_back("J"), units_.emplace_back("uA/uF");
  names_.insert(names_.end(), data.parameters.begin(), data.parameters.end());
  units_.insert(units_.end(), data.parameter_units.begin(), data.parameter_units.end());
  others_ = names_.size() - variables_;

  const Runs all = physical(data, stride);
  const Split split = split_runs(data.runs, config.data.validation, config.data.seed);
  add_samples(all, split.training, stride, cache);
  std::vector<double> ratios;
  for (std::size_t k = 0; k < variables_; ++k) ratios.push_back(output_scales_[k] / inputs_.scale[k]);
  to_state_ = tensor_of(ratios, 1, config.train.precision, device).view({-1});
  training_ = normalised(all, split.training, stride);
  held_out_ = normalised(all, split.validation.empty() ? split.training : split.validation, stride);
  if (config.step.rest) find_rest();
}

/// Which part of J changes V before a step, and which part is an input.
void StepTask::divide_currents(const Trajectories& data, std::int64_t stride) {
  const bool as_input = config_.step.current == CurrentAs::input;
  if (data.J.empty()) return;
  if (!as_input && data.stimulus.empty() && varies(data.J))
    throw InputError({Fault{"step.current",
                            "the currents of these data act over their intervals; write "
                            "step.current = \"input\""}});
  has_J_ = as_input && varies(data.stimulus.empty() ? data.J : data.stimulus);
  has_jumps_ = !data.stimulus.empty();
  if (has_jumps_ && stride != 1)
    throw InputError(
        {Fault{"surrogate.step", fmt::format("V is changed between the samples, every {}: the step must "
                                             "be as long",
                                             format_quantity(data.every, "ms"))}});
}

void StepTask::add_samples(const Runs& all, const std::vector<std::int64_t>& training,
                           std::int64_t stride, const std::string& cache) {
  const Tensor index = torch::tensor(training, torch::kLong);
  auto chosen = [&](const Tensor& of) { return of.defined() ? of.index_select(0, index) : of; };
  Pairs pairs = pairs_of({chosen(all.states), chosen(all.others), chosen(all.jumps)}, stride);
  if (config_.data.scatter > 0 && config_.data.file.empty()) {
    const Pairs more = pairs_of(physical(make_scatter(config_, stride, cache), stride), stride);
    pairs = {torch::cat({pairs.x, more.x}), torch::cat({pairs.end, more.end})};
  }
  inputs_ = scaling_of(pairs.x);
  const Tensor change = pairs.end - pairs.x.narrow(1, 0, static_cast<std::int64_t>(variables_));
  // About 0, which is the value at rest, not about the mean.
  const Tensor size = change.square().mean(0).sqrt().contiguous();
  output_scales_.assign(size.data_ptr<double>(), size.data_ptr<double>() + size.numel());
  for (double& scale : output_scales_)
    if (!(scale > 0.0)) scale = 1.0;
  const Scaling outputs{std::vector<double>(variables_, 0.0), output_scales_, {}, {}};
  const auto type = type_of(config_.train.precision);
  Tensor x = inputs_.normalised(pairs.x).to(device_, type),
         y = outputs.normalised(change).to(device_, type);
  if (config_.data.limit > 0 && x.size(0) > config_.data.limit) {
    Random random(static_cast<std::uint64_t>(config_.data.seed), Stream::split, 1);
    std::vector<std::int64_t> order = random.permutation(static_cast<std::size_t>(x.size(0)));
    order.resize(static_cast<std::size_t>(config_.data.limit));
    const Tensor few = torch::tensor(order, torch::kLong).to(device_);
    x = x.index_select(0, few), y = y.index_select(0, few);
  }
  batches_ = std::make_unique<Batches>(x, y, config_.train.batch, config_.train.seed);
}

std::int64_t StepTask::stride_of(const Trajectories& data) const {
  const double ratio = config_.surrogate.step / data.every;
  const auto stride = static_cast<std::int64_t>(std::lround(ratio));
  if (stride < 1 || std::abs(ratio - static_cast<double>(stride)) > 1e-6 * ratio)
    throw InputError({Fault{"surrogate.step", fmt::format("{} is no multiple of the data's interval, {}",
                                                          format_quantity(config_.surrogate.step, "ms"),
                                                          format_quantity(data.every, "ms"))}});
  if (data.times <= stride)
    throw InputError(
        {Fault{"surrogate.step", fmt::format("the data's runs are {} long, no longer than a step",
                                             format_quantity(data.every * (data.times - 1), "ms"))}});
  return stride;
}

Runs StepTask::physical(const Trajectories& data, std::int64_t stride) const {
  const Tensor states = tensor_of(data.values, data.runs * data.times, Precision::double_, torch::kCPU);
  return {states.view({data.runs, data.times, static_cast<std::int64_t>(data.width())}),
          others_of(data, stride), has_jumps_ ? jumps_of(data) : Tensor()};
}

/// J, its mean over the step that begins at a time, and the parameters: [runs, times, others].
Tensor StepTask::others_of(const Trajectories& data, std::int64_t stride) const {
  std::vector<Tensor> columns;
  if (has_J_) {
    const Tensor J =
        tensor_of(has_jumps_ ? data.stimulus : data.J, data.runs, Precision::double_, torch::kCPU);
    const Tensor sums = torch::constant_pad_nd(J.cumsum(1), {1, 0});
    const Tensor means =
        (sums.narrow(1, stride, data.times - stride) - sums.narrow(1, 0, data.times - stride)) /
        static_cast<double>(stride);
    columns.push_back(torch::constant_pad_nd(means, {0, stride}).unsqueeze(2));
  }
  if (!data.parameters.empty())
    columns.push_back(tensor_of(data.parameter_values, data.runs, Precision::double_, torch::kCPU)
                          .unsqueeze(1)
                          .expand({-1, data.times, -1}));
  if (columns.empty()) return torch::zeros({data.runs, data.times, 0}, torch::kDouble);
  return torch::cat(columns, 2);
}

/// By how much diffusion, or the whole current, has changed V when a step begins: [runs, times,
/// variables].
Tensor StepTask::jumps_of(const Trajectories& data) const {
  Tensor J = tensor_of(data.J, data.runs, Precision::double_, torch::kCPU);
  if (config_.step.current == CurrentAs::input)
    J = J - tensor_of(data.stimulus, data.runs, Precision::double_, torch::kCPU);
  const Tensor jumps = torch::constant_pad_nd(J * data.every, {0, 1}).unsqueeze(2);
  return torch::constant_pad_nd(jumps, {0, static_cast<std::int64_t>(data.width()) - 1});
}

Runs StepTask::normalised(const Runs& all, const std::vector<std::int64_t>& which,
                          std::int64_t stride) const {
  const Tensor index = torch::tensor(which, torch::kLong);
  using torch::indexing::Slice;
  auto steps = [&](const Tensor& of) {
    return of.index_select(0, index).index({Slice(), Slice(0, torch::indexing::None, stride)});
  };
  const auto type = type_of(config_.train.precision);
  const Tensor inputs =
      inputs_.normalised(torch::cat({steps(all.states), steps(all.others)}, 2)).to(device_, type);
  const auto width = static_cast<std::int64_t>(variables_);
  Runs runs{inputs.narrow(2, 0, width).contiguous(),
            inputs.narrow(2, width, static_cast<std::int64_t>(others_)).contiguous(), Tensor()};
  if (all.jumps.defined()) runs.jumps = (steps(all.jumps) / inputs_.scale[0]).to(device_, type);
  return runs;
}

void StepTask::find_rest() {
  if (others_ > (has_J_ ? 1u : 0u))
    throw InputError(
        {Fault{"step.rest", "the rest depends on the parameters in data.ranges; write rest = false"}});
  std::vector<double> rest = ReferenceCell(config_.surrogate.cell, 1e-9).rest();
  if (has_J_) rest.push_back(0.0);
  rest_ = inputs_.normalised(tensor_of(rest, 1, Precision::double_, torch::kCPU))
              .to(device_, type_of(config_.train.precision));
}

Tensor StepTask::at_rest(const Networks& networks) const {
  return rest_.defined() ? networks[0].forward(rest_) : Tensor();
}

Tensor StepTask::increment(const Networks& networks, const Tensor& state, const Tensor& other,
                           const Tensor& rest) const {
  const Tensor out = networks[0].forward(other.defined() ? torch::cat({state, other}, 1) : state);
  return rest.defined() ? out - rest : out;
}

Tensor StepTask::rollout(const Networks& networks, Tensor state, const Tensor& others,
                         const Tensor& jumps, std::int64_t length) const {
  const Tensor rest = at_rest(networks);
  std::vector<Tensor> states;
  for (std::int64_t k = 0; k < length; ++k) {
    const Tensor other = others_ > 0 ? others.select(0, k) : Tensor();
    const Tensor seen = jumps.defined() ? state + jumps.select(0, k) : state;
    state = torch::addcmul(seen, increment(networks, seen, other, rest), to_state_);
    states.push_back(state);
  }
  return torch::stack(states);
}

Tensor StepTask::rollout_loss(const Networks& networks, const Moment& moment) const {
  const TrainSettings& train = config_.train;
  if (train.rollout.empty() || moment.progress < train.rollout_start) return {};
  const double along = (moment.progress - train.rollout_start) / (1.0 - train.rollout_start);
  const auto stage =
      std::min(train.rollout.size() - 1,
               static_cast<std::size_t>(along * static_cast<double>(train.rollout.size())));
  const std::int64_t length = std::min<std::int64_t>(train.rollout[stage], training_.steps());
  const std::int64_t times = training_.steps() + 1, batch = train.rollout_batch;
  const auto whole = torch::TensorOptions(torch::kLong).device(device_);
  const Tensor run = torch::randint(training_.runs(), {batch}, moment.generator, whole);
  const Tensor first = torch::randint(times - length, {batch}, moment.generator, whole);
  const Tensor index =
      ((run * times + first).unsqueeze(0) + torch::arange(length + 1, whole).unsqueeze(1)).view({-1});
  auto windows = [&](const Tensor& of) {
    return of.view({-1, of.size(2)}).index_select(0, index).view({length + 1, batch, of.size(2)});
  };
  const Tensor states = windows(training_.states);
  Tensor jumps = has_jumps_ ? windows(training_.jumps) : Tensor();
  if (train.noise > 0.0) {
    const Tensor noise =
        torch::randn({length + 1, batch, states.size(2)}, moment.generator, states.options()) *
        train.noise;
    jumps = jumps.defined() ? jumps + noise : noise;
  }
  const Tensor reached = rollout(networks, states.select(0, 0),
                                 others_ > 0 ? windows(training_.others) : Tensor(), jumps, length);
  return distance(reached - states.narrow(0, 1, length), train.distance);
}

std::vector<Tensor> StepTask::losses(const Networks& networks, const Moment& moment) {
  const auto [x, y] = batches_->at(moment.iteration);
  Tensor out = networks[0].forward(x);
  if (rest_.defined()) out = out - at_rest(networks);
  return {distance(out - y, config_.train.distance), rollout_loss(networks, moment)};
}

Tensor StepTask::validation_step_error(const Networks& networks) const {
  const auto width = static_cast<std::int64_t>(variables_);
  Tensor from = held_out_.states.narrow(1, 0, held_out_.steps()).reshape({-1, width});
  if (has_jumps_) from = from + held_out_.jumps.narrow(1, 0, held_out_.steps()).reshape({-1, width});
  const Tensor to = held_out_.states.narrow(1, 1, held_out_.steps()).reshape({-1, width});
  const Tensor other = others_ > 0 ? held_out_.others.narrow(1, 0, held_out_.steps())
                                         .reshape({-1, static_cast<std::int64_t>(others_)})
                                   : Tensor();
  return increment(networks, from, other, at_rest(networks)) - (to - from) / to_state_;
}

/// States reached and states of the data, [length, runs, variables], from the first time.
std::pair<Tensor, Tensor> StepTask::validation_rollout(const Networks& networks,
                                                       std::int64_t length) const {
  const Tensor states = held_out_.states.transpose(0, 1);
  const Tensor jumps = has_jumps_ ? held_out_.jumps.transpose(0, 1) : Tensor();
  return {rollout(networks, states.select(0, 0), held_out_.others.transpose(0, 1), jumps, length),
          states.narrow(0, 1, length)};
}

double StepTask::validation(const Networks& networks) {
  const torch::NoGradGuard no_gradient;
  double loss = distance(validation_step_error(networks), config_.train.distance).item<double>();
  if (config_.train.rollout.empty()) return loss;
  const int longest = *std::max_element(config_.train.rollout.begin(), config_.train.rollout.end());
  const auto [reached, truth] =
      validation_rollout(networks, std::min<std::int64_t>(longest, held_out_.steps()));
  return loss + distance(reached - truth, config_.train.distance).item<double>();
}

Metrics StepTask::metrics(const Networks& networks) {
  const torch::NoGradGuard no_gradient;
  Metrics metrics;
  const Tensor step_error = validation_step_error(networks);
  const auto [reached, truth] = validation_rollout(networks, held_out_.steps());
  const Tensor error = (reached - truth).reshape({-1, static_cast<std::int64_t>(variables_)});
  for (std::size_t k = 0; k < variables_; ++k) {
    const auto column = static_cast<std::int64_t>(k);
    metrics.outputs.push_back(
        error_of(names_[k], units_[k], step_error.select(1, column) * output_scales_[k]));
    const OutputError rolled = error_of("", units_[k], error.select(1, column) * inputs_.scale[k]);
    metrics.figures.push_back({"rollout." + names_[k] + ".mae", units_[k], rolled.mean});
    metrics.figures.push_back({"rollout." + names_[k] + ".max", units_[k], rolled.largest});
  }
  metrics.figures.push_back({"rollout.steps", "1", static_cast<double>(held_out_.steps())});
  return metrics;
}

surrogates::Surrogate StepTask::exported(const Networks& networks) {
  using namespace surrogates;
  Surrogate surrogate = blank_surrogate(config_);
  surrogate.dt = config_.surrogate.step;
  Part part{"step", {}, {}, networks[0].exported()};
  for (std::size_t k = 0; k < names_.size(); ++k) {
    part.inputs.push_back(static_cast<int>(k));
    surrogate.inputs.push_back(input_of(inputs_, k, names_[k], units_[k]));
  }
  for (std::size_t k = 0; k < variables_; ++k) {
    part.outputs.push_back(static_cast<int>(k));
    Output output;
    output.name = names_[k], output.unit = units_[k];
    output.form = Form::increment;
    output.scale = output_scales_[k];
    surrogate.outputs.push_back(std::move(output));
  }
  if (rest_.defined()) {
    const Tensor plain = rest_.to(torch::kCPU, torch::kDouble).contiguous();
    const std::vector<double> offset = evaluate(part.network, {plain.data_ptr<double>(), names_.size()});
    std::vector<float>& bias = part.network.layers.back().bias;
    for (std::size_t k = 0; k < variables_; ++k)
      bias[k] = static_cast<float>(static_cast<double>(bias[k]) - offset[k]);
  }
  surrogate.parts.push_back(std::move(part));
  return surrogate;
}

}  // namespace

std::unique_ptr<Task> make_step_task(const TrainingConfig& config, torch::Device device,
                                     const std::string& cache) {
  return std::make_unique<StepTask>(config, device, cache);
}

}  // namespace myowave::learn
