// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/conductance.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "surrogates/learn/conductance_rollout.hpp"
#include "surrogates/learn/random.hpp"

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
    const bool free = (n >= 10 && n < 35) || n >= 50;
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
  conductance.log_tau = part(shape.log_tau(), shape.g());
  conductance.currents = part(shape.g(), shape.factors());
  conductance.factors = part(shape.factors(), shape.count());

  ConductanceRollout<float> rollout(shape);
  rollout.set(parameters);
  auto work = rollout.work();
  const std::vector<float> start = {0.3f, -0.2f, 1.0f, 0.1f, -2.0f};
  const std::vector<RecordedStep> steps = some_steps();
  rollout.run(steps, start.data(), nullptr, work);

  double z[5], inf[5], tau[5], g[5], V = 0.0;
  for (int k = 0; k < 5; ++k)
    z[k] = 1.0 / (1.0 + std::exp(-static_cast<double>(start[static_cast<std::size_t>(k)])));
  for (std::size_t n = 0; n < steps.size(); ++n) {
    const RecordedStep& step = steps[n];
    const double dt = static_cast<double>(step.dt);
    if (!step.free || n == 0 || !steps[n - 1].free) V = static_cast<double>(step.V);
    EXPECT_NEAR(static_cast<double>(work.V[n]), V, 1e-4) << n;
    conductance.functions(V, inf, tau, g);
    for (int k = 0; k < 5; ++k) z[k] = inf[k] + (z[k] - inf[k]) * std::exp(-dt / tau[k]);
    const double I = conductance.current(g, z);
    V += static_cast<double>(step.jump) - dt * I;
    EXPECT_NEAR(static_cast<double>(work.error[n]),
                (step.free ? V : I) - static_cast<double>(step.target), 1e-4)
        << n;
  }
}

}  // namespace
}  // namespace myowave::learn
