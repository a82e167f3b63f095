// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "surrogates/learn/random.hpp"
#include "surrogates/learn/reference_cell.hpp"
#include "surrogates/learn/samples.hpp"
#include "surrogates/learn/task.hpp"
#include "surrogates/learn/tensor_model.hpp"
#include "surrogates/learn/trajectories.hpp"

namespace myowave::learn {
namespace {

using torch::Tensor;

/// Samples of runs, physical, in double on the CPU: x [runs * times, 1 + starts + parameters], t first;
/// y [runs * times, variables].
struct Samples {
  Tensor x, y;
};

/// (t, initial V and states, parameters) -> V and states at t.
class TrajectoryTask : public Task {
 public:
  TrajectoryTask(const TrainingConfig& config, torch::Device device, const std::string& cache);

  std::vector<PerceptronShape> shapes() const override {
    return {shape_of(config_.network, static_cast<int>(input_names_.size()),
                     static_cast<int>(variables_.size()))};
  }
  std::size_t samples() const override { return static_cast<std::size_t>(batches_->samples()); }
  std::vector<Tensor> losses(const Networks& networks, const Moment& moment) override;
  double validation(const Networks& networks) override;
  Metrics metrics(const Networks& networks) override;
  surrogates::Surrogate exported(const Networks& networks) override;

 private:
  void name_inputs(const Trajectories& data);
  Samples samples_of(const Trajectories& data, const std::vector<std::int64_t>& runs) const;
  void scale_inputs(const Trajectories& data);
  void thin_out(Samples& samples, bool one_run) const;
  void prepare_physics(const Trajectories& data, const std::vector<std::int64_t>& runs);
  double weight(const std::string& term) const;
  /// Normalised inputs at random starts of the training runs, t normalised from `t` [samples, 1] in ms.
  Tensor at_starts(const Tensor& run, const Tensor& t) const;
  Tensor physics_loss(const Networks& networks, const Moment& moment) const;
  Tensor boundary_loss(const Networks& networks, const Moment& moment) const;
  Tensor random_runs(const Moment& moment) const;
  Tensor in_parts(const Networks& networks, const Tensor& x) const;

