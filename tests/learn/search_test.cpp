// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <set>

#include "base/error.hpp"
#include "base/files.hpp"
#include "tests/learn/learn_files.hpp"

namespace myowave::learn {
namespace {

TEST(Shapes, AreWhatTheirNamesSay) {
  SearchSettings settings;
  settings.activations = {Activation::relu, Activation::tanh};
  const std::vector<Member> members = draw_members(settings);
  ASSERT_EQ(members.size(), 100u);
  std::set<std::string> shapes;
  std::set<std::pair<std::vector<int>, std::vector<Activation>>> different;
  for (const Member& member : members) {
    const std::vector<int>& w = member.layers;
    shapes.insert(member.shape);
    different.insert({w, member.activations});
    EXPECT_EQ(member.activations.size(), w.size());
    EXPECT_LE(std::accumulate(w.begin(), w.end(), 0), 256);
    if (member.shape == "rectangle") {
      EXPECT_EQ(w.front(), w.back());
    }
    if (member.shape == "funnel") {
      EXPECT_GT(w.front(), w.back());
    }
    if (member.shape == "bottleneck") {
      EXPECT_LT(w.front(), w.back());
    }
    if (member.shape == "bowtie") {
      EXPECT_TRUE(w.size() == 3 && w[0] == w[2] && w[1] < w[0]);
    }
    if (member.shape == "diamond") {
      EXPECT_TRUE(w.size() == 3 && w[0] == w[2] && w[1] > w[0]);
    }
  }
  EXPECT_EQ(shapes.size(), 5u);
  EXPECT_EQ(different.size(), 100u);
}

TEST(Shapes, ThatCannotBeMadeAreAnError) {
  SearchSettings settings;
  settings.shapes = {"bowtie"}, settings.depths = {2};
  EXPECT_THROW(draw_members(settings), InputError);
}

TEST(Search, TrainsItsMembersOnce) {
  const TestFolder folder;
  const std::string config = folder.write("gate.toml", gate_problem);
  const std::string command = std::string(MYOWAVE_LEARN) + " search " + config +
                              " --jobs 2 --quiet --output " + folder.at("run") +
                              " --set search.members=3 --set search.widths=[4,6] --set "
                              "search.depths=[2] --set train.iterations=20"
                              " --set 'search.shapes=[\"rectangle\",\"funnel\",\"bottleneck\"]'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const std::string table = read_file(folder.at("run") + "/search.csv");
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 4);
  EXPECT_NE(table.find(",status,h.inf_mae,h.inf_max,h.tau_mae_ms,h.tau_max_ms"), std::string::npos)
      << table;
  std::size_t finished = 0;
  for (std::size_t at = 0; (at = table.find(",finished,", at)) != std::string::npos; ++at) ++finished;
  EXPECT_EQ(finished, 3u) << table;
  // One is taken away and comes back alike; the others are left as they are.
  const std::filesystem::path members = folder.at("run") + "/members";
  const auto before = std::filesystem::last_write_time(members / "000" / "run.json");
  const std::string weights = read_file(members / "001" / "surrogate.safetensors");
  std::filesystem::remove_all(members / "001");
  ASSERT_EQ(std::system((command + " --resume").c_str()), 0);
  EXPECT_EQ(std::filesystem::last_write_time(members / "000" / "run.json"), before);
  EXPECT_TRUE(read_file(members / "001" / "surrogate.safetensors") == weights);
  EXPECT_NE(std::system((command + " 2> /dev/null").c_str()), 0);  // the folder is taken
}

}  // namespace
}  // namespace myowave::learn
