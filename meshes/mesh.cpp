// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/mesh.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/units.hpp"

namespace myowave {
namespace {

const char* kind_name(MeshKind kind) {
  switch (kind) {
    case MeshKind::cable:
      return "cable";
    case MeshKind::sheet:
      return "sheet";
    case MeshKind::slab:
      return "slab";
    case MeshKind::file:
      return "file";
  }
  return "";
}

double distance(const Point& a, const Point& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

double spacing_of(const MeshSettings& settings, std::size_t axis) {
  return settings.spacing.size() == 1 ? settings.spacing[0] : settings.spacing[axis];
}

}  // namespace

int dimension_of(MeshKind kind) { return kind == MeshKind::cable ? 1 : kind == MeshKind::sheet ? 2 : 3; }

std::vector<std::pair<std::string, std::string>> Mesh::faults_of(const MeshSettings& settings) {
  std::vector<std::pair<std::string, std::string>> faults;
  const auto dimension = static_cast<std::size_t>(dimension_of(settings.kind));
  const char* kind = kind_name(settings.kind);
  if (settings.size.size() != dimension)
    faults.emplace_back("size",
                        fmt::format("a {} has {} size{}, {} given; write for example size = [{}]", kind,
                                    dimension, dimension > 1 ? "s" : "", settings.size.size(),
                                    dimension == 1   ? "\"20 mm\""
                                    : dimension == 2 ? "\"20 mm\", \"20 mm\""
                                                     : "\"20 mm\", \"7 mm\", \"3 mm\""));
  if (settings.spacing.size() != 1 && settings.spacing.size() != dimension)
    faults.emplace_back("spacing", fmt::format("a {} takes one spacing or {}, {} given", kind, dimension,
                                               settings.spacing.size()));
  for (const double size : settings.size)
    if (!(size > 0.0))
      faults.emplace_back("size", fmt::format("{} must be positive", format_quantity(size, "mm")));
  for (const double spacing : settings.spacing)
    if (!(spacing > 0.0))
      faults.emplace_back("spacing", fmt::format("{} must be positive", format_quantity(spacing, "mm")));
  if (!faults.empty()) return faults;

  double nodes = 1.0;
  for (std::size_t axis = 0; axis < dimension; ++axis) {
    const double size = settings.size[axis], spacing = spacing_of(settings, axis);
    const double cells = std::round(size / spacing);
    nodes *= cells + 1.0;
    if (cells < 1.0 || std::abs(cells * spacing - size) > 1e-6 * spacing)
      faults.emplace_back(
          "spacing",
          fmt::format("size {} along {} is no multiple of the spacing {}; take a spacing of {}",
                      format_quantity(size, "mm"), "xyz"[axis], format_quantity(spacing, "mm"),
                      format_quantity(size / std::max(1.0, std::ceil(size / spacing)), "mm")));
  }
  if (nodes > std::numeric_limits<std::int32_t>::max())
    faults.emplace_back("spacing",
                        fmt::format("this gives {:.3g} nodes; at most 2^31 are possible. Take a "
                                    "larger spacing or a smaller size",
                                    nodes));
  return faults;
}

Mesh::Mesh(const MeshSettings& settings) {
  MYOWAVE_ASSERT(settings.kind != MeshKind::file);
  const auto faults = faults_of(settings);
  if (!faults.empty()) throw InputError("mesh." + faults.front().first + ": " + faults.front().second);
  grid_.dimension = dimension_of(settings.kind);
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(grid_.dimension); ++axis) {
    const double cells = std::round(settings.size[axis] / spacing_of(settings, axis));
    grid_.nodes[axis] = static_cast<int>(cells) + 1;
    grid_.spacing[axis] = settings.size[axis] / cells;
  }
  if (settings.holes.empty()) return;
  const std::array<int, 3> cells = {grid_.cells(0), grid_.cells(1), grid_.cells(2)};
  hole_.resize(static_cast<std::size_t>(grid_.cell_count()));
  std::size_t cell = 0;
  for (int k = 0; k < cells[2]; ++k)
    for (int j = 0; j < cells[1]; ++j)
      for (int i = 0; i < cells[0]; ++i, ++cell) {
        Point centre{};
        const std::array<int, 3> at = {i, j, k};
        for (std::size_t axis = 0; axis < static_cast<std::size_t>(grid_.dimension); ++axis)
          centre[axis] = (at[axis] + 0.5) * grid_.spacing[axis];
        hole_[cell] = std::any_of(settings.holes.begin(), settings.holes.end(),
                                  [&](const Shape& hole) { return contains(hole, centre); });
      }
}

Mesh::Mesh(ElementMesh elements) : elements_(std::make_shared<const ElementMesh>(std::move(elements))) {
  low_ = high_ = elements_->position(0);
  for (std::int32_t node = 1; node < elements_->node_count(); ++node)
    for (std::size_t axis = 0; axis < 3; ++axis) {
      low_[axis] = std::min(low_[axis], elements_->position(node)[axis]);
      high_[axis] = std::max(high_[axis], elements_->position(node)[axis]);
    }
  for (std::int32_t cell = 0; cell < elements_->cell_count(); ++cell)
    for (const auto& [a, b] : edges_of(elements_->kind(cell))) {
      const std::span<const std::int32_t> nodes = elements_->nodes_of(cell);
      longest_edge_ =
          std::max(longest_edge_, distance(elements_->position(nodes[static_cast<std::size_t>(a)]),
                                           elements_->position(nodes[static_cast<std::size_t>(b)])));
    }
}

Mesh Mesh::without(const std::vector<bool>& removed) const {
  MYOWAVE_ASSERT(is_grid());
  MYOWAVE_ASSERT(static_cast<std::int64_t>(removed.size()) == grid_.cell_count());
  Mesh mesh = *this;
  if (std::find(removed.begin(), removed.end(), true) == removed.end()) return mesh;
  mesh.hole_.resize(removed.size());
  for (std::size_t cell = 0; cell < removed.size(); ++cell)
    if (removed[cell]) mesh.hole_[cell] = 1;
  return mesh;
}

std::array<int, 3> Mesh::indices(std::int64_t node) const {
  const std::int64_t nx = grid_.nodes[0], ny = grid_.nodes[1];
  return {static_cast<int>(node % nx), static_cast<int>(node / nx % ny),
          static_cast<int>(node / (nx * ny))};
}

Point Mesh::position(std::int64_t node) const {
  if (elements_) return elements_->position(static_cast<std::int32_t>(node));
  const std::array<int, 3> at = indices(node);
  Point point{};
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(grid_.dimension); ++axis)
    point[axis] = at[axis] * grid_.spacing[axis];
  return point;
}

