// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>

#include <string>

#include "tests/unit/config_file.hpp"

namespace myowave {
namespace {

const std::string cells_toml = R"([[region]]
name = "cell"
model = "ten_tusscher_2006"
[dataset]
source = "cells"
cases = 10
duration = "50 ms"
every = "0.1 ms"
initial = { V = ["-90 mV", "20 mV"], m = [0, 1], Cai = ["0.1 uM", "1 uM"] }
parameters = { g_Na = ["10 mS/uF", "20 mS/uF"] }
scale = { g_CaL = [0.5, 1.5] }
current = { kind = "train", amplitude = ["20 uA/uF", "60 uA/uF"], duration = "1 ms", interval = ["250 ms", "600 ms"] }
)";

const std::string clamp_toml = R"([[region]]
name = "cell"
model = "hodgkin_huxley_1952"
[dataset]
source = "voltage_clamp"
every = "0.1 ms"
holding = "-60 mV"
segments = [{ V = { from = "-40 mV", to = "40 mV", step = "20 mV" }, duration = "10 ms" }, { V = ["-60 mV", "-80 mV"], duration = "2 ms" }]
)";

const std::string tissue_toml = cable_toml + R"([[probe]]
name = "near"
at = ["1 mm"]
[dataset]
source = "tissue"
nodes = { count = 5 }
windows = [["20 ms", "30 ms"], ["0 ms", "10 ms"]]
)";

Config dataset_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return config_of(text, overrides, Purpose::dataset);
}

/// One fault with all the parts.
void expect_fault(const std::string& text, const std::vector<std::string>& overrides,
                  const std::vector<std::string>& parts) {
  const std::vector<Fault> faults = faults_of(text, overrides, Purpose::dataset);
  std::string all;
  for (const Fault& fault : faults) all += fault.where + ": " + fault.message + "\n";
  ASSERT_EQ(faults.size(), 1u) << overrides.front() << "\n" << all;
  for (const std::string& part : parts)
    EXPECT_NE(all.find(part), std::string::npos) << part << "\n" << all;
}

TEST(ConfigDataset, CellsAreReadInTheUnitsOfTheModel) {
  const Config config = dataset_of(cells_toml);
  const DatasetSettings& settings = config.dataset;
  EXPECT_EQ(settings.source, DatasetSource::cells);
  EXPECT_FALSE(config.has_tissue());
  ASSERT_EQ(settings.initial.size(), 3u);
  for (const SampledQuantity& each : settings.initial) {
    const double low = each.name == "V" ? -90.0 : each.name == "Cai" ? 1e-4 : 0.0;
    const double high = each.name == "V" ? 20.0 : each.name == "Cai" ? 1e-3 : 1.0;
    EXPECT_NEAR(each.range.low, low, 1e-15) << each.name;
    EXPECT_NEAR(each.range.high, high, 1e-15) << each.name;
  }
  EXPECT_EQ(settings.parameters.front().range.high, 20.0);
  EXPECT_EQ(settings.scale.front().range.low, 0.5);
  EXPECT_EQ(settings.current.amplitude.high, 60.0);
  EXPECT_EQ(settings.current.start.high, 0.0);
  EXPECT_EQ(config.reaction.step, 0.02);
}

TEST(ConfigDataset, TheStepOfTheCellsDividesTheTimeBetweenSamples) {
  EXPECT_EQ(dataset_of(cells_toml, {"dataset.every=0.05 ms"}).reaction.step, 0.05 / 3.0);
  EXPECT_EQ(dataset_of(cells_toml, {"dataset.every=0.01 ms"}).reaction.step, 0.01);
  expect_fault(cells_toml, {"reaction.step=0.03 ms"},
               {"reaction.step: 0.03 ms does not divide dataset.every = 0.1 ms", "take 0.02 ms"});
}

TEST(ConfigDataset, AFamilyHasOneCaseForEachCombination) {
  const Config config = dataset_of(clamp_toml);
  EXPECT_EQ(config.dataset.cases, 10);
  EXPECT_EQ(config.dataset.segments[0].V, (std::vector<double>{-40.0, -20.0, 0.0, 20.0, 40.0}));
  EXPECT_EQ(config.dataset.settle, 1000.0);
  EXPECT_EQ(config.reaction.method, ionic::Method::rush_larsen);
}

