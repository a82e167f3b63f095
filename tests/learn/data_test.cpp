// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <set>

#include "base/error.hpp"
#include "surrogates/learn/random.hpp"
#include "surrogates/learn/reference_cell.hpp"
#include "surrogates/learn/samples.hpp"
#include "surrogates/learn/spikes.hpp"
#include "surrogates/learn/trajectories.hpp"
#include "tests/learn/data_set.hpp"
#include "tests/learn/learn_files.hpp"

namespace myowave::learn {
namespace {

ionic::CellSpec named(const std::string& model) {
  ionic::CellSpec spec;
  spec.model = model;
  return spec;
}

TEST(ReferenceCell, FollowsTheExactDecayOfAPassiveCell) {
  const ReferenceCell cell(named("passive"), 1e-10);
  std::vector<double> y = cell.initial(), slope(2);
  const double rest = y[0];
  y[0] = rest + 20.0;
  cell.rates(y.data(), cell.parameters().data(), 0.0, slope.data());
  const double rate = -slope[0] / 20.0;
  ASSERT_GT(rate, 0.0);
  double step = 0.0;
  ASSERT_TRUE(cell.advance(y.data(), cell.parameters().data(), 0.0, 7.0, step));
  EXPECT_NEAR(y[0], rest + 20.0 * std::exp(-7.0 * rate), 1e-7);
}

TEST(ReferenceCell, ConvergesWithItsTolerance) {
  auto end = [](double tolerance) {
    const ReferenceCell cell(named("hodgkin_huxley_1952"), tolerance);
    std::vector<double> y = cell.initial();
    double step = 0.0;
    for (int k = 0; k < 100; ++k) cell.advance(y.data(), cell.parameters().data(), 10.0, 0.1, step);
    return y[0];
  };
  const double finest = end(1e-12);
  EXPECT_GT(std::abs(end(1e-5) - finest), 1e-8);
  EXPECT_LT(std::abs(end(1e-9) - finest), 1e-5);
}

TEST(ReferenceCell, FindsTheRest) {
  for (const char* name : {"hodgkin_huxley_1952", "fitzhugh_nagumo", "mitchell_schaeffer_2003"}) {
    const ReferenceCell cell(named(name), 1e-9);
    const std::vector<double> rest = cell.rest();
    std::vector<double> slope(rest.size() + 1);
    cell.rates(rest.data(), cell.parameters().data(), 0.0, slope.data());
    for (std::size_t k = 0; k < rest.size(); ++k) EXPECT_NEAR(slope[k], 0.0, 1e-10) << name << " " << k;
  }
}

TEST(Trajectories, StartInTheirRangesAndFollowTheEquations) {
  const TrainingConfig config = config_of(trajectory_problem, {"data.near_threshold.fraction=0"});
  const Trajectories data = make_trajectories(config, "");
  ASSERT_EQ(data.runs, 30);
  ASSERT_EQ(data.times, 21);
  ASSERT_EQ(data.parameters, std::vector<std::string>{"I"});
  const ReferenceCell cell(config.surrogate.cell, 1e-11);
  std::set<int> strata;
  for (std::int64_t run = 0; run < data.runs; ++run) {
    const double* first = data.at(run, 0);
    EXPECT_GE(first[0], -95.0);
    EXPECT_LE(first[0], -4.0);
    strata.insert(static_cast<int>(30.0 * (first[0] + 95.0) / 91.0));
    std::vector<double> parameters = cell.parameters(), y(first, first + 2);
    parameters[4] = data.parameter_values[static_cast<std::size_t>(run)];
    double step = 0.0;
    for (std::int64_t k = 1; k < data.times; ++k) {
      cell.advance(y.data(), parameters.data(), 0.0, 0.5, step);
      EXPECT_NEAR(data.at(run, k)[0], y[0], 1e-4);
    }
  }
  EXPECT_EQ(strata.size(), 30u);  // one in each layer of the Latin hypercube
}

TEST(Trajectories, NearTheThresholdLieOnBothSidesOfIt) {
  const TrainingConfig config = config_of(
      trajectory_problem, {"data.near_threshold.fraction=0.9", "data.trajectories=100",
                           R"(data.ranges.I=["0 /ms","1e-9 /ms"])", R"(data.ranges.v=["0","1e-9"])"});
  const Trajectories data = make_trajectories(config, "");
  int fired = 0, close = 0;
  for (std::int64_t run = 0; run < data.runs; ++run) {
    double highest = -1000.0;
    for (std::int64_t k = 0; k < data.times; ++k) highest = std::max(highest, data.at(run, k)[0]);
    fired += highest > 0.0;
    // Without recovery at the start the middle root of the cubic, u = 0.4, all but divides them.
    close += std::abs(data.at(run, 0)[0] + 45.0) < 10.0;
  }
  EXPECT_GT(fired, 25);
  EXPECT_LT(fired, 75);
  EXPECT_GT(close, 50);
}

TEST(Trajectories, DoNotDependOnThreadsOrTheCache) {
  const TestFolder folder;
  const Trajectories one = make_trajectories(config_of(trajectory_problem), "");
  const Trajectories two =
      make_trajectories(config_of(trajectory_problem, {"train.threads=2"}), folder.at("c.pt"));
  const Trajectories cached = make_trajectories(config_of(trajectory_problem), folder.at("c.pt"));
  EXPECT_EQ(one.values, two.values);
  EXPECT_EQ(one.values, cached.values);
  EXPECT_EQ(one.parameter_values, cached.parameter_values);
  EXPECT_EQ(one.parameters, cached.parameters);
  EXPECT_EQ(one.runs, cached.runs);
}

std::string fault_of(const std::string& path) {
  try {
    read_trajectories(path, named("fitzhugh_nagumo"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(DataSets, AreReadWithCurrentsAndParameters) {
  const TestFolder folder;
  {
    DataSet set(folder.at("d.h5"));
    set.fill(), set.fill_values();
    set.array("/J", {2, 3}, {10, 20, 0, 30, 40, 0});
    set.array("/stimulus", {2, 3}, {1, 2, 0, 3, 4, 0});
    set.array("/parameters/I", {2}, {7, 8});
  }
  const Trajectories data = read_trajectories(folder.at("d.h5"), named("fitzhugh_nagumo"));
  EXPECT_EQ(data.runs, 2);
  EXPECT_EQ(data.times, 3);
  EXPECT_EQ(data.every, 0.5);
  EXPECT_EQ(data.at(1, 2)[0], -30.0);
  EXPECT_EQ(data.at(1, 2)[1], 6.0);
  EXPECT_EQ(data.J, (std::vector<double>{10, 20, 30, 40}));
  EXPECT_EQ(data.stimulus, (std::vector<double>{1, 2, 3, 4}));
  EXPECT_EQ(data.parameter_values, (std::vector<double>{7, 8}));
}

TEST(DataSets, ThatDoNotFitAreRefused) {
  const TestFolder folder;
  const std::string path = folder.at("d.h5");
  auto expect = [&](const std::string& words) {
    EXPECT_NE(fault_of(path).find(words), std::string::npos) << fault_of(path);
  };
  folder.write("d.h5", "this is text");
  expect("is no HDF5 file");
  { DataSet(path).fill(); }
  expect("'/values' is missing");
  { DataSet(path).fill("passive"); }
  expect("holds data of the model 'passive'");
  { DataSet(path).fill("fitzhugh_nagumo", 2.0); }
  expect("newer Myowave");
  { DataSet(path).fill("fitzhugh_nagumo", 1.0, "vV"); }
  expect("holds the variables v, V; fitzhugh_nagumo has V, v");
  {
    DataSet set(path);
    set.fill();
    set.array("/values", {2, 3, 3}, std::vector<double>(18, 1.0));
  }
  expect("'/values' is 2 x 3 x 3, but there are 2 names");
  {
    DataSet set(path);
    set.fill(), set.fill_values();
    set.array("/J", {2, 2}, {1, 2, 3, 4});
  }
  expect("'/J' is 2 x 2, but there are 2 runs of 3 samples");
  {
    DataSet set(path);
    set.fill();
    set.array("/values", {1, 2, 2}, {1, 2, NAN, 4});
  }
  expect("not finite");
}

/// V is recorded before the current changes it.
TEST(Trajectories, WithJumpsFollowTheEquationsInBetween) {
  const TrainingConfig config = config_of(step_problem, jumps);
  const Trajectories data = make_trajectories(config, "");
  ASSERT_EQ(data.stimulus, std::vector<double>(data.J.size(), 0.0));
  const ReferenceCell cell(config.surrogate.cell, 1e-11);
  double largest = 0.0;
  for (std::int64_t run = 0; run < data.runs; ++run)
    for (std::int64_t k = 0; k + 1 < data.times; ++k) {
      const double J = data.J[static_cast<std::size_t>(run * (data.times - 1) + k)];
      std::vector<double> y(data.at(run, k), data.at(run, k) + 2);
      y[0] += 0.5 * J;
      double step = 0.0;
      cell.advance(y.data(), cell.parameters().data(), 0.0, 0.5, step);
      EXPECT_NEAR(data.at(run, k + 1)[0], y[0], 1e-5);
      largest = std::max(largest, std::abs(J));
    }
  EXPECT_GT(largest, 10.0);
}

TEST(Batches, HoldEverySampleOnceAnEpochInAnOrderOfTheIteration) {
  const torch::Tensor x = torch::arange(12, torch::kDouble).view({12, 1});
  Batches batches(x, x * 2.0, 4, 3);
  std::vector<double> first_epoch;
  for (long iteration = 0; iteration < 3; ++iteration) {
    const auto [bx, by] = batches.at(iteration);
    EXPECT_TRUE(torch::equal(by, bx * 2.0));
    for (int k = 0; k < 4; ++k) first_epoch.push_back(bx[k][0].item<double>());
  }
  EXPECT_EQ(std::set<double>(first_epoch.begin(), first_epoch.end()).size(), 12u);
  const torch::Tensor later = batches.at(4).first.clone();
  EXPECT_FALSE(torch::equal(later, batches.at(1).first));
  Batches again(x, x, 4, 3);
  EXPECT_TRUE(torch::equal(again.at(4).first, later));
}

TEST(Spikes, AreFoundAndCompared) {
  std::vector<double> V;
  for (int k = 0; k <= 1000; ++k)
    V.push_back(50.0 * std::sin(0.01 * 2.0 * M_PI * k));  // 1 per ms at dt 0.01
  const Spikes truth = find_spikes(V, 0.0, 0.01, 25.0);
  ASSERT_EQ(truth.times.size(), 10u);
  EXPECT_NEAR(truth.times[3], 3.0 + 1.0 / 12.0, 1e-4);
  EXPECT_NEAR(truth.peaks[3], 50.0, 1e-9);
  Spikes found = truth;
  for (double& time : found.times) time += 0.02;
  found.times.pop_back(), found.peaks.pop_back();
  const SpikeErrors errors = compare_spikes(truth, found, 0.1);
  EXPECT_NEAR(errors.phase, 0.02, 1e-12);
  EXPECT_NEAR(errors.interval, 0.0, 1e-12);
  EXPECT_NEAR(errors.f1, 2.0 * 9.0 / 19.0, 1e-12);
  EXPECT_EQ(compare_spikes(truth, found, 0.01).f1, 0.0);
}

}  // namespace
}  // namespace myowave::learn
