// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/mesh_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "meshes/cell_geometry.hpp"
#include "meshes/parts.hpp"
#include "meshes/surface.hpp"

namespace myowave {
namespace {

class Statistics {
 public:
  /// Whether the value is the smallest so far.
  bool add(double value) {
    const bool smallest = value < smallest_;
    smallest_ = std::min(smallest_, value);
    largest_ = std::max(largest_, value);
    sum_ += value;
    ++count_;
    return smallest;
  }
  Spread spread() const {
    if (count_ == 0) return {};
    return {smallest_, sum_ / static_cast<double>(count_), largest_};
  }

 private:
  double smallest_ = std::numeric_limits<double>::infinity(), largest_ = -smallest_, sum_ = 0.0;
  std::int64_t count_ = 0;
};

double norm(const Point& p) { return std::hypot(p[0], p[1], p[2]); }

double distance(const Point& a, const Point& b) {
  return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

void add_shapes(const ElementMesh& mesh, MeshSummary& summary) {
  Statistics measures, edges, qualities;
  std::map<std::int32_t, RegionSummary> regions;
  std::array<Point, max_cell_nodes> buffer;
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
    const CellKind kind = mesh.kind(cell);
    const CellPoints points = mesh.points_of(cell, buffer);
    const double measure = measure_of(kind, points);
    ++summary.cells[static_cast<std::size_t>(kind)];
    summary.measure += measure;
    measures.add(measure);
    for (const auto& [a, b] : edges_of(kind))
      edges.add(distance(points[static_cast<std::size_t>(a)], points[static_cast<std::size_t>(b)]));
    if (qualities.add(quality_of(kind, points))) summary.worst_cell = cell;
    RegionSummary& region = regions[mesh.region(cell)];
    ++region.cells;
    region.measure += measure;
  }
  summary.cell_measure = measures.spread();
  summary.edge = edges.spread();
  summary.quality = qualities.spread();
  for (auto& [tag, region] : regions) {
    region.tag = tag;
    region.name = mesh.region_name(tag);
    summary.regions.push_back(region);
  }
}

void add_directions(const ElementMesh& mesh, MeshSummary& summary) {
  Statistics fibres, sheets, factors;
  for (std::int32_t cell = 0; cell < mesh.cell_count(); ++cell) {
    if (mesh.has_conductivity_factors()) factors.add(mesh.conductivity_factor(cell));
    if (mesh.has_fibres()) fibres.add(norm(mesh.fibre(cell)));
    if (!mesh.has_sheets()) continue;
    sheets.add(norm(mesh.sheet(cell)));
    const Point &f = mesh.fibre(cell), &s = mesh.sheet(cell);
    summary.slant = std::max(summary.slant, std::abs(f[0] * s[0] + f[1] * s[1] + f[2] * s[2]));
  }
  summary.fibre_norm = fibres.spread();
  summary.sheet_norm = sheets.spread();
  summary.has_factors = mesh.has_conductivity_factors();
  summary.factor = factors.spread();
}

std::string point_text(const Point& p) { return fmt::format("({:g}, {:g}, {:g})", p[0], p[1], p[2]); }

std::string counts_text(const MeshSummary& summary) {
  std::string text = fmt::format("nodes            {}\nelements         ", summary.nodes);
  bool first = true;
  for (const CellKind kind : all_cell_kinds) {
    const std::int64_t count = summary.cells[static_cast<std::size_t>(kind)];
    if (count == 0) continue;
    text += fmt::format("{}{} {}", first ? "" : ", ", count, name_of(kind, count > 1));
    first = false;
  }
  return text + '\n';
}

std::string regions_text(const MeshSummary& summary, const char* unit) {
  std::string text = fmt::format("regions          {}\n", summary.regions.size());
  for (const RegionSummary& region : summary.regions)
    text += fmt::format("  tag {}{}: {} elements, {:.6g} {}\n", region.tag,
                        region.name.empty() ? "" : " '" + region.name + "'", region.cells,
                        region.measure, unit);
  return text;
}

std::string directions_text(const MeshSummary& summary) {
  if (summary.fibre_norm.largest == 0.0) return "fibres           none\n";
  std::string text = fmt::format("fibres           norm {:.6g} to {:.6g}\n", summary.fibre_norm.smallest,
                                 summary.fibre_norm.largest);
  if (summary.sheet_norm.largest > 0.0)
    text += fmt::format("sheets           norm {:.6g} to {:.6g}, |fibre . sheet| up to {:.2g}\n",
                        summary.sheet_norm.smallest, summary.sheet_norm.largest, summary.slant);
  return text;
}

}  // namespace

MeshSummary summary_of(const ElementMesh& mesh) {
  MeshSummary summary;
  summary.dimension = mesh.dimension();
  summary.nodes = mesh.node_count();
  summary.low = summary.high = mesh.position(0);
  for (std::int32_t node = 1; node < mesh.node_count(); ++node)
    for (std::size_t a = 0; a < 3; ++a) {
      summary.low[a] = std::min(summary.low[a], mesh.position(node)[a]);
      summary.high[a] = std::max(summary.high[a], mesh.position(node)[a]);
    }
  add_shapes(mesh, summary);
  add_directions(mesh, summary);
  summary.parts = Parts(mesh).count();
  summary.boundary = static_cast<std::int64_t>(boundary_of(mesh).size());
  return summary;
}

std::string summary_text(const MeshSummary& summary) {
  static constexpr const char* names[] = {"", "length", "area", "volume"};
  static constexpr const char* units[] = {"", "mm", "mm^2", "mm^3"};
  static constexpr const char* facets[] = {"", "ends", "edges", "faces"};
  const auto d = static_cast<std::size_t>(summary.dimension);
  std::string text = counts_text(summary);
  text +=
      fmt::format("bounding box     {} to {} mm\n", point_text(summary.low), point_text(summary.high));
  text += fmt::format("{:<16} {:.6g} {}; of an element {:.4g} to {:.4g}, mean {:.4g}\n", names[d],
                      summary.measure, units[d], summary.cell_measure.smallest,
                      summary.cell_measure.largest, summary.cell_measure.mean);
  text += fmt::format("edges            {:.4g} to {:.4g} mm, mean {:.4g}\n", summary.edge.smallest,
                      summary.edge.largest, summary.edge.mean);
  text +=
      fmt::format("quality          {:.3f} (element {}), mean {:.3f}; mean ratio: 1 regular, 0 flat\n",
                  summary.quality.smallest, summary.worst_cell, summary.quality.mean);
  text += fmt::format("connected parts  {}\n", summary.parts);
  text += fmt::format("boundary         {} {}\n", summary.boundary, facets[d]);
  text += regions_text(summary, units[d]) + directions_text(summary);
  if (!summary.has_factors) return text;
  return text + fmt::format("conductivity     times {:.6g} to {:.6g}, mean {:.4g}\n",
                            summary.factor.smallest, summary.factor.largest, summary.factor.mean);
}

}  // namespace myowave
