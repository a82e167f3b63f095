// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/conductance.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <span>

#include "surrogates/learn/conductance_batch.hpp"
#include "surrogates/learn/conductance_rollout.hpp"
#include "surrogates/learn/hardest_states.hpp"
#include "surrogates/learn/random.hpp"
#include "surrogates/learn/recorded_steps.hpp"

namespace myowave::learn {
namespace {

constexpr ConductanceShape shape{5, 4, 9, -100.0, 60.0};

template <class T>
std::vector<T> some_parameters(const ConductanceShape& of) {
  Random random(3, Stream::weights);
  std::vector<T> all;
  for (std::size_t k = 0; k < of.count(); ++k) {
    const bool tau = k >= of.log_tau() && k < of.g();
    all.push_back(static_cast<T>(tau ? random.uniform(0.0, 5.0) : random.uniform(-1.0, 1.0)));
  }
  return all;
}

/// Clamped, then free, clamped again, and free beyond the last knot.
std::vector<RecordedStep> some_steps() {
  Random random(4, Stream::weights);
  std::vector<RecordedStep> steps;
  for (std::uint32_t n = 0; n < 60; ++n) {
    // V goes far from its targets where errors are bounded, and where they are not.
    const std::uint32_t free = n >= 10 && n < 35 ? bounded : n >= 50 ? unbounded : 0;
    const double V = n >= 50 ? 58.0 + 0.5 * n - 25.0 : random.uniform(-110.0, 40.0);
    steps.push_back({static_cast<float>(random.uniform(0.1, 2.0)), static_cast<float>(V),
                     static_cast<float>(free ? V + 5.0 : 0.3), free ? 0.7f : 0.0f, 0.1f + 0.01f * n,
                     free});
  }
  return steps;
}

double loss(const ConductanceShape& of, const std::vector<double>& parameters,
            const std::vector<double>& z) {
  ConductanceRollout<double> rollout(of);
  rollout.set(parameters);
  auto work = rollout.work();
  rollout.run(some_steps(), z.data(), nullptr, work);
  return work.loss;
}

class ConductanceSizes : public testing::TestWithParam<std::pair<int, int>> {};

TEST_P(ConductanceSizes, GradientIsThatOfDifferences) {
  ConductanceShape of = shape;
  std::tie(of.latents, of.terms) = GetParam();
  std::vector<double> parameters = some_parameters<double>(of), gradient(of.count());
  std::vector<double> z = {0.3, -0.2, 1.0, 0.1, -2.0, 0.5, 0.4, -0.7}, z_gradient(8);
  z.resize(static_cast<std::size_t>(of.latents));
  ConductanceRollout<double> rollout(of);
  rollout.set(parameters);
  auto work = rollout.work();
  rollout.run(some_steps(), z.data(), z_gradient.data(), work);
  rollout.collect(work, gradient);
  constexpr double h = 1e-5;
  const auto check = [&](double& number, double derivative) {
    const double before = number;
    number = before + h;
    const double above = loss(of, parameters, z);
    number = before - h;
    const double below = loss(of, parameters, z);
    number = before;
    EXPECT_NEAR(derivative, (above - below) / (2.0 * h),
                1e-6 * (std::abs(derivative) + 0.01 * work.loss));
  };
  for (std::size_t k = 0; k < parameters.size(); ++k) check(parameters[k], gradient[k]);
  for (std::size_t k = 0; k < z.size(); ++k) check(z[k], z_gradient[k]);
}

INSTANTIATE_TEST_SUITE_P(Conductance, ConductanceSizes,
                         testing::Values(std::pair(1, 1), std::pair(4, 3), std::pair(5, 4),
                                         std::pair(8, 7)));

/// Cells of unlike tables and lengths, at once and one after the other. Where one goes on alone its
/// gradients are added in another order.
template <class T>
std::vector<T> followed_side_by_side(bool at_once, bool backward) {
  using Rollout = ConductanceRollout<T>;
  const std::vector<RecordedStep> steps = some_steps();
  std::vector<Rollout> rollouts(side_by_side, Rollout(shape));
  std::vector<typename Rollout::Work> works(side_by_side, rollouts[0].work());
  std::vector<std::vector<T>> z(side_by_side), z_gradients(side_by_side, std::vector<T>(5));
  std::vector<typename Rollout::Cell> cells(side_by_side);
  for (std::size_t c = 0; c < side_by_side; ++c) {
    const T shift = static_cast<T>(c);
    std::vector<T> parameters = some_parameters<T>(shape);
    for (T& each : parameters) each += T(0.01) * shift;
    rollouts[c].set(parameters);
    z[c] = {T(0.3) - shift, T(-0.2) + shift, T(1), T(0.1), T(-2) + T(0.5) * shift};
    cells[c] = {&rollouts[c], std::span(steps).first(steps.size() - 5 * ((c + 1) % side_by_side)),
                z[c].data(), backward ? z_gradients[c].data() : nullptr, &works[c]};
  }
  if (at_once) {
    Rollout::run(cells);
  } else {
    for (const auto& each : cells) Rollout::run(std::span(&each, 1));
  }
  std::vector<T> all;
  for (std::size_t c = 0; c < side_by_side; ++c) {
    all.push_back(static_cast<T>(works[c].loss));
    for (const auto* part :
         {&works[c].V, &works[c].error, &works[c].tables, &works[c].factors, &z_gradients[c]})
      all.insert(all.end(), part->begin(), part->end());
  }
  return all;
}
TEST(ConductanceRollout, CellsSideBySideAreAsAlone) {
  const auto compare = [](const auto& at_once, const auto& alone, double tolerance) {
    ASSERT_EQ(at_once.size(), alone.size());
    for (std::size_t k = 0; k < alone.size(); ++k)
      EXPECT_NEAR(at_once[k], alone[k], tolerance * (1.0 + std::abs(static_cast<double>(alone[k]))))
          << k;
  };
  for (const bool backward : {false, true}) {
    compare(followed_side_by_side<double>(true, backward),
            followed_side_by_side<double>(false, backward), 1e-12);
    compare(followed_side_by_side<float>(true, backward), followed_side_by_side<float>(false, backward),
            1e-4);
  }
}

/// Five cells, more than go side by side, of two lengths and with two scaled parameters. Behind what a
/// surrogate has lie the latents that the cells start with.
class ConductanceBatches : public testing::Test {
 protected:
  using Batch = ConductanceBatch<double>;
  static constexpr std::size_t cells = side_by_side + 1, latents = 5;

