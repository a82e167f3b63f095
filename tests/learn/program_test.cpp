// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/files.hpp"
#include "tests/learn/learn_files.hpp"

namespace myowave::learn {
namespace {

/// The program, running.
class Process {
 public:
  Process(std::vector<std::string> words, const std::string& messages) {
    words.insert(words.begin(), MYOWAVE_LEARN);
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    process_ = fork();
    if (process_ != 0) return;
    const int file = open(messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    dup2(file, STDERR_FILENO);
    dup2(file, STDOUT_FILENO);
    execv(MYOWAVE_LEARN, arguments.data());
    _exit(127);
  }

  void signal(int number) const { kill(process_, number); }
  /// Exit status, or 128 + the signal that ended it.
  int wait() const {
    int status = 0;
    waitpid(process_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t process_;
};

int run(const std::vector<std::string>& words, const std::string& messages) {
  return Process(words, messages).wait();
}

bool wait_for(const std::string& file) {
  for (int k = 0; k < 2000; ++k) {
    if (std::filesystem::exists(file)) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

std::string status_in(const std::string& folder) {
  return nlohmann::json::parse(read_file(folder + "/run.json"))["status"];
}

const std::vector<std::string> long_training = {"--set", "train.iterations=1200", "--set",
                                                "train.checkpoint_every=0.02 s", "--quiet"};

std::vector<std::string> words(const std::string& config, const std::string& output,
                               const std::vector<std::string>& more) {
  std::vector<std::string> all = {"train", config, "--output", output};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

TEST(Program, KilledAndResumedWritesTheSameFile) {
  const TestFolder folder;
  const std::string config = folder.write("step.toml", step_problem), log = folder.at("messages");
  ASSERT_EQ(run(words(config, folder.at("whole"), long_training), log), 0) << read_file(log);
  const std::string part = folder.at("part");
  std::vector<std::string> more = long_training;
  for (int k = 0; k < 2; ++k) {
    const Process process(words(config, part, more), log);
    ASSERT_TRUE(wait_for(part + "/checkpoint.pt")) << read_file(log);
    std::this_thread::sleep_for(std::chrono::milliseconds(100 + 80 * k));
    process.signal(SIGKILL);
    ASSERT_EQ(process.wait(), 128 + SIGKILL) << "it ended too early to be killed";
    if (k == 0) more.emplace_back("--resume");
  }
  ASSERT_EQ(run(words(config, part, more), log), 0) << read_file(log);
  EXPECT_TRUE(read_file(part + "/surrogate.safetensors") ==
              read_file(folder.at("whole") + "/surrogate.safetensors"));
}

TEST(Program, ToldToEndWritesACheckpointAndTheSameFileLater) {
  const TestFolder folder;
  const std::string config = folder.write("gate.toml", gate_problem), log = folder.at("messages");
  std::vector<std::string> more = {"--set", "train.iterations=1500", "--quiet"};
  ASSERT_EQ(run(words(config, folder.at("whole"), more), log), 0) << read_file(log);
  const std::string part = folder.at("part");
  const Process process(words(config, part, more), log);
  ASSERT_TRUE(wait_for(part + "/training.csv")) << read_file(log);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  process.signal(SIGTERM);
  ASSERT_EQ(process.wait(), 143) << read_file(log);
  EXPECT_EQ(status_in(part), "stopped");
  more.emplace_back("--resume");
  ASSERT_EQ(run(words(config, part, more), log), 0) << read_file(log);
  EXPECT_EQ(status_in(part), "finished");
  EXPECT_TRUE(read_file(part + "/surrogate.safetensors") ==
              read_file(folder.at("whole") + "/surrogate.safetensors"));
}

TEST(Program, RefusesWrongInputWithStatus2AndWritesNothing) {
  const TestFolder folder;
  const std::string config = folder.write("gate.toml", gate_problem), log = folder.at("messages");
  const std::string output = folder.at("run");
  EXPECT_EQ(run(words(config, output, {"--set", "train.iteration=5"}), log), 2);
  EXPECT_NE(read_file(log).find("did you mean 'iterations'?"), std::string::npos) << read_file(log);
  EXPECT_EQ(run(words(config, output, {"--device", "cuda"}), log), 2);
  EXPECT_NE(read_file(log).find("no GPU"), std::string::npos) << read_file(log);
  EXPECT_EQ(run(words(config, output, {"--device", "gpu"}), log), 2);
  EXPECT_EQ(run(words(config, output, {"--resume"}), log), 2);
  EXPECT_NE(read_file(log).find("no checkpoint.pt"), std::string::npos) << read_file(log);
  EXPECT_EQ(run(words(folder.at("missing.toml"), output, {}), log), 2);
  EXPECT_EQ(run({"fit", config}, log), 2);
  EXPECT_FALSE(std::filesystem::exists(output));
}

}  // namespace
}  // namespace myowave::learn
