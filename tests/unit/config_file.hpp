// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "config/config.hpp"

/// Configuration files for tests.
namespace myowave {

/// Writes the text to a file of this test's own (tests may run at the same time) and returns its path.
inline std::string config_file(const std::string& text) {
  const testing::TestInfo* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = std::string(test->test_suite_name()) + "_" + test->name();
  std::replace(name.begin(), name.end(), '/', '_');
  const std::string path = testing::TempDir() + "myowave_" + name + ".toml";
  std::ofstream(path) << text;
  return path;
}

inline Config config_of(const std::string& text, const std::vector<std::string>& overrides = {},
                        Purpose purpose = Purpose::tissue) {
  return read_config(config_file(text), overrides, purpose);
}

/// The faults of a configuration; empty if it has none.
inline std::vector<Fault> faults_of(const std::string& text,
                                    const std::vector<std::string>& overrides = {},
                                    Purpose purpose = Purpose::tissue) {
  try {
    config_of(text, overrides, purpose);
  } catch (const InputError& error) {
    return error.faults();
  }
  return {};
}

/// A cable with everything that is required; line 16 is the first free one.
inline const std::string cable_toml = R"([mesh]
kind = "cable"
size = ["10 mm"]
spacing = "0.5 mm"
[tissue]
conductivity = { longitudinal = "0.1334 S/m", transverse = "0.0176 S/m" }
[[region]]
name = "myocardium"
model = "ten_tusscher_2006"
[[stimulus]]
name = "S1"
where = { box = [["0 mm"], ["1.5 mm"]] }
amplitude = "50 uA/uF"
duration = "2 ms"
[time]
end = "60 ms"
)";

/// Every section, most keys.
inline const std::string full_toml = R"(title = "Niederer \"2011\""
[mesh]
kind = "slab"
size = ["2 cm", "7 mm", "3 mm"]
spacing = ["500 um", "0.5 mm", "0.25 mm"]
holes = [{ sphere = { centre = ["10 mm", "3 mm", "1 mm"], radius = "1 mm" } }, { box = [["0 mm"], ["1 mm"]] }]
[tissue]
surface_to_volume = "1400 /cm"
capacitance = "0.01 F/m^2"
conductivity = { longitudinal = "0.133417721519 S/m", transverse = "0.0176061776062 S/m" }
fibre = [1.0, 1.0, 0.5]
[[region]]
name = "scar"
where = { sphere = { centre = ["5 mm", "5 mm", "1 mm"], radius = "2 mm" } }
model = "passive"
parameters = { g_leak = "0.2 mS/uF" }
[[region]]
name = "myocardium"
model = "ten_tusscher_2006"
variant = "endo"
parameters = { g_Ks = "0.392 nS/pF", K_o = "5 mM" }
scale = { g_CaL = 0.5, g_Na = 2 }
initial_state = { V = "-85 mV", m = 0.1, Ki = "137 mM" }
[[stimulus]]
name = "S1"
where = { box = [["0 mm", "0 mm", "0 mm"], ["1.5 mm", "1.5 mm", "1.5 mm"]] }
amplitude = "50000 uA/cm^3"
start = "1 ms"
duration = "2 ms"
[[stimulus]]
name = "train"
where = { region = "scar" }
amplitude = "35.7 uA/cm^2"
duration = "1 ms"
period = "0.02 s"
[time]
end = "60 ms"
step = "0.05 ms"
[solver]
discretisation = "fd"
splitting = "strang"
diffusion = "crank_nicolson"
max_substeps = 7
tolerance = 1e-9
[reaction]
step = "0.01 ms"
method = "rush_larsen"
precision = "double"
[output]
fields = { names = ["V"], every = "5 ms" }
activation = { threshold = "-10 mV" }
apd = { level = 80 }
map_beats = 3
[[probe]]
name = "P8"
at = ["20 mm", "7 mm", "3 mm"]
every = "0.2 ms"
[checkpoint]
every = "0.1 s"
)";

}  // namespace myowave
