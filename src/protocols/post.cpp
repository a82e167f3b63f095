// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/post.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/version.hpp"
#include "config/config.hpp"
#include "field/potential.hpp"
#include "field/session.hpp"
#include "postprocess/dominant_frequency.hpp"
#include "postprocess/phase.hpp"
#include "record/field_reader.hpp"
#include "record/image_reader.hpp"
#include "record/observers.hpp"
#include "record/run_folder.hpp"
#include "record/velocity_fields.hpp"
#include "simulation/load_mesh.hpp"
#include "simulation/make_operator.hpp"
#include "simulation/results.hpp"

namespace myowave {
namespace {

using Json = nlohmann::ordered_json;

/// Frames of the nodes that are looked at together for their frequency may take so much memory.
constexpr std::size_t most_bytes = std::size_t{256} << 20;

/// The maps of a run, on one rank and on several, of a grid and of elements.
constexpr std::array map_files = {"maps.vti", "maps.pvti", "maps.vtu", "maps.pvtu"};

/// The folder's run.json; throws InputError if it is none of a run of tissue.
Json read_summary(const std::filesystem::path& folder) {
  std::ifstream file(folder / "run.json");
  if (!file || !std::filesystem::exists(folder / "config.toml"))
    throw InputError(
        {{folder.string(), "this is no folder of a run: it has no run.json or no config.toml"}});
  Json json = Json::parse(file, nullptr, false);
  if (json.is_discarded() || !json.contains("status"))
    throw InputError({{(folder / "run.json").string(), "this is no run.json of Myowave"}});
  return json;
}

class Post {
 public:
  Post(const PostOptions& options, const Config& config, Log& log)
      : options_(options),
        config_(config),
        log_(log),
        output_(options.output.empty() ? options.run / "post" : options.output),
        mesh_(load_mesh(config, mesh_notes_)),
        layout_(mesh_),
        tissue_(config.tissue),
        diffusivity_(make_diffusivity(config, mesh_)),
        operator_(make_operator(config, mesh_, layout_, tissue_, diffusivity_.get())),
        writer_(mesh_, layout_),
        reader_(mesh_, layout_),
        V_(layout_),
        phase_times_(config.output.tips.every),
        phases_(output_ / "phase.pvd") {
    if (std::filesystem::exists(options.run / "V.pvd")) frames_ = read_collection(options.run / "V.pvd");
    for (const char* name : map_files)
      if (std::filesystem::exists(options.run / name)) maps_ = options.run / name;
    if (frames_.empty() && maps_.empty())
      throw InputError(
          {{options.run.string(),
            "there is nothing to work on: the run has neither frames nor maps; let it write "
            "them with output.fields = { every = \"5 ms\" }"}});
    check_mesh();
  }

  void run() {
    make_folder();
    log_.info(fmt::format(
        "{} frames{}", frames_.size(),
        frames_.empty() ? std::string()
                        : fmt::format(", {:g} to {:g} ms", frames_.front().t_ms, frames_.back().t_ms)));
    velocity();
    frequency();
    if (!fields_.empty()) writer_.write(output_ / "maps", fields_);
    follow_frames();
    write_summary();
    log_.info("results in " + output_.string());
  }

 private:
  /// The folder of the results, without those of an earlier call.
  void make_folder() const {
    namespace fs = std::filesystem;
    const bool run = fs::exists(output_ / "run.json");
    const bool other = fs::exists(output_) && !fs::exists(output_ / "post.json") &&
                       !(fs::is_directory(output_) && fs::is_empty(output_));
    parallel::barrier();
    if (run || other)
      throw InputError(
          {{"--output", fmt::format("{} {}; choose another one", output_.string(),
                                    run ? "is the folder of a run" : "holds other things")}});
    on_first_rank([&] {
      std::error_code failed;
      std::filesystem::create_directories(output_, failed);
      if (failed)
        throw RunError(fmt::format("{} cannot be made: {}", output_.string(), failed.message()));
      for (const char* name :
           {"maps", "phase.pvd", "phase", "tips.csv", "filaments.csv", "ecg.csv", "post.json"})
        std::filesystem::remove_all(output_ / name);
      for (const char* name : map_files) std::filesystem::remove(output_ / name);
      write_atomically(output_ / "post.json", "{}\n");  // the folder is ours from here on
    });
  }

  void check_mesh() const {
    std::string fault;
    try {
      if (!frames_.empty()) reader_.read(frames_.front().file, "V");
    } catch (const InputError& error) {
      fault = error.faults().front().message;
    }
    fault = parallel::first_text(fault);
    if (!fault.empty()) throw InputError({{options_.run.string(), fault}});
  }

  /// V of a frame; nodes in holes hold 0, as in a run.
  void load(const FrameFile& frame) {
    std::string fault;
    std::vector<double> values;
    try {
      values = reader_.read(frame.file, "V");
      if (values.empty()) fault = frame.file.string() + " has no array V";
    } catch (const InputError& error) {
      fault = error.faults().front().message;
    }
    fault = parallel::first_text(fault);
    if (!fault.empty()) throw InputError({{options_.run.string(), fault}});
    for (std::size_t i = 0; i < values.size(); ++i)
      V_.values()[i] = std::isnan(values[i]) ? 0.0 : values[i];
  }

  void add(const std::string& name, std::vector<double> values) {
    made_.push_back(std::make_unique<std::vector<double>>(std::move(values)));
    fields_.push_back({name, *made_.back()});
  }