TEST(ConfigDataset, TissueIsReadLikeARun) {
  const Config config = dataset_of(tissue_toml);
  EXPECT_TRUE(config.has_tissue());
  EXPECT_EQ(config.dataset.region, "myocardium");
  EXPECT_EQ(config.dataset.windows.front(), (std::pair<double, double>{0.0, 10.0}));
  const Config all =
      dataset_of(tissue_toml, {"dataset.windows=[\"5 ms\", \"6 ms\"]", "dataset.nodes=all"});
  EXPECT_EQ(all.dataset.windows, (std::vector<std::pair<double, double>>{{5.0, 6.0}}));
  EXPECT_EQ(all.dataset.nodes.by, RecordedNodes::By::all);
}

TEST(ConfigDataset, TheResolvedConfigurationReadsBackToItself) {
  for (const std::string& text :
       {cells_toml, clamp_toml, tissue_toml,
        cells_toml.substr(0, cells_toml.find("current")) +
            "current = { kind = \"noise\", sigma = \"5 uA/uF\", theta = \"0.1 /ms\" }\n",
        std::string(
            "[[region]]\nname = \"c\"\nmodel = \"ten_tusscher_2006\"\n[dataset]\nsource = "
            "\"ap_clamp\"\ncases = 3\nduration = \"5 ms\"\nevery = \"0.1 ms\"\nwaveform = { scale = "
            "[0.9, 1.1], shift = [\"-1 mV\", \"1 mV\"] }\n")}) {
    const std::string printed = resolved_toml(dataset_of(text));
    EXPECT_EQ(resolved_toml(dataset_of(printed)), printed) << printed;
  }
}

TEST(ConfigDataset, KeysOfAnotherSourceAreRefused) {
  expect_fault(cells_toml, {"dataset.holding=-80 mV"},
               {"dataset.holding: it belongs to source = \"voltage_clamp\"; with source = \"cells\" "
                "leave it out"});
  expect_fault(clamp_toml, {"dataset.cases=4"}, {"\"cells\" or \"ap_clamp\"", "leave it out"});
  expect_fault(tissue_toml, {"dataset.duration=1 ms"},
               {"dataset.duration", "with source = \"tissue\" leave it out"});
  expect_fault(
      cells_toml, {"dataset.current.hold=1 ms"},
      {"dataset.current.hold: it belongs to kind = \"steps\"; with kind = \"train\" leave it out"});
}

TEST(ConfigDataset, EverythingThatIsMissingIsToldAtOnce) {
  const std::vector<Fault> faults = faults_of(
      "[[region]]\nname = \"c\"\nmodel = \"passive\"\n[dataset]\nsource = \"cells\"\ncurrent = { kind = "
      "\"steps\" }\n",
      {}, Purpose::dataset);
  std::string all;
  for (const Fault& fault : faults)
    all += fault.where.substr(fault.where.rfind(".toml")) + " " + fault.message + "\n";
  EXPECT_EQ(faults.size(), 5u) << all;
  for (const char* key : {"'cases'", "'duration'", "'every'", "'amplitude'", "'hold'"})
    EXPECT_NE(all.find(key), std::string::npos) << key << "\n" << all;
  EXPECT_NE(
      all.find(
          ".toml:4:2 dataset: source = \"cells\" needs the key 'cases'; write for example cases = 100"),
      std::string::npos)
      << all;
}

TEST(ConfigDataset, RangesAreCheckedAgainstTheModel) {
  expect_fault(cells_toml, {"dataset.initial.V=[\"-900 mV\", \"20 mV\"]"},
               {"dataset.initial.V: -900 mV is out of range for ten_tusscher_2006.V"});
  expect_fault(cells_toml, {"dataset.initial.m=[0, 1.5]"},
               {"dataset.initial.m", "a gate lies in 0 to 1"});
  expect_fault(cells_toml, {"dataset.initial.mm=[0, 1]"}, {"has no state 'mm'", "did you mean"});
  expect_fault(cells_toml, {"dataset.initial.Cai=[\"1 mV\", \"2 mV\"]"}, {"wrong dimension"});
  expect_fault(cells_toml, {"dataset.parameters.g_Kz=[\"1 mS/uF\", \"2 mS/uF\"]"},
               {"has no parameter 'g_Kz'"});
  expect_fault(cells_toml, {"dataset.parameters.g_Na=[\"2 mS/uF\", \"1 mS/uF\"]"},
               {"dataset.parameters.g_Na", "the lower end must come first"});
  expect_fault(cells_toml, {"dataset.scale.g_Na=[1, 2]"},
               {"dataset.scale.g_Na", "dataset.parameters too"});
  expect_fault(cells_toml, {"dataset.scale.g_CaLL=[1, 2]"},
               {"has no parameter 'g_CaLL'", "did you mean 'g_CaL'?"});
  expect_fault(cells_toml, {"dataset.scale.g_CaL=[\"1 mV\", \"2 mV\"]"}, {"wrong dimension"});
  expect_fault(cells_toml, {"dataset.initial.m=[0, 0.5, 1]"},
               {"is no range; write one value or [low, high]"});
}

