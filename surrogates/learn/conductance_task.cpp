// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "base/error.hpp"
#include "base/units.hpp"
#include "ionic/registry.hpp"
#include "surrogates/conductance_kernel.hpp"
#include "surrogates/learn/conductance_judgement.hpp"
#include "surrogates/learn/conductance_pacing.hpp"
#include "surrogates/learn/known_gradient.hpp"
#include "surrogates/learn/random.hpp"
#include "surrogates/learn/recorded_steps.hpp"
#include "surrogates/learn/task.hpp"

namespace myowave::learn {
namespace {

using torch::Tensor;

/// Parts of a batch that have gradients of their own, added in their order: the sum does not depend on
/// the number of threads.
constexpr std::size_t parts = 8;
/// Derivative of a loss of about 1 by V [1/mV].
constexpr double steepest = 1.0;
/// Limits of time constants [ms].
constexpr double fastest = 0.2, slowest = 5000.0;
/// In each step of the training.
constexpr std::size_t random_states = 16;

/// Tables and factors of a conductance surrogate, along recorded cells.
class ConductanceTask : public Task {
 public:
  ConductanceTask(const TrainingConfig& config, torch::Device device);

  std::vector<PerceptronShape> shapes() const override { return {}; }
  std::vector<double> others() const override;
  std::size_t samples() const override { return steps_; }
  std::vector<Tensor> losses(const Networks& networks, const Moment& moment) override;
  double validation(const Networks& networks) override;
  Metrics metrics(const Networks& networks) override;
  surrogates::Surrogate exported(const Networks& networks) override;

 private:
  using Cells = std::vector<RecordedCell>;

  std::vector<double> sodium_conductances() const;
  void read();
  std::vector<double> factors_of(const double* values);
  double V_of(int knot) const {
    return shape_.V_first + (shape_.V_last - shape_.V_first) * knot / (shape_.knots - 1);
  }
  std::size_t size_of_g() const { return static_cast<std::size_t>((shape_.terms + 1) * shape_.knots); }
  /// What the g gain by a scaled parameter, [terms + 1][knots].
  std::size_t sensitivity_of(std::size_t scaled) const { return shape_.count() + scaled * size_of_g(); }
  std::size_t z_of(int group) const {
    return sensitivity_of(config_.conductance.scaled.size()) +
           static_cast<std::size_t>(group * shape_.latents);
  }
  std::size_t parameters() const { return z_of(static_cast<int>(config_.conductance.data.size())); }
  /// Steady state and logarithm of the time constant [ms] of a latent at the start of the training.
  std::pair<double, double> start_of(const std::string& latent, double V) const;
  std::vector<double> mean_current() const;

  template <class T, class Run>
  Tensor mean_loss(const Tensor& values, std::size_t runs, Run run) const;
  template <class T>
  Tensor data_loss(const Tensor& values, const std::vector<std::size_t>& batch, bool free) const;
  template <class T>
  Tensor stress_loss(const Tensor& values, long iteration) const;
  template <class T>
  struct Part;
  template <class T>
  void set_factors(const T* numbers, const std::vector<double>& factors, Part<T>& part) const;
  template <class T>
  void collect(const std::vector<double>& factors, Part<T>& part) const;
  std::vector<double> random_factors(Random& random) const;
  Tensor smooth_loss(const Tensor& values) const;
  Tensor rest_loss(const Tensor& values, const std::vector<double>& factors) const;
  /// The g with factors [terms + 1, knots].
  Tensor currents(const Tensor& values, const std::vector<double>& factors) const;
  Tensor ends_loss(const Tensor& values, const std::vector<double>& factors,
                   at::Generator generator) const;
  Tensor part(const Tensor& values, std::size_t from, std::vector<std::int64_t> sizes) const;

  /// What the cells kept for validation are off by.
  ConductanceJudgement judge(const Networks& networks);
  double stuck_share(const double* numbers) const;
  surrogates::Conductance conductance(const Networks& networks) const;