  /// From the activation maps of the run, which know the time within a step.
  void velocity() {
    if (maps_.empty()) return;
    for (int beat = 1;; ++beat) {
      const std::vector<double> activation =
          reader_.read(maps_, fmt::format("activation_beat{}_ms", beat));
      if (parallel::any(activation.empty())) break;
      VelocityFields cv = velocity_fields(mesh_, layout_, activation);
      add(fmt::format("cv_beat{}_m_per_s", beat), std::move(cv.speed));
      add(fmt::format("cv_quality_beat{}", beat), std::move(cv.quality));
      add(fmt::format("cv_status_beat{}", beat), std::move(cv.status));
      for (std::vector<double>& each : cv.velocity)
        made_.push_back(std::make_unique<std::vector<double>>(std::move(each)));
      const std::size_t last = made_.size();
      fields_.push_back({fmt::format("velocity_beat{}_m_per_s", beat), *made_[last - 3],
                         *made_[last - 2], *made_[last - 1]});
    }
  }

  /// Reads all frames once for each group of nodes that fits into memory.
  void frequency() {
    if (frames_.size() < 3) return;
    const double interval =
        (frames_.back().t_ms - frames_.front().t_ms) / static_cast<double>(frames_.size() - 1);
    std::unique_ptr<FrequencyScan> scan;
    try {
      scan = std::make_unique<FrequencyScan>(frames_.size(), interval);
    } catch (const InputError& error) {
      log_.info("no dominant frequency: " + error.faults().front().message);
      return;
    }
    const auto nodes = static_cast<std::size_t>(layout_.owned());
    const std::size_t together =
        std::max<std::size_t>(1, most_bytes / (frames_.size() * sizeof(double)));
    const auto rounds = static_cast<std::size_t>(
        parallel::max(static_cast<std::int64_t>((nodes + together - 1) / together)));
    std::vector<double> hertz;
    for (std::size_t round = 0; round < rounds; ++round) {
      const std::size_t first = std::min(round * together, nodes),
                        last = std::min(first + together, nodes);
      std::vector<double> samples;
      samples.reserve(frames_.size() * (last - first));
      for (const FrameFile& frame : frames_) {
        load(frame);
        samples.insert(samples.end(), V_.values().begin() + static_cast<std::ptrdiff_t>(first),
                       V_.values().begin() + static_cast<std::ptrdiff_t>(last));
      }
      if (last == first) continue;
      const std::vector<double> some = scan->map(samples);
      hertz.insert(hertz.end(), some.begin(), some.end());
    }
    add("dominant_frequency_Hz", std::move(hertz));
  }

  void follow_frames() {
    if (frames_.empty()) return;
    EcgObserver ecg(mesh_, layout_, membrane_current(*operator_, tissue_), config_.output.ecg,
                    config_.electrodes, output_);
    TipObserver tips(mesh_, layout_, config_.output.tips, output_);
    for (const FrameFile& frame : frames_) {
      load(frame);
      ecg.observe(frame.t_ms, V_);
      tips.observe(frame.t_ms, V_);
      phase(frame.t_ms);
    }
    ecg.finish();
    tips.finish();
    if (config_.output.tips.every > 0.0) singularities_ = singularities_json(tips);
  }

  /// Frames of the phase at the times at which tips are looked for.
  void phase(double t) {
    if (!phase_times_.due(t)) return;
    if (!V_delayed_.empty()) {
      const std::vector<double> values = phase_map(V_.values(), V_delayed_, config_.output.tips.centre);
      const std::string name = fmt::format("phase_{:06d}", phase_frames_++);
      phases_.add(t, "phase/" + writer_.write(output_ / "phase" / name, {{"phase_rad", values}}));
      on_first_rank([&] { phases_.write(); });
    }
    V_delayed_.assign(V_.values().begin(), V_.values().end());
  }

  void write_summary() {
    Json json = {{"version", version},
                 {"commit", commit},
                 {"command", options_.command},
                 {"frames", frames_.size()}};
    if (!singularities_.empty()) json["results"]["singularities"] = Json::parse(singularities_);
    json["config"] = resolved_toml(config_);
    on_first_rank([&] { write_atomically(output_ / "post.json", json.dump(2) + "\n"); });
  }

  const PostOptions& options_;
  const Config& config_;
  Log& log_;
  std::filesystem::path output_, maps_;
  MeshNotes mesh_notes_;  ///< which the run has printed
  Mesh mesh_;
  Layout layout_;
  Tissue tissue_;
  std::unique_ptr<const ElementDiffusivity> diffusivity_;
  std::unique_ptr<DiffusionOperator> operator_;
  FieldWriter writer_;
  FieldReader reader_;
  Potential V_;
  std::vector<FrameFile> frames_;
  std::vector<std::unique_ptr<std::vector<double>>> made_;
  std::vector<NamedField> fields_;
  std::string singularities_;
  Schedule phase_times_;
  std::vector<double> V_delayed_;  ///< [owned] at the last of these times
  Collection phases_;
  int phase_frames_ = 0;
};

}  // namespace

void run_post(const PostOptions& options, Log& log) {
  const Json summary = read_summary(options.run);
  if (!summary.contains("mesh"))
    throw InputError(
        {{options.run.string(), "`post` works on runs of tissue, and this is one of another command"}});
  const Config config = read_config((options.run / "config.toml").string(), options.overrides);
  if (const std::string status = summary["status"]; status != "finished")
    log.warning(fmt::format(
        "the run has not finished ({}{}): this covers what it has written", status,
        summary.contains("message") ? ": " + summary["message"].get<std::string>() : std::string()));
  Post(options, config, log).run();
}

}  // namespace myowave
