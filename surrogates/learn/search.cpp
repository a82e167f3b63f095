// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/search.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/stop_signal.hpp"
#include "base/version.hpp"
#include "surrogates/learn/config.hpp"
#include "surrogates/learn/folder.hpp"
#include "surrogates/learn/key_lists.hpp"
#include "surrogates/learn/log.hpp"
#include "surrogates/learn/trajectories.hpp"

namespace myowave::learn {
namespace {

namespace fs = std::filesystem;

std::string layers_text(const Member& member, const char* separator) {
  std::string text;
  for (const int width : member.layers) text += (text.empty() ? "" : separator) + std::to_string(width);
  return text;
}

std::string activations_text(const Member& member, const char* separator, const char* quote) {
  std::string text;
  for (const Activation each : member.activations)
    text += fmt::format("{}{}{}{}", text.empty() ? "" : separator, quote, name_of(each), quote);
  return text;
}

/// The members of a search and the processes that train them.
class Search {
 public:
  Search(const TrainingConfig& config, const SearchOptions& options)
      : options_(options),
        folder_(options.train.output),
        members_(draw_members(config.search)),
        log_(options.train.quiet) {}

  int run(const TrainingConfig& config);

 private:
  struct Job {
    std::size_t member;
    pid_t process;
  };

  fs::path folder_of(std::size_t member) const {
    return folder_ / "members" / fmt::format("{:03}", member);
  }
  nlohmann::json result_of(std::size_t member) const;
  bool is_finished(std::size_t member) const {
    return result_of(member).value("status", "") == "finished";
  }
  std::vector<std::string> command(std::size_t member) const;
  pid_t start(std::size_t member) const;
  /// Takes the jobs out that have ended; true if any did.
  bool collect(std::vector<Job>& jobs);
  std::vector<std::pair<std::string, std::string>> outputs() const;
  std::string row(std::size_t member) const;
  std::string mean_errors(std::size_t member) const;
  void write_table() const;

  const SearchOptions& options_;
  fs::path folder_;
  std::vector<Member> members_;
  Log log_;
  std::size_t done_ = 0;
};

nlohmann::json Search::result_of(std::size_t member) const {
  const fs::path file = folder_of(member) / "run.json";
  if (!fs::exists(file)) return nlohmann::json::object();
  nlohmann::json json = nlohmann::json::parse(read_file(file), nullptr, false);
  return json.is_object() ? json : nlohmann::json::object();
}

std::vector<std::string> Search::command(std::size_t member) const {
  const Member& each = members_[member];
  std::vector<std::string> words = {"myowave-learn", "train", options_.config};
  auto add = [&](const std::string& option, const std::string& value) {
    words.push_back(option), words.push_back(value);
  };
  for (const std::string& assignment : options_.overrides) add("--set", assignment);
  add("--set", "network.layers=[" + layers_text(each, ", ") + "]");
  add("--set", "network.activation=[" + activations_text(each, ", ", "\"") + "]");
  add("--output", folder_of(member).string());
  add("--device", options_.train.device);
  add("--data-cache", (folder_ / "data.pt").string());
  words.emplace_back("--quiet");
  const bool begun = fs::exists(folder_of(member) / "checkpoint.pt");
  if (begun)
    words.emplace_back("--resume");
  else if (fs::exists(folder_of(member) / "config.toml"))
    words.emplace_back("--force");
  return words;
}

pid_t Search::start(std::size_t member) const {
  std::vector<std::string> words = command(member);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process < 0) throw RunError("no further process can be started; take fewer --jobs");
  if (process > 0) return process;
  // A terminal's interrupt goes to the search alone, which passes it on; the end of the search, however
  // it comes, ends the members.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(1);
  execv("/proc/self/exe", arguments.data());
  _exit(127);
}

bool Search::collect(std::vector<Job>& jobs) {
  const std::size_t before = jobs.size();
  std::erase_if(jobs, [&](const Job& job) {
    int status = 0;
    if (waitpid(job.process, &status, WNOHANG) != job.process) return false;
    ++done_;
    const Member& member = members_[job.member];
    if (is_finished(job.member))
      log_.info(fmt::format("{} of {}: member {:03}, {} {}: {}", done_, members_.size(), job.member,
                            member.shape, layers_text(member, "-"), mean_errors(job.member)));
    else
      log_.warning(fmt::format("member {:03} ended with status {}", job.member,
                               WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)));
    return true;
  });
  return jobs.size() < before;
}

std::string number_or_empty(const nlohmann::json& json, const char* key) {
  return json.contains(key) && json[key].is_number() ? fmt::format("{:.6g}", json[key].get<double>())
                                                     : "";
}

/// For the eye: "V 0.33 mV, v 0.0002".
std::string Search::mean_errors(std::size_t member) const {
  std::string text;
  for (const auto& [name, output] : result_of(member)["results"]["validation"]["outputs"].items()) {
    const std::string unit = output.value("unit", "1");
    text += fmt::format("{}{} {:.3g}{}", text.empty() ? "mean error of " : ", ", name,
                        output.value("mae", 0.0), unit == "1" ? "" : " " + unit);
  }
  return text;
}