  const TrainingConfig& config_;
  torch::Device device_;
  std::vector<std::string> variables_, units_, input_names_, input_units_;
  std::vector<std::size_t> start_columns_;  ///< variables whose initial values are inputs
  Scaling inputs_, outputs_;
  double t_end_ = 0.0;
  std::int64_t times_ = 0;
  std::unique_ptr<Batches> batches_;
  Tensor held_out_x_, held_out_y_;  ///< normalised, all times of whole runs
  // Of the physics and boundary terms, in the training's precision on its device:
  const TensorModel* model_ = nullptr;
  std::vector<double> parameters_;
  std::vector<std::pair<std::size_t, std::int64_t>>
      parameter_columns_;                                 ///< (of the model, of the inputs)
  Tensor starts_;                                         ///< [runs, inputs] normalised, t = 0
  Tensor first_values_;                                   ///< [runs, variables] normalised
  Tensor output_offset_, output_scale_, residual_scale_;  ///< [variables]
  double J_ = 0.0;
};

TrajectoryTask::TrajectoryTask(const TrainingConfig& config, torch::Device device,
                               const std::string& cache)
    : config_(config), device_(device) {
  const Trajectories data = make_trajectories(config, cache);
  variables_ = data.variables, units_ = data.units;
  times_ = data.times;
  t_end_ = data.every * static_cast<double>(data.times - 1);
  if (!data.J.empty()) J_ = data.J.front();
  if (std::any_of(data.J.begin(), data.J.end(), [&](double J) { return J != J_; }))
    throw InputError(
        {Fault{"data.current",
               "a trajectory has no current as an input: take one constant current, or vary a "
               "parameter of the model in data.ranges"}});
  name_inputs(data);
  const Split split = split_runs(data.runs, config.data.validation, config.data.seed);
  const bool one_run = split.validation.empty();
  Samples training = samples_of(data, split.training);
  const Samples held_out = one_run ? training : samples_of(data, split.validation);
  scale_inputs(data);
  outputs_ = scaling_of(training.y);
  thin_out(training, one_run);
  const auto type = type_of(config.train.precision);
  batches_ = std::make_unique<Batches>(inputs_.normalised(training.x).to(device, type),
                                       outputs_.normalised(training.y).to(device, type),
                                       config.train.batch, config.train.seed);
  held_out_x_ = inputs_.normalised(held_out.x).to(device, type);
  held_out_y_ = outputs_.normalised(held_out.y).to(device, type);
  prepare_physics(data, split.training);
}

/// Initial values and parameters that differ from run to run.
void TrajectoryTask::name_inputs(const Trajectories& data) {
  input_names_ = {"t"}, input_units_ = {"ms"};
  for (std::size_t k = 0; k < data.width(); ++k) {
    bool varies = false;
    for (std::int64_t run = 1; run < data.runs; ++run)
      varies = varies || data.at(run, 0)[k] != data.at(0, 0)[k];
    if (!varies) continue;
    start_columns_.push_back(k);
    input_names_.push_back(data.variables[k] + ".0");
    input_units_.push_back(data.units[k]);
  }
  input_names_.insert(input_names_.end(), data.parameters.begin(), data.parameters.end());
  input_units_.insert(input_units_.end(), data.parameter_units.begin(), data.parameter_units.end());
}

Samples TrajectoryTask::samples_of(const Trajectories& data,
                                   const std::vector<std::int64_t>& runs) const {
  const auto inputs = static_cast<std::int64_t>(input_names_.size()),
             width = static_cast<std::int64_t>(data.width());
  const auto rows = static_cast<std::int64_t>(runs.size()) * data.times;
  Samples samples{torch::empty({rows, inputs}, torch::kDouble),
                  torch::empty({rows, width}, torch::kDouble)};
  auto* x = samples.x.data_ptr<double>();
  auto* y = samples.y.data_ptr<double>();
  const std::size_t parameters = data.parameters.size();
  for (const std::int64_t run : runs)
    for (std::int64_t k = 0; k < data.times; ++k) {
      *x++ = data.every * static_cast<double>(k);
      for (const std::size_t column : start_columns_) *x++ = data.at(run, 0)[column];
      const double* values = data.parameter_values.data() + static_cast<std::size_t>(run) * parameters;
      x = std::copy_n(values, parameters, x);
      y = std::copy_n(data.at(run, k), width, y);
    }
  return samples;
}

/// All inputs have uniform distributions, so that their ranges give the scaling.
void TrajectoryTask::scale_inputs(const Trajectories& data) {
  const auto add = [&](double low, double high) {
    inputs_.low.push_back(low), inputs_.high.push_back(high);
    inputs_.offset.push_back(0.5 * (low + high));
    inputs_.scale.push_back((high - low) / std::sqrt(12.0));
  };
  add(0.0, t_end_);
  for (std::size_t k = 1; k < input_names_.size(); ++k) {
    double low = INFINITY, high = -INFINITY;
    for (std::int64_t run = 0; run < data.runs; ++run) {
      const std::size_t start = k - 1;
      const double value =
          start < start_columns_.size()
              ? data.at(run, 0)[start_columns_[start]]
              : data.parameter_values[static_cast<std::size_t>(run) * data.parameters.size() + start -
                                      start_columns_.size()];
      low = std::min(low, value), high = std::max(high, value);
    }
    for (const ValueRange& range : config_.data.ranges)
      if (config_.data.file.empty() &&
          (range.name == input_names_[k] || range.name + ".0" == input_names_[k]))
        low = range.low, high = range.high;
    add(low, high);
  }
}

/// At most data.limit samples: of one run evenly spaced in time, else drawn.
void TrajectoryTask::thin_out(Samples& samples, bool one_run) const {
  const std::int64_t limit = config_.data.limit, rows = samples.x.size(0);
  if (limit == 0 || limit >= rows) return;
  std::vector<std::int64_t> kept;
  if (one_run) {
    for (std::int64_t k = 0; k < limit; ++k)
      kept.push_back(limit == 1 ? 0
                                : std::lround(static_cast<double>(k * (rows - 1)) /
                                              static_cast<double>(limit - 1)));
  } else {
    Random random(static_cast<std::uint64_t>(config_.data.seed), Stream::split, 1);
    kept = random.permutation(static_cast<std::size_t>(rows));
    kept.resize(static_cast<std::size_t>(limit));
  }
  const Tensor index = torch::tensor(kept, torch::kLong);
  samples = {samples.x.index_select(0, index), samples.y.index_select(0, index)};
}

double TrajectoryTask::weight(const std::string& term) const { return config_.train.weights.at(term); }

void TrajectoryTask::prepare_physics(const Trajectories& data, const std::vector<std::int64_t>& runs) {
  if (weight("physics") == 0.0 && weight("boundary") == 0.0) return;
  const ReferenceCell cell(config_.surrogate.cell, 1e-9);
  const auto type = type_of(config_.train.precision);
  const Tensor first = torch::arange(static_cast<std::int64_t>(runs.size()), torch::kLong) * data.times;
  const Samples all = samples_of(data, runs);
  starts_ = inputs_.normalised(all.x.index_select(0, first)).to(device_, type);
  first_values_ = outputs_.normalised(all.y.index_select(0, first)).to(device_, type);
  auto row = [&](const std::vector<double>& values) {
    return tensor_of(values, 1, config_.train.precision, device_).view({-1});
  };
  output_offset_ = row(outputs_.offset), output_scale_ = row(outputs_.scale);
  if (weight("physics") == 0.0) return;
  model_ = &find_tensor_model(config_.surrogate.cell.model);
  parameters_ = cell.parameters();
  for (std::size_t p = 0; p < data.parameters.size(); ++p)
    for (std::size_t k = 0; k < cell.info().parameters.size(); ++k)
      if (data.parameters[p] == cell.info().parameters[k].name)
        parameter_columns_.emplace_back(k, static_cast<std::int64_t>(1 + start_columns_.size() + p));
  // Differences of neighbouring samples tell the size of the derivatives well enough.
  const Tensor y = all.y.view({-1, data.times, all.y.size(1)});
  const Tensor slopes = (y.narrow(1, 1, data.times - 1) - y.narrow(1, 0, data.times - 1)) / data.every;
  const Scaling sizes = scaling_of(slopes.reshape({-1, all.y.size(1)}));
  residual_scale_ =
      config_.trajectory.scale_aware ? 1.0 / row(sizes.scale) : torch::ones_like(output_scale_);
}

Tensor TrajectoryTask::random_runs(const Moment& moment) const {
  const auto whole = torch::TensorOptions(torch::kLong).device(device_);
  return torch::randint(starts_.size(0), {config_.train.physics_batch}, moment.generator, whole);
}

Tensor TrajectoryTask::at_starts(const Tensor& run, const Tensor& t) const {
  const Tensor time = (t - inputs_.offset[0]) * (1.0 / inputs_.scale[0]);
  const std::int64_t others = starts_.size(1) - 1;
  if (others == 0) return time;
  return torch::cat({time, starts_.narrow(1, 1, others).index_select(0, run)}, 1);
}

/// The residual of the model's equations, dy/dt - f(y), along the networks' trajectories.
Tensor TrajectoryTask::physics_loss(const Networks& networks, const Moment& moment) const {
  const Tensor run = random_runs(moment);
  const double until =
      config_.trajectory.physics_until > 0.0 ? config_.trajectory.physics_until : t_end_;
  const Tensor t = torch::rand({run.size(0), 1}, moment.generator, starts_.options()) * until;
  const Tensor x = at_starts(run, t);
  Tensor dx = torch::zeros_like(x);
  dx.select(1, 0).fill_(1.0 / inputs_.scale[0]);
  const auto [y, dy] = networks[0].forward_with_tangent(x, dx);
  std::vector<Tensor> parameters;
  for (const double value : parameters_) parameters.push_back(torch::full({}, value, torch::kDouble));
  for (const auto& [parameter, column] : parameter_columns_) {
    const auto k = static_cast<std::size_t>(column);
    parameters[parameter] = x.select(1, column) * inputs_.scale[k] + inputs_.offset[k];
  }
  const Tensor rates = model_->rates(torch::addcmul(output_offset_, y, output_scale_), parameters,
                                     torch::full({}, J_, torch::kDouble));
  return ((dy * output_scale_ - rates) * residual_scale_).square().mean();
}

/// What is off at t = 0.
Tensor TrajectoryTask::boundary_loss(const Networks& networks, const Moment& moment) const {
  if (starts_.size(0) == 1) return (networks[0].forward(starts_) - first_values_).square().mean();
  const Tensor run = random_runs(moment);
  const Tensor off =
      networks[0].forward(starts_.index_select(0, run)) - first_values_.index_select(0, run);
  return off.square().mean();
}

std::vector<Tensor> TrajectoryTask::losses(const Networks& networks, const Moment& moment) {
  const auto [x, y] = moment.all ? batches_->all() : batches_->at(moment.iteration);
  return {distance(networks[0].forward(x) - y, config_.train.distance),
          model_ ? physics_loss(networks, moment) : Tensor(),
          weight("boundary") > 0.0 ? boundary_loss(networks, moment) : Tensor()};
}

/// The output for many samples, in parts that fit the caches.
Tensor TrajectoryTask::in_parts(const Networks& networks, const Tensor& x) const {
  const torch::NoGradGuard no_gradient;
  constexpr std::int64_t rows = 65536;
  std::vector<Tensor> parts;
  for (std::int64_t first = 0; first < x.size(0); first += rows)
    parts.push_back(networks[0].forward(x.narrow(0, first, std::min(rows, x.size(0) - first))));
  return torch::cat(parts);
}

double TrajectoryTask::validation(const Networks& networks) {
  constexpr std::int64_t most = 65536;
  const std::int64_t stride = (held_out_x_.size(0) + most - 1) / most;
  using torch::indexing::None;
  using torch::indexing::Slice;
  const Tensor x = held_out_x_.index({Slice(None, None, stride)}),
               y = held_out_y_.index({Slice(None, None, stride)});
  return distance(in_parts(networks, x) - y, config_.train.distance).item<double>();
}

Metrics TrajectoryTask::metrics(const Networks& networks) {
  const torch::NoGradGuard no_gradient;
  Metrics metrics;
  const Tensor found = in_parts(networks, held_out_x_);
  const Tensor off = found - held_out_y_;
  for (std::size_t k = 0; k < variables_.size(); ++k) {
    metrics.outputs.push_back(error_of(variables_[k], units_[k],
                                       off.select(1, static_cast<std::int64_t>(k)) * outputs_.scale[k]));
  }
  const ThresholdSettings& threshold = config_.data.threshold;
  if (threshold.fraction > 0.0 || threshold.within > 0.0) {
    const double level = (threshold.level - outputs_.offset[0]) / outputs_.scale[0];
    auto fires = [&](const Tensor& y) {
      return std::get<0>(y.select(1, 0).reshape({-1, times_}).max(1)) > level;
    };
    const Tensor wrong = fires(found).logical_xor(fires(held_out_y_)).to(torch::kDouble);
    metrics.figures.push_back({"threshold_flips", "1", wrong.mean().item<double>()});
  }
  return metrics;
}

surrogates::Surrogate TrajectoryTask::exported(const Networks& networks) {
  using namespace surrogates;
  Surrogate surrogate = blank_surrogate(config_);
  Part part{"trajectory", {}, {}, networks[0].exported()};
  for (std::size_t k = 0; k < input_names_.size(); ++k) {
    part.inputs.push_back(static_cast<int>(k));
    surrogate.inputs.push_back(input_of(inputs_, k, input_names_[k], input_units_[k]));
  }
  for (std::size_t k = 0; k < variables_.size(); ++k) {
    part.outputs.push_back(static_cast<int>(k));
    Output output;
    output.name = variables_[k], output.unit = units_[k];
    output.offset = outputs_.offset[k], output.scale = outputs_.scale[k];
    surrogate.outputs.push_back(std::move(output));
  }
  surrogate.parts.push_back(std::move(part));
  return surrogate;
}

}  // namespace

std::unique_ptr<Task> make_trajectory_task(const TrainingConfig& config, torch::Device device,
                                           const std::string& cache) {
  return std::make_unique<TrajectoryTask>(config, device, cache);
}

}  // namespace myowave::learn