bool Mesh::cell_is_tissue(int i, int j, int k) const {
  MYOWAVE_ASSERT(is_grid());
  const std::array<int, 3> at = {i, j, k};
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (at[axis] < 0 || at[axis] >= grid_.cells(axis)) return false;
  if (hole_.empty()) return true;
  const auto nx = static_cast<std::size_t>(grid_.cells(0)),
             ny = static_cast<std::size_t>(grid_.cells(1));
  return !hole_[static_cast<std::size_t>(i) +
                nx * (static_cast<std::size_t>(j) + ny * static_cast<std::size_t>(k))];
}

unsigned Mesh::cell_mask(int i, int j, int k) const {
  unsigned mask = 0;
  const int dy_count = grid_.dimension > 1 ? 2 : 1, dz_count = grid_.dimension > 2 ? 2 : 1;
  for (int dz = 0; dz < dz_count; ++dz)
    for (int dy = 0; dy < dy_count; ++dy)
      for (int dx = 0; dx < 2; ++dx)
        if (cell_is_tissue(i - 1 + dx, grid_.dimension > 1 ? j - 1 + dy : 0,
                           grid_.dimension > 2 ? k - 1 + dz : 0))
          mask |= 1u << (dx + 2 * dy + 4 * dz);
  return mask;
}

