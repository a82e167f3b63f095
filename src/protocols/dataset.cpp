// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/dataset.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/stop_signal.hpp"
#include "base/timer.hpp"
#include "base/version.hpp"
#include "field/session.hpp"
#include "ionic/kernel.hpp"
#include "protocols/dataset_maker.hpp"
#include "protocols/preparation.hpp"
#include "record/run_folder.hpp"

namespace myowave {
namespace {

using Json = nlohmann::ordered_json;

std::unique_ptr<DatasetMaker> make_maker(const Config& config, Signal signal, Log& log) {
  const DatasetSource source = config.dataset.source;
  if (source != DatasetSource::tissue && parallel::size() > 1)
    throw InputError({config.fault(
        "dataset.source",
        "single cells are computed on one rank; start several programs with different seeds")});
  if (source == DatasetSource::cells) return make_cells_dataset(config, std::move(signal), log);
  if (source == DatasetSource::tissue) return make_tissue_dataset(config, std::move(signal), log);
  return make_clamp_dataset(config, std::move(signal), log);
}

/// Generously: what compression leaves is less.
double bytes_of(const DatasetHead& head) {
  const auto samples = static_cast<double>(head.cases) * static_cast<double>(head.times);
  return 1e6 + 8.0 * samples * static_cast<double>(head.variables.size() + head.series.size()) +
         100.0 * static_cast<double>(head.cases);
}

class DatasetRun {
 public:
  DatasetRun(const Config& config, const RunOptions& options, Log& log, Signal signal)
      : config_(config),
        options_(options),
        log_(log),
        maker_(make_maker(config, std::move(signal), log)) {}

  void check() const {
    std::vector<Fault> faults;
    for (const std::string& fault : {folder_fault(options_.output, options_.force, false),
                                     space_fault(options_.output, bytes_of(maker_->head()))})
      if (!fault.empty()) faults.push_back({"--output", fault});
    parallel::barrier();  // no rank makes the folder while another still looks at it
    if (!faults.empty()) throw InputError(std::move(faults));
  }

  void describe() const {
    log_.info(fmt::format("Myowave {} ({}), {} rank{}, {} kernels", version, commit, parallel::size(),
                          parallel::size() > 1 ? "s" : "", ionic::name_of(ionic::instruction_set())));
    for (const std::string& line : maker_->description()) log_.info(line);
    const DatasetHead& head = maker_->head();
    log_.info(fmt::format(
        "dataset: {} cases x {} times x {} variables, every {:g} ms, {:.1f} MB before compression",
        head.cases, head.times, head.variables.size(), head.dt, bytes_of(head) / 1e6 - 1.0));
    for (const std::string& warning : warnings()) log_.warning(warning);
  }

  int run() {
    on_first_rank([&] {
      prepare_folder(options_.output, options_.force);
      write_atomically(options_.output / "config.toml", resolved_toml(config_));
      log_.open(options_.output / "log.txt", false);
    });
    describe();
    try {
      make();
    } catch (const Stopped& stopped) {
      record("stopped", "", std::nullopt);
      log_.info("stopped; a dataset that is not whole is not kept");
      return stopped.signal;
    } catch (const RunError& error) {
      log_.info(fmt::format("failed: {}", error.what()));
      record("failed", error.what(), std::nullopt);
      throw;
    }
    return 0;
  }

 private:
  std::vector<std::string> warnings() const {
    std::vector<std::string> all = maker_->warnings();
    if (config_.dataset.source != DatasetSource::tissue && !config_.dataset.reference)
      for (std::string& text : cell_warnings(config_.regions.front(), config_.reaction))
        all.push_back(std::move(text));
    return all;
  }

  void make() {
    std::optional<DatasetFile> file;
    const std::filesystem::path path = options_.output / "dataset.h5";
    on_first_rank([&] { file.emplace(path, maker_->head()); });
    Json results;
    {
      const Timer::Scope timing(total_);
      maker_->make(file ? &*file : nullptr);
      on_first_rank([&] {
        results = results_of(*file);
        results["bytes"] = file->commit();
      });
    }
    record("finished", "", results);
    const DatasetHead& head = maker_->head();
    log_.info(fmt::format("finished: {} cases x {} times in {}", head.cases, head.times, path.string()));
  }

  Json results_of(const DatasetFile& file) const {
    const DatasetHead& head = maker_->head();
    Json json = {{"file", "dataset.h5"}, {"source", head.source}, {"model", head.model},
                 {"cases", head.cases},  {"times", head.times},   {"dt_ms", head.dt}};
    Json variables = Json::object();
    for (std::size_t k = 0; k < file.extremes().size(); ++k) {
      const bool value = k < head.variables.size();
      const DatasetVariable& each = value ? head.variables[k] : head.series[k - head.variables.size()];
      variables[each.name] = {
          {"unit", each.unit}, {"min", file.extremes()[k].low}, {"max", file.extremes()[k].high}};
    }
    json["variables"] = variables;
    return json;
  }

  void record(const std::string& status, const std::string& message,
              const std::optional<Json>& results) {
    Json json;
    json["status"] = status;
    if (!message.empty()) json["message"] = message;
    json["version"] = version;
    json["commit"] = commit;
    json["command"] = options_.command;
    json["ranks"] = parallel::size();
    json["precision"] = maker_->precision();
    json["instruction_set"] = ionic::name_of(ionic::instruction_set());
    json["timing"] = {{"total_s", total_.seconds()}};
    json["performance"] = {{"simulated_ms", maker_->simulated_ms()},
                           {"cell_steps", maker_->cell_steps()}};
    if (results) json["results"] = *results;
    json["warnings"] = warnings();
    json["config"] = resolved_toml(config_);
    on_first_rank([&] { write_atomically(options_.output / "run.json", json.dump(2) + "\n"); });
  }

  const Config& config_;
  const RunOptions& options_;
  Log& log_;
  std::unique_ptr<DatasetMaker> maker_;
  Timer total_;
};

}  // namespace

int run_dataset(const Config& config, const RunOptions& options, Log& log) {
  const StopSignal signal;
  DatasetRun run(config, options, log, [&] { return signal.received(); });
  run.check();
  return run.run();
}

void check_dataset(const Config& config, const RunOptions& options, Log& log) {
  const DatasetRun run(config, options, log, [] { return 0; });
  if (!options.output.empty()) run.check();
  run.describe();
}

}  // namespace myowave
