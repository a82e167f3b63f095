// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/adjacency.hpp"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "base/error.hpp"
#include "meshes/cell_geometry.hpp"

namespace myowave {
namespace {

/// Mean normal, relative to the area, from which on a surface counts as flat.
constexpr double nearly_flat = 0.9;
/// Component of a unit normal below which a surface stands upright.
constexpr double upright = 1e-6;

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

/// An edge of a surface's cell, from its lower to its higher node.
struct Edge {
  std::int32_t low, high, cell;
  bool upwards;  ///< the cell goes along it from low to high

  bool same_as(const Edge& other) const { return low == other.low && high == other.high; }
};

/// The edges of all cells; those between the same nodes lie together, by cell.
std::vector<Edge> sorted_edges(const ElementMesh& mesh) {
  std::vector<Edge> edges;
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
    const std::span<const std::int32_t> nodes = mesh.nodes_of(cell);
    for (std::size_t n = 0; n < nodes.size(); ++n) {
      const std::int32_t a = nodes[n], b = nodes[(n + 1) % nodes.size()];
      edges.push_back({std::min(a, b), std::max(a, b), cell, a < b});
    }
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) {
    return std::tie(a.low, a.high, a.cell) < std::tie(b.low, b.high, b.cell);
  });
  return edges;
}

/// Calls `visit` with each group of edges between the same nodes.
template <class Visit>
void for_each_edge(const std::vector<Edge>& edges, Visit visit) {
  for (auto first = edges.begin(); first != edges.end();) {
    const auto last =
        std::find_if(first, edges.end(), [&](const Edge& e) { return !e.same_as(*first); });
    visit(std::span<const Edge>(first, last));
    first = last;
  }
}

/// A cell's neighbour across an edge of two cells.
struct Link {
  std::int32_t from, to;
  bool turned;  ///< the two go around in opposite senses
};

std::vector<Link> links_of(const ElementMesh& mesh) {
  std::vector<Link> links;
  for_each_edge(sorted_edges(mesh), [&](std::span<const Edge> cells) {
    if (cells.size() != 2) return;
    const bool turned = cells[0].upwards == cells[1].upwards;
    links.push_back({cells[0].cell, cells[1].cell, turned});
    links.push_back({cells[1].cell, cells[0].cell, turned});
  });
  std::sort(links.begin(), links.end(), [](const Link& a, const Link& b) {
    return std::tie(a.from, a.to) < std::tie(b.from, b.to);
  });
  return links;
}

/// Gives the cells that hang together with `start` by `links` their sides relative to it; they are
/// returned.
std::vector<std::int32_t> spread_side(std::int32_t start, const std::vector<Link>& links,
                                      std::vector<std::int8_t>& sides) {
  std::vector<std::int32_t> part = {start};
  sides[at(start)] = 1;
  for (std::size_t k = 0; k < part.size(); ++k) {
    const std::int32_t cell = part[k];
    auto link = std::lower_bound(links.begin(), links.end(), cell,
                                 [](const Link& l, std::int32_t from) { return l.from < from; });
    for (; link != links.end() && link->from == cell; ++link) {
      if (sides[at(link->to)] != 0) continue;
      sides[at(link->to)] = static_cast<std::int8_t>(link->turned ? -sides[at(cell)] : sides[at(cell)]);
      part.push_back(link->to);
    }
  }
  return part;
}

/// Whether a part whose cells have these sides is looked at from the side to which their normals point.
bool seen_from_its_normals(const ElementMesh& mesh, const std::vector<std::int32_t>& part,
                           const std::vector<std::int8_t>& sides) {
  std::array<Point, max_cell_nodes> buffer;
  Point centre{}, mean{};
  double area = 0.0;
  auto each = [&](auto&& visit) {
    for (const std::int32_t cell : part) {
      const CellPoints points = mesh.points_of(cell, buffer);
      Point middle{}, normal = area_vector(points);
      for (const Point& p : points)
        for (std::size_t a = 0; a < 3; ++a) middle[a] += p[a] / static_cast<double>(points.size());
      for (double& component : normal) component *= sides[at(cell)];
      visit(middle, normal, std::hypot(normal[0], normal[1], normal[2]));
    }
  };
  each([&](const Point& middle, const Point& normal, double size) {
    area += size;
    for (std::size_t a = 0; a < 3; ++a) {
      centre[a] += size * middle[a];
      mean[a] += normal[a];
    }
  });
  for (std::size_t a = 0; a < 3; ++a) centre[a] /= area;
  if (std::hypot(mean[0], mean[1], mean[2]) > nearly_flat * area) {
    for (const std::size_t a : {2u, 1u, 0u})
      if (std::abs(mean[a]) > upright * area) return mean[a] > 0.0;
  }
  double flux = 0.0;
  each([&](const Point& middle, const Point& normal, double) {
    for (std::size_t a = 0; a < 3; ++a) flux += (middle[a] - centre[a]) * normal[a];
  });
  return flux >= 0.0;
}

}  // namespace

CellsAround::CellsAround(const ElementMesh& mesh) : first_(at(mesh.node_count()) + 1, 0) {
  for (const std::int32_t node : mesh.parts().cell_nodes) ++first_[at(node) + 1];
  for (std::size_t n = 1; n < first_.size(); ++n) first_[n] += first_[n - 1];
  cells_.resize(mesh.parts().cell_nodes.size());
  std::vector<std::int64_t> next(first_.begin(), first_.end() - 1);
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell)
    for (const std::int32_t node : mesh.nodes_of(cell))
      cells_[static_cast<std::size_t>(next[at(node)]++)] = cell;
}

std::span<const std::int32_t> CellsAround::of(std::int32_t node) const {
  const auto first = static_cast<std::size_t>(first_[at(node)]);
  return {cells_.data() + first, static_cast<std::size_t>(first_[at(node) + 1]) - first};
}

std::vector<bool> branching_nodes(const ElementMesh& mesh) {
  std::vector<bool> branching(at(mesh.node_count()), false);
  if (mesh.dimension() == 1) {
    std::vector<int> ends(branching.size(), 0);
    for (const std::int32_t node : mesh.parts().cell_nodes) branching[at(node)] = ++ends[at(node)] > 2;
  } else if (mesh.dimension() == 2) {
    for_each_edge(sorted_edges(mesh), [&](std::span<const Edge> cells) {
      if (cells.size() > 2) branching[at(cells[0].low)] = branching[at(cells[0].high)] = true;
    });
  }
  return branching;
}

std::vector<std::int8_t> sides_of_surface(const ElementMesh& mesh) {
  MYOWAVE_ASSERT(mesh.dimension() == 2);
  const std::vector<Link> links = links_of(mesh);
  std::vector<std::int8_t> sides(at(mesh.cell_count()), 0);
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
    if (sides[at(cell)] != 0) continue;
    const std::vector<std::int32_t> part = spread_side(cell, links, sides);
    if (seen_from_its_normals(mesh, part, sides)) continue;
    for (const std::int32_t each : part) sides[at(each)] = static_cast<std::int8_t>(-sides[at(each)]);
  }
  return sides;
}

}  // namespace myowave
