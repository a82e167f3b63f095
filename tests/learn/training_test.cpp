// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/training.hpp"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "base/error.hpp"
#include "base/files.hpp"
#include "surrogates/learn/checkpoint.hpp"
#include "surrogates/learn/reference_cell.hpp"
#include "surrogates/learn/task.hpp"
#include "surrogates/surrogate_file.hpp"
#include "tests/learn/data_set.hpp"
#include "tests/learn/learn_files.hpp"

namespace myowave::learn {
namespace {

TrainOptions quiet(const std::string& output) {
  TrainOptions options;
  options.output = output;
  options.quiet = true;
  return options;
}

nlohmann::json record_of(const std::string& folder) {
  return nlohmann::json::parse(read_file(folder + "/run.json"));
}

/// A file of recorded cells, for all tests.
std::string recorded_cells_of_tests() {
  static const TestFolder folder;
  static const std::string path = [] {
    record_cells(folder.at("cells.h5"), 4, 700.0);
    return folder.at("cells.h5");
  }();
  return "conductance.data=[\"" + path + "\"]";
}

class Kinds : public testing::TestWithParam<std::string> {
 protected:
  static TrainingConfig config() {
    if (GetParam() == "gate") return config_of(gate_problem);
    if (GetParam() == "step") return config_of(step_problem);
    if (GetParam() == "jumps") return config_of(step_problem, jumps);
    if (GetParam() == "rate") return config_of(rate_problem, structured);
    if (GetParam() == "printed") return config_of(rate_problem);
    if (GetParam() ==
        "conductance")  // long clamped, so that V is near enough to be learnt from once it is free
      return config_of(conductance_problem, {recorded_cells_of_tests(), "train.rollout_start=0.7"});
    return config_of(trajectory_problem);
  }
};

TEST_P(Kinds, LearnAndAreWrittenAsSurrogates) {
  const TestFolder folder;
  const std::string run = folder.at("run");
  ASSERT_EQ(train(config(), quiet(run)), 0);
  const nlohmann::json record = record_of(run);
  EXPECT_EQ(record["status"], "finished");
  EXPECT_EQ(record["results"]["iterations"], 60);
  const surrogates::Surrogate surrogate = surrogates::read_surrogate(run + "/surrogate.safetensors");
  EXPECT_EQ(surrogate.model, config().surrogate.cell.model);
  EXPECT_FALSE(surrogate.accuracy.empty());
  std::size_t parameters = 0;
  for (const surrogates::Part& part : surrogate.parts) parameters += part.network.parameters();
  if (surrogate.conductance)
    parameters = 73 * (2 * 4 + 4) + 3 * 3 * 5 + 4;  // with the start of the cells
  EXPECT_EQ(record["results"]["parameters"], parameters);
  // The validation falls from the first row of the table to the last.
  std::istringstream rows(read_file(run + "/training.csv"));
  std::string header, first, last;
  std::getline(rows, header), std::getline(rows, first);
  for (std::string row; std::getline(rows, row);) last = row;
  auto validation = [](std::string row) {
    for (int k = 0; k < 2; ++k) row.erase(row.rfind(','));  // learning rate, time
    return std::stod(row.substr(row.rfind(',') + 1));
  };
  EXPECT_LT(validation(last), validation(first)) << header << "\n" << first << "\n" << last;
}

TEST_P(Kinds, ContinueBitwiseAfterAStop) {
  const TestFolder folder;
  TrainingConfig whole = config();
  ASSERT_EQ(train(whole, quiet(folder.at("whole"))), 0);
  // A training that ends early leaves what one that is stopped there leaves, but for the schedule.
  TrainingConfig constant = whole;
  constant.train.schedule = Schedule::constant, constant.train.rollout_start = 0.0;
  constant.train.rollout = {4};
  ASSERT_EQ(train(constant, quiet(folder.at("all"))), 0);
  TrainingConfig part = constant;
  part.train.iterations = 27;
  ASSERT_EQ(train(part, quiet(folder.at("part"))), 0);
  TrainOptions options = quiet(folder.at("part"));
  options.resume = true;
  ASSERT_EQ(train(constant, options), 0);
  const Checkpoint a = read_checkpoint(folder.at("all") + "/checkpoint.pt"),
                   b = read_checkpoint(folder.at("part") + "/checkpoint.pt");
  for (const char* name : {"values", "adam.first", "adam.second"})
    EXPECT_TRUE(torch::equal(a.tensors.at(name), b.tensors.at(name))) << name;
}

INSTANTIATE_TEST_SUITE_P(All, Kinds,
                         testing::Values("gate", "step", "jumps", "rate", "printed", "conductance",
                                         "trajectory"),
                         [](const auto& each) { return each.param; });

/// What the file gives against what the task computes from the same weights.
TEST(Exported, StepsAreThoseOfTorchAndRestAtRest) {
  const TrainingConfig config = config_of(step_problem, {"train.precision=float"});
  const std::unique_ptr<Task> task = make_task(config, torch::kCPU, "");
  const Networks networks(task->shapes(), Precision::float_, torch::kCPU, 2);
  const surrogates::Surrogate surrogate = task->exported(networks);
  std::vector<double> rest = ReferenceCell(config.surrogate.cell, 1e-9).rest();
  rest.push_back(0.0);  // J
  for (const double change : surrogates::evaluate(surrogate, rest)) EXPECT_NEAR(change, 0.0, 1e-4);
  const std::vector<double> scaled = [&] {
    std::vector<double> relative;
    const std::vector<double> change = surrogates::evaluate(surrogate, rest);
    for (std::size_t k = 0; k < change.size(); ++k)
      relative.push_back(change[k] / surrogate.outputs[k].scale);
    return relative;
  }();
  for (const double each : scaled) EXPECT_LT(std::abs(each), 2e-7);
  // Elsewhere: the network's output less that at rest.
  const std::vector<double> at = {-40.0, 0.05, 12.0};
  auto normalised = [&](const std::vector<double>& values) {
    torch::Tensor x = torch::empty({1, 3}, torch::kFloat);
    for (std::size_t k = 0; k < 3; ++k)
      x[0][static_cast<std::int64_t>(k)] =
          (values[k] - surrogate.inputs[k].offset) / surrogate.inputs[k].scale;
    return x;
  };
  const torch::Tensor out = networks[0].forward(normalised(at)) - networks[0].forward(normalised(rest));
  const std::vector<double> found = surrogates::evaluate(surrogate, at);
  for (std::size_t k = 0; k < 2; ++k)
    EXPECT_NEAR(found[k] / surrogate.outputs[k].scale,
                out[0][static_cast<std::int64_t>(k)].item<double>(), 1e-6);
}

TEST(Exported, StructuredRatesAreThoseThatWereTrained) {
  std::vector<std::string> overrides = structured;
  overrides.insert(overrides.end(), {"rate.validate_until=6 ms", "data.validation=0"});
  const TrainingConfig config = config_of(rate_problem, overrides);
  const std::unique_ptr<Task> task = make_task(config, torch::kCPU, "");
  const Networks networks(task->shapes(), Precision::double_, torch::kCPU, 2);
  const surrogates::Surrogate surrogate = task->exported(networks);
  // One step of Heun from the state at rest, by the file and by the task's long run.
  const ReferenceCell cell(config.surrogate.cell, 1e-9);
  auto rates = [&](const std::vector<double>& y) {
    const std::vector<double> out = surrogates::evaluate(surrogate, y);
    std::vector<double> dy(4, 0.0);
    for (std::size_t o = 0; o < out.size(); ++o) {
      const surrogates::Output& output = surrogate.outputs[o];
      if (output.form == surrogates::Form::current) dy[0] -= out[o] * (y[0] - output.reversal);
      if (output.form == surrogates::Form::inf) dy[o + 1] = (out[o] - y[o + 1]) / out[o + 3];
    }
    dy[0] += 10.0;
    return dy;
  };
  std::vector<double> y = cell.initial(), half = y;
  const std::vector<double> first = rates(y);
  for (std::size_t k = 0; k < 4; ++k) half[k] += 0.02 * first[k];
  const std::vector<double> second = rates(half);
  for (std::size_t k = 0; k < 4; ++k) y[k] += 0.01 * (first[k] + second[k]);
  std::istringstream rows(task->trace(networks));
  std::string header, row;
  std::getline(rows, header), std::getline(rows, row);
  EXPECT_EQ(header, "t_ms,V,V_model,m,m_model,h,h_model,n,n_model");
  const double V = std::stod(row.substr(row.find(',') + 1));
  EXPECT_NEAR(V, y[0], 2e-4);
}

TEST(Training, OfConductancesDoesNotDependOnTheNumberOfThreads) {
  const TestFolder folder;
  const auto trained = [&](int threads) {
    TrainingConfig config = config_of(conductance_problem, {recorded_cells_of_tests()});
    config.train.iterations = config.train.validate_every = 20, config.train.threads = threads;
    const std::string output = folder.at(std::to_string(threads));
    EXPECT_EQ(train(config, quiet(output)), 0);
    return read_checkpoint(output + "/checkpoint.pt");
  };
  const Checkpoint one = trained(1), two = trained(2);
  for (const char* name : {"values", "adam.first", "adam.second"})
    EXPECT_TRUE(torch::equal(one.tensors.at(name), two.tensors.at(name))) << name;
}

TEST(Training, RefusesToContinueWithOtherSettings) {
  const TestFolder folder;
  ASSERT_EQ(train(config_of(gate_problem, {"train.iterations=5"}), quiet(folder.at("run"))), 0);
  TrainOptions options = quiet(folder.at("run"));
  options.resume = true;
  try {
    train(config_of(gate_problem, {"train.learning_rate=0.02"}), options);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("other settings"), std::string::npos) << error.what();
  }
  EXPECT_THROW(train(config_of(gate_problem), quiet(folder.at("run"))), InputError);
}

TEST(Training, RefusesToContinueFromACheckpointThatHoldsLess) {
  const TestFolder folder;
  const TrainingConfig config = config_of(gate_problem, {"train.iterations=5"});
  ASSERT_EQ(train(config, quiet(folder.at("run"))), 0);
  const std::string file = folder.at("run") + "/checkpoint.pt";
  Checkpoint older = read_checkpoint(file);
  ASSERT_EQ(older.tensors.erase("rate.halved"), 1u);
  write_checkpoint(older, file);
  TrainOptions options = quiet(folder.at("run"));
  options.resume = true;
  try {
    train(config, options);
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("which kept less in it"), std::string::npos)
        << error.what();
  }
}

