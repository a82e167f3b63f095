// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdlib>

#include "base/error.hpp"
#include "base/files.hpp"
#include "surrogates/learn/convert.hpp"
#include "surrogates/surrogate_file.hpp"
#include "tests/learn/learn_files.hpp"
#include "tests/learn/onnx_model.hpp"

namespace myowave::learn {
namespace {

using surrogates::Surrogate;

const std::string gate_description = R"(
[surrogate]
kind = "gate"
name = "gates"
model = "hodgkin_huxley_1952"
[[inputs]]
name = "V"
unit = "mV"
offset = -20
scale = 50
range = [-120, 80]
[[outputs]]
name = "m"
unit = "1"
form = "inf"
transform = "sigmoid"
[[outputs]]
name = "m"
unit = "ms"
form = "tau"
transform = "exp"
offset = 0.01
)";

/// A description and networks in a folder.
struct Files {
  TestFolder folder;
  std::string description = gate_description;

  std::string onnx(const std::string& name, const OnnxModel& model) const {
    return folder.write(name, model.bytes());
  }
  Surrogate convert(const std::string& onnx) const {
    return surrogate_from_onnx(folder.write("card.toml", description), onnx);
  }
  void replace(const std::string& from, const std::string& to) {
    const std::size_t at = description.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    description.replace(at, from.size(), to);
  }
  void expect_fault(const std::string& onnx, const std::string& text) const {
    try {
      convert(onnx);
      ADD_FAILURE() << "nothing was refused; wanted: " << text;
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(text), std::string::npos)
          << "said: " << error.what() << "\nwanted: " << text;
    }
  }
};

OnnxModel network(int inputs, int outputs) {
  OnnxModel model(inputs);
  model.linear("a", "x", "h", inputs, 6);
  model.node("Tanh", {"h"}, "k");
  model.linear("b", "k", "y", 6, outputs);
  return model;
}

TEST(OnnxConvert, PutsTheNetworkBetweenTheNormalisationsOfTheDescription) {
  Files files;
  OnnxModel model = network(1, 2);
  const Surrogate surrogate = files.convert(files.onnx("net.onnx", model));
  const std::vector<float> w = model.numbers("a.weight"), b = model.numbers("a.bias");
  const std::vector<float> v = model.numbers("b.weight"), c = model.numbers("b.bias");
  for (const double V : {-110.0, -20.0, 35.0}) {
    double y[2] = {static_cast<double>(c[0]), static_cast<double>(c[1])};
    for (std::size_t i = 0; i < 6; ++i) {
      const double k = std::tanh(static_cast<double>(w[i]) * (V + 20) / 50 + static_cast<double>(b[i]));
      y[0] += static_cast<double>(v[i]) * k;
      y[1] += static_cast<double>(v[6 + i]) * k;
    }
    const std::vector<double> given = evaluate(surrogate, std::vector<double>{V});
    EXPECT_NEAR(given[0], 1.0 / (1.0 + std::exp(-y[0])), 1e-6);
    EXPECT_NEAR(given[1], 0.01 + std::exp(y[1]), 1e-6);
  }
  EXPECT_EQ(surrogate.provenance.at("onnx").substr(0, 14), "net.onnx, test");
}

TEST(OnnxConvert, TakesSeveralNetworksFromTheFolderOfTheDescription) {
  Files files;
  files.onnx("inf.onnx", network(1, 1));
  files.onnx("tau.onnx", network(1, 1));
  files.description += R"(
[[networks]]
name = "steady"
file = "inf.onnx"
outputs = ["m.inf"]
[[networks]]
name = "times"
file = "tau.onnx"
inputs = ["V"]
outputs = ["m.tau"]
)";
  const Surrogate surrogate = files.convert("");
  ASSERT_EQ(surrogate.parts.size(), 2u);
  EXPECT_EQ(surrogate.parts[1].name, "times");
  EXPECT_EQ(surrogate.parts[1].outputs, std::vector<int>{1});
  files.expect_fault(files.folder.at("inf.onnx"),
                     "all networks of the description have files of their own");
}

