// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include <cmath>
#include <filesystem>
#include <fstream>

#include "field/session.hpp"
#include "ionic/registry.hpp"
#include "protocols/dataset.hpp"
#include "reaction/lane_cells.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;

/// What the first rank has read back.
struct Data {
  std::size_t cases = 0, times = 0, variables = 0;
  std::vector<double> values, J, stimulus, V_after;

  double value(std::size_t c, std::size_t k, std::size_t v) const {
    return values[(c * times + k) * variables + v];
  }
};

std::vector<double> read(hid_t file, const char* name, std::vector<hsize_t>& size) {
  const hid_t set = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(set);
  size.resize(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
  H5Sget_simple_extent_dims(space, size.data(), nullptr);
  std::vector<double> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  EXPECT_GE(H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), 0) << name;
  H5Sclose(space);
  H5Dclose(set);
  return values;
}

/// Runs the dataset; on the first rank its content.
Data data_of(const std::string& toml, Config& config) {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  const fs::path folder =
      fs::path(testing::TempDir()) /
      fmt::format("myowave_{}_{}_{}", test->test_suite_name(), test->name(), parallel::size());
  if (parallel::rank() == 0) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    std::ofstream(folder / "case.toml") << toml;
  }
  parallel::barrier();
  config = read_config(folder / "case.toml", {}, Purpose::dataset);
  RunOptions options;
  options.output = folder / "out";
  Log log(true);
  EXPECT_EQ(run_dataset(config, options, log), 0);
  Data data;
  if (parallel::rank() != 0) return data;
  const hid_t file = H5Fopen((options.output / "dataset.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  std::vector<hsize_t> size;
  data.values = read(file, "values", size);
  data.cases = size[0], data.times = size[1], data.variables = size[2];
  data.J = read(file, "J", size);
  data.stimulus = read(file, "stimulus", size);
  data.V_after = read(file, "V_after", size);
  H5Fclose(file);
  return data;
}

/// The largest difference to the recorded V after each step, and to the recorded states at the next one
/// (relative for what is no gate), when the cell model starts from V + dt (J - stimulus) and the states.
std::pair<double, double> replay_error(const Data& data, const Config& config) {
  const auto model = ionic::make_cell_model(config.regions.front().cell, config.reaction.numerics());
  const double dt = config.time.step;
  const long substeps = std::lround(dt / config.reaction.step);
  LaneCells cells(*model, data.cases);
  double of_V = 0.0, of_states = 0.0;
  for (std::size_t k = 0; k < data.times; ++k) {
    const auto at = [&](std::size_t c) { return c * data.times + k; };
    for (std::size_t c = 0; c < data.cases; ++c) {
      cells.set_V(c, data.value(c, k, 0) + dt * (data.J[at(c)] - data.stimulus[at(c)]));
      for (std::size_t s = 0; s + 1 < data.variables; ++s)
        cells.set_state(s, c, data.value(c, k, 1 + s));
    }
    for (long s = 0; s < substeps; ++s)
      cells.advance(dt / static_cast<double>(substeps),
                    [&](std::size_t c) { return data.stimulus[at(c)]; });
    for (std::size_t c = 0; c < data.cases; ++c) {
      of_V = std::max(of_V, std::abs(cells.V(c) - data.V_after[at(c)]));
      if (k + 1 == data.times) continue;
      of_V = std::max(of_V, std::abs(cells.V(c) - data.value(c, k + 1, 0)));
      for (std::size_t s = 0; s + 1 < data.variables; ++s) {
        const double then = data.value(c, k + 1, 1 + s);
        of_states =
            std::max(of_states, std::abs(cells.state(s, c) - then) / std::max(1.0, std::abs(then)));
      }
    }
  }
  return {of_V, of_states};
}

std::string sheet(const std::string& reaction, const std::string& dataset) {
  return R"([mesh]
kind = "sheet"
size = ["3 mm", "2 mm"]
spacing = "0.2 mm"
holes = [{ sphere = { centre = ["2 mm", "1 mm"], radius = "0.5 mm" } }]
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.0176 S/m" }
[[region]]
name = "tissue"
model = "ten_tusscher_2006"
[[stimulus]]
name = "S1"
where = { box = [["0 mm", "0 mm"], ["0.5 mm", "2 mm"]] }
amplitude = "50 uA/uF"
start = "0.48 ms"
duration = "2 ms"
[time]
end = "12 ms"
step = "0.04 ms"
)" + reaction +
         "[dataset]\nsource = \"tissue\"\n" + dataset;
}

TEST(DatasetReplay, JAndTheStatesReproduceEveryStepOfEveryNode) {
  for (const std::string reaction : {"[reaction]\nstep = \"0.02 ms\"\n",
                                     "[reaction]\nstep = \"0.01 ms\"\nmethod = "
                                     "\"rush_larsen\"\nprecision = \"double\"\ntables = false\n"}) {
    Config config;
    const Data data = data_of(sheet(reaction, "nodes = \"all\"\n"), config);
    if (parallel::rank() != 0) continue;
    EXPECT_EQ(data.times, 300u);
    EXPECT_GT(data.cases, 140u);
    EXPECT_LT(data.cases, 16u * 11u);  // the hole is left out
    const auto [of_V, of_states] = replay_error(data, config);
    EXPECT_LT(of_V, 1e-9);
    EXPECT_LT(of_states, 1e-9);
    // The wave is in it, and the stimulus.
    EXPECT_GT(*std::max_element(data.V_after.begin(), data.V_after.end()), 20.0);
    EXPECT_EQ(*std::max_element(data.stimulus.begin(), data.stimulus.end()), 50.0);
    EXPECT_LT(*std::min_element(data.J.begin(), data.J.end()), -10.0);
  }
}

TEST(DatasetReplay, WindowsHoldTheSameNumbersAsTheWholeRun) {
  const std::string reaction = "[reaction]\nstep = \"0.04 ms\"\n";
  Config config;
  const Data whole = data_of(sheet(reaction, "nodes = { count = 20 }\n"), config);
  const Data windows =
      data_of(sheet(reaction,
                    "nodes = { count = 20 }\nwindows = [[\"1 ms\", \"3 ms\"], [\"6 ms\", \"8 ms\"]]\n"),
              config);
  if (parallel::rank() != 0) return;
  ASSERT_EQ(whole.cases, 20u);
  ASSERT_EQ(windows.cases, 40u);
  ASSERT_EQ(windows.times, 50u);
  for (std::size_t c = 0; c < 40; ++c)
    for (std::size_t k = 0; k < 50; ++k) {
      const std::size_t at = (c < 20 ? 25 : 150) + k;
      ASSERT_EQ(windows.J[c * 50 + k], whole.J[c % 20 * 300 + at]);
      for (std::size_t v = 0; v < whole.variables; ++v)
        ASSERT_EQ(windows.value(c, k, v), whole.value(c % 20, at, v));
    }
}

}  // namespace
}  // namespace myowave
