// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "protocols/report_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.hpp"
#include "base/version.hpp"
#include "protocols/report_nodes.hpp"
#include "protocols/report_table.hpp"
#include "record/image_reader.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;  // NaN is written as null

// Bounds of what the page holds; of larger runs every k-th frame or row is shown.
constexpr std::size_t frame_values = 25'000'000;  // of all frames
constexpr std::size_t most_frames = 2000;
constexpr std::size_t frames_in_chunk = 12;
constexpr std::size_t trace_values = 250'000;  // of one file

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

std::string content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Json read_run_json(const fs::path& run) {
  if (!fs::exists(run)) throw InputError(fmt::format("there is no folder {}", run.string()));
  if (!fs::is_directory(run))
    throw InputError(fmt::format("{} is no folder; name the folder of a run", run.string()));
  const fs::path file = run / "run.json";
  if (!fs::is_regular_file(file))
    throw InputError(
        fmt::format("{} has no run.json{}", run.string(),
                    fs::exists(run / "config.toml")
                        ? ": the run has not ended, or was killed; wait for it, or repeat it"
                        : "; name the folder that a run has written (--output)"));
  Json json;
  try {
    json = Json::parse(content_of(file));
  } catch (const Json::parse_error& error) {
    throw InputError(fmt::format("{} is no JSON (byte {}); repeat the run", file.string(), error.byte));
  }
  if (!json.is_object()) throw InputError(fmt::format("{} is no record of a run", file.string()));
  return json;
}

/// The warnings of run.json and log.txt, each once.
std::vector<std::string> warnings_of(const fs::path& run, const Json& record) {
  std::vector<std::string> all;
  auto add = [&](const std::string& text) {
    if (std::find(all.begin(), all.end(), text) == all.end()) all.push_back(text);
  };
  if (const auto found = record.find("warnings"); found != record.end() && found->is_array())
    for (const Json& each : *found)
      if (each.is_string()) add(each.get<std::string>());
  std::istringstream log(content_of(run / "log.txt"));
  static const std::string mark = "  warning: ";  // after date and time
  for (std::string line; std::getline(log, line);)
    if (const std::size_t place = line.find(mark); place != std::string::npos && place < 32)
      add(line.substr(place + mark.size()));
  return all;
}

bool has_elements(const fs::path& file) {
  return file.extension() == ".vtu" || file.extension() == ".pvtu";
}

class Collector {
 public:
  explicit Collector(const fs::path& run) : run_(run) {}

  ReportData read() {
    Json record = read_run_json(run_);
    json_["folder"] = fs::absolute(run_ / "").lexically_normal().parent_path().filename().string();
    json_["made_by"] = fmt::format("{} ({})", version, commit);
    json_["warnings"] = warnings_of(run_, record);
    json_["run"] = std::move(record);
    json_["notes"] = Json::array();
    maps();
    movie();
    for (const char* name : {"probes.csv", "trace.csv", "ecg.csv"}) trace(name);
    if (!fs::exists(run_ / "ecg.csv")) trace("post/ecg.csv");
    restitution();
    return {json_.dump(-1, ' ', false, Json::error_handler_t::replace), std::move(blobs_)};
  }

 private:
  std::size_t blob(std::string text) {
    blobs_.push_back(std::move(text));
    return blobs_.size() - 1;
  }

  void note(const std::string& text) { json_["notes"].push_back(text); }

  /// Of elements the same nodes are shown in maps and frames, and are told of once, as `surface`.
  ShownNodes& surface() {
    if (!surface_) surface_ = surface_nodes();
    return *surface_;
  }

  Json described(const ShownNodes& nodes) {
    return Json::parse(nodes.described([&](std::string text) { return blob(std::move(text)); }));
  }

  /// Where the nodes of maps or frames lie: of a grid, told by themselves.
  Json place_of(const ShownNodes& nodes) {
    if (&nodes != surface_.get()) return described(nodes);
    if (!json_.contains("surface")) json_["surface"] = described(nodes);
    return {{"on_surface", true}};
  }

  /// Of the run and, where `post` has worked on it, the maps that it has added.
  void maps() {
    std::unique_ptr<ShownNodes> grid;
    for (const fs::path& folder : {run_, run_ / "post"})
      for (const char* name : {"maps.pvti", "maps.vti", "maps.pvtu", "maps.vtu"}) {
        if (!fs::exists(folder / name)) continue;
        if (!has_elements(name) && !grid) grid = grid_nodes_for_maps();
        add_maps(folder / name, has_elements(name) ? surface() : *grid);
        break;
      }
  }

