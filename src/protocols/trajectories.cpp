// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/trajectories.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/files.hpp"
#include "base/text.hpp"
#include "base/timer.hpp"
#include "base/version.hpp"
#include "record/run_folder.hpp"
#include "surrogates/compiled_network.hpp"

namespace myowave {
namespace {

using surrogates::Input;
using surrogates::Surrogate;

/// Cases that are evaluated together.
constexpr std::size_t block = 128;

std::string column_of(const std::string& name, const std::string& unit) {
  return unit == "1" ? name : name + "_" + unit;
}

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> words;
  std::stringstream stream(line);
  for (std::string word; std::getline(stream, word, ',');) words.push_back(word);
  return words;
}

/// The inputs but time of each case, from a CSV file whose columns are named and in the units of the
/// surrogate's inputs.
class Cases {
 public:
  Cases(const Config& config, const Surrogate& surrogate) : config_(config) {
    std::vector<std::string> wanted;
    for (std::size_t i = 0; i < surrogate.inputs.size(); ++i)
      if (surrogate.inputs[i].name != "t") {
        inputs_.push_back(i);
        wanted.push_back(column_of(surrogate.inputs[i].name, surrogate.inputs[i].unit));
      }
    if (inputs_.empty()) {
      if (!config.batch.cases.empty())
        fail("the surrogate has time as its only input, so there is one case; leave the key out");
      rows_.emplace_back();
      return;
    }
    if (config.batch.cases.empty())
      fail(fmt::format("it is missing: a CSV file with the columns {}", list_of(wanted)));
    read(wanted);
  }

  std::size_t count() const { return rows_.size(); }
  /// Value of a surrogate's input; the input must not be time.
  double value(std::size_t row, std::size_t input) const {
    for (std::size_t k = 0; k < inputs_.size(); ++k)
      if (inputs_[k] == input) return rows_[row][k];
    return 0.0;
  }
  bool in_range(const Surrogate& surrogate, std::size_t row) const {
    for (std::size_t k = 0; k < inputs_.size(); ++k) {
      const Input& input = surrogate.inputs[inputs_[k]];
      if (!(rows_[row][k] >= input.min && rows_[row][k] <= input.max)) return false;
    }
    return true;
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw InputError({config_.fault("batch.cases", message)});
  }

  void read(const std::vector<std::string>& wanted) {
    std::ifstream file(config_.batch.cases);
    std::string line;
    if (!file || !std::getline(file, line)) fail(config_.batch.cases + " cannot be read or is empty");
    if (split(line) != wanted)
      fail(fmt::format("{}: the columns are {}; the surrogate needs {}, in this order",
                       config_.batch.cases, line, fmt::join(wanted, ",")));
    for (std::size_t number = 2; std::getline(file, line); ++number) {
      std::vector<double> row;
      for (const std::string& word : split(line)) {
        double value = 0.0;
        const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
        if (error != std::errc() || end != word.data() + word.size() || !std::isfinite(value))
          fail(fmt::format("{}:{}: '{}' is no number", config_.batch.cases, number, word));
        row.push_back(value);
      }
      if (row.size() != wanted.size())
        fail(fmt::format("{}:{}: {} values instead of {}", config_.batch.cases, number, row.size(),
                         wanted.size()));
      rows_.push_back(std::move(row));
    }
    if (rows_.empty()) fail(config_.batch.cases + " has no case below its header");
  }

  const Config& config_;
  std::vector<std::size_t> inputs_;
  std::vector<std::vector<double>> rows_;
};

/// All outputs of a block of cases at one time, by the kernels.
class BlockEvaluation {
 public:
  explicit BlockEvaluation(const Surrogate& surrogate)
      : surrogate_(surrogate),
        in_(surrogate.inputs.size(), std::vector<double>(block)),
        out_(surrogate.outputs.size() * block) {
    for (const surrogates::Part& part : surrogate.parts) {
      networks_.emplace_back(surrogate, part);
      part_out_.emplace_back(part.outputs.size() * block);
    }
  }

  void set(std::size_t input, std::size_t i, double value) { in_[input][i] = value; }
  void evaluate() {
    for (std::size_t p = 0; p < networks_.size(); ++p) {
      const surrogates::Part& part = surrogate_.parts[p];
      std::vector<surrogates::InputRow> rows;
      for (const int i : part.inputs) rows.push_back({in_[static_cast<std::size_t>(i)].data(), false});
      networks_[p].evaluate(rows, block, part_out_[p].data(), block);
      for (std::size_t o = 0; o < part.outputs.size(); ++o)
        std::copy_n(part_out_[p].begin() + static_cast<std::ptrdiff_t>(o * block), block,
                    out_.begin() +
                        static_cast<std::ptrdiff_t>(static_cast<std::size_t>(part.outputs[o]) * block));
    }
  }
  double out(std::size_t output, std::size_t i) const {
    return static_cast<double>(out_[output * block + i]);
  }

