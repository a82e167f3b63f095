// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/tip_finder.hpp"

#include <algorithm>
#include <array>
#include <numbers>
#include <tuple>

#include "field/session.hpp"
#include "meshes/adjacency.hpp"

namespace myowave {
namespace {

std::size_t at(std::int32_t index) { return static_cast<std::size_t>(index); }

/// In an order that does not depend on the ranks.
void sort_by_place(std::vector<Singularity>& found) {
  std::sort(found.begin(), found.end(), [](const Singularity& a, const Singularity& b) {
    return std::tie(a.layer, a.z, a.y, a.x) < std::tie(b.layer, b.z, b.y, b.x);
  });
}

std::vector<Singularity> of_all_ranks(const std::vector<Singularity>& mine) {
  std::vector<double> numbers;
  for (const Singularity& each : mine)
    numbers.insert(numbers.end(), {each.x, each.y, each.z, static_cast<double>(each.layer),
                                   static_cast<double>(each.charge)});
  const std::vector<double> all = parallel::gather(numbers);
  std::vector<Singularity> found;
  for (std::size_t i = 0; i + 5 <= all.size(); i += 5)
    found.push_back(
        {all[i], all[i + 1], static_cast<int>(all[i + 3]), static_cast<int>(all[i + 4]), all[i + 2]});
  sort_by_place(found);
  return found;
}

std::vector<Crossing> of_all_ranks(const std::vector<Crossing>& mine) {
  std::vector<double> numbers;
  for (const Crossing& each : mine) {
    numbers.push_back(each.cell);
    numbers.insert(numbers.end(), each.facet.begin(), each.facet.end());
    numbers.push_back(each.charge);
    numbers.insert(numbers.end(), each.at.begin(), each.at.end());
  }
  const std::vector<double> all = parallel::gather(numbers);
  std::vector<Crossing> found;
  for (std::size_t i = 0; i + 9 <= all.size(); i += 9) {
    Crossing each{static_cast<std::int32_t>(all[i]), {}, static_cast<int>(all[i + 5]), {}};
    for (std::size_t c = 0; c < 4; ++c) each.facet[c] = static_cast<std::int32_t>(all[i + 1 + c]);
    std::copy_n(all.begin() + static_cast<std::ptrdiff_t>(i + 6), 3, each.at.begin());
    found.push_back(each);
  }
  return found;
}

class GridTips : public TipFinder {
 public:
  GridTips(const Mesh& mesh, const Layout& layout) : mesh_(mesh), layout_(layout) {}

  Tips find(std::span<const double> V, std::span<const double> V_delayed, double centre) const override {
    // The cells of this rank: those whose first corner it owns.
    const NodeBox& owned = layout_.owned_box();
    const NodeBox& ghosted = layout_.ghosted_box();
    const Grid& grid = mesh_.grid();
    std::vector<double> now(at(ghosted.size())), then(now.size());
    layout_.exchange(V, now);
    layout_.exchange(V_delayed, then);
    GridShape shape{owned.count, grid.spacing};
    for (std::size_t a = 0; a < 2; ++a)
      if (owned.start[a] + owned.count[a] < grid.nodes[a]) ++shape.nodes[a];
    std::vector<double> V_here, V_then;
    std::vector<std::uint8_t> tissue;
    for (int k = 0; k < shape.nodes[2]; ++k)
      for (int j = 0; j < shape.nodes[1]; ++j)
        for (int i = 0; i < shape.nodes[0]; ++i) {
          const std::array<int, 3> node = {owned.start[0] + i, owned.start[1] + j, owned.start[2] + k};
          const auto index = static_cast<std::size_t>(
              node[0] - ghosted.start[0] +
              ghosted.count[0] * ((node[1] - ghosted.start[1]) +
                                  std::ptrdiff_t{ghosted.count[1]} * (node[2] - ghosted.start[2])));
          V_here.push_back(now[index]);
          V_then.push_back(then[index]);
          tissue.push_back(mesh_.cell_mask(node[0], node[1], node[2]) != 0);
        }
    std::vector<Singularity> mine = find_singularities(shape, V_here, V_then, centre, tissue);
    for (Singularity& each : mine) {
      each.x += owned.start[0] * grid.spacing[0];
      each.y += owned.start[1] * grid.spacing[1];
      each.layer += owned.start[2];
      each.z = each.layer * grid.spacing[2];
    }
    return {of_all_ranks(mine), {}};
  }

 private:
  const Mesh& mesh_;
  const Layout& layout_;
};

/// The elements whose first node this rank owns, with the values of their nodes.
class ElementTips : public TipFinder {
 public:
  ElementTips(const Mesh& mesh, const Layout& layout) : mesh_(mesh.elements()), layout_(layout) {
    for (std::int32_t cell = 0; cell < mesh_.cell_count(); ++cell) {
      if (layout.local_node(mesh_.nodes_of(cell)[0]) < 0) continue;
      cells_.push_back(cell);
      for (const std::int32_t node : mesh_.nodes_of(cell)) seen_.push_back(seen_number(node));
    }
    if (mesh_.dimension() == 2) sides_ = sides_of_surface(mesh_);
  }

