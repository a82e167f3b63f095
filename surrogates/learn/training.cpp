// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "surrogates/learn/training.hpp"

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/torch.h>

#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/version.hpp"
#include "surrogates/learn/config.hpp"
#include "surrogates/learn/folder.hpp"
#include "surrogates/learn/trainer.hpp"
#include "surrogates/surrogate_file.hpp"

namespace myowave::learn {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

torch::Device device_named(const std::string& name) {
  if (name == "cpu") return torch::kCPU;
  if (name != "cuda")
    throw InputError({Fault{"--device", fmt::format("'{}' is not known; allowed: cpu, cuda", name)}});
  if (!torch::cuda::is_available())
    throw InputError(
        {Fault{"--device cuda",
               "there is no GPU that this libtorch can use; it was built without CUDA or sees no "
               "device. Leave --device out to train on the CPU"}});
  return torch::kCUDA;
}

/// run.json, rewritten as the training goes on.
class Record {
 public:
  Record(const TrainingConfig& config, const TrainOptions& options, fs::path folder)
      : file_(folder / "run.json") {
    json_ = {{"status", "running"},
             {"version", version},
             {"commit", commit},
             {"command", options.command_line},
             {"config", resolved_text(config)},
             {"device", options.device},
             {"threads", config.train.threads},
             {"precision", config.train.precision == Precision::double_ ? "double" : "float"},
             {"seed", config.train.seed}};
  }

  Json& operator[](const char* key) { return json_[key]; }
  void write(const char* status) {
    json_["status"] = status;
    write_atomically(file_, json_.dump(2) + "\n");
  }