  void add_maps(const fs::path& file, ShownNodes& nodes) {
    const std::vector<ShownArray> found = nodes.read(file);
    if (!json_.contains("maps")) {
      json_["maps"] = place_of(nodes);
      json_["maps"]["arrays"] = Json::array();
    }
    Json& arrays = json_["maps"]["arrays"];
    for (const ShownArray& array : found) {
      if (std::any_of(arrays.begin(), arrays.end(),
                      [&](const Json& each) { return each["name"] == array.name; }))
        continue;
      PackedMap map = pack_map(array.values, nodes.counts());
      arrays.push_back({{"name", array.name},
                        {"min", number(map.range.lo)},
                        {"max", number(map.range.hi)},
                        {"blob", blob(std::move(map.text))}});
    }
  }

  void movie() {
    if (!fs::exists(run_ / "V.pvd")) return;
    const std::vector<FrameFile> files = read_collection(run_ / "V.pvd");
    if (files.empty()) return;
    const std::unique_ptr<ShownNodes> grid = grid_nodes_for_frames();
    ShownNodes& nodes = has_elements(files.front().file) ? surface() : *grid;
    std::vector<float> V = V_of(nodes, files.front().file);
    const std::size_t most = std::clamp<std::size_t>(frame_values / V.size(), 2, most_frames);
    const std::size_t step = (files.size() + most - 1) / most;
    FrameStack stack(nodes.counts());
    Json times = Json::array();
    for (std::size_t f = 0; f < files.size(); f += step) {
      if (f > 0) V = V_of(nodes, files[f].file);
      stack.add(V);
      times.push_back(files[f].t_ms);
    }
    FrameStack::Packed packed = stack.pack(frames_in_chunk);
    Json& movie = json_["movie"] = place_of(nodes);
    movie["frames"] = files.size();
    movie["every"] = step;
    movie["times_ms"] = times;
    movie["min"] = number(packed.range.lo);
    movie["max"] = number(packed.range.hi);
    movie["frames_in_chunk"] = frames_in_chunk;
    movie["blobs"] = Json::array();
    for (std::string& chunk : packed.chunks) movie["blobs"].push_back(blob(std::move(chunk)));
  }

  static std::vector<float> V_of(ShownNodes& nodes, const fs::path& file) {
    for (ShownArray& array : nodes.read(file))
      if (array.name == "V") return std::move(array.values);
    throw InputError(fmt::format("{} has no array 'V'; repeat the run", file.string()));
  }

  void trace(const std::string& name) {
    if (!fs::exists(run_ / name)) return;
    // Of the states of a cell, free calcium is drawn: Cai, Cai1, Cac.
    const NumberTable table = read_number_table(run_ / name, [](const std::string& column) {
      return column == "t_ms" || column.starts_with("V_") || column.starts_with("phi_") ||
             column.starts_with("Cai");
    });
    if (table.cut_off) note(fmt::format("The last row of {} has no end and is left out.", name));
    if (table.rows() == 0 || table.names.front() != "t_ms") return;
    const std::size_t step = (table.rows() * table.columns.size() + trace_values - 1) / trace_values;
    Json columns = Json::array();
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      std::vector<double> kept;
      for (std::size_t row = 0; row < table.rows(); row += step) kept.push_back(table.columns[c][row]);
      columns.push_back({{"name", table.names[c]}, {"blob", blob(packed_doubles(kept))}});
    }
    json_["traces"].push_back(
        {{"file", name}, {"rows", table.rows()}, {"every", step}, {"columns", columns}});
  }

  void restitution() {
    if (!fs::exists(run_ / "restitution.csv")) return;
    const NumberTable table =
        read_number_table(run_ / "restitution.csv", [](const std::string&) { return true; });
    if (table.cut_off) note("The last row of restitution.csv has no end and is left out.");
    Json columns = Json::object();
    for (std::size_t c = 0; c < table.columns.size(); ++c) columns[table.names[c]] = table.columns[c];
    json_["restitution"] = columns;
  }

  const fs::path& run_;
  Json json_;
  std::unique_ptr<ShownNodes> surface_;  ///< once there are files of elements
  std::vector<std::string> blobs_;
};

}  // namespace

ReportData read_report_data(const fs::path& run) { return Collector(run).read(); }

}  // namespace myowave