 private:
  const Surrogate& surrogate_;
  std::vector<surrogates::CompiledNetwork> networks_;
  std::vector<std::vector<double>> in_;
  std::vector<std::vector<float>> part_out_;
  std::vector<float> out_;
};

std::vector<double> times_of(const BatchSettings& batch) {
  std::vector<double> times;
  const long count = std::lround(std::floor(batch.end / batch.every + 1e-9));
  for (long k = 0; k <= count; ++k) times.push_back(static_cast<double>(k) * batch.every);
  return times;
}

void check_times(const Config& config, const Surrogate& surrogate) {
  for (const Input& input : surrogate.inputs)
    if (input.name == "t" && config.batch.end > input.max * (1.0 + 1e-9))
      throw InputError({config.fault(
          "batch.end",
          fmt::format("{:g} ms is later than {:g} ms, up to which the surrogate was trained",
                      config.batch.end, input.max))});
}

}  // namespace

bool has_trajectories(const Config& config) {
  const auto& content = config.regions.front().surrogate.content;
  return content && content->kind == surrogates::Kind::trajectory;
}

void run_trajectories(const Config& config, const RunOptions& options, Log& log) {
  const Surrogate& surrogate = *config.regions.front().surrogate.content;
  check_times(config, surrogate);
  const Cases cases(config, surrogate);
  if (const std::string fault = folder_fault(options.output, options.force, false); !fault.empty())
    throw InputError({{"--output", fault}});
  prepare_folder(options.output, options.force);
  write_atomically(options.output / "config.toml", resolved_toml(config));
  log.open(options.output / "log.txt", false);
  log.info(fmt::format("Myowave {} ({}); {} cases of {}", version, commit, cases.count(),
                       config.regions.front().surrogate.path));

  std::vector<std::size_t> inside;
  for (std::size_t c = 0; c < cases.count(); ++c)
    if (cases.in_range(surrogate, c)) inside.push_back(c);
  const std::size_t outside = cases.count() - inside.size();
  if (outside > 0)
    log.warning(fmt::format("{} of {} cases lie outside of the trained range and are left out", outside,
                            cases.count()));

  const std::vector<double> times = times_of(config.batch);
  BlockEvaluation evaluation(surrogate);
  std::string text = "case,t_ms";
  for (const surrogates::Output& output : surrogate.outputs)
    text += "," + column_of(output.name, output.unit);
  text += "\n";
  Timer evaluating;
  for (std::size_t first = 0; first < inside.size(); first += block) {
    const std::size_t count = std::min(block, inside.size() - first);
    std::vector<std::string> rows(count);
    for (const double t : times) {
      for (std::size_t n = 0; n < surrogate.inputs.size(); ++n)
        for (std::size_t i = 0; i < block; ++i)
          evaluation.set(n, i,
                         surrogate.inputs[n].name == "t"
                             ? t
                             : cases.value(inside[first + std::min(i, count - 1)], n));
      {
        const Timer::Scope timing(evaluating);
        evaluation.evaluate();
      }
      for (std::size_t i = 0; i < count; ++i) {
        rows[i] += fmt::format("{},{:g}", inside[first + i], t);
        for (std::size_t o = 0; o < surrogate.outputs.size(); ++o)
          rows[i] += fmt::format(",{:.7g}", evaluation.out(o, i));
        rows[i] += "\n";
      }
    }
    for (const std::string& row : rows) text += row;
  }
  write_atomically(options.output / "trajectories.csv", text);

  nlohmann::ordered_json json;
  json["status"] = "finished";
  json["version"] = version;
  json["commit"] = commit;
  json["command"] = options.command;
  const double evaluations =
      static_cast<double>(times.size() * ((inside.size() + block - 1) / block * block));
  json["results"] = {{"cases", cases.count()},
                     {"outside_trained_range", outside},
                     {"times", times.size()},
                     {"evaluation_ns_per_case_and_time",
                      evaluations > 0.0 ? 1e9 * evaluating.seconds() / evaluations : 0.0}};
  json["config"] = resolved_toml(config);
  write_atomically(options.output / "run.json", json.dump(2) + "\n");
  log.info(fmt::format("finished; results in {}", (options.output / "trajectories.csv").string()));
}

}  // namespace myowave