 private:
  fs::path file_;
  Json json_;
};

Json json_of(const Metrics& metrics) {
  Json outputs = Json::object(), figures = Json::object();
  for (const OutputError& each : metrics.outputs)
    outputs[each.name] = {
        {"unit", each.unit}, {"mae", each.mean}, {"max", each.largest}, {"rmse", each.rms}};
  for (const Figure& each : metrics.figures)
    figures[each.name] = {{"unit", each.unit}, {"value", each.value}};
  return {{"outputs", outputs}, {"figures", figures}};
}

/// The configuration on one line, as the card of a surrogate holds it.
std::string one_line(const std::string& toml) {
  std::string line;
  for (const char c : toml) {
    if (c != '\n')
      line += c;
    else if (!line.empty() && line.back() != ';' && line.back() != ']')
      line += ';';
    else if (!line.empty() && line.back() == ']')
      line += ' ';
    if (line.ends_with(";[")) line.insert(line.size() - 1, " ");
  }
  return line;
}

void describe(surrogates::Surrogate& surrogate, const TrainingConfig& config,
              const TrainOptions& options, const Trainer& trainer, const Metrics& metrics) {
  auto& provenance = surrogate.provenance;
  provenance["recipe"] = config.name + ".toml";
  provenance["settings"] = one_line(resolved_text(config));
  provenance["seed"] = fmt::format("{}", config.train.seed);
  provenance["version"] = version;
  provenance["commit"] = commit;
  provenance["trained_on"] = options.device;
  provenance["iterations"] = fmt::format("{}", trainer.iteration());
  if (!config.title.empty()) provenance["title"] = config.title;
  for (const OutputError& each : metrics.outputs) {
    const std::string unit = each.unit == "1" ? "" : " " + each.unit;
    surrogate.accuracy[each.name] = fmt::format("mean absolute error {:.3g}{}, largest {:.3g}{}",
                                                each.mean, unit, each.largest, unit);
  }
  for (const Figure& each : metrics.figures)
    surrogate.accuracy[each.name] =
        fmt::format("{:.4g}{}", each.value, each.unit == "1" ? "" : " " + each.unit);
}

void add_results(Record& record, const TrainingConfig& config, Task& task, Trainer& trainer,
                 const Metrics& metrics) {
  auto parameters = static_cast<std::int64_t>(task.others().size());
  std::int64_t products = 0;
  for (const PerceptronShape& shape : task.shapes()) {
    parameters += parameter_count(shape);
    products += multiply_adds(shape);
  }
  record["results"] = {{"validation", json_of(metrics)},
                       {"validation_loss", trainer.best_validation()},
                       {"loss", trainer.loss()},
                       {"iterations", trainer.iteration()},
                       {"best_iteration", trainer.best_iteration()},
                       {"samples", task.samples()},
                       {"parameters", parameters},
                       {"multiply_adds", products},
                       {"kind", name_of(config.surrogate.kind)}};
}

/// Judges and writes what was learnt.
void finish(const TrainingConfig& config, const TrainOptions& options, const fs::path& folder,
            Task& task, Trainer& trainer, Record& record, Log& log) {
  trainer.take_kept_weights();
  const Metrics metrics = task.metrics(trainer.networks());
  surrogates::Surrogate surrogate = task.exported(trainer.networks());
  describe(surrogate, config, options, trainer, metrics);
  const fs::path file = folder / "surrogate.safetensors";
  if (surrogate.parts.empty() && !surrogate.conductance)
    log.warning("a rate with t as an input can be judged but not be used: no surrogate is written");
  else
    surrogates::write_surrogate(std::move(surrogate), file.string());
  if (const std::string trace = task.trace(trainer.networks()); !trace.empty())
    write_atomically(folder / "trace.csv", trace);
  add_results(record, config, task, trainer, metrics);
  record.write("finished");
  for (const OutputError& each : metrics.outputs)
    log.info(fmt::format("{:<12} mean error {:.4g}, largest {:.4g}, RMS {:.4g} {}", each.name, each.mean,
                         each.largest, each.rms, each.unit == "1" ? "" : each.unit));
  for (const Figure& each : metrics.figures)
    log.info(fmt::format("{:<12} {:.5g} {}", each.name, each.value, each.unit == "1" ? "" : each.unit));
  log.info(fmt::format("wrote {} after {:.1f} s of training", folder.string(), trainer.seconds()));
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

int train(const TrainingConfig& config, const TrainOptions& options) {
  const fs::path folder = options.output;
  const torch::Device device = device_named(options.device);
  if (const std::string fault = folder_fault(folder, options.force, options.resume); !fault.empty())
    throw InputError({Fault{"--output", fault}});
  at::set_num_threads(config.train.threads);
  const auto start = std::chrono::steady_clock::now();
  Log log(options.quiet);
  const StopSignal stop;
  const std::unique_ptr<Task> task = make_task(config, device, options.cache);
  const double data_seconds = seconds_since(start);
  Trainer trainer(config, *task, device, folder, log);
  if (options.resume) trainer.resume();

  prepare_folder(folder, options.force && !options.resume);
  write_atomically(folder / "config.toml",
                   "# Resolved by Myowave " + std::string(version) + "\n" + resolved_text(config));
  log.open(folder / "log.txt", options.resume);
  Record record(config, options, folder);
  record.write("running");
  log.info(fmt::format("{}: {} samples ({:.1f} s), {} weights, on {}", config.surrogate.name,
                       task->samples(), data_seconds, trainer.networks().values().numel(),
                       options.device));
  auto add_timing = [&] {
    record["timing"] = {
        {"total_s", seconds_since(start)}, {"data_s", data_seconds}, {"training_s", trainer.seconds()}};
  };
  try {
    if (const int signal = trainer.run(stop)) {
      add_timing();
      record.write("stopped");
      log.info(fmt::format("stopped at iteration {}; continue it with --resume", trainer.iteration()));
      return 128 + signal;
    }
    add_timing();
    finish(config, options, folder, *task, trainer, record, log);
  } catch (const RunError& error) {
    record["message"] = error.what();
    record.write("failed");
    throw;
  }
  return 0;
}

}  // namespace myowave::learn
