// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "base/error.hpp"
#include "protocols/report_nodes.hpp"
#include "record/image_reader.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr int map_nodes = 512;    // along an axis
constexpr int frame_nodes = 256;  // along an axis; of a cable:
constexpr int cable_nodes = 1024;

int stride_for(int nodes, int most) { return (nodes + most - 1) / most; }

std::vector<int> every(int nodes, int stride) {
  std::vector<int> indices;
  for (int i = 0; i < nodes; i += stride) indices.push_back(i);
  return indices;
}

NodeCounts count(const NodeChoice& chosen) {
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
    if (n[0] * n[1] * n[2] * std::max<std::size_t>(info.arrays.size(), 1) <= most_map_values)
      return chosen;
    ++strides[static_cast<std::size_t>(std::max_element(n.begin(), n.end()) - n.begin())];
  }
}

bool is_cable(const ImageInfo& info) { return info.nodes[1] == 1 && info.nodes[2] == 1; }

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

class GridNodes : public ShownNodes {
 public:
  using Choose = NodeChoice (*)(const ImageInfo&);

  explicit GridNodes(Choose choose) : choose_(choose) {}

  std::vector<ShownArray> read(const fs::path& file) override {
    NodeImage image = read_image(file, [&](const ImageInfo& info) { return chosen_of(info, file); });
    std::vector<ShownArray> arrays;
    for (std::size_t a = 0; a < image.values.size(); ++a)
      arrays.push_back({image.info.arrays[a], std::move(image.values[a])});
    return arrays;
  }

  NodeCounts counts() const override { return count(chosen_); }

  /// Nodes of the mesh, nodes shown, and the distance between these.
  std::string described(const std::function<std::size_t(std::string)>&) const override {
    Json spacing = Json::array();
    for (std::size_t a = 0; a < 3; ++a) spacing.push_back(info_->spacing[a] * stride_of(chosen_[a]));
    const Json json = {{"nodes", info_->nodes},
                       {"shown", counts()},
                       {"stride", {stride_of(chosen_[0]), stride_of(chosen_[1])}},
                       {"spacing_mm", spacing},
                       {"layer_spacing_mm", info_->spacing[2]},
                       {"layers", chosen_[2]}};
    return json.dump();
  }

 private:
  const NodeChoice& chosen_of(const ImageInfo& info, const fs::path& file) {
    if (!info_) {
      info_ = info;
      chosen_ = choose_(info);
    }
    const std::array<int, 3>& nodes = info_->nodes;
    if (info.nodes != nodes)
      throw InputError(fmt::format(
          "{} has {} x {} x {} nodes, the files before it {} x {} x {}; repeat the run", file.string(),
          info.nodes[0], info.nodes[1], info.nodes[2], nodes[0], nodes[1], nodes[2]));
    return chosen_;
  }

  Choose choose_;
  std::optional<ImageInfo> info_;  ///< of the first file
  NodeChoice chosen_;
};

}  // namespace

std::unique_ptr<ShownNodes> grid_nodes_for_maps() {
  return std::make_unique<GridNodes>(choose_for_maps);
}

std::unique_ptr<ShownNodes> grid_nodes_for_frames() {
  return std::make_unique<GridNodes>(choose_for_frames);
}

}  // namespace myowave
