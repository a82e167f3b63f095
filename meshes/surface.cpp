// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/surface.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace myowave {
namespace {

using Piece = std::array<std::int32_t, 3>;  ///< a segment has -1 in the last place

struct Extent {
  Point low, size;
};

Extent extent_of(const ElementMesh& mesh, const std::vector<std::int32_t>& nodes) {
  Point low = mesh.position(nodes.front()), high = low;
  for (const std::int32_t node : nodes)
    for (std::size_t a = 0; a < 3; ++a) {
      low[a] = std::min(low[a], mesh.position(node)[a]);
      high[a] = std::max(high[a], mesh.position(node)[a]);
    }
  return {low, {high[0] - low[0], high[1] - low[1], high[2] - low[2]}};
}

void add_polygon(std::span<const std::int32_t> nodes, std::vector<Piece>& pieces) {
  for (std::size_t n = 1; n + 1 < nodes.size(); ++n)
    pieces.push_back({nodes[0], nodes[n], nodes[n + 1]});
}

std::vector<Piece> pieces_of(const ElementMesh& mesh) {
  std::vector<Piece> pieces;
  if (mesh.dimension() == 3)
    for (const MeshFacet& facet : boundary_of(mesh))
      add_polygon(std::span(facet).first(facet[3] < 0 ? 3 : 4), pieces);
  else
    for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
      const std::span<const std::int32_t> nodes = mesh.nodes_of(cell);
      if (mesh.dimension() == 1)
        pieces.push_back({nodes[0], nodes[1], -1});
      else
        add_polygon(nodes, pieces);
    }
  return pieces;
}

/// The nodes of pieces, ascending.
std::vector<std::int32_t> nodes_of(const std::vector<Piece>& pieces) {
  std::vector<std::int32_t> nodes;
  for (const Piece& piece : pieces)
    for (const std::int32_t node : piece)
      if (node >= 0) nodes.push_back(node);
  std::sort(nodes.begin(), nodes.end());
  nodes.erase(std::unique(nodes.begin(), nodes.end()), nodes.end());
  return nodes;
}

/// For each node the one that stands for its cube of edge h.
class Cubes {
 public:
  Cubes(const ElementMesh& mesh, const std::vector<std::int32_t>& nodes, const Extent& extent, double h)
      : mesh_(mesh), extent_(extent), h_(h) {
    for (const std::int32_t node : nodes) {
      const auto [at, is_new] = nearest_.emplace(cube(node), node);
      if (!is_new && from_middle(node) < from_middle(at->second)) at->second = node;
    }
  }

  std::size_t size() const { return nearest_.size(); }
  std::int32_t node_for(std::int32_t node) const { return nearest_.at(cube(node)); }

 private:
  double place(std::int32_t node, std::size_t axis) const {
    return (mesh_.position(node)[axis] - extent_.low[axis]) / h_;
  }
  std::uint64_t cube(std::int32_t node) const {
    std::uint64_t key = 0;
    for (std::size_t a = 0; a < 3; ++a) key = key << 21 | static_cast<std::uint64_t>(place(node, a));
    return key;
  }
  double from_middle(std::int32_t node) const {
    double sum = 0.0;
    for (std::size_t a = 0; a < 3; ++a) {
      const double d = place(node, a) - std::floor(place(node, a)) - 0.5;
      sum += d * d;
    }
    return sum;
  }

  const ElementMesh& mesh_;
  Extent extent_;
  double h_;
  std::unordered_map<std::uint64_t, std::int32_t> nearest_;
};

/// The pieces between the nodes that are left, each once.
std::vector<Piece> moved(const std::vector<Piece>& pieces, const Cubes& cubes) {
  std::vector<std::pair<Piece, Piece>> kept;  // sorted corners, piece
  for (const Piece& piece : pieces) {
    Piece now = piece;
    for (std::int32_t& node : now)
      if (node >= 0) node = cubes.node_for(node);
    Piece sorted = now;
    std::sort(sorted.begin(), sorted.end());
    if (sorted[0] != sorted[1] && sorted[1] != sorted[2]) kept.emplace_back(sorted, now);
  }
  std::sort(kept.begin(), kept.end());
  std::vector<Piece> result;
  for (std::size_t k = 0; k < kept.size(); ++k)
    if (k == 0 || kept[k].first != kept[k - 1].first) result.push_back(kept[k].second);
  return result;
}

