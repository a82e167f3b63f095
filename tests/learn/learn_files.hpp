// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "surrogates/learn/config.hpp"

namespace myowave::learn {

/// A folder for one test, removed at the end.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "myowave_learn_XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::string at(const std::string& name) const { return (path_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
    return at(name);
  }

 private:
  std::filesystem::path path_;
};

inline TrainingConfig config_of(const std::string& text,
                                const std::vector<std::string>& overrides = {}) {
  const TestFolder folder;
  return read_training_config(folder.write("test.toml", text), overrides);
}

/// Small problems, one of each kind, in double precision.
inline const std::string gate_problem = R"(
[surrogate]
kind = "gate"
model = "hodgkin_huxley_1952"
[network]
layers = [8, 8]
[gate]
gates = ["m", "h"]
V = ["-100 mV", "40 mV"]
points = 60
clamp = { powers = { m = 3, h = 1 }, reversal = "55 mV", levels = 4, samples = 6 }
[train]
precision = "double"
iterations = 60
validate_every = 20
learning_rate = 0.01
)";

/// Of data in a file that DATA stands for.
inline const std::string conductance_problem = R"(
[surrogate]
kind = "conductance"
model = "ten_tusscher_2006"
[conductance]
data = ["DATA"]
latents = ["f", "xr1", "xs", "20 ms"]
terms = 3
reversal = "74 mV"
[data]
validation = 0.25
[train]
weights = { smooth = 0.01 }
precision = "double"
iterations = 60
validate_every = 20
learning_rate = 0.02
rollout_start = 0.3
batch = 3
clip = 10
)";

inline const std::string step_problem = R"(
[surrogate]
kind = "step"
model = "fitzhugh_nagumo"
variant = "werneck_code"
step = "0.5 ms"
[network]
layers = [10, 10]
activation = ["tanh", "silu"]
[data]
ranges = { V = ["-95 mV", "15 mV"], v = ["0", "0.12"] }
trajectories = 40
duration = "8 ms"
every = "0.25 ms"
scatter = 50
current = { random = ["-20 uA/uF", "40 uA/uF"] }
[step]
current = "input"
[train]
precision = "double"
iterations = 60
validate_every = 20
batch = 64
rollout = [3, 5]
rollout_batch = 8
noise = 0.01
)";

/// The same with currents that change V before each step.
inline const std::vector<std::string> jumps = {"step.current=jump", "data.every=0.5 ms"};

inline const std::string rate_problem = R"(
[surrogate]
kind = "rate"
model = "hodgkin_huxley_1952"
[network]
layers = [8, 8]
[data]
trajectories = 1
duration = "5 ms"
every = "0.02 ms"
current = { constant = ["10 uA/uF", "6 uA/uF"] }
noise = { theta = "5 /ms", sigma = 0.1 }
[rate]
form = "printed"
[train]
precision = "double"
iterations = 60
validate_every = 20
rollout = [4]
rollout_batch = 8
physics_batch = 16
)";

inline const std::vector<std::string> structured = {
    "rate.form=structured", "rate.gate_layers=[6]",
    R"(rate.currents=[{name="I_Na",reversal="55 mV",inputs=["m","h"]},{name="I_K",reversal="-72 mV",inputs=["n"]},{name="I_L",reversal="-49 mV",inputs=["n"]}])"};

inline const std::string trajectory_problem = R"(
[surrogate]
kind = "trajectory"
model = "fitzhugh_nagumo"
variant = "werneck_code"
[network]
layers = [8, 8]
[data]
ranges = { V = ["-95 mV", "-4 mV"], v = ["0", "0.12"], I = ["0 /ms", "1.2 /ms"] }
trajectories = 30
duration = "10 ms"
every = "0.5 ms"
near_threshold = { fraction = 0.2, level = "0 mV", within = "10 ms" }
[train]
weights = { data = 10, physics = 2, boundary = 1 }
precision = "double"
iterations = 60
validate_every = 20
batch = 64
physics_batch = 16
)";

}  // namespace myowave::learn