  const TrainingConfig& config_;
  const ionic::ModelCode& code_;
  std::vector<double> host_parameters_;
  const surrogates::ConductanceKernel& kernel_;
  ConductanceShape shape_;
  double V_rest_;
  std::vector<std::pair<double, double>> range_of_factors_;
  std::vector<RecordedStep> steps_to_rest_;
  Cells training_, validation_;
  std::vector<std::vector<double>> starts_;  ///< [data sets]: V and the sodium gates
  double V_lowest_ = 0.0, V_highest_ = 0.0;  ///< mV, of all data
  std::size_t steps_ = 0;
  std::vector<std::int64_t> order_;
  long epoch_ = -1;
  PacedCells paced_;
  Tensor steady_sodium_, away_;  ///< [points of V]: current; V from rest, 1 from 5 mV above on
};

const surrogates::ConductanceKernel& kernel_of(const TrainingConfig& config) {
  const auto* kernel = surrogates::find_conductance_kernel(
      config.surrogate.cell.model, static_cast<int>(config.conductance.latents.size()),
      config.conductance.terms, ionic::InstructionSet::scalar);
  MYOWAVE_ASSERT(kernel);  // the configuration was checked
  return *kernel;
}

ConductanceTask::ConductanceTask(const TrainingConfig& config, torch::Device device)
    : config_(config),
      code_(ionic::find_model(config.surrogate.cell.model)),
      kernel_(kernel_of(config)),
      shape_{static_cast<int>(config.conductance.latents.size()), config.conductance.terms,
             config.conductance.knots, config.conductance.V_low, config.conductance.V_high},
      paced_(config.surrogate.cell) {
  if (!device.is_cpu())
    throw InputError({Fault{"--device", "the kind 'conductance' is trained on the CPU; leave it out"}});
  const auto model = ionic::make_cell_model(config.surrogate.cell, {});
  host_parameters_ = model->parameters();
  V_rest_ = model->initial_V();
  steps_to_rest_ = steps_to_rest(V_rest_);
  read();
  weigh_phases(training_, validation_);
  constexpr double near = 5.0;
  std::vector<double> sodium, away;
  std::vector<double> inf(static_cast<std::size_t>(code_.info->gate_count) + 1), rate(inf.size()),
      functions(static_cast<std::size_t>(code_.info->function_count) + 1);
  for (int n = 0; n < 2 * shape_.knots - 1; ++n) {  // knots and what lies in the middle between them
    const double V = 0.5 * (V_of(n / 2) + V_of((n + 1) / 2));
    code_.voltage(V, host_parameters_.data(), inf.data(), rate.data(), functions.data());
    sodium.push_back(
        kernel_.sodium(inf.data(), sodium_conductances().data(), V - config.conductance.reversal));
    away.push_back(std::clamp((V - V_rest_) / near, -1.0, 1.0));
  }
  steady_sodium_ = tensor_of(sodium, 1, config.train.precision, torch::kCPU).view({-1});
  away_ = tensor_of(away, 1, config.train.precision, torch::kCPU).view({-1});
}

std::vector<double> ConductanceTask::sodium_conductances() const {
  std::vector<double> all;
  for (const int k : kernel_.conductances) all.push_back(host_parameters_[static_cast<std::size_t>(k)]);
  return all;
}

void ConductanceTask::read() {
  const ConductanceSettings& settings = config_.conductance;
  std::vector<std::string> gates;
  for (int g = 0; g < kernel_.layout->gate_count - shape_.latents; ++g)
    gates.emplace_back(code_.info->states[static_cast<std::size_t>(g)].name);
  const SodiumCurrent sodium = [&, g = sodium_conductances()](const double* of, double V) {
    return kernel_.sodium(of, g.data(), V - settings.reversal);
  };
  Cells all;
  for (std::size_t group = 0; group < settings.data.size(); ++group) {
    const RecordedCells data =
        read_recorded_cells(settings.data[group], config_.surrogate.cell, gates, settings.scaled);
    const auto [lowest, highest] = std::minmax_element(data.V.begin(), data.V.end());
    V_lowest_ = std::min(V_lowest_, *lowest), V_highest_ = std::max(V_highest_, *highest);
    starts_.push_back({data.V.front()});
    starts_.back().insert(starts_.back().end(), data.gates.begin(),
                          data.gates.begin() + static_cast<std::ptrdiff_t>(gates.size()));
    std::vector<RecordedCell> cells =
        recorded_cells(data, settings, sodium, gates.size(), static_cast<int>(group));
    for (std::size_t c = 0; c < cells.size(); ++c) {
      cells[c].factors = factors_of(data.parameters.data() + c * settings.scaled.size());
      all.push_back(std::move(cells[c]));
    }
  }
  const Split split =
      split_runs(static_cast<std::int64_t>(all.size()), config_.data.validation, config_.data.seed);
  for (const std::int64_t c : split.training)
    training_.push_back(std::move(all[static_cast<std::size_t>(c)]));
  for (const std::int64_t c : split.validation)
    validation_.push_back(std::move(all[static_cast<std::size_t>(c)]));
  for (const RecordedCell& cell : training_) steps_ += cell.free.size();
}

/// On the scaled parameters, from their values; widens the trained range.
std::vector<double> ConductanceTask::factors_of(const double* values) {
  const auto& scaled = config_.conductance.scaled;
  range_of_factors_.resize(scaled.size(), {1.0, 1.0});
  std::vector<double> factors;
  for (std::size_t p = 0; p < scaled.size(); ++p) {
    std::size_t at = 0;
    while (scaled[p] != code_.info->parameters[at].name) ++at;
    const double factor = std::isnan(values[p]) ? 1.0 : values[p] / host_parameters_[at];
    auto& [low, high] = range_of_factors_[p];
    low = std::min(low, factor), high = std::max(high, factor);
    factors.push_back(factor);
  }
  return factors;
}

std::pair<double, double> ConductanceTask::start_of(const std::string& latent, double V) const {
  for (int g = 0; g < code_.info->voltage_gate_count; ++g) {
    if (latent != code_.info->states[static_cast<std::size_t>(g)].name) continue;
    std::vector<double> inf(static_cast<std::size_t>(code_.info->gate_count) + 1), rate(inf.size()),
        functions(static_cast<std::size_t>(code_.info->function_count) + 1);
    code_.voltage(V, host_parameters_.data(), inf.data(), rate.data(), functions.data());
    return {inf[static_cast<std::size_t>(g)], -std::log(rate[static_cast<std::size_t>(g)])};
  }
  return {1.0 / (1.0 + std::exp(-(V + 40.0) / 8.0)), std::log(parse_quantity(latent, "ms"))};
}

/// Of I_rest by knot, over all training cells.
std::vector<double> ConductanceTask::mean_current() const {
  const auto knots = static_cast<std::size_t>(shape_.knots);
  std::vector<double> sum(knots, 0.0), count(knots, 0.0);
  for (const RecordedCell& cell : training_)
    for (const RecordedStep& step : cell.clamped) {
      const double place =
          (static_cast<double>(step.V) - shape_.V_first) / (shape_.V_last - shape_.V_first);
      const auto knot = static_cast<std::size_t>(std::clamp(std::round(place * (shape_.knots - 1)), 0.0,
                                                            static_cast<double>(shape_.knots - 1)));
      sum[knot] += static_cast<double>(step.dt * step.target),
          count[knot] += static_cast<double>(step.dt);
    }
  // Where no cell has been, as at the next knot where one has.
  std::vector<double> mean(knots, 0.0);
  for (std::size_t v = 0; v < knots; ++v)
    for (std::size_t far = 0; far < knots && mean[v] == 0.0; ++far)
      for (const std::size_t near : {v + far, v - far})
        if (near < knots && count[near] > 0.0) mean[v] = sum[near] / count[near];
  return mean;
}

std::vector<double> ConductanceTask::others() const {
  const ConductanceSettings& settings = config_.conductance;
  std::vector<double> all(parameters(), 0.0);
  static constexpr double most_logit = 8.0;
  const auto logit = [](double p) {
    return std::clamp(std::log(p / (1.0 - p)), -most_logit, most_logit);
  };
  const auto knots = static_cast<std::size_t>(shape_.knots);
  for (std::size_t k = 0; k < settings.latents.size(); ++k) {
    for (std::size_t v = 0; v < knots; ++v) {
      const auto [inf, log_tau] = start_of(settings.latents[k], V_of(static_cast<int>(v)));
      all[shape_.inf() + k * knots + v] = logit(inf);
      all[shape_.log_tau() + k * knots + v] = std::clamp(log_tau, std::log(fastest), std::log(slowest));
    }
    for (int group = 0; group < static_cast<int>(settings.data.size()); ++group)
      all[z_of(group) + k] = logit(start_of(settings.latents[k], V_rest_).first);
  }
  Random random(static_cast<std::uint64_t>(config_.train.seed), Stream::weights);
  const std::vector<double> mean = mean_current();
  for (std::size_t v = 0; v < knots; ++v) all[shape_.g() + v] = mean[v];
  for (std::size_t r = 1; r <= static_cast<std::size_t>(shape_.terms); ++r) {
    const double slope = random.uniform(-0.02, 0.02);
    for (std::size_t v = 0; v < knots; ++v)
      all[shape_.g() + r * knots + v] = slope * (V_of(static_cast<int>(v)) - V_rest_);
  }
  std::size_t at = shape_.factors();
  for (int f = 0; f < 3 * shape_.terms; ++f) {
    all[at++] = random.uniform(0.2, 0.8);
    for (int k = 0; k < shape_.latents; ++k) all[at++] = random.uniform(-0.7, 0.7);
  }
  return all;
}

Tensor ConductanceTask::part(const Tensor& values, std::size_t from,
                             std::vector<std::int64_t> sizes) const {
  std::int64_t count = 1;
  for (const std::int64_t size : sizes) count *= size;
  return values.narrow(0, static_cast<std::int64_t>(from), count).view(sizes);
}

/// A surrogate with factors on its scaled parameters, and gradients.
template <class T>
struct ConductanceTask::Part {
  ConductanceRollout<T> rollout;
  typename ConductanceRollout<T>::Work work;
  std::vector<T> effective, gradient, of_effective;
};

template <class T>
void ConductanceTask::set_factors(const T* numbers, const std::vector<double>& factors,
                                  Part<T>& part) const {
  part.effective.assign(numbers, numbers + shape_.count());
  for (std::size_t p = 0; p < factors.size(); ++p)
    for (std::size_t n = 0; n < size_of_g(); ++n)
      part.effective[shape_.g() + n] +=
          static_cast<T>(factors[p] - 1.0) * numbers[sensitivity_of(p) + n];
  part.rollout.set(part.effective);
}

/// Brings the gradients of the rollouts since set_factors to the parameters.
template <class T>
void ConductanceTask::collect(const std::vector<double>& factors, Part<T>& part) const {
  part.of_effective.assign(shape_.count(), T(0));
  part.rollout.collect(part.work, part.of_effective);
  std::fill(part.work.tables.begin(), part.work.tables.end(), T(0));
  std::fill(part.work.factors.begin(), part.work.factors.end(), T(0));
  for (std::size_t k = 0; k < shape_.count(); ++k) part.gradient[k] += part.of_effective[k];
  for (std::size_t p = 0; p < factors.size(); ++p)
    for (std::size_t n = 0; n < size_of_g(); ++n)
      part.gradient[sensitivity_of(p) + n] +=
          static_cast<T>(factors[p] - 1.0) * part.of_effective[shape_.g() + n];
}

/// The mean loss over some runs and its gradient. `run(k, numbers, part)` adds one.
template <class T, class Run>
Tensor ConductanceTask::mean_loss(const Tensor& values, std::size_t runs, Run run) const {
  const Tensor plain = values.detach().contiguous();
  const T* const numbers = plain.data_ptr<T>();
  const ConductanceRollout<T> rollout(shape_, steepest);
  std::vector<Part<T>> all(parts, {rollout, rollout.work(), {}, std::vector<T>(parameters(), T(0)), {}});
  at::parallel_for(0, parts, 1, [&](std::int64_t from, std::int64_t to) {
    for (auto p = static_cast<std::size_t>(from); p < static_cast<std::size_t>(to); ++p)
      for (std::size_t k = p; k < runs; k += parts) run(k, numbers, all[p]);
  });
  const double share = 1.0 / static_cast<double>(runs);
  Tensor gradient = torch::zeros_like(plain);
  T* const sum = gradient.data_ptr<T>();
  double loss = 0.0;
  for (const Part<T>& each : all) {
    loss += each.work.loss * share;
    for (std::size_t k = 0; k < parameters(); ++k) sum[k] += static_cast<T>(share) * each.gradient[k];
  }
  return KnownGradient::apply(values, torch::full({}, loss, plain.options()), gradient);
}

template <class T>
Tensor ConductanceTask::data_loss(const Tensor& values, const std::vector<std::size_t>& batch,
                                  bool free) const {
  return mean_loss<T>(values, batch.size(), [&](std::size_t k, const T* numbers, Part<T>& part) {
    const RecordedCell& cell = training_[batch[k]];
    set_factors(numbers, cell.factors, part);
    part.rollout.run(free ? cell.free : cell.clamped, numbers + z_of(cell.group),
                     part.gradient.data() + z_of(cell.group), part.work);
    collect(cell.factors, part);
  });
}

/// From random states without a stimulus V must come to rest. They have no sodium current, which has no
/// part in a spurious equilibrium but through its window.
template <class T>
Tensor ConductanceTask::stress_loss(const Tensor& values, long iteration) const {
  return mean_loss<T>(values, random_states, [&](std::size_t k, const T* numbers, Part<T>& part) {
    std::vector<RecordedStep> steps = steps_to_rest_;
    Random random(static_cast<std::uint64_t>(config_.train.seed), Stream::points,
                  static_cast<std::uint64_t>(iteration) * random_states + k);
    const std::vector<double> factors = random_factors(random),
                              start = random_state(shape_.latents, random, steps);
    const std::vector<T> z(start.begin(), start.end());
    std::vector<T> unused(z.size());
    set_factors(numbers, factors, part);
    part.rollout.run(steps, z.data(), unused.data(), part.work);
    collect(factors, part);
  });
}

std::vector<double> ConductanceTask::random_factors(Random& random) const {
  std::vector<double> factors;
  for (const auto& [low, high] : range_of_factors_) factors.push_back(random.uniform(low, high));
  return factors;
}

/// Mean square of the second differences of all functions of V, of a current relative to its size; and
/// of what time constants are beyond their limits, where no cell is long enough to teach them.
Tensor ConductanceTask::smooth_loss(const Tensor& values) const {
  const auto bend = [](const Tensor& f) { return f.diff(2, 1); };
  const Tensor inf = part(values, shape_.inf(), {shape_.latents, shape_.knots});
  const Tensor log_tau = part(values, shape_.log_tau(), {shape_.latents, shape_.knots});
  const Tensor g = part(values, shape_.g(), {shape_.terms + 1, shape_.knots});
  const Tensor size = 1.0 + g.detach().abs().narrow(1, 1, shape_.knots - 2);
  Tensor of_scaled = torch::zeros({}, values.options().requires_grad(false));
  for (std::size_t p = 0; p < config_.conductance.scaled.size(); ++p)
    of_scaled = of_scaled +
                bend(part(values, sensitivity_of(p), {shape_.terms + 1, shape_.knots})).square().mean();
  const Tensor beyond =
      torch::relu(log_tau - std::log(slowest)) + torch::relu(std::log(fastest) - log_tau);
  return bend(inf).square().mean() + bend(log_tau).square().mean() + (bend(g) / size).square().mean() +
         of_scaled + 100.0 * beyond.square().mean();
}

Tensor ConductanceTask::currents(const Tensor& values, const std::vector<double>& factors) const {
  Tensor g = part(values, shape_.g(), {shape_.terms + 1, shape_.knots});
  for (std::size_t p = 0; p < factors.size(); ++p)
    g = g + (factors[p] - 1.0) * part(values, sensitivity_of(p), {shape_.terms + 1, shape_.knots});
  return g;
}

/// The steady current must have one zero: it is asked to drive V back from everywhere but near rest.
Tensor ConductanceTask::rest_loss(const Tensor& values, const std::vector<double>& factors_of) const {
  const auto at_midpoints = [&](const Tensor& f) {
    const Tensor middle = 0.5 * (f.narrow(1, 0, shape_.knots - 1) + f.narrow(1, 1, shape_.knots - 1));
    const Tensor pairs = torch::stack({f.narrow(1, 0, shape_.knots - 1), middle}, 2).flatten(1);
    return torch::cat({pairs, f.narrow(1, shape_.knots - 1, 1)}, 1);
  };
  const Tensor inf =
      at_midpoints(torch::sigmoid(part(values, shape_.inf(), {shape_.latents, shape_.knots})));
  const Tensor g = at_midpoints(currents(values, factors_of));
  const Tensor w = part(values, shape_.factors(), {shape_.terms * 3, shape_.latents + 1});
  const Tensor factors =
      (torch::mm(w.narrow(1, 1, shape_.latents), inf) + w.narrow(1, 0, 1)).view({shape_.terms, 3, -1});
  const Tensor current = g[0] + (g.narrow(0, 1, shape_.terms) * factors.prod(1)).sum(0) + steady_sodium_;
  const double margin = config_.conductance.rest_margin;
  return (torch::relu(margin * away_.abs() - away_.sign() * current) / margin).square().mean();
}

/// Beyond the knots the functions are constant: whatever the latents are, the current at the ends must
/// bring V back.
Tensor ConductanceTask::ends_loss(const Tensor& values, const std::vector<double>& factors_of,
                                  at::Generator generator) const {
  constexpr int states = 256, knots_of_an_end = 3;
  constexpr double least = 0.5;  // uA/uF
  const Tensor z =
      torch::rand({states, shape_.latents}, generator, values.options().requires_grad(false));
  const Tensor w = part(values, shape_.factors(), {shape_.terms * 3, shape_.latents + 1});
  const Tensor products = (torch::mm(z, w.narrow(1, 1, shape_.latents).t()) + w.select(1, 0))
                              .view({states, shape_.terms, 3})
                              .prod(2);
  const Tensor g = currents(values, factors_of);
  const auto current = [&](std::int64_t first) {
    const Tensor at = g.narrow(1, first, knots_of_an_end);
    return at[0] + torch::mm(products, at.narrow(0, 1, shape_.terms));
  };
  return (torch::relu(least + current(0)).square().mean() +
          torch::relu(least - current(shape_.knots - knots_of_an_end)).square().mean()) /
         (least * least);
}

std::vector<Tensor> ConductanceTask::losses(const Networks& networks, const Moment& moment) {
  const bool free = moment.progress >= config_.train.rollout_start;
  std::vector<std::size_t> batch(training_.size());
  std::iota(batch.begin(), batch.end(), std::size_t{0});
  const auto size = static_cast<std::size_t>(config_.train.batch);
  if (!moment.all && size < training_.size()) {
    const auto batches = static_cast<long>(training_.size() / size);
    if (const long epoch = moment.iteration / batches; epoch != epoch_) {
      epoch_ = epoch;
      order_ = Random(static_cast<std::uint64_t>(config_.train.seed), Stream::order,
                      static_cast<std::uint64_t>(epoch))
                   .permutation(training_.size());
    }
    batch.clear();
    const auto first = static_cast<std::size_t>(moment.iteration % batches) * size;
    for (std::size_t k = first; k < first + size; ++k)
      batch.push_back(static_cast<std::size_t>(order_[k]));
  }
  const Tensor& values = networks.others();
  Random random(static_cast<std::uint64_t>(config_.train.seed), Stream::currents,
                static_cast<std::uint64_t>(moment.iteration));
  const std::vector<double> factors = random_factors(random);
  const bool is_double = config_.train.precision == Precision::double_;
  return {is_double ? data_loss<double>(values, batch, free) : data_loss<float>(values, batch, free),
          smooth_loss(values),
          rest_loss(values, factors) + ends_loss(values, factors, moment.generator) +
              (is_double ? stress_loss<double>(values, moment.iteration)
                         : stress_loss<float>(values, moment.iteration))};
}

// ------------------------------------------------------------------------------------------ judgement
/// Of other random states, those that have not come to rest.
double ConductanceTask::stuck_share(const double* numbers) const {
  constexpr std::uint64_t states = 256;
  constexpr double tolerance = 2.0;
  const ConductanceRollout<double> rollout(shape_);
  Part<double> one{rollout, rollout.work(), {}, {}, {}};
  std::vector<RecordedStep> steps = steps_to_rest_;
  int stuck = 0;
  for (std::uint64_t s = 0; s < states; ++s) {
    Random random(s, Stream::probes);
    set_factors(numbers, random_factors(random), one);
    const std::vector<double> z = random_state(shape_.latents, random, steps);
    one.rollout.run(steps, z.data(), nullptr, one.work);
    stuck += std::abs(one.work.V.back() - V_rest_) < tolerance ? 0 : 1;
  }
  return stuck / static_cast<double>(states);
}

ConductanceJudgement ConductanceTask::judge(const Networks& networks) {
  const Tensor plain = networks.others().detach().to(torch::kDouble).contiguous();
  const double* const numbers = plain.data_ptr<double>();
  const ConductanceRollout<double> rollout(shape_);
  const Cells& cells = validation_.empty() ? training_ : validation_;
  std::vector<ConductanceJudgement> each(cells.size());
  at::parallel_for(
      0, static_cast<std::int64_t>(cells.size()), 1, [&](std::int64_t from, std::int64_t to) {
        Part<double> one{rollout, rollout.work(), {}, {}, {}};
        for (auto c = static_cast<std::size_t>(from); c < static_cast<std::size_t>(to); ++c) {
          set_factors(numbers, cells[c].factors, one);
          one.rollout.run(cells[c].free, numbers + z_of(cells[c].group), nullptr, one.work);
          each[c].add(cells[c], one.work);
        }
      });
  ConductanceJudgement sum;
  for (const ConductanceJudgement& one : each) sum.add(one);
  sum.stuck = stuck_share(numbers);
  sum.paced = paced_.largest_error(std::make_shared<const surrogates::Surrogate>(exported(networks)));
  return sum;
}

/// Capped RMS error of V [mV], a tenth of the largest error of APD90 [ms] in paced cells; states that
/// get stuck forbid themselves.
double ConductanceTask::validation(const Networks& networks) {
  const ConductanceJudgement judged = judge(networks);
  return judged.capped_rms() + 0.1 * judged.paced + 10.0 * judged.stuck;
}

Metrics ConductanceTask::metrics(const Networks& networks) { return judge(networks).metrics(); }

// ---------------------------------------------------------------------------------------------- export
surrogates::Conductance ConductanceTask::conductance(const Networks& networks) const {
  const Tensor values = networks.others().detach().to(torch::kDouble);
  const auto floats = [&](std::size_t from, std::int64_t count, bool sigmoid) {
    Tensor of = part(values, from, {count});
    if (sigmoid) of = torch::sigmoid(of);
    of = of.to(torch::kFloat).contiguous();
    return std::vector<float>(of.data_ptr<float>(), of.data_ptr<float>() + count);
  };
  surrogates::Conductance out;
  out.latents = shape_.latents, out.terms = shape_.terms, out.knots = shape_.knots;
  out.V_first = shape_.V_first, out.V_last = shape_.V_last;
  out.reversal = config_.conductance.reversal;
  const std::int64_t functions = shape_.latents * shape_.knots;
  out.inf = floats(shape_.inf(), functions, true);
  out.rate = floats(shape_.log_tau(), functions, false);
  for (float& each : out.rate) each = std::exp(-each);
  out.currents = floats(shape_.g(), (shape_.terms + 1) * shape_.knots, false);
  out.factors = floats(shape_.factors(), 3 * shape_.terms * (shape_.latents + 1), false);

  // What cells start from: V and the sodium gates as the model has them, the latents as they were
  // learnt.
  const auto gates = static_cast<std::ptrdiff_t>(kernel_.layout->gate_count - shape_.latents);
  const auto latents = [&](std::size_t group, std::vector<double>& to) {
    const Tensor z =
        torch::sigmoid(part(values, z_of(static_cast<int>(group)), {shape_.latents})).contiguous();
    to.insert(to.end(), z.data_ptr<double>(), z.data_ptr<double>() + shape_.latents);
  };
  for (std::size_t group = 0; group < starts_.size(); ++group) {
    if (group > config_.conductance.cycles.size()) break;
    std::vector<double>& to = group == 0 ? out.initial : out.paced;
    to.insert(to.end(), starts_[group].begin(), starts_[group].begin() + 1 + gates);
    latents(group, to);
  }
  out.cycles = config_.conductance.cycles;
  for (std::size_t p = 0; p < range_of_factors_.size(); ++p) {
    out.scaled.push_back(
        {config_.conductance.scaled[p], range_of_factors_[p].first, range_of_factors_[p].second});
    const std::vector<float> of =
        floats(sensitivity_of(p), static_cast<std::int64_t>(size_of_g()), false);
    out.sensitivities.insert(out.sensitivities.end(), of.begin(), of.end());
  }
  out.sort_latents();
  return out;
}

surrogates::Surrogate ConductanceTask::exported(const Networks& networks) {
  using namespace surrogates;
  Surrogate surrogate = blank_surrogate(config_);
  surrogate.inputs = {{"V", "mV", 0.0, 1.0, std::floor(V_lowest_), std::ceil(V_highest_)}};
  surrogate.outputs = {{"rest", "uA/uF", Form::current}};
  for (int k = 1; k <= shape_.latents; ++k) {
    const std::string name = fmt::format("z{}", k);
    surrogate.inputs.push_back({name, "1", 0.0, 1.0, 0.0, 1.0});
    surrogate.outputs.push_back({name, "1/ms", Form::derivative});
  }
  surrogate.conductance = conductance(networks);
  return surrogate;
}

}  // namespace

std::unique_ptr<Task> make_conductance_task(const TrainingConfig& config, torch::Device device) {
  return std::make_unique<ConductanceTask>(config, device);
}

}  // namespace myowave::learn