bool Mesh::node_is_tissue(std::int64_t node) const {
  if (hole_.empty()) return true;
  const std::array<int, 3> at = indices(node);
  return cell_mask(at[0], at[1], at[2]) != 0;
}

Point Mesh::high() const {
  if (elements_) return high_;
  Point point{};
  for (std::size_t axis = 0; axis < static_cast<std::size_t>(grid_.dimension); ++axis)
    point[axis] = grid_.cells(axis) * grid_.spacing[axis];
  return point;
}

std::int64_t Mesh::nearest_node_of_elements(const Point& point) const {
  Point at = point;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const bool flat = low_[axis] == high_[axis];
    if (std::isnan(at[axis]) && flat) at[axis] = low_[axis];  // not given, not needed
  }
  std::int64_t nearest = -1;
  double shortest = longest_edge_;
  for (std::int32_t node = 0; node < elements_->node_count(); ++node)
    if (const double length = distance(at, elements_->position(node)); length < shortest) {
      nearest = node;
      shortest = length;
    }
  return nearest;
}

std::int64_t Mesh::nearest_node(const Point& point) const {
  if (elements_) return nearest_node_of_elements(point);
  std::array<std::int64_t, 3> at{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const bool used = axis < static_cast<std::size_t>(grid_.dimension);
    const double spacing = used ? grid_.spacing[axis] : 1.0;
    if (!used && std::isnan(point[axis])) continue;  // not given, not needed
    const double index = point[axis] / spacing;
    const double last = grid_.nodes[axis] - 1;
    if (!(index > -0.5) || !(index < last + 0.5)) return -1;
    at[axis] = static_cast<std::int64_t>(std::clamp(std::round(index), 0.0, last));
  }
  return at[0] + grid_.nodes[0] * (at[1] + grid_.nodes[1] * at[2]);
}

std::vector<bool> Mesh::nodes_in(const Shape& shape) const {
  std::vector<bool> inside(static_cast<std::size_t>(node_count()));
  const Tags* const tags = std::get_if<Tags>(&shape);
  for (std::int64_t node = 0; !tags && node < node_count(); ++node)
    inside[static_cast<std::size_t>(node)] = contains(shape, position(node));
  for (std::int32_t cell = 0; tags && elements_ && cell < elements_->cell_count(); ++cell)
    if (std::find(tags->tags.begin(), tags->tags.end(), elements_->region(cell)) != tags->tags.end())
      for (const std::int32_t node : elements_->nodes_of(cell))
        inside[static_cast<std::size_t>(node)] = true;
  return inside;
}

int Mesh::space_dimension() const {
  if (!elements_) return grid_.dimension;
  int dimension = 3;
  while (dimension > 1) {
    const auto axis = static_cast<std::size_t>(dimension - 1);
    if (low_[axis] != 0.0 || high_[axis] != 0.0) break;
    --dimension;
  }
  return dimension;
}

double Mesh::resolution() const {
  if (elements_) return longest_edge_;
  return *std::max_element(grid_.spacing.begin(), grid_.spacing.begin() + grid_.dimension);
}

void Mesh::check() const {
  if (elements_) return;  // checked when they were made
  MYOWAVE_ASSERT(grid_.dimension >= 1 && grid_.dimension <= 3);
  std::int64_t cells = 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const bool used = axis < static_cast<std::size_t>(grid_.dimension);
    MYOWAVE_ASSERT(used ? grid_.nodes[axis] >= 2 : grid_.nodes[axis] == 1);
    MYOWAVE_ASSERT(grid_.spacing[axis] > 0.0);
    cells *= grid_.cells(axis);
  }
  MYOWAVE_ASSERT(hole_.empty() || static_cast<std::int64_t>(hole_.size()) == cells);
  const std::int64_t last = node_count() - 1;
  const Point corner = position(last), top = high();
  for (std::size_t axis = 0; axis < 3; ++axis) MYOWAVE_ASSERT(corner[axis] == top[axis]);
  MYOWAVE_ASSERT(nearest_node(corner) == last);
}

}  // namespace myowave
