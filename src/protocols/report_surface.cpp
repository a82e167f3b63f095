// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "meshes/surface.hpp"
#include "protocols/report_nodes.hpp"
#include "record/element_reader.hpp"

namespace myowave {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t most_nodes = 65'536;

class SurfaceNodes : public ShownNodes {
 public:
  std::vector<ShownArray> read(const fs::path& file) override {
    const bool is_first = surface_.nodes.empty();
    if (is_first) choose(file);
    std::vector<ShownArray> arrays;
    std::vector<bool> seen(surface_.nodes.size(), false);
    read_element_values(
        file, [](const std::string&) { return true; },
        [&](const ElementValues& piece) {
          const std::vector<std::int32_t> places = places_of(piece, seen, file);
          for (std::size_t a = 0; a < piece.arrays.size(); ++a)
            copy(piece.values[a], places, array_of(piece.arrays[a], arrays).values);
        });
    if (std::find(seen.begin(), seen.end(), false) != seen.end()) other_mesh(file);
    // Where there are very many arrays, the page holds fewer nodes.
    if (is_first && arrays.size() * surface_.nodes.size() > most_map_values) {
      choose(file, most_map_values / arrays.size());
      return read(file);
    }
    return arrays;
  }

  NodeCounts counts() const override { return {surface_.nodes.size(), 1, 1}; }

  /// Counts of the mesh, positions by axis as maps, corners of the pieces as differences.
  std::string described(const std::function<std::size_t(std::string)>& store) const override {
    Json positions = Json::array();
    for (std::size_t a = 0; a < 3; ++a) {
      std::vector<float> along;
      for (const Point& each : positions_) along.push_back(static_cast<float>(each[a]));
      PackedMap map = pack_map(along, counts());
      positions.push_back(
          {{"min", map.range.lo}, {"max", map.range.hi}, {"blob", store(std::move(map.text))}});
    }
    const Json json = {
        {"nodes", mesh_nodes_},           {"elements", mesh_elements_},
        {"dimension", dimension_},        {"surface_nodes", surface_.all_nodes},
        {"shown", surface_.nodes.size()}, {"corners", surface_.corners},
        {"positions_mm", positions},      {"pieces", store(packed_numbers(surface_.pieces))}};
    return json.dump();
  }

 private:
  [[noreturn]] static void other_mesh(const fs::path& file) {
    throw InputError(
        fmt::format("{} has other nodes than the files before it; repeat the run", file.string()));
  }

  void choose(const fs::path& file, std::size_t most = most_nodes) {
    const ElementMesh mesh = read_elements(file);
    surface_ = surface_of(mesh, most);
    mesh_nodes_ = mesh.node_count();
    mesh_elements_ = mesh.cell_count();
    dimension_ = mesh.dimension();
    place_.assign(static_cast<std::size_t>(mesh.node_count()), -1);
    positions_.clear();
    for (std::size_t n = 0; n < surface_.nodes.size(); ++n) {
      place_[static_cast<std::size_t>(surface_.nodes[n])] = static_cast<std::int32_t>(n);
      positions_.push_back(mesh.position(surface_.nodes[n]));
    }
  }

  /// [point] of the piece: its place among the shown nodes, or -1.
  std::vector<std::int32_t> places_of(const ElementValues& piece, std::vector<bool>& seen,
                                      const fs::path& file) const {
    std::vector<std::int32_t> places;
    for (const std::int32_t node : piece.nodes) {
      if (node >= mesh_nodes_) other_mesh(file);
      places.push_back(place_[static_cast<std::size_t>(node)]);
      if (places.back() >= 0) seen[static_cast<std::size_t>(places.back())] = true;
    }
    return places;
  }

  ShownArray& array_of(const std::string& name, std::vector<ShownArray>& arrays) const {
    const auto found = std::find_if(arrays.begin(), arrays.end(),
                                    [&](const ShownArray& each) { return each.name == name; });
    if (found != arrays.end()) return *found;
    return arrays.emplace_back(ShownArray{
        name, std::vector<float>(surface_.nodes.size(), std::numeric_limits<float>::quiet_NaN())});
  }

  static void copy(const std::vector<float>& values, const std::vector<std::int32_t>& places,
                   std::vector<float>& to) {
    for (std::size_t n = 0; n < places.size(); ++n)
      if (places[n] >= 0) to[static_cast<std::size_t>(places[n])] = values[n];
  }

  Surface surface_;
  std::vector<Point> positions_;     ///< [shown] mm
  std::vector<std::int32_t> place_;  ///< [node of the mesh] among those shown, or -1
  std::int32_t mesh_nodes_ = 0, mesh_elements_ = 0;
  int dimension_ = 3;
};

}  // namespace

std::unique_ptr<ShownNodes> surface_nodes() { return std::make_unique<SurfaceNodes>(); }

}  // namespace myowave
