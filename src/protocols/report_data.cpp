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
#include "protocols/report_encoding.hpp"
#include "protocols/report_table.hpp"
#include "record/image_reader.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;  // NaN is written as null

// Bounds of what the page holds; larger runs are shown by every k-th node, frame or row.
constexpr int map_nodes = 512;                 // along an axis
constexpr std::size_t map_values = 5'000'000;  // of all maps
constexpr int frame_nodes = 256;               // along an axis; of a cable:
constexpr int cable_nodes = 1024;
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

int stride_for(int nodes, int most) { return (nodes + most - 1) / most; }

std::vector<int> every(int nodes, int stride) {
  std::vector<int> indices;
  for (int i = 0; i < nodes; i += stride) indices.push_back(i);
  return indices;
}

std::array<std::size_t, 3> count(const NodeChoice& chosen) {
  return {chosen[0].size(), chosen[1].size(), chosen[2].size()};
}

/// Every k-th node along each axis, so that all arrays together keep within the bounds.
NodeChoice choose_for_maps(const ImageInfo& info) {
  std::array<int, 3> strides;
  for (std::size_t a = 0; a < 3; ++a) strides[a] = stride_for(info.nodes[a], map_nodes);
  for (;;) {
    const NodeChoice chosen = {every(info.nodes[0], strides[0]), every(info.nodes[1], strides[1]),
                               every(info.nodes[2], strides[2])};
    const auto n = count(chosen);
    if (n[0] * n[1] * n[2] * std::max<std::size_t>(info.arrays.size(), 1) <= map_values) return chosen;
    ++strides[static_cast<std::size_t>(std::max_element(n.begin(), n.end()) - n.begin())];
  }
}

bool is_cable(const ImageInfo& info) { return info.nodes[1] == 1 && info.nodes[2] == 1; }

/// Every k-th node of a sheet or cable; of a slab the top layer and the middle one.
NodeChoice choose_for_frames(const ImageInfo& info) {
  const int most = is_cable(info) ? cable_nodes : frame_nodes, layers = info.nodes[2];
  std::vector<int> z = {layers - 1};
  if (layers > 2) z.insert(z.begin(), layers / 2);
  return {every(info.nodes[0], stride_for(info.nodes[0], most)),
          every(info.nodes[1], stride_for(info.nodes[1], most)), z};
}

int stride_of(const std::vector<int>& indices) {
  return indices.size() > 1 ? indices[1] - indices[0] : 1;
}

/// The grid as the page needs it: nodes of the mesh, nodes shown, and the distance between these.
Json grid_json(const NodeImage& image) {
  Json spacing = Json::array();
  for (std::size_t a = 0; a < 3; ++a)
    spacing.push_back(image.info.spacing[a] * stride_of(image.chosen[a]));
  return {{"nodes", image.info.nodes},
          {"shown", count(image.chosen)},
          {"stride", {stride_of(image.chosen[0]), stride_of(image.chosen[1])}},
          {"spacing_mm", spacing},
          {"layer_spacing_mm", image.info.spacing[2]},
          {"layers", image.chosen[2]}};
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

  /// Of the run and, where `post` has worked on it, the maps that it has added.
  void maps() {
    for (const fs::path& folder : {run_, run_ / "post"}) {
      fs::path file = folder / "maps.pvti";
      if (!fs::exists(file)) file = folder / "maps.vti";
      if (fs::exists(file)) add_maps(file);
    }
  }

  void add_maps(const fs::path& file) {
    const NodeImage image = read_image(file, choose_for_maps);
    if (!json_.contains("maps")) {
      json_["maps"] = grid_json(image);
      json_["maps"]["arrays"] = Json::array();
    }
    Json& arrays = json_["maps"]["arrays"];
    for (std::size_t a = 0; a < image.values.size(); ++a) {
      const std::string& name = image.info.arrays[a];
      if (std::any_of(arrays.begin(), arrays.end(),
                      [&](const Json& each) { return each["name"] == name; }))
        continue;
      PackedMap map = pack_map(image.values[a], count(image.chosen));
      arrays.push_back({{"name", name},
                        {"min", number(map.range.lo)},
                        {"max", number(map.range.hi)},
                        {"blob", blob(std::move(map.text))}});
    }
  }

  void movie() {
    if (!fs::exists(run_ / "V.pvd")) return;
    const std::vector<FrameFile> files = read_collection(run_ / "V.pvd");
    if (files.empty()) return;
    if (const fs::path ending = files.front().file.extension(); ending == ".vtu" || ending == ".pvtu")
      return note(
          "Frames and maps on elements are not shown here; open V.pvd and maps.vtu in ParaView.");
    NodeImage image = read_image(files.front().file, choose_for_frames);
    const std::size_t place = place_of_V(image, files.front().file);
    const NodeChoice chosen = image.chosen;
    const std::size_t values = image.values[place].size();
    const std::size_t most = std::clamp<std::size_t>(frame_values / values, 2, most_frames);
    const std::size_t step = (files.size() + most - 1) / most;
    FrameStack stack(count(chosen));
    Json times = Json::array();
    for (std::size_t f = 0; f < files.size(); f += step) {
      if (f > 0) read_frame(files[f].file, chosen, image);
      stack.add(image.values[place_of_V(image, files[f].file)]);
      times.push_back(files[f].t_ms);
    }
    FrameStack::Packed packed = stack.pack(frames_in_chunk);
    Json& movie = json_["movie"] = grid_json(image);
    movie["frames"] = files.size();
    movie["every"] = step;
    movie["times_ms"] = times;
    movie["min"] = number(packed.range.lo);
    movie["max"] = number(packed.range.hi);
    movie["frames_in_chunk"] = frames_in_chunk;
    movie["blobs"] = Json::array();
    for (std::string& chunk : packed.chunks) movie["blobs"].push_back(blob(std::move(chunk)));
  }

  static std::size_t place_of_V(const NodeImage& image, const fs::path& file) {
    const auto& names = image.info.arrays;
    const auto found = std::find(names.begin(), names.end(), "V");
    if (found == names.end())
      throw InputError(fmt::format("{} has no array 'V'; repeat the run", file.string()));
    return static_cast<std::size_t>(found - names.begin());
  }

  static void read_frame(const fs::path& file, const NodeChoice& chosen, NodeImage& image) {
    const std::array<int, 3> nodes = image.info.nodes;
    image = read_image(file, [&](const ImageInfo& info) {
      if (info.nodes != nodes)
        throw InputError(fmt::format(
            "{} has {} x {} x {} nodes, the frames before it {} x {} x {}; repeat the run",
            file.string(), info.nodes[0], info.nodes[1], info.nodes[2], nodes[0], nodes[1], nodes[2]));
      return chosen;
    });
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
  std::vector<std::string> blobs_;
};

}  // namespace

ReportData read_report_data(const fs::path& run) { return Collector(run).read(); }

}  // namespace myowave