std::vector<Piece> thinned(const ElementMesh& mesh, std::vector<Piece> pieces, std::size_t most) {
  const std::vector<std::int32_t> nodes = nodes_of(pieces);
  if (nodes.size() <= most) return pieces;
  const Extent extent = extent_of(mesh, nodes);
  const double longest = *std::max_element(extent.size.begin(), extent.size.end());
  const double exponent = mesh.dimension() == 1 ? 1.0 : 0.5;
  // From cubes that are too small: how much of the extent the surface fills is not known.
  for (double h = 0.1 * longest / std::pow(static_cast<double>(most), exponent);;) {
    const Cubes cubes(mesh, nodes, extent, h);
    if (cubes.size() <= most) return moved(pieces, cubes);
    const double too_many = static_cast<double>(cubes.size()) / static_cast<double>(most);
    h *= std::max(1.05, std::pow(too_many, exponent));
  }
}

/// Place along a curve that runs through all cubes of a box (Z order), 10 bits an axis.
std::uint32_t curve_place(const Point& at, const Extent& extent) {
  const double longest = *std::max_element(extent.size.begin(), extent.size.end());
  std::uint32_t place = 0;
  std::array<std::uint32_t, 3> index;
  for (std::size_t a = 0; a < 3; ++a)
    index[a] = static_cast<std::uint32_t>(1023.0 * (at[a] - extent.low[a]) / longest);
  for (int bit = 9; bit >= 0; --bit)
    for (const std::uint32_t each : index) place = place << 1 | (each >> bit & 1U);
  return place;
}

}  // namespace

std::vector<MeshFacet> boundary_of(const ElementMesh& mesh) {
  struct Side {
    MeshFacet sorted;
    std::int32_t cell, facet;
    bool operator<(const Side& other) const { return sorted < other.sorted; }
  };
  auto nodes_at = [&](std::int32_t cell, const Facet& facet) {
    MeshFacet nodes = {-1, -1, -1, -1};
    for (std::size_t n = 0; n < 4; ++n)
      if (facet[n] >= 0) nodes[n] = mesh.nodes_of(cell)[static_cast<std::size_t>(facet[n])];
    return nodes;
  };
  std::vector<Side> sides;
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
    std::int32_t number = 0;
    for (const Facet& facet : facets_of(mesh.kind(cell))) {
      MeshFacet nodes = nodes_at(cell, facet);
      std::sort(nodes.begin(), nodes.end());
      sides.push_back({nodes, cell, number++});
    }
  }
  std::sort(sides.begin(), sides.end());
  std::vector<MeshFacet> single;
  for (auto at = sides.begin(); at != sides.end();) {
    const auto next =
        std::find_if(at, sides.end(), [&](const Side& side) { return side.sorted != at->sorted; });
    if (next - at == 1)
      single.push_back(
          nodes_at(at->cell, facets_of(mesh.kind(at->cell))[static_cast<std::size_t>(at->facet)]));
    at = next;
  }
  return single;
}

Surface surface_of(const ElementMesh& mesh, std::size_t most_nodes) {
  Surface surface;
  surface.corners = mesh.dimension() == 1 ? 2 : 3;
  std::vector<Piece> pieces = pieces_of(mesh);
  surface.all_nodes = nodes_of(pieces).size();
  pieces = thinned(mesh, std::move(pieces), most_nodes);
  surface.nodes = nodes_of(pieces);
  if (surface.nodes.empty()) return surface;
  const Extent extent = extent_of(mesh, surface.nodes);
  std::vector<std::pair<std::uint32_t, std::int32_t>> order;
  for (const std::int32_t node : surface.nodes)
    order.emplace_back(curve_place(mesh.position(node), extent), node);
  std::sort(order.begin(), order.end());
  std::unordered_map<std::int32_t, std::int32_t> place;
  for (std::size_t n = 0; n < order.size(); ++n) {
    surface.nodes[n] = order[n].second;
    place[order[n].second] = static_cast<std::int32_t>(n);
  }
  for (Piece& piece : pieces) {
    for (std::size_t c = 0; c < surface.corners; ++c) piece[c] = place.at(piece[c]);
    // A turn keeps the side that is outside.
    const auto end = piece.begin() + static_cast<std::ptrdiff_t>(surface.corners);
    if (surface.corners == 3) std::rotate(piece.begin(), std::min_element(piece.begin(), end), end);
  }
  std::sort(pieces.begin(), pieces.end());
  for (const Piece& piece : pieces)
    surface.pieces.insert(surface.pieces.end(), piece.begin(),
                          piece.begin() + static_cast<std::ptrdiff_t>(surface.corners));
  return surface;
}

}  // namespace myowave