TEST(Training, StopsWhenNothingIsGained) {
  const TestFolder folder;
  const TrainingConfig config = config_of(
      gate_problem, {"train.learning_rate=3", "train.schedule=constant", "train.early_stopping=3",
                     "train.validate_every=1", "train.iterations=1000"});
  ASSERT_EQ(train(config, quiet(folder.at("run"))), 0);
  EXPECT_LT(record_of(folder.at("run"))["results"]["iterations"], 1000);
}

/// With steps that lead away from any minimum. Going on after a stop is as not to have stopped.
TEST(Training, ThatIsLostGoesBackToItsBestWeights) {
  const TestFolder folder;
  const auto with = [](int iterations) {
    return config_of(gate_problem,
                     {"train.learning_rate=3", "train.schedule=constant", "train.rewind=2",
                      "train.validate_every=1", "train.iterations=" + std::to_string(iterations)});
  };
  ASSERT_EQ(train(with(120), quiet(folder.at("whole"))), 0);
  const std::string log = read_file(folder.at("whole") + "/log.txt");
  std::size_t times = 0;
  for (std::size_t at = 0; (at = log.find("back to its weights", at)) != std::string::npos; ++at)
    ++times;
  ASSERT_GT(times, 1u) << log;
  // Each time with half of the learning rate.
  std::istringstream rows(read_file(folder.at("whole") + "/training.csv"));
  std::vector<double> rates;
  for (std::string row; std::getline(rows, row);) {
    row.erase(row.rfind(','));
    rates.push_back(std::atof(row.substr(row.rfind(',') + 1).c_str()));
  }
  EXPECT_DOUBLE_EQ(rates[1], 3.0);
  for (std::size_t n = 2; n < rates.size(); ++n)
    EXPECT_TRUE(rates[n] == rates[n - 1] || std::abs(rates[n] / rates[n - 1] - 0.5) < 1e-3) << n;
  EXPECT_LE(rates.back(), 3.0 * std::pow(0.5, static_cast<double>(times) - 1.0) * 1.001);

  ASSERT_EQ(train(with(23), quiet(folder.at("part"))), 0);
  TrainOptions options = quiet(folder.at("part"));
  options.resume = true;
  ASSERT_EQ(train(with(120), options), 0);
  const Checkpoint a = read_checkpoint(folder.at("whole") + "/checkpoint.pt"),
                   b = read_checkpoint(folder.at("part") + "/checkpoint.pt");
  for (const char* name : {"values", "adam.first", "adam.second", "best.values", "rate.halved"})
    EXPECT_TRUE(torch::equal(a.tensors.at(name), b.tensors.at(name))) << name;
}

