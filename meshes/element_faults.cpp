// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/element_faults.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "meshes/cell_geometry.hpp"

namespace myowave {
namespace {

/// Faults of one kind: the first few in full, the others counted.
class FaultKind {
 public:
  explicit FaultKind(const char* what) : what_(what) {}

  /// `message` is only called for those that are named.
  template <class Message>
  void add(const Places& places, std::size_t number, Message message) {
    if (++count_ <= most_named) faults_.push_back({places.of(number), message()});
  }

  void append_to(std::vector<Fault>& all) {
    if (count_ > most_named)
      faults_.back().message += fmt::format(" (and {} more {})", count_ - most_named, what_);
    all.insert(all.end(), faults_.begin(), faults_.end());
  }

 private:
  static constexpr std::size_t most_named = 5;
  const char* what_;
  std::size_t count_ = 0;
  std::vector<Fault> faults_;
};

/// "element 7 (triangle of nodes 1, 2, 3)"
std::string element_text(const MeshParts& parts, std::size_t cell, std::span<const std::int32_t> nodes) {
  return fmt::format("element {} ({} of nodes {})", cell, name_of(parts.kinds[cell]),
                     fmt::join(nodes, ", "));
}

/// Calls `visit(cell, nodes)` for every cell.
template <class Visit>
void for_cells(const MeshParts& parts, Visit visit) {
  std::size_t first = 0;
  for (std::size_t cell = 0; cell < parts.kinds.size(); ++cell) {
    const std::size_t count = node_count_of(parts.kinds[cell]);
    visit(cell, std::span(parts.cell_nodes).subspan(first, count));
    first += count;
  }
}

void check_sizes(const MeshParts& parts) {
  const std::size_t cells = parts.kinds.size();
  std::size_t nodes = 0;
  for (const CellKind kind : parts.kinds) nodes += node_count_of(kind);
  MYOWAVE_ASSERT(parts.cell_nodes.size() == nodes && parts.regions.size() == cells);
  MYOWAVE_ASSERT(parts.fibres.empty() || parts.fibres.size() == cells);
  MYOWAVE_ASSERT(parts.sheets.empty() || parts.sheets.size() == cells);
  MYOWAVE_ASSERT(parts.sheets.empty() || !parts.fibres.empty());
  MYOWAVE_ASSERT(parts.conductivity_factors.empty() || parts.conductivity_factors.size() == cells);
}

bool is_finite(const Point& p) {
  return std::isfinite(p[0]) && std::isfinite(p[1]) && std::isfinite(p[2]);
}

std::string vector_text(const Point& p) { return fmt::format("({:g}, {:g}, {:g})", p[0], p[1], p[2]); }

void check_nodes(const MeshParts& parts, std::vector<Fault>& faults) {
  if (parts.nodes.empty()) faults.push_back({parts.node_places.file, "the mesh has no nodes"});
  if (parts.kinds.empty()) faults.push_back({parts.cell_places.file, "the mesh has no elements"});
  FaultKind coordinates("such nodes");
  for (std::size_t n = 0; n < parts.nodes.size(); ++n)
    if (!is_finite(parts.nodes[n]))
      coordinates.add(parts.node_places, n, [&] {
        return fmt::format("node {} lies at {}: its coordinates must be finite numbers", n,
                           vector_text(parts.nodes[n]));
      });
  coordinates.append_to(faults);
}

bool has_repeated(std::span<const std::int32_t> nodes) {
  for (std::size_t a = 0; a < nodes.size(); ++a)
    if (std::find(nodes.begin(), nodes.begin() + static_cast<std::ptrdiff_t>(a), nodes[a]) !=
        nodes.begin() + static_cast<std::ptrdiff_t>(a))
      return true;
  return false;
}

/// Indices, repeated nodes, dimension.
void check_cells(const MeshParts& parts, std::vector<Fault>& faults) {
  FaultKind outside("such elements"), repeated("such elements"), mixed("such elements");
  const auto count = static_cast<std::int32_t>(parts.nodes.size());
  for_cells(parts, [&](std::size_t cell, std::span<const std::int32_t> nodes) {
    const auto wrong =
        std::find_if(nodes.begin(), nodes.end(), [&](auto n) { return n < 0 || n >= count; });
    if (wrong != nodes.end())
      outside.add(parts.cell_places, cell, [&] {
        return fmt::format("{} has the node {}, and there are nodes 0 to {}",
                           element_text(parts, cell, nodes), *wrong, count - 1);
      });
    else if (has_repeated(nodes))
      repeated.add(parts.cell_places, cell,
                   [&] { return fmt::format("{} has a node twice", element_text(parts, cell, nodes)); });
    if (dimension_of(parts.kinds[cell]) != dimension_of(parts.kinds[0]))
      mixed.add(parts.cell_places, cell, [&] {
        return fmt::format(
            "element {} is a {} and element 0 a {}: the elements of a mesh have one "
            "dimension",
            cell, name_of(parts.kinds[cell]), name_of(parts.kinds[0]));
      });
  });
  outside.append_to(faults);
  repeated.append_to(faults);
  mixed.append_to(faults);
}

void check_orphans(const MeshParts& parts, std::vector<Fault>& faults) {
  std::vector<bool> used(parts.nodes.size());
  for (const std::int32_t node : parts.cell_nodes) used[static_cast<std::size_t>(node)] = true;
  FaultKind orphans("such nodes");
  for (std::size_t n = 0; n < used.size(); ++n)
    if (!used[n])
      orphans.add(parts.node_places, n, [&] {
        return fmt::format(
            "node {} at {} mm belongs to no element; `myowave mesh convert --repair` "
            "leaves such nodes out",
            n, vector_text(parts.nodes[n]));
      });
  orphans.append_to(faults);
}

void check_shapes(const MeshParts& parts, std::vector<Fault>& faults) {
  static constexpr const char* measures[] = {"", "length", "area", "volume"};
  FaultKind flat("flat elements"), inverted("inverted elements"), folded("folded elements");
  for_cells(parts, [&](std::size_t cell, std::span<const std::int32_t> nodes) {
    std::array<Point, max_cell_nodes> points;
    for (std::size_t n = 0; n < nodes.size(); ++n)
      points[n] = parts.nodes[static_cast<std::size_t>(nodes[n])];
    const CellKind kind = parts.kinds[cell];
    const CellPoints corners = std::span(points).first(nodes.size());
    const double jacobian = smallest_jacobian(kind, corners);
    if (jacobian > flat_cell) return;
    const double measure = measure_of(kind, corners);
    if (!(std::abs(jacobian) > flat_cell))
      flat.add(parts.cell_places, cell, [&] {
        return fmt::format("{} is flat somewhere, its {} is {:.3g}: mend it in the mesh generator",
                           element_text(parts, cell, nodes), measures[dimension_of(kind)], measure);
      });
    else if (measure < 0.0)
      inverted.add(parts.cell_places, cell, [&] {
        return fmt::format(
            "{} is inverted, its volume is {:.3g} mm^3; `myowave mesh convert --repair` "
            "numbers the nodes of such elements the other way round",
            element_text(parts, cell, nodes), measure);
      });
    else
      folded.add(parts.cell_places, cell, [&] {
        return fmt::format("{} is folded or its nodes are in a wrong order: its Jacobian changes sign",
                           element_text(parts, cell, nodes));
      });
  });
  flat.append_to(faults);
  inverted.append_to(faults);
  folded.append_to(faults);
}

double norm(const Point& p) { return std::sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]); }

