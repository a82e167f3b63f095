// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/element_windows.hpp"

#include <algorithm>
#include <cmath>

#include "postprocess/local_fit.hpp"

namespace myowave {
namespace {

constexpr int fewest_rings = 2, most_rings = 4;
/// Neighbours from which on a window needs no more rings, by dimension.
constexpr std::array<std::size_t, 4> enough = {0, 4, 16, 40};

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

double length(const Point& x) { return std::sqrt(dot(x, x)); }

}  // namespace

ElementWindows::ElementWindows(const ElementMesh& mesh)
    : mesh_(mesh), cells_(mesh), branching_(branching_nodes(mesh)), seen_(at(mesh.node_count()), 0) {}

NeighbourLists ElementWindows::of(std::span<const std::int32_t> nodes) {
  NeighbourLists lists;
  lists.offsets.push_back(0);
  lists.centres.assign(nodes.begin(), nodes.end());
  for (const std::int32_t node : nodes) {
    grow(node);
    for (std::size_t k = 1; k < window_.size(); ++k) lists.indices.push_back(window_[k].node);
    if (mesh_.dimension() < 3) lay_out(lists.laid_out);
    lists.offsets.push_back(static_cast<std::int64_t>(lists.indices.size()));
  }
  return lists;
}

void ElementWindows::grow(std::int32_t centre) {
  ++window_number_;
  window_.assign(1, {centre, -1});
  seen_[at(centre)] = window_number_;
  if (branching_[at(centre)]) return;
  std::size_t first = 0;
  for (int ring = 0; ring < most_rings; ++ring) {
    if (ring >= fewest_rings && window_.size() > enough[static_cast<std::size_t>(mesh_.dimension())])
      return;
    const std::size_t last = window_.size();
    add_ring(first, last);
    first = last;
  }
}

/// Adds what lies around the members first to last - 1.
void ElementWindows::add_ring(std::size_t first, std::size_t last) {
  for (std::size_t k = first; k < last; ++k) {
    if (branching_[at(window_[k].node)]) continue;
    for (const std::int32_t cell : cells_.of(window_[k].node))
      for (const std::int32_t node : mesh_.nodes_of(cell)) {
        if (seen_[at(node)] == window_number_) continue;
        seen_[at(node)] = window_number_;
        window_.push_back({node, static_cast<std::int32_t>(k)});
      }
  }
}

void ElementWindows::lay_out(std::vector<Point>& places) const {
  const std::vector<Point> more = mesh_.dimension() == 1 ? along_cable() : in_tangent_plane();
  places.insert(places.end(), more.begin() + 1, more.end());
}

Point ElementWindows::offset(std::int32_t from, std::int32_t to) const {
  const Point &a = mesh_.position(from), &b = mesh_.position(to);
  return {b[0] - a[0], b[1] - a[1], b[2] - a[2]};
}

Point ElementWindows::normal() const {
  // Of the dyads of the normals at the cells' corners, which have no sign, as cells may go around in
  // either sense; weighted with the angles, so that it does not matter how a face is cut into triangles.
  const std::int32_t centre = window_.front().node;
  Matrix3 sum{};
  for (const std::int32_t cell : cells_.of(centre)) {
    const std::span<const std::int32_t> nodes = mesh_.nodes_of(cell);
    const auto corner =
        static_cast<std::size_t>(std::find(nodes.begin(), nodes.end(), centre) - nodes.begin());
    const Point u = offset(centre, nodes[(corner + 1) % nodes.size()]),
                v = offset(centre, nodes[(corner + nodes.size() - 1) % nodes.size()]);
    const Point across = {u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2],
                          u[0] * v[1] - u[1] * v[0]};
    const double size = length(across), angle = std::atan2(size, dot(u, v));
    for (std::size_t a = 0; size > 0.0 && a < 3; ++a)
      for (std::size_t b = 0; b < 3; ++b) sum[a][b] += angle * across[a] * across[b] / (size * size);
  }
  return symmetric_eigen(sum).vectors[2];
}

std::vector<Point> ElementWindows::along_cable() const {
  std::vector<double> place(window_.size(), 0.0);
  Point tangent{};
  for (std::size_t k = 1; k < window_.size(); ++k) {
    const auto parent = static_cast<std::size_t>(window_[k].parent);
    const Point step = offset(window_[parent].node, window_[k].node);
    // The first neighbour lies ahead, the second behind; what follows stays on its side.
    const double side = parent > 0 ? place[parent] : k == 1 ? 1.0 : -1.0;
    place[k] = place[parent] + std::copysign(length(step), side);
    for (std::size_t a = 0; parent == 0 && a < 3; ++a) tangent[a] += side * step[a] / length(step);
  }
  std::vector<Point> places(window_.size());
  for (std::size_t k = 1; k < places.size(); ++k)
    for (std::size_t a = 0; a < 3; ++a) places[k][a] = place[k] * tangent[a] / length(tangent);
  return places;
}

std::vector<Point> ElementWindows::in_tangent_plane() const {
  const Point across = normal();
  std::vector<Point> places(window_.size());
  for (std::size_t k = 1; k < places.size(); ++k) {
    const Point straight = offset(window_.front().node, window_[k].node);
    const double off = dot(straight, across);
    Point flat{};
    for (std::size_t a = 0; a < 3; ++a) flat[a] = straight[a] - off * across[a];
    const double shortened = length(flat);
    for (std::size_t a = 0; a < 3; ++a)
      places[k][a] = shortened > 0.0 ? flat[a] * (length(straight) / shortened) : 0.0;
  }
  return places;
}

}  // namespace myowave