  ConductanceBatches() {
    for (RecordedStep& each : steps) each.weight *= 1e-4f;  // no derivative by V is cut off
    for (std::size_t k = numbers.size(); k < all; ++k)
      numbers.push_back(0.01 * static_cast<double>(k % 7));
    for (std::size_t c = 0; c < cells; ++c) {
      factors.push_back({1.0 + 0.2 * static_cast<double>(c), 0.7});
      const std::size_t z = scaled.count() + c % 2 * latents;
      runs.push_back({std::span(steps).first(steps.size() - c), {numbers.data() + z, latents}, z, {}});
    }
    for (std::size_t c = 0; c < cells; ++c) runs[c].factors = factors[c];
  }
  /// Of one cell; its loss.
  double alone(std::size_t c, std::vector<double>& gradient) const {
    ScaledRollout<double> one(scaled);
    one.set(numbers.data(), factors[c]);
    gradient.assign(all, 0.0);
    one.rollout.run(runs[c].steps, runs[c].z.data(), gradient.data() + runs[c].z_at, one.work);
    one.collect(factors[c], gradient);
    return one.work.loss;
  }
  static double norm(const std::vector<double>& of) {
    return std::sqrt(std::inner_product(of.begin(), of.end(), of.begin(), 0.0));
  }

  const ScaledShape scaled{shape, 2};
  const std::size_t all = scaled.count() + 2 * latents;
  std::vector<double> numbers = some_parameters<double>(shape);
  std::vector<RecordedStep> steps = some_steps();
  std::vector<std::vector<double>> factors;
  std::vector<Batch::Run> runs;
};

TEST_F(ConductanceBatches, LossAndGradientAreTheMeansOfTheCells) {
  std::vector<double> gradient(all, 7.0), losses(cells), mean(all, 0.0), one;
  const double loss = Batch(scaled, all).follow(runs, numbers.data(), gradient, losses);
  double sum = 0.0;
  for (std::size_t c = 0; c < cells; ++c) {
    EXPECT_NEAR(losses[c], alone(c, one), 1e-12 * losses[c]) << c;
    sum += losses[c];
    for (std::size_t k = 0; k < all; ++k) mean[k] += one[k] / cells;
  }
  EXPECT_NEAR(loss, sum / cells, 1e-12 * loss);
  for (std::size_t k = 0; k < all; ++k)
    EXPECT_NEAR(gradient[k], mean[k], 1e-12 * (1.0 + norm(mean))) << k;
}

TEST_F(ConductanceBatches, TheFactorsOfACellActOnItsCurrents) {
  std::vector<double> one;
  const double before = alone(0, one);
  const std::size_t k = scaled.sensitivity_of(1) + 3;
  constexpr double h = 1e-5;
  numbers[k] += h;
  std::vector<double> of_other;
  EXPECT_NEAR((alone(0, of_other) - before) / h, one[k], 1e-3 * std::abs(one[k]) + 1e-6);
  EXPECT_NE(one[k], 0.0);
}

/// A batch that follows others first, longer ones, leaves nothing behind.
TEST_F(ConductanceBatches, BuffersAreOfOneTime) {
  Batch batch(scaled, all);
  std::vector<double> first(all), again(all);
  batch.follow(runs, numbers.data(), first, {});
  const std::vector<Batch::Run> fewer(runs.rbegin(), runs.rbegin() + 2);
  batch.follow(fewer, numbers.data(), again, {});
  EXPECT_NE(again, first);
  batch.follow(runs, numbers.data(), again, {});
  EXPECT_EQ(again, first);
}

TEST(ConductanceRollout, FollowsTheSurrogate) {
  const std::vector<float> parameters = some_parameters<float>(shape);
  surrogates::Conductance conductance;
  conductance.latents = shape.latents, conductance.terms = shape.terms, conductance.knots = shape.knots;
  conductance.V_first = shape.V_first, conductance.V_last = shape.V_last;
  const auto part = [&](std::size_t from, std::size_t to) {
    return std::vector<float>(parameters.begin() + static_cast<std::ptrdiff_t>(from),
                              parameters.begin() + static_cast<std::ptrdiff_t>(to));
  };
  for (const float x : part(shape.inf(), shape.log_tau()))
    conductance.inf.push_back(1.0f / (1.0f + std::exp(-x)));
  for (const float x : part(shape.log_tau(), shape.g())) conductance.rate.push_back(std::exp(-x));
  conductance.currents = part(shape.g(), shape.factors());
  conductance.factors = part(shape.factors(), shape.count());

  ConductanceRollout<float> rollout(shape);
  rollout.set(parameters);
  auto work = rollout.work();
  const std::vector<float> start = {0.3f, -0.2f, 1.0f, 0.1f, -2.0f};
  const std::vector<RecordedStep> steps = some_steps();
  rollout.run(steps, start.data(), nullptr, work);

  double z[5], inf[5], rate[5], g[5], V = 0.0;
  for (int k = 0; k < 5; ++k)
    z[k] = 1.0 / (1.0 + std::exp(-static_cast<double>(start[static_cast<std::size_t>(k)])));
  for (std::size_t n = 0; n < steps.size(); ++n) {
    const RecordedStep& step = steps[n];
    const double dt = static_cast<double>(step.dt);
    if (!step.free || n == 0 || !steps[n - 1].free) V = static_cast<double>(step.V);
    EXPECT_NEAR(static_cast<double>(work.V[n]), V, 1e-4) << n;
    conductance.functions(V, inf, rate, g);
    for (int k = 0; k < 5; ++k) z[k] = inf[k] + (z[k] - inf[k]) * std::exp(-dt * rate[k]);
    const double I = conductance.current(g, z);
    V += static_cast<double>(step.jump) - dt * I;
    EXPECT_NEAR(static_cast<double>(work.error[n]),
                (step.free ? V : I) - static_cast<double>(step.target), 1e-4)
        << n;
  }
}

/// A made-up action potential of 300 ms after 20 ms, another one that begins before the first has ended,
/// samples of 0.1 ms.
RecordedCells made_up() {
  RecordedCells data;
  data.cells = 1, data.times = 8000, data.every = 0.1;
  for (int n = 0; n < data.times; ++n) {
    const double t = 0.1 * n;
    double V = -85.0;
    const auto potential = [&](double start, double length, double from) {
      if (t < start) return;
      const double s = t - start;
      if (s < 1.0)
        V = from + (30.0 - from) * s;
      else if (s < length)
        V = 30.0 - 50.0 * (s - 1.0) / length;
      else if (s < length + 80.0)
        V = -20.0 - 65.0 * (s - length) / 80.0;
    };
    potential(20.0, 250.0, -85.0);
    if (t >= 340.0) V = -85.0, potential(340.0, 200.0, -77.0);
    data.V.push_back(V);
    data.I_ion.push_back(0.02 * (V + 85.0) + (V > 0.0 ? -5.0 : 0.0));
    data.gates.push_back(V > 0.0 ? 0.5 : 0.0);
  }
  return data;
}

TEST(RecordedSteps, LeadFromVToVWithTheRecordedCurrent) {
  ConductanceSettings settings;
  const RecordedCells data = made_up();
  const SodiumCurrent sodium = [](const double* gate, double) { return -10.0 * gate[0]; };
  const RecordedCell cell = recorded_cells(data, settings, sodium, 1, 7).front();
  EXPECT_EQ(cell.group, 7);
  ASSERT_EQ(cell.free.size(), cell.clamped.size());
  double t = 0.0, freed = 0.0, beginning = 0.0, repolarising = 0.0;
  for (std::size_t n = 0; n < cell.free.size(); ++n) {
    const RecordedStep &free = cell.free[n], &clamped = cell.clamped[n];
    const auto at = static_cast<std::size_t>(std::lround(t / 0.1));
    const auto dt = static_cast<double>(free.dt);
    const auto end = at + static_cast<std::size_t>(std::lround(dt / 0.1));
    EXPECT_EQ(free.dt, clamped.dt);
    EXPECT_EQ(clamped.free, 0u);
    // The sodium current has been taken out of the target.
    const double I = static_cast<double>(clamped.target);
    EXPECT_NEAR(I, 0.02 * (static_cast<double>(clamped.V) + 85.0), 1e-4) << t;
    if (free.free) {
      EXPECT_NEAR(static_cast<double>(free.V), data.V[at], 1e-4);
      EXPECT_NEAR(static_cast<double>(free.V) + static_cast<double>(free.jump) - dt * I, data.V[end],
                  1e-3)
          << t;
      EXPECT_TRUE(end == at + 1 || std::abs(data.V[end] - data.V[at]) <= settings.V_step + 1e-9) << t;
      freed += dt;
    }
    const bool is_before = t < 20.0;
    EXPECT_EQ(free.free != 0, cell.phase[n] != RecordedCell::Phase::upstroke && !is_before) << t;
    if (cell.phase[n] == RecordedCell::Phase::onset) beginning += dt;
    if (cell.phase[n] == RecordedCell::Phase::repolarisation) repolarising += dt;
    t += dt;
  }
  EXPECT_NEAR(t, 799.9, 1e-2);
  // From 3 ms after each upstroke until 3 ms before the next one or the end; the second one ends in
  // diastole.
  EXPECT_NEAR(freed, (340.5 - 3.0) - (20.5 + 3.0) + 799.9 - (340.5 + 3.0), 1.0);
  EXPECT_NEAR(beginning, 2 * 10.0, 0.5);
  EXPECT_NEAR(beginning + repolarising,
              (340.5 - 3.0) - (20.5 + 3.0) + (540.0 + 80.0 * 60.0 / 65.0) - (340.5 + 3.0), 1.0);
  EXPECT_LT(cell.free.size(), 4000u);  // of 8000 samples
}

TEST(HardestStates, AreTriedAgainBesideNewOnes) {
  HardestStates hardest(4);
  using Numbers = std::vector<std::uint64_t>;
  EXPECT_EQ(hardest.numbers(0), (Numbers{0, 1, 2, 3}));
  hardest.keep({0, 1, 2, 3}, {0.1, 0.5, 0.2, 0.5});
  EXPECT_EQ(hardest.numbers(1), (Numbers{1, 3, 6, 7}));
  hardest.keep({1, 3, 6, 7}, {0.0, 0.5, 0.0, 0.1});
  HardestStates resumed(4);
  resumed.restore(hardest.kept());
  EXPECT_EQ(resumed.numbers(2), (Numbers{3, 7, 10, 11}));
}

}  // namespace
}  // namespace myowave::learn