TEST(OnnxConvert, ReadsTheKeysOfEveryKind) {
  Files files;
  files.description = R"(
[surrogate]
kind = "step"
name = "fhn"
model = "fitzhugh_nagumo"
variant = "werneck_code"
dt = "0.5 ms"
parameters = { I = "0.1 /ms" }
[[inputs]]
name = "V"
unit = "mV"
range = [-95, 15]
[[inputs]]
name = "v"
unit = "1"
range = [0, 0.12]
[[inputs]]
name = "J"
unit = "uA/uF"
range = [-20, 40.5]
[[outputs]]
name = "V"
unit = "mV"
form = "increment"
scale = 3
[[outputs]]
name = "v"
unit = "1"
form = "increment"
scale = 0.01
[provenance]
recipe = "by hand"
[accuracy]
V = "0.1 mV"
)";
  const Surrogate surrogate = files.convert(files.onnx("net.onnx", network(3, 2)));
  EXPECT_EQ(surrogate.dt, 0.5);
  EXPECT_EQ(surrogate.parameters.at("I"), "0.1 /ms");
  EXPECT_EQ(surrogate.inputs[2].max, 40.5);
  EXPECT_EQ(surrogate.outputs[1].scale, 0.01);
  EXPECT_EQ(surrogate.provenance.at("recipe"), "by hand");
  EXPECT_EQ(surrogate.accuracy.at("V"), "0.1 mV");
}

TEST(OnnxConvert, RefusesWhatDoesNotFitTheNetwork) {
  Files files;
  files.expect_fault(
      files.onnx("net.onnx", network(2, 2)),
      "net.onnx: error: the input 'x' has 2 values, and the description gives the network 1");
  files.expect_fault(
      files.onnx("net.onnx", network(1, 3)),
      "net.onnx: error: the network gives 3 values, and the description gives 'network' 2 outputs");
  files.expect_fault(files.folder.at("none.onnx"), "none.onnx: error: there is no such file");
  files.expect_fault("", "networks.0: it has no file; write file = \"x.onnx\"");
}

TEST(OnnxConvert, RefusesAWrongDescriptionAtItsKey) {
  struct Case {
    const char *from, *to, *fault;
  };
  const Case cases[] = {
      {"kind = \"gate\"", "kind = \"gates\"",
       "card.toml:3:1: error: surrogate.kind: \"gates\" is not known"},
      {"name = \"gates\"", "", "the key 'name' is missing"},
      {"model = ", "modle = ", "surrogate.modle: unknown key (did you mean 'model'?)"},
      {"unit = \"mV\"", "unit = \"ms\"", "card.toml:8:1: error: inputs.0.unit: V is in mV, not in 'ms'"},
      {"range = [-120, 80]", "range = [80, -120]",
       "card.toml:11:1: error: inputs.0.range: [80, -120] has its limits"},
      {"range = [-120, 80]", "range = 80", "inputs.0.range: 80 is no range"},
      {"transform = \"sigmoid\"", "", "outputs.0.transform: a steady state must lie between 0 and 1"},
      {"form = \"tau\"", "form = \"inf\"", "outputs.1.name: there are two outputs 'm.inf'"},
      {"offset = -20", "offset = \"-20\"", "inputs.0.offset"},
      {"[[inputs]]", "[inputs]", "inputs: must be a list: write [[inputs]]"},
      {"[surrogate]", "dt = 1\n[surrogate]", "dt: unknown key"},
      {"kind = \"gate\"", "kind = \"rate\"", "the key 'integrator' is missing"},
      {"kind = \"gate\"", "kind = \"step\"", "the key 'dt' is missing"},
      {"kind = \"gate\"", "kind = \"gate\"\ndt = \"1 ms\"",
       "surrogate.dt: only a step surrogate has a dt"},
      {"kind = \"gate\"", "kind = \"gate\"\nintegrator = \"heun\"",
       "only a rate surrogate has an integrator"},
      {"kind = \"gate\"", "kind = \"conductance\"",
       "surrogate.kind: a conductance surrogate has no network"},
      {"1952", "1953", "surrogate: it stands for hodgkin_huxley_1953"},
      {"name = \"m\"", "name = \"q\"", "outputs: the gate 'm' has m.tau without m.inf"},
  };
  for (const Case& each : cases) {
    Files files;
    files.replace(each.from, each.to);
    files.expect_fault(files.onnx("net.onnx", network(1, 2)), each.fault);
  }
  Files files;
  files.description += "[[networks]]\ninputs = [\"W\"]\n";
  files.expect_fault("net.onnx",
                     "networks.0.inputs: 'W' is none of them (did you mean 'V'?); there are: V");
  files.description = "";
  files.expect_fault("net.onnx", "the section 'surrogate' is missing");
  files.description = gate_description + "[check]\ninputs = [[1.0, 2.0]]\noutputs = [[0.1, 1.0]]\n";
  files.expect_fault("net.onnx", "samples are pairs: rows of 1 inputs and as many rows of 2 outputs");
}