/// Directions of the cells: fibres or sheets.
void check_directions(const MeshParts& parts, const std::vector<Point>& directions, const char* name,
                      std::vector<Fault>& faults) {
  FaultKind no_number("such elements"), no_length("such elements"), no_unit("such elements");
  for (std::size_t cell = 0; cell < directions.size(); ++cell) {
    const double length = norm(directions[cell]);
    auto text = [&] {
      return fmt::format("the {} of element {} is {}", name, cell, vector_text(directions[cell]));
    };
    if (!std::isfinite(length))
      no_number.add(parts.fibre_places, cell,
                    [&] { return text() + ": its components must be finite numbers"; });
    else if (length == 0.0)
      no_length.add(parts.fibre_places, cell, [&] {
        return text() +
               ": every element needs a direction; elements of a bath, which openCARP marks in "
               "this way, have no place in a monodomain mesh";
      });
    else if (std::abs(length - 1.0) > ElementMesh::unit_tolerance)
      no_unit.add(parts.fibre_places, cell, [&] {
        return text() + fmt::format(
                            ", of length {:.4g}: it must be a unit vector; `myowave mesh convert "
                            "--repair` makes it one",
                            length);
      });
  }
  no_number.append_to(faults);
  no_length.append_to(faults);
  no_unit.append_to(faults);
}

void check_sheets_across(const MeshParts& parts, std::vector<Fault>& faults) {
  FaultKind slanted("such elements");
  for (std::size_t cell = 0; cell < parts.sheets.size(); ++cell) {
    const Point &f = parts.fibres[cell], &s = parts.sheets[cell];
    const double product = f[0] * s[0] + f[1] * s[1] + f[2] * s[2];
    if (std::abs(product) > ElementMesh::unit_tolerance)
      slanted.add(parts.fibre_places, cell, [&] {
        return fmt::format(
            "the sheet of element {} is not at right angles to its fibre: their product "
            "is {:.3g}; `myowave mesh convert --repair` turns it",
            cell, product);
      });
  }
  slanted.append_to(faults);
}

void check_factors(const MeshParts& parts, std::vector<Fault>& faults) {
  FaultKind wrong("such elements");
  for (std::size_t cell = 0; cell < parts.conductivity_factors.size(); ++cell)
    if (const double factor = parts.conductivity_factors[cell];
        !(factor >= 0.0 && std::isfinite(factor)))
      wrong.add(parts.cell_places, cell, [&] {
        return fmt::format(
            "the factor on the conductivity of element {} is {:g}: it must be a finite number and not "
            "negative",
            cell, factor);
      });
  wrong.append_to(faults);
}

}  // namespace

std::vector<Fault> faults_of(const MeshParts& parts) {
  check_sizes(parts);
  std::vector<Fault> faults;
  check_nodes(parts, faults);
  if (!faults.empty()) return faults;
  check_cells(parts, faults);
  if (!faults.empty()) return faults;  // what follows looks the nodes up
  check_orphans(parts, faults);
  check_shapes(parts, faults);
  check_directions(parts, parts.fibres, "fibre", faults);
  check_directions(parts, parts.sheets, "sheet", faults);
  check_factors(parts, faults);
  if (faults.empty()) check_sheets_across(parts, faults);
  return faults;
}

}  // namespace myowave