TEST(Training, WhoseLossIsNotFiniteFailsAndKeepsTheCheckpoint) {
  const TestFolder folder;
  // Rates that grow with the state, integrated over long windows with ever larger weights.
  const TrainingConfig config = config_of(
      rate_problem, {"train.learning_rate=9.9", "train.schedule=constant", "train.precision=float",
                     "network.activation=relu", "train.rollout=[200]", "train.checkpoint_every=1e-6 s"});
  try {
    train(config, quiet(folder.at("run")));
    FAIL();
  } catch (const RunError& error) {
    EXPECT_NE(std::string(error.what()).find("lower train.learning_rate"), std::string::npos)
        << error.what();
  }
  EXPECT_EQ(record_of(folder.at("run"))["status"], "failed");
  const Checkpoint kept = read_checkpoint(folder.at("run") + "/checkpoint.pt");
  EXPECT_TRUE(torch::isfinite(kept.tensors.at("values")).all().item<bool>());
}

TEST(Training, OfATrajectoryByTheEquationsAloneFindsIt) {
  const TestFolder folder;
  const TrainingConfig config = config_of(
      trajectory_problem,
      {"data.trajectories=1", "data.ranges={}", "data.near_threshold.fraction=0", "data.every=0.1 ms",
       "data.duration=2 ms", R"(surrogate.initial_state={ V = "-60 mV", v = "0" })",
       "train.iterations=1500", "train.weights={ data = 0, physics = 1, boundary = 1 }",
       "train.learning_rate=0.01", "network.layers=[16,16]"});
  ASSERT_EQ(train(config, quiet(folder.at("run"))), 0);
  const nlohmann::json outputs = record_of(folder.at("run"))["results"]["validation"]["outputs"];
  EXPECT_LT(outputs["V"]["max"].get<double>(), 0.5) << outputs;  // mV; V falls by more than 20
}

}  // namespace
}  // namespace myowave::learn