/// Of the first member that is trained: {name, unit} of each output.
std::vector<std::pair<std::string, std::string>> Search::outputs() const {
  std::vector<std::pair<std::string, std::string>> found;
  for (std::size_t k = 0; k < members_.size() && found.empty(); ++k)
    if (const nlohmann::json json = result_of(k); json.value("status", "") == "finished")
      for (const auto& [name, output] : json["results"]["validation"]["outputs"].items())
        found.emplace_back(name, output.value("unit", ""));
  return found;
}

/// parameters, multiply_adds, threshold_flips, validation_loss, training_s, status, and of each output
/// the mean and the largest error in its unit
std::string Search::row(std::size_t member) const {
  const nlohmann::json json = result_of(member);
  const std::string status = json.value("status", "waiting");
  if (status != "finished") return ",,,,," + status;
  const nlohmann::json& results = json["results"];
  const nlohmann::json& validation = results["validation"];
  std::string flips;
  if (validation["figures"].contains("threshold_flips"))
    flips = number_or_empty(validation["figures"]["threshold_flips"], "value");
  std::string text =
      fmt::format("{},{},{},{},{},{}", results["parameters"].dump(), results["multiply_adds"].dump(),
                  flips, number_or_empty(results, "validation_loss"),
                  number_or_empty(json["timing"], "training_s"), status);
  for (const auto& [name, output] : validation["outputs"].items())
    text += fmt::format(",{},{}", number_or_empty(output, "mae"), number_or_empty(output, "max"));
  return text;
}

void Search::write_table() const {
  std::string text =
      "member,shape,layers,activations,parameters,multiply_adds,threshold_flips,validation_loss,"
      "training_s,status";
  for (const auto& [name, unit] : outputs()) {
    const std::string end = unit.empty() || unit == "1" ? "" : "_" + unit;
    text += fmt::format(",{0}_mae{1},{0}_max{1}", name, end);
  }
  text += '\n';
  for (std::size_t k = 0; k < members_.size(); ++k)
    text += fmt::format("{:03},{},{},{},{}\n", k, members_[k].shape, layers_text(members_[k], "-"),
                        activations_text(members_[k], "-", ""), row(k));
  write_atomically(folder_ / "search.csv", text);
}

int Search::run(const TrainingConfig& config) {
  const StopSignal stop;
  log_.open(folder_ / "log.txt", options_.train.resume);
  fill_cache(config, (folder_ / "data.pt").string());
  std::vector<std::size_t> waiting;
  for (std::size_t k = members_.size(); k-- > 0;) {
    if (is_finished(k))
      ++done_;
    else
      waiting.push_back(k);
  }
  log_.info(fmt::format("{} networks, {} of them trained already, {} side by side", members_.size(),
                        done_, options_.jobs));
  std::vector<Job> jobs;
  write_table();
  bool told = false;
  while (!jobs.empty() || (!waiting.empty() && !stop.received())) {
    while (!stop.received() && !waiting.empty() &&
           jobs.size() < static_cast<std::size_t>(options_.jobs)) {
      jobs.push_back({waiting.back(), start(waiting.back())});
      waiting.pop_back();
    }
    if (stop.received() && !told) {
      for (const Job& job : jobs) kill(job.process, SIGTERM);
      told = true;
    }
    if (collect(jobs))
      write_table();
    else
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  if (stop.received()) return 128 + stop.received();
  for (std::size_t k = 0; k < members_.size(); ++k)
    if (is_finished(k)) return 0;
  throw RunError("no member could be trained; see the messages above");
}

/// A search continues only what it began.
void check_resume(const TrainingConfig& config, const fs::path& folder, const std::string& settings) {
  const fs::path file = folder / "config.toml";
  if (!fs::exists(file))
    throw InputError(
        {Fault{"--resume", fmt::format("there is no search in {}; leave it out", folder.string())}});
  if (read_file(file) != settings)
    throw InputError(
        {Fault{file.string(), fmt::format("the search '{}' began with other settings; take the same, "
                                          "or start anew without --resume",
                                          config.name)}});
}

}  // namespace

int search(const TrainingConfig& config, const SearchOptions& options) {
  const fs::path folder = options.train.output;
  const std::string settings = "# Resolved by Myowave " + std::string(version) + "\n" +
                               resolved_text(config) + search_text(config);
  Search search(config, options);
  if (options.train.resume) {
    check_resume(config, folder, settings);
  } else {
    if (const std::string fault = folder_fault(folder, options.train.force, false); !fault.empty())
      throw InputError({Fault{"--output", fault}});
    prepare_folder(folder, options.train.force);
    write_atomically(folder / "config.toml", settings);
  }
  return search.run(config);
}

}  // namespace myowave::learn