  Tips find(std::span<const double> V, std::span<const double> V_delayed, double centre) const override {
    std::vector<double> now(at(layout_.ghosted())), then(now.size());
    layout_.exchange(V, now);
    layout_.exchange(V_delayed, then);
    const std::vector<double> phase = phase_map(now, then, centre);
    std::vector<Singularity> singularities;
    std::vector<Crossing> crossings;
    std::size_t first = 0;
    for (const std::int32_t cell : cells_) {
      const std::span seen(seen_.data() + first, node_count_of(mesh_.kind(cell)));
      first += seen.size();
      if (mesh_.dimension() < 2 || !may_turn(phase, seen)) continue;
      const Values values(*this, cell, seen, now, then, centre);
      if (mesh_.dimension() == 2)
        look_at_surface(values, singularities);
      else
        look_at_facets(values, crossings);
    }
    if (mesh_.dimension() == 2) return {of_all_ranks(singularities), {}};
    FilamentSet set = chain_filaments(of_all_ranks(crossings));
    sort_by_place(set.ends);
    return {std::move(set.ends), std::move(set.filaments)};
  }

 private:
  /// What a cell's nodes have, by the cell's own numbers.
  struct Values {
    std::int32_t cell;
    double centre;
    std::span<const std::int32_t> nodes;
    std::array<Point, max_cell_nodes> points;
    std::array<double, max_cell_nodes> V, V_delayed;

    Values(const ElementTips& tips, std::int32_t its_cell, std::span<const std::int32_t> seen,
           std::span<const double> now, std::span<const double> then, double its_centre)
        : cell(its_cell), centre(its_centre), nodes(tips.mesh_.nodes_of(its_cell)) {
      tips.mesh_.points_of(cell, points);
      for (std::size_t n = 0; n < seen.size(); ++n) {
        V[n] = now[at(seen[n])];
        V_delayed[n] = then[at(seen[n])];
      }
    }

    /// Within the loop of some of its nodes.
    std::optional<PhasePoint> within(std::span<const std::size_t> loop) const {
      std::array<Point, 4> corners;
      std::array<double, 4> now, then;
      for (std::size_t c = 0; c < loop.size(); ++c) {
        corners[c] = points[loop[c]];
        now[c] = V[loop[c]];
        then[c] = V_delayed[loop[c]];
      }
      return phase_point(std::span(corners).first(loop.size()), std::span(now).first(loop.size()),
                         std::span(then).first(loop.size()), centre);
    }
  };

  /// Number among the nodes that this rank sees.
  std::int32_t seen_number(std::int32_t node) const {
    const std::int32_t local = layout_.local_node(node);
    if (local >= 0) return local;
    const std::span<const std::int32_t> ghosts = layout_.ghosts();
    return layout_.owned() + static_cast<std::int32_t>(
                                 std::lower_bound(ghosts.begin(), ghosts.end(), node) - ghosts.begin());
  }

  /// Phases that span less than pi have no way around.
  static bool may_turn(const std::vector<double>& phase, std::span<const std::int32_t> seen) {
    double lowest = phase[at(seen[0])], highest = lowest;
    for (const std::int32_t node : seen) {
      lowest = std::min(lowest, phase[at(node)]);
      highest = std::max(highest, phase[at(node)]);
    }
    return !(highest - lowest < std::numbers::pi);
  }

  void look_at_surface(const Values& values, std::vector<Singularity>& found) const {
    constexpr std::array<std::size_t, 4> around = {0, 1, 2, 3};
    const auto point = values.within(std::span(around).first(values.nodes.size()));
    if (!point) return;
    const int charge = point->charge * sides_[at(values.cell)];
    found.push_back({point->at[0], point->at[1], 0, charge, point->at[2]});
  }

  void look_at_facets(const Values& values, std::vector<Crossing>& found) const {
    for (const Facet& facet : facets_of(mesh_.kind(values.cell))) {
      // Both cells of a facet begin at its lowest node and go to the lower of that one's neighbours, so
      // that they find the same to the last bit.
      const std::size_t count = facet[3] < 0 ? 3 : 4;
      std::array<std::size_t, 4> loop{};
      for (std::size_t c = 0; c < count; ++c) loop[c] = static_cast<std::size_t>(facet[c]);
      const auto its = std::span(loop).first(count);
      auto lower = [&](std::size_t a, std::size_t b) { return values.nodes[a] < values.nodes[b]; };
      std::rotate(its.begin(), std::min_element(its.begin(), its.end(), lower), its.end());
      const bool reversed = lower(its.back(), its[1]);
      if (reversed) std::reverse(its.begin() + 1, its.end());
      const auto point = values.within(its);
      if (!point) continue;
      Crossing crossing{
          values.cell, {-1, -1, -1, -1}, reversed ? -point->charge : point->charge, point->at};
      for (std::size_t c = 0; c < count; ++c) crossing.facet[c] = values.nodes[its[c]];
      found.push_back(crossing);
    }
  }

  const ElementMesh& mesh_;
  const Layout& layout_;
  std::vector<std::int32_t> cells_;
  std::vector<std::int32_t> seen_;  ///< of their nodes, cell by cell
  std::vector<std::int8_t> sides_;  ///< of all cells of a surface
};

}  // namespace

std::unique_ptr<TipFinder> make_tip_finder(const Mesh& mesh, const Layout& layout) {
  if (mesh.is_grid()) return std::make_unique<GridTips>(mesh, layout);
  return std::make_unique<ElementTips>(mesh, layout);
}

}  // namespace myowave