TEST(ConfigDataset, TimesAndCurrentsAreChecked) {
  expect_fault(cells_toml, {"dataset.duration=50.05 ms"},
               {"no multiple of dataset.every = 0.1 ms", "take 50.1 ms"});
  expect_fault(cells_toml, {"dataset.current.interval=[\"0.5 ms\", \"9 ms\"]"},
               {"dataset.current.interval: 0.5 ms is not longer than the pulse", "merge"});
  expect_fault(cells_toml, {"dataset.current.amplitude=[\"5 mV\", \"9 mV\"]"}, {"wrong dimension"});
  expect_fault(cells_toml, {"dataset.current.amplitude=[\"9 uA/uF\", \"5 uA/uF\"]"},
               {"the lower end must come first"});
  expect_fault(cells_toml, {"dataset.cases=0"}, {"dataset.cases: 0 is not allowed"});
  expect_fault(cells_toml, {"dataset.sauce=1"},
               {"dataset.sauce: unknown key", "did you mean 'source'?"});
  expect_fault(cells_toml, {"dataset.source=cell"}, {"\"cell\" is not known", "did you mean 'cells'?"});
}

TEST(ConfigDataset, ClampsAreChecked) {
  expect_fault(clamp_toml, {"reaction.method=midpoint"},
               {"reaction.method", "which a clamp holds", "rush_larsen"});
  expect_fault(clamp_toml, {"dataset.holding=-900 mV"}, {"dataset.holding: -900 mV is out of range"});
  expect_fault(clamp_toml, {"dataset.segments=[{ V = \"0 mV\", duration = \"1.05 ms\" }]"},
               {"dataset.segments.0.duration: 1.05 ms is no multiple"});
  expect_fault(clamp_toml, {"dataset.segments=[{ V = \"0 mV\" }]"},
               {"dataset.segments.0: 'duration' is missing"});
  expect_fault(clamp_toml,
               {"dataset.segments=[{ V = { from = \"0 mV\", to = \"9 mV\", step = \"-1 mV\" }, duration "
                "= \"1 ms\" }]"},
               {"dataset.segments.0.V: the steps do not lead from `from` to `to`"});
  expect_fault(clamp_toml, {"dataset.segments=[{ V = [], duration = \"1 ms\" }]"},
               {"the list is empty"});
}

TEST(ConfigDataset, NodesAndWindowsAreChecked) {
  expect_fault(tissue_toml, {"dataset.nodes=[\"neer\"]"},
               {"there is no probe 'neer' (did you mean 'near'?)"});
  expect_fault(tissue_toml, {"dataset.nodes={ fraction = 1.5 }"}, {"above 0 and up to 1"});
  expect_fault(tissue_toml, {"dataset.nodes={ count = 5, fraction = 0.5 }"},
               {"write { count = 100 } or"});
  expect_fault(tissue_toml, {"dataset.nodes=some"}, {"write \"all\", a list of probes"});
  expect_fault(tissue_toml, {"dataset.region=myo"},
               {"there is no region 'myo'", "there are: myocardium"});
  expect_fault(tissue_toml, {"dataset.windows=[\"50 ms\", \"70 ms\"]"},
               {"ends after the run (time.end = 60 ms)"});
  expect_fault(tissue_toml, {"dataset.windows=[[\"0 ms\", \"10 ms\"], [\"20 ms\", \"25 ms\"]]"},
               {"differ in length"});
  expect_fault(tissue_toml, {"dataset.windows=[[\"0 ms\", \"10 ms\"], [\"5 ms\", \"15 ms\"]]"},
               {"overlap"});
  expect_fault(tissue_toml, {"dataset.windows=[\"0 ms\", \"0.02 ms\"]"}, {"no multiple of time.step"});
  expect_fault(tissue_toml, {"dataset.windows=[\"9 ms\", \"2 ms\"]"}, {"before the end"});
  expect_fault(tissue_toml, {"solver.splitting=strang"},
               {"no single J leads from one V to the next", "godunov"});
  expect_fault(tissue_toml, {"reaction.quiet_step=0.05 ms"}, {"recorded less exactly"});
}

TEST(ConfigDataset, CellsComeFromOneRegion) {
  expect_fault(cells_toml + "[[region]]\nname = \"b\"\nmodel = \"passive\"\n", {"title=x"},
               {"region.1: source = \"cells\" takes the cell of one region"});
}

}  // namespace
}  // namespace myowave