TEST(OnnxConvert, TakesATransformOnce) {
  Files files;
  OnnxModel model(1);
  model.linear("a", "x", "h", 1, 2);
  model.node("Sigmoid", {"h"}, "y");
  const std::string onnx = files.onnx("net.onnx", model);
  files.expect_fault(onnx, "ends with 'sigmoid', and outputs of it have the transform 'sigmoid' too");
  files.description += "[[networks]]\ntransform_included = true\n";
  files.expect_fault(onnx,
                     "networks.0.transform_included: the network 'network' ends with 'sigmoid', which "
                     "must be the transform of all its outputs");
  files.replace("transform = \"exp\"", "transform = \"sigmoid\"");
  const Surrogate surrogate = files.convert(onnx);
  EXPECT_EQ(surrogate.parts[0].network.layers.back().activation, surrogates::Activation::identity);
  const double h = static_cast<double>(model.numbers("a.weight")[0]) * 0.4 +
                   static_cast<double>(model.numbers("a.bias")[0]);
  EXPECT_NEAR(evaluate(surrogate, std::vector<double>{0.0})[0], 1.0 / (1.0 + std::exp(-h)), 1e-6);
}

// ---------------------------------------------------------------------------------- the command line

int run(const Files& files, const std::string& words) {
  const std::string command =
      std::string(MYOWAVE_LEARN) + " convert " + words + " > " + files.folder.at("log") + " 2>&1";
  return WEXITSTATUS(std::system(command.c_str()));
}

std::string log_of(const Files& files) { return read_file(files.folder.at("log")); }

TEST(OnnxConvert, ProgramWritesAFileThatIsRead) {
  const Files files;
  const std::string onnx = files.onnx("net.onnx", network(1, 2)),
                    out = files.folder.at("out.safetensors");
  const std::string words =
      onnx + " --describe " + files.folder.write("card.toml", files.description) + " --output " + out;
  ASSERT_EQ(run(files, words), 0) << log_of(files);
  EXPECT_NE(log_of(files).find("gate surrogate 'gates' with 1 network of 26 parameters"),
            std::string::npos)
      << log_of(files);
  EXPECT_EQ(surrogates::read_surrogate(out).parts[0].network.parameters(), 26u);
  const std::string bytes = read_file(out);
  EXPECT_EQ(run(files, words), 2);
  EXPECT_NE(log_of(files).find("overwrite it with --force"), std::string::npos) << log_of(files);
  ASSERT_EQ(run(files, words + " --force"), 0) << log_of(files);
  EXPECT_TRUE(read_file(out) == bytes);
}

TEST(OnnxConvert, ProgramRefusesWithStatus2AndWritesNothing) {
  const Files files;
  const std::string onnx = files.onnx("net.onnx", network(2, 2)),
                    out = files.folder.at("out.safetensors");
  const std::string describe = " --describe " + files.folder.write("card.toml", files.description);
  EXPECT_EQ(run(files, onnx + describe + " --output " + out), 2);
  EXPECT_EQ(run(files, onnx + describe), 2);
  EXPECT_EQ(run(files, onnx + " --output " + out), 2);
  EXPECT_EQ(run(files, onnx + describe + " --output " + files.folder.at("out.bin")), 2);
  EXPECT_NE(log_of(files).find("a surrogate is called NAME.safetensors"), std::string::npos);
  EXPECT_EQ(run(files, onnx + describe + " --output " + files.folder.at("no/out.safetensors")), 2);
  EXPECT_NE(log_of(files).find("there is no folder"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(out));
}

TEST(OnnxConvert, SamplesOfTheTrainingAreChecked) {
  const Files files;
  OnnxModel model(1);
  model.tensor("w", {1, 2}, {0, 0});
  model.node("MatMul", {"x", "w"}, "y");  // 0.5 and 1.01 everywhere
  const std::string words = files.onnx("net.onnx", model) + " --output " +
                            files.folder.at("out.safetensors") + " --describe " +
                            files.folder.at("card.toml");
  files.folder.write("card.toml", gate_description +
                                      "[check]\ninputs = [[-60.0], [20.0]]\n"
                                      "outputs = [[0.5, 1.01], [0.5, 1.2]]\n");
  EXPECT_EQ(run(files, words), 2);
  EXPECT_NE(log_of(files).find("the networks do not reproduce their samples"), std::string::npos)
      << log_of(files);
  files.folder.write("card.toml", gate_description +
                                      "[check]\ninputs = [[-60.0], [20.0]]\n"
                                      "outputs = [[0.5, 1.01], [0.5, 1.01]]\n");
  EXPECT_EQ(run(files, words), 0) << log_of(files);
}

}  // namespace
}  // namespace myowave::learn
