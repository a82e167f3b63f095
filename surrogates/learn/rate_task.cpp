// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "ionic/registry.hpp"
#include "surrogates/learn/random.hpp"
#include "surrogates/learn/rate_function.hpp"
#include "surrogates/learn/reference_cell.hpp"
#include "surrogates/learn/samples.hpp"
#include "surrogates/learn/spikes.hpp"
#include "surrogates/learn/task.hpp"
#include "surrogates/learn/tensor_model.hpp"
#include "surrogates/learn/trajectories.hpp"

namespace myowave::learn {
namespace {

using torch::Tensor;

/// Runs of which the states are normalised.
struct RateRuns {
  Tensor z;      ///< [runs, times, variables]
  Tensor clean;  ///< the same without noise
  Tensor J;      ///< [runs, intervals] uA/uF
};

/// Some windows of runs.
struct Windows {
  Tensor z;  ///< [length + 1, windows, variables]
  Tensor t;  ///< [windows, 1] ms at the start
  Tensor J;  ///< [length, windows]
};

/// Where residuals are taken, all [points, ...].
struct Points {
  Tensor z;       ///< normalised
  Tensor t;       ///< [points, 1] ms
  Tensor J;       ///< [points] uA/uF
  Tensor truth;   ///< the derivatives of z
  Tensor weight;  ///< residuals of z are multiplied by this

  Points at(const Tensor& index) const {
    auto some = [&](const Tensor& of) { return of.index_select(0, index); };
    return {some(z), some(t), some(J), some(truth), some(weight)};
  }
};

/// (V, states[, t]) -> derivatives, learnt from trajectories and from the equations themselves.
class RateTask : public Task {
 public:
  RateTask(const TrainingConfig& config, torch::Device device, const std::string& cache);

  std::vector<PerceptronShape> shapes() const override { return function_->shapes(); }
  std::size_t samples() const override {
    return static_cast<std::size_t>(training_.z.size(0) * training_.z.size(1));
  }
  std::vector<Tensor> losses(const Networks& networks, const Moment& moment) override;
  double validation(const Networks& networks) override;
  Metrics metrics(const Networks& networks) override;
  surrogates::Surrogate exported(const Networks& networks) override;
  std::string trace(const Networks& networks) override;

 private:
  /// The truth and the surrogate from the first state of each run: [times, runs, variables], physical.
  struct LongRun {
    Tensor truth, found;
  };

  void add_noise(Tensor& z, double every) const;
  RateRuns chosen(const RateRuns& all, const std::vector<std::int64_t>& which) const;
  std::vector<double> derivative_scales(const Trajectories& data) const;
  double weight(const std::string& term) const;
  std::int64_t window_length(double progress) const;
  Windows windows(const RateRuns& runs, const Tensor& run, const Tensor& first,
                  std::int64_t length) const;
  Windows random_windows(const Moment& moment) const;
  Windows all_windows(const RateRuns& runs) const;
  Tensor window_loss(const Networks& networks, const Windows& windows) const;
  Points points_of(const RateRuns& runs) const;
  void widen_ranges();
  Tensor physics_loss(const Networks& networks, const Points& points) const;
  Tensor random_points(const Moment& moment) const;
  LongRun long_run(const Networks& networks) const;
  void add_long_run(const Networks& networks, Metrics& metrics) const;

