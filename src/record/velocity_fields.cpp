// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/velocity_fields.hpp"

#include <algorithm>
#include <limits>

#include "field/session.hpp"
#include "postprocess/conduction_velocity.hpp"
#include "record/element_windows.hpp"

namespace myowave {
namespace {

constexpr int radius = 2;
constexpr double none = std::numeric_limits<double>::quiet_NaN();
/// Windows of elements that are held at a time.
constexpr std::int32_t windows_at_once = 1 << 14;

/// The owned nodes and those that their windows may reach, shifted windows at the mesh's border too.
NodeBox widened(const NodeBox& owned, const Grid& grid) {
  NodeBox box;
  for (std::size_t a = 0; a < 3; ++a) {
    const int first = std::max(owned.start[a] - 2 * radius, 0);
    const int end = std::min(owned.start[a] + owned.count[a] + 2 * radius, grid.nodes[a]);
    box.start[a] = first;
    box.count[a] = end - first;
  }
  return box;
}

template <class Visit>
void for_each_node(const NodeBox& box, Visit visit) {
  for (int k = box.start[2]; k < box.start[2] + box.count[2]; ++k)
    for (int j = box.start[1]; j < box.start[1] + box.count[1]; ++j)
      for (int i = box.start[0]; i < box.start[0] + box.count[0]; ++i) visit(i, j, k);
}

/// Activation of the whole mesh.
std::vector<double> gathered(const Mesh& mesh, const Layout& layout,
                             std::span<const double> activation) {
  std::vector<double> mine(static_cast<std::size_t>(mesh.node_count())), all(mine.size());
  for (std::size_t i = 0; i < activation.size(); ++i)
    mine[static_cast<std::size_t>(layout.global_node(static_cast<std::int32_t>(i)))] = activation[i];
  parallel::sum(mine, all);
  return all;
}

void append(const VelocityMap& map, std::size_t row, VelocityFields& fields) {
  for (std::size_t a = 0; a < 3; ++a) fields.velocity[a].push_back(map.velocity[row][a]);
  fields.speed.push_back(map.speed[row]);
  fields.quality.push_back(map.quality[row]);
  fields.status.push_back(static_cast<double>(map.status[row]));
}

VelocityFields on_grid(const Mesh& mesh, const Layout& layout, std::span<const double> all) {
  const Grid& whole = mesh.grid();
  const NodeBox& owned = layout.owned_box();
  const NodeBox box = widened(owned, whole);
  const GridShape shape{box.count, whole.spacing};
  std::vector<std::uint8_t> tissue;
  std::vector<double> times;
  for_each_node(box, [&](int i, int j, int k) {
    const std::int64_t node = i + std::int64_t{whole.nodes[0]} * (j + std::int64_t{whole.nodes[1]} * k);
    tissue.push_back(!mesh.has_holes() || mesh.cell_mask(i, j, k) != 0);
    times.push_back(tissue.back() ? all[static_cast<std::size_t>(node)] : none);
  });
  const VelocityMap map =
      conduction_velocity(grid_positions(shape), grid_neighbours(shape, radius, tissue), times);
  VelocityFields fields;
  for_each_node(owned, [&](int i, int j, int k) {
    const auto at = static_cast<std::size_t>(
        i - box.start[0] +
        box.count[0] * ((j - box.start[1]) + std::ptrdiff_t{box.count[1]} * (k - box.start[2])));
    append(map, at, fields);
    if (!tissue[at]) fields.status.back() = none;
  });
  return fields;
}

VelocityFields on_elements(const ElementMesh& mesh, const Layout& layout, std::span<const double> all) {
  ElementWindows windows(mesh);
  VelocityFields fields;
  for (std::int32_t first = 0; first < layout.owned(); first += windows_at_once) {
    std::vector<std::int32_t> nodes;
    for (std::int32_t i = first; i < std::min(first + windows_at_once, layout.owned()); ++i)
      nodes.push_back(static_cast<std::int32_t>(layout.global_node(i)));
    const VelocityMap map = conduction_velocity(mesh.parts().nodes, windows.of(nodes), all);
    for (std::size_t row = 0; row < nodes.size(); ++row) append(map, row, fields);
  }
  return fields;
}

}  // namespace

VelocityFields velocity_fields(const Mesh& mesh, const Layout& layout,
                               std::span<const double> activation) {
  const std::vector<double> all = gathered(mesh, layout, activation);
  return mesh.is_grid() ? on_grid(mesh, layout, all) : on_elements(mesh.elements(), layout, all);
}

}  // namespace myowave
