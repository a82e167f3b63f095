// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

#include "surrogates/learn/conductance_task.hpp"
#include "surrogates/learn/known_gradient.hpp"
#include "surrogates/learn/parallel.hpp"

namespace myowave::learn {

using torch::Tensor;

/// As a tensor that knows its gradient by `values`.
template <class T>
Tensor ConductanceTask::mean_loss(const Tensor& values,
                                  std::span<const typename ConductanceBatch<T>::Run> runs,
                                  std::span<double> losses) {
  const Tensor plain = values.detach().contiguous();
  Tensor gradient = torch::zeros_like(plain);
  const double loss = std::get<ConductanceBatch<T>>(batches_).follow(
      runs, plain.data_ptr<T>(), {gradient.data_ptr<T>(), parameters()}, losses);
  return KnownGradient::apply(values, torch::full({}, loss, plain.options()), gradient);
}

template <class T>
Tensor ConductanceTask::data_loss(const Tensor& values, const std::vector<std::size_t>& batch,
                                  bool free) {
  const Tensor plain = values.detach().contiguous();
  const auto latents = static_cast<std::size_t>(shape_.latents);
  std::vector<typename ConductanceBatch<T>::Run> runs;
  for (const std::size_t k : batch) {
    const RecordedCell& cell = training_[k];
    const std::size_t z = z_of(cell.group);
    runs.push_back(
        {free ? cell.free : cell.clamped, {plain.data_ptr<T>() + z, latents}, z, cell.factors});
  }
  return mean_loss<T>(values, runs, {});
}

/// From random states without a stimulus V must come to rest. They have no sodium current, which has no
/// part in a spurious equilibrium but through its window.
template <class T>
Tensor ConductanceTask::stress_loss(const Tensor& values, const Moment& moment) {
  const std::vector<std::uint64_t> states = hardest_.numbers(moment.iteration);
  std::vector<double> losses(states.size());
  std::vector<std::vector<double>> factors;
  std::vector<std::vector<T>> z;
  stress_steps_.resize(states.size(), steps_to_rest_);
  for (std::size_t k = 0; k < states.size(); ++k) {
    Random random(static_cast<std::uint64_t>(config_.train.seed), Stream::points, states[k]);
    factors.push_back(random_factors(random));
    const std::vector<double> start = random_state(shape_, random, stress_steps_[k]);
    z.emplace_back(start.begin(), start.end());
  }
  std::vector<typename ConductanceBatch<T>::Run> runs;
  for (std::size_t k = 0; k < states.size(); ++k)
    runs.push_back({stress_steps_[k], z[k], ConductanceBatch<T>::nowhere, factors[k]});
  const Tensor loss = mean_loss<T>(values, runs, losses);
  if (!moment.all) hardest_.keep(states, losses);
  return loss;
}

std::vector<double> ConductanceTask::memory() const {
  return {hardest_.kept().begin(), hardest_.kept().end()};
}

void ConductanceTask::recall(const std::vector<double>& memory) {
  hardest_.restore({memory.begin(), memory.end()});
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
                bend(part(values, scaled_shape().sensitivity_of(p), {shape_.terms + 1, shape_.knots}))
                    .square()
                    .mean();
  const Tensor beyond = torch::relu(log_tau - std::log(config_.conductance.slowest)) +
                        torch::relu(std::log(fastest_latent) - log_tau);
  return bend(inf).square().mean() + bend(log_tau).square().mean() + (bend(g) / size).square().mean() +
         of_scaled + 100.0 * beyond.square().mean();
}

Tensor ConductanceTask::currents(const Tensor& values, const std::vector<double>& factors) const {
  Tensor g = part(values, shape_.g(), {shape_.terms + 1, shape_.knots});
  for (std::size_t p = 0; p < factors.size(); ++p)
    g = g + (factors[p] - 1.0) *
                part(values, scaled_shape().sensitivity_of(p), {shape_.terms + 1, shape_.knots});
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
              (is_double ? stress_loss<double>(values, moment) : stress_loss<float>(values, moment))};
}

// ------------------------------------------------------------------------------------------ judgement
/// Of a part of other random states, how many have not come to rest.
int ConductanceTask::stuck_states(const float* numbers, std::size_t from, std::size_t to) const {
  constexpr double tolerance = 2.0;
  std::vector<ScaledRollout<float>> lanes(side_by_side, ScaledRollout<float>(scaled_shape()));
  std::vector<std::vector<RecordedStep>> steps(side_by_side, steps_to_rest_);
  std::vector<std::vector<float>> z(side_by_side);
  std::vector<ConductanceRollout<float>::Cell> cells(side_by_side);
  int stuck = 0;
  for (std::size_t state = from; state < to; state += side_by_side) {
    for (std::size_t k = 0; k < side_by_side; ++k) {
      Random random(state + k, Stream::probes);
      lanes[k].set(numbers, random_factors(random));
      const std::vector<double> start = random_state(shape_, random, steps[k]);
      z[k].assign(start.begin(), start.end());
      cells[k] = {&lanes[k].rollout, steps[k], z[k].data(), nullptr, &lanes[k].work};
    }
    ConductanceRollout<float>::run(cells);
    for (const ScaledRollout<float>& lane : lanes)
      stuck += std::abs(lane.work.V[steps_to_rest_.size() - 1] - V_rest_) < tolerance ? 0 : 1;
  }
  return stuck;
}

ConductanceJudgement ConductanceTask::judge(const Networks& networks) {
  constexpr std::size_t parts = 8, states_of_part = 128 * side_by_side;
  const Tensor plain = networks.others().detach().to(torch::kDouble).contiguous();
  const double* const numbers = plain.data_ptr<double>();
  const std::vector<float> rounded(numbers, numbers + scaled_shape().count());
  const auto surrogate = std::make_shared<const surrogates::Surrogate>(stepped(networks));
  const Cells& cells = validation_.empty() ? training_ : validation_;
  std::vector<ConductanceJudgement> each(cells.size());
  std::array<int, parts> stuck{};
  double paced = 0.0;
  // The longest piece first.
  share_out(1 + parts + cells.size(), [&](std::size_t piece) {
    if (piece == 0) {
      paced = paced_.largest_error(surrogate);
    } else if (const std::size_t part = piece - 1; part < parts) {
      stuck[part] = stuck_states(rounded.data(), part * states_of_part, (part + 1) * states_of_part);
    } else {
      const std::size_t c = part - parts;
      ScaledRollout<double> one(scaled_shape());
      one.set(numbers, cells[c].factors);
      one.rollout.run(cells[c].free, numbers + z_of(cells[c].group), nullptr, one.work);
      each[c].add(cells[c], one.work);
    }
  });
  ConductanceJudgement sum;
  for (const ConductanceJudgement& one : each) sum.add(one);
  sum.stuck =
      std::accumulate(stuck.begin(), stuck.end(), 0) / static_cast<double>(parts * states_of_part);
  sum.paced = paced;
  return sum;
}

/// Capped RMS error of V [mV], a tenth of the largest error of APD90 [ms] in paced cells; states that
/// get stuck forbid themselves.
double ConductanceTask::validation(const Networks& networks) {
  const ConductanceJudgement judged = judge(networks);
  return judged.capped_rms() + 0.1 * judged.paced + 100.0 * judged.stuck;
}

Metrics ConductanceTask::metrics(const Networks& networks) {
  Metrics all = judge(networks).metrics();
  for (OutputError& each : traces_.errors(*exported(networks).conductance))
    all.outputs.push_back(std::move(each));
  return all;
}

}  // namespace myowave::learn