  const TrainingConfig& config_;
  torch::Device device_;
  std::vector<std::string> names_, units_;
  Scaling scaling_;
  std::vector<double> derivatives_;  ///< standard deviations, per ms
  double every_;
  std::unique_ptr<RateFunction> function_;
  RateRuns training_, held_out_;
  std::vector<double> first_states_, first_currents_;  ///< of the training runs, physical
  const TensorModel* model_ = nullptr;                 ///< where there is a term of the equations
  std::vector<Tensor> parameters_;
  Tensor offset_, scale_;            ///< [variables]
  Points points_, held_out_points_;  ///< where there is a term of the equations
  int gates_;
};

RateTask::RateTask(const TrainingConfig& config, torch::Device device, const std::string& cache)
    : config_(config), device_(device) {
  Trajectories data = make_trajectories(config, cache);
  if (!data.parameters.empty())
    throw InputError(
        {Fault{"data.ranges", "a rate has no parameters as inputs; name V and states only"}});
  names_ = data.variables, units_ = data.units, every_ = data.every;
  const auto width = static_cast<std::int64_t>(data.width());
  const Tensor states = tensor_of(data.values, data.runs * data.times, Precision::double_, torch::kCPU);
  scaling_ = scaling_of(states);
  derivatives_ = derivative_scales(data);
  const auto type = type_of(config.train.precision);
  RateRuns all;
  all.clean = scaling_.normalised(states).view({data.runs, data.times, width});
  all.z = all.clean.clone();
  if (config.data.noise.sigma > 0.0) add_noise(all.z, data.every);
  all.z = all.z.to(device, type), all.clean = all.clean.to(device, type);
  if (data.J.empty()) data.J.assign(static_cast<std::size_t>(data.runs * (data.times - 1)), 0.0);
  all.J = tensor_of(data.J, data.runs, config.train.precision, device);
  const Split split = split_runs(data.runs, config.data.validation, config.data.seed);
  training_ = chosen(all, split.training);
  held_out_ = split.validation.empty() ? training_ : chosen(all, split.validation);
  for (const std::int64_t run : split.training) {
    first_states_.insert(first_states_.end(), data.at(run, 0), data.at(run, 0) + width);
    first_currents_.push_back(data.J[static_cast<std::size_t>(run * (data.times - 1))]);
  }
  auto row = [&](const std::vector<double>& values) {
    return tensor_of(values, 1, config.train.precision, device).view({-1});
  };
  offset_ = row(scaling_.offset), scale_ = row(scaling_.scale);
  gates_ = ionic::find_model(config.surrogate.cell.model).info->gate_count;
  if (weight("physics") > 0.0) {
    model_ = &find_tensor_model(config.surrogate.cell.model);
    const ReferenceCell cell(config.surrogate.cell, 1e-9);
    for (const double value : cell.parameters())
      parameters_.push_back(torch::full({}, value, torch::kDouble));
    points_ = points_of(training_);
    held_out_points_ = split.validation.empty() ? points_ : points_of(held_out_);
    widen_ranges();
  }
  function_ = std::make_unique<RateFunction>(config, names_, units_, scaling_, derivatives_,
                                             every_ * static_cast<double>(data.times - 1), device);
}

double RateTask::weight(const std::string& term) const { return config_.train.weights.at(term); }

/// Exact samples of dn = -theta n dt + sigma dW, from its stationary distribution.
void RateTask::add_noise(Tensor& z, double every) const {
  const NoiseSettings& noise = config_.data.noise;
  const double kept = std::exp(-noise.theta * every);
  const double stationary = noise.sigma / std::sqrt(2.0 * noise.theta);
  const double fresh = stationary * std::sqrt(1.0 - kept * kept);
  auto* values = z.data_ptr<double>();
  const std::int64_t times = z.size(1), width = z.size(2);
  for (std::int64_t run = 0; run < z.size(0); ++run) {
    Random random(static_cast<std::uint64_t>(noise.seed), Stream::noise,
                  static_cast<std::uint64_t>(run));
    std::vector<double> now(static_cast<std::size_t>(width));
    for (double& each : now) each = stationary * random.normal();
    for (std::int64_t k = 0; k < times; ++k)
      for (std::int64_t v = 0; v < width; ++v) {
        double& each = now[static_cast<std::size_t>(v)];
        values[(run * times + k) * width + v] += each;
        each = kept * each + fresh * random.normal();
      }
  }
}

RateRuns RateTask::chosen(const RateRuns& all, const std::vector<std::int64_t>& which) const {
  const Tensor index = torch::tensor(which, torch::kLong).to(device_);
  return {all.z.index_select(0, index), all.clean.index_select(0, index), all.J.index_select(0, index)};
}

std::vector<double> RateTask::derivative_scales(const Trajectories& data) const {
  const ReferenceCell cell(config_.surrogate.cell, 1e-9);
  const std::size_t width = data.width();
  std::vector<double> slope(width + 1), sum(width, 0.0), squares(width, 0.0);
  double count = 0.0;
  for (std::int64_t run = 0; run < data.runs; ++run)
    for (std::int64_t k = 0; k + 1 < data.times; ++k) {
      const double J =
          data.J.empty() ? 0.0 : data.J[static_cast<std::size_t>(run * (data.times - 1) + k)];
      cell.rates(data.at(run, k), cell.parameters().data(), J, slope.data());
      for (std::size_t v = 0; v < width; ++v) sum[v] += slope[v], squares[v] += slope[v] * slope[v];
      count += 1.0;
    }
  std::vector<double> scales;
  for (std::size_t v = 0; v < width; ++v) {
    const double mean = sum[v] / count;
    const double deviation = std::sqrt(std::max(0.0, squares[v] / count - mean * mean));
    scales.push_back(deviation > 0.0 ? deviation : 1.0);
  }
  return scales;
}

std::int64_t RateTask::window_length(double progress) const {
  const std::vector<int>& lengths = config_.train.rollout;
  constexpr std::int64_t usual = 10;
  const std::int64_t longest = training_.z.size(1) - 1;
  if (lengths.empty()) return std::min(usual, longest);
  const auto stage = static_cast<std::size_t>(progress * static_cast<double>(lengths.size()));
  return std::min<std::int64_t>(lengths[std::min(stage, lengths.size() - 1)], longest);
}

Windows RateTask::windows(const RateRuns& runs, const Tensor& run, const Tensor& first,
                          std::int64_t length) const {
  const std::int64_t times = runs.z.size(1), count = run.size(0);
  const Tensor steps = torch::arange(length + 1, run.options()).unsqueeze(1);
  const Tensor at = ((run * times + first).unsqueeze(0) + steps).view({-1});
  const Tensor intervals =
      ((run * (times - 1) + first).unsqueeze(0) + steps.narrow(0, 0, length)).view({-1});
  return {runs.z.view({-1, runs.z.size(2)}).index_select(0, at).view({length + 1, count, -1}),
          (first.to(runs.z.scalar_type()) * every_).unsqueeze(1),
          runs.J.view({-1}).index_select(0, intervals).view({length, count})};
}

Windows RateTask::random_windows(const Moment& moment) const {
  const std::int64_t length = window_length(moment.progress);
  const std::int64_t runs = training_.z.size(0), places = training_.z.size(1) - length;
  const auto whole = torch::TensorOptions(torch::kLong).device(device_);
  if (places == 1)
    return windows(training_, torch::arange(runs, whole), torch::zeros({runs}, whole), length);
  const std::int64_t count = config_.train.rollout_batch;
  return windows(training_, torch::randint(runs, {count}, moment.generator, whole),
                 torch::randint(places, {count}, moment.generator, whole), length);
}

/// Windows of the last length, one after the other.
Windows RateTask::all_windows(const RateRuns& runs) const {
  const std::int64_t length = window_length(1.0), each = (runs.z.size(1) - 1) / length;
  const auto whole = torch::TensorOptions(torch::kLong).device(device_);
  const Tensor k = torch::arange(runs.z.size(0) * each, whole);
  return windows(runs, torch::floor_divide(k, each), k.remainder(each) * length, length);
}

Tensor RateTask::window_loss(const Networks& networks, const Windows& windows) const {
  const std::int64_t length = windows.J.size(0);
  const Tensor t = config_.rate.time_input ? windows.t : Tensor();
  const Tensor reached = function_->heun(networks, windows.z.select(0, 0), t, windows.J, every_, length);
  return distance(reached - windows.z.narrow(0, 1, length), config_.train.distance);
}

/// The data, and as `rate` says moved copies of them and points all over the box. They depend on the
/// seed of the data alone.
Points RateTask::points_of(const RateRuns& runs) const {
  const RateSettings& settings = config_.rate;
  const std::int64_t intervals = runs.z.size(1) - 1, width = runs.z.size(2);
  const auto plain = torch::TensorOptions(torch::kDouble);
  Tensor z = scaling_.physical(
      runs.z.narrow(1, 0, intervals).reshape({-1, width}).to(torch::kCPU, torch::kDouble));
  const std::int64_t count = z.size(0);
  Tensor t = (torch::arange(intervals, plain) * every_).repeat({runs.z.size(0)}).unsqueeze(1);
  Tensor J = runs.J.to(torch::kCPU, torch::kDouble).reshape({-1});
  const Tensor low = std::get<0>(z.min(0)), high = std::get<0>(z.max(0)), room = 0.1 * (high - low);
  auto keep_gates = [&](const Tensor& of) { of.narrow(1, 1, gates_).clamp_(0.0, 1.0); };
  Random random(static_cast<std::uint64_t>(config_.data.seed), Stream::points);
  auto numbers = [&](auto draw) {
    Tensor drawn = torch::empty({count, width}, plain);
    std::generate_n(drawn.data_ptr<double>(), drawn.numel(), draw);
    return drawn;
  };
  std::vector<Tensor> all = {z};
  if (settings.jitter > 0.0)
    all.push_back(z + settings.jitter * numbers([&] { return random.normal(); }) *
                          torch::tensor(scaling_.scale, plain));
  if (settings.physics == PhysicsPoints::box) {
    Tensor from = low - room, to = high + room;
    from.narrow(0, 1, gates_).fill_(0.0), to.narrow(0, 1, gates_).fill_(1.0);
    all.push_back(from + (to - from) * numbers([&] { return random.uniform(); }));
  }
  const auto copies = static_cast<std::int64_t>(all.size());
  z = torch::cat(all);
  keep_gates(z);
  t = t.repeat({copies, 1}), J = J.repeat({copies});
  const Tensor slope = model_->rates(z, parameters_, J);
  const Tensor spread = torch::tensor(derivatives_, plain), scale = torch::tensor(scaling_.scale, plain);
  Tensor weight = scale.expand_as(z);  // over 1 /ms in the unit of each
  if (settings.scale_aware && settings.scale_floor > 0.0)
    weight = scale * torch::rsqrt((settings.scale_floor * spread).square() + slope.square());
  else if (settings.scale_aware)
    weight = (scale / spread).expand_as(z);
  auto placed = [&](const Tensor& of) {
    return of.to(device_, type_of(config_.train.precision)).contiguous();
  };
  return {placed(scaling_.normalised(z)), placed(t), placed(J), placed(slope / scale), placed(weight)};
}

/// The surrogate holds wherever residuals were taken.
void RateTask::widen_ranges() {
  const Tensor z = scaling_.physical(points_.z.to(torch::kCPU, torch::kDouble));
  for (std::size_t k = 0; k < names_.size(); ++k) {
    const Tensor values = z.select(1, static_cast<std::int64_t>(k));
    scaling_.low[k] = std::min(scaling_.low[k], values.min().item<double>());
    scaling_.high[k] = std::max(scaling_.high[k], values.max().item<double>());
  }
}

Tensor RateTask::random_points(const Moment& moment) const {
  return torch::randint(points_.z.size(0), {config_.train.physics_batch}, moment.generator,
                        torch::TensorOptions(torch::kLong).device(device_));
}

Tensor RateTask::physics_loss(const Networks& networks, const Points& points) const {
  // The current is added to both, or is inside of both.
  const Tensor found =
      (*function_)(networks, points.z, config_.rate.time_input ? points.t : Tensor(), points.J);
  return ((found - points.truth) * points.weight).square().mean();
}

std::vector<Tensor> RateTask::losses(const Networks& networks, const Moment& moment) {
  Tensor data, physics;
  if (weight("data") > 0.0)
    data = window_loss(networks, moment.all ? all_windows(training_) : random_windows(moment));
  if (model_) physics = physics_loss(networks, moment.all ? points_ : points_.at(random_points(moment)));
  return {data, physics};
}

double RateTask::validation(const Networks& networks) {
  const torch::NoGradGuard no_gradient;
  double loss = 0.0;
  if (weight("data") > 0.0)
    loss += weight("data") * window_loss(networks, all_windows(held_out_)).item<double>();
  if (model_) loss += weight("physics") * physics_loss(networks, held_out_points_).item<double>();
  return loss;
}

Metrics RateTask::metrics(const Networks& networks) {
  const torch::NoGradGuard no_gradient;
  Metrics metrics;
  // Against the exact right-hand side, at the data without noise.
  const ReferenceCell cell(config_.surrogate.cell, 1e-9);
  const std::int64_t runs = held_out_.z.size(0), intervals = held_out_.z.size(1) - 1,
                     width = held_out_.z.size(2);
  const Tensor z = held_out_.clean.narrow(1, 0, intervals).reshape({-1, width});
  const Tensor physical = scaling_.physical(z.to(torch::kCPU, torch::kDouble)).contiguous();
  const Tensor J = held_out_.J.to(torch::kCPU, torch::kDouble).contiguous().view({-1});
  Tensor truth = torch::empty_like(physical);
  std::vector<double> slope(static_cast<std::size_t>(width) + 1);
  for (std::int64_t k = 0; k < physical.size(0); ++k) {
    cell.rates(physical.data_ptr<double>() + k * width, cell.parameters().data(),
               J.data_ptr<double>()[k], slope.data());
    std::copy_n(slope.begin(), width, truth.data_ptr<double>() + k * width);
  }
  const Tensor t = (torch::arange(intervals, z.options()) * every_).repeat({runs}).unsqueeze(1);
  const Tensor found =
      (*function_)(networks, z, config_.rate.time_input ? t : Tensor(), held_out_.J.view({-1}));
  const Tensor off = (found * scale_).to(torch::kCPU, torch::kDouble) - truth;
  for (std::size_t k = 0; k < names_.size(); ++k)
    metrics.outputs.push_back(error_of(names_[k], units_[k] == "1" ? "1/ms" : units_[k] + "/ms",
                                       off.select(1, static_cast<std::int64_t>(k))));
  if (config_.rate.validate_until > 0.0) add_long_run(networks, metrics);
  return metrics;
}

RateTask::LongRun RateTask::long_run(const Networks& networks) const {
  const torch::NoGradGuard no_gradient;
  const auto steps = static_cast<std::int64_t>(std::lround(config_.rate.validate_until / every_));
  const std::int64_t runs = training_.z.size(0), width = training_.z.size(2);
  const ReferenceCell cell(config_.surrogate.cell, config_.data.tolerance);
  Tensor truth = torch::empty({steps, runs, width}, torch::kDouble);
  for (std::int64_t run = 0; run < runs; ++run) {
    const double* first = first_states_.data() + run * width;
    std::vector<double> y(first, first + width);
    double step = 0.0;
    for (std::int64_t k = 0; k < steps; ++k) {
      cell.advance(y.data(), cell.parameters().data(), first_currents_[static_cast<std::size_t>(run)],
                   every_, step);
      std::copy(y.begin(), y.end(), truth.data_ptr<double>() + (k * runs + run) * width);
    }
  }
  const Precision precision = config_.train.precision;
  const Tensor z = scaling_.normalised(tensor_of(first_states_, runs, precision, device_));
  const Tensor t = config_.rate.time_input ? torch::zeros({runs, 1}, z.options()) : Tensor();
  const Tensor J = tensor_of(first_currents_, 1, precision, device_).expand({steps, runs});
  const Tensor found = function_->heun(networks, z, t, J, every_, steps);
  return {truth, scaling_.physical(found.to(torch::kCPU, torch::kDouble))};
}

/// Over the time after the data: errors of the variables, and of the spikes as means over the runs.
void RateTask::add_long_run(const Networks& networks, Metrics& metrics) const {
  const LongRun run = long_run(networks);
  const std::int64_t first = training_.z.size(1) - 1;
  const std::int64_t count = run.truth.size(0) - first;
  if (count < 2) return;
  const Tensor off = (run.found - run.truth).narrow(0, first, count);
  for (std::size_t k = 0; k < names_.size(); ++k)
    metrics.figures.push_back(
        {"long." + names_[k] + ".rmse", units_[k],
         off.select(2, static_cast<std::int64_t>(k)).square().mean().sqrt().item<double>()});
  double phase = 0.0, interval = 0.0, amplitude = 0.0, f1 = 0.0, expected = 0.0, seen = 0.0;
  const std::int64_t runs = run.truth.size(1);
  for (std::int64_t r = 0; r < runs; ++r) {
    auto spikes = [&](const Tensor& of) {
      const Tensor V = of.narrow(0, first, count).select(1, r).select(1, 0).contiguous();
      return find_spikes({V.data_ptr<double>(), V.data_ptr<double>() + count},
                         every_ * static_cast<double>(first + 1), every_, config_.rate.spike_level);
    };
    const Spikes truth = spikes(run.truth), found = spikes(run.found);
    const SpikeErrors errors = compare_spikes(truth, found, config_.rate.spike_tolerance);
    phase += errors.phase, interval += errors.interval, amplitude += errors.amplitude, f1 += errors.f1;
    expected += static_cast<double>(truth.times.size()), seen += static_cast<double>(found.times.size());
  }
  const auto n = static_cast<double>(runs);
  metrics.figures.push_back({"long.phase", "ms", phase / n});
  metrics.figures.push_back({"long.interval", "ms", interval / n});
  metrics.figures.push_back({"long.amplitude", "mV", amplitude / n});
  metrics.figures.push_back({"long.f1", "1", f1 / n});
  metrics.figures.push_back({"long.spikes", "1", expected});
  metrics.figures.push_back({"long.spikes_found", "1", seen});
}

std::string RateTask::trace(const Networks& networks) {
  if (config_.rate.validate_until <= 0.0) return "";
  const LongRun run = long_run(networks);
  std::string text = "t_ms";
  for (const std::string& name : names_) text += fmt::format(",{0},{0}_model", name);
  text += "\n";
  constexpr std::int64_t most_rows = 2000;
  const std::int64_t stride = std::max<std::int64_t>(1, run.truth.size(0) / most_rows);
  const auto truth = run.truth.accessor<double, 3>(), found = run.found.accessor<double, 3>();
  for (std::int64_t k = stride - 1; k < run.truth.size(0); k += stride) {
    text += fmt::format("{:.6g}", every_ * static_cast<double>(k + 1));
    for (std::int64_t v = 0; v < truth.size(2); ++v)
      text += fmt::format(",{:.7g},{:.7g}", found[k][0][v], truth[k][0][v]);
    text += "\n";
  }
  return text;
}

surrogates::Surrogate RateTask::exported(const Networks& networks) {
  surrogates::Surrogate surrogate = blank_surrogate(config_);
  if (!function_->can_be_exported()) return surrogate;
  function_->add_to(surrogate, networks);
  return surrogate;
}

}  // namespace

std::unique_ptr<Task> make_rate_task(const TrainingConfig& config, torch::Device device,
                                     const std::string& cache) {
  return std::make_unique<RateTask>(config, device, cache);
}

}  // namespace myowave::learn
