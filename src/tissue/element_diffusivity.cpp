// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "tissue/element_diffusivity.hpp"

#include <algorithm>
#include <cmath>

#include "meshes/cells.hpp"

namespace myowave {

ElementDiffusivity::ElementDiffusivity(const TissueSettings& settings,
                                       const std::vector<RegionConductivities>& regions,
                                       const Mesh& mesh)
    : settings_(settings), mesh_(mesh.elements()) {
  if (settings.rule) through_.emplace(settings.rule->through, mesh);
  Conductivities common{{settings.longitudinal}, {settings.transverse}};
  if (settings.normal > 0.0) common.normal = Conductivity{settings.normal};
  values_.push_back(values_of(common, mesh));
  std::vector<Shape> shapes;
  std::vector<std::size_t> values_of_region;
  for (const RegionConductivities& region : regions) {
    shapes.push_back(region.where);
    values_of_region.push_back(region.own ? values_.size() : 0);
    if (region.own) values_.push_back(values_of(*region.own, mesh));
  }
  if (values_.size() == 1) return;
  for (const int region : first_shapes(mesh_, shapes))
    values_of_cell_.push_back(region < 0 ? 0 : values_of_region[static_cast<std::size_t>(region)]);
}

ElementDiffusivity::Values ElementDiffusivity::values_of(const Conductivities& conductivities,
                                                         const Mesh& mesh) const {
  const double scale = 1.0 / (settings_.surface_to_volume * settings_.capacitance);
  auto value = [&](const Conductivity& from) {
    Value made{from.value * scale, from.to * scale};
    if (from.gradient) made.gradient.emplace(*from.gradient, mesh);
    return made;
  };
  Values values{value(conductivities.longitudinal), value(conductivities.transverse)};
  if (conductivities.normal) values.normal = value(*conductivities.normal);
  return values;
}

double ElementDiffusivity::Value::at(const Point& point) const {
  return gradient ? from + gradient->share(point) * (to - from) : from;
}

const ElementDiffusivity::Values& ElementDiffusivity::values_at(std::int32_t cell) const {
  return values_[values_of_cell_.empty() ? 0 : values_of_cell_[static_cast<std::size_t>(cell)]];
}

Point ElementDiffusivity::fibre(std::int32_t cell) const {
  if (settings_.fibre_of_mesh) return mesh_.fibre(cell);
  if (!settings_.rule) return settings_.fibre;
  const FibreRule& rule = *settings_.rule;
  const double angle = rule.from + through_->share(mesh_.centre(cell)) * (rule.to - rule.from);
  const std::size_t first = rule.through.axis == 0 ? 1 : 0, second = rule.through.axis == 2 ? 1 : 2;
  Point fibre{};
  fibre[first] = std::cos(angle);
  fibre[second] = std::sin(angle);
  return fibre;
}

Point ElementDiffusivity::sheet(std::int32_t cell) const {
  if (!settings_.rule) return mesh_.sheet(cell);
  Point sheet{};
  sheet[static_cast<std::size_t>(settings_.rule->through.axis)] = 1.0;
  return sheet;
}

Tensor ElementDiffusivity::operator()(std::int32_t cell) const {
  const Values& values = values_at(cell);
  const Point centre = mesh_.centre(cell);
  const double factor = mesh_.conductivity_factor(cell);
  const double along = factor * values.longitudinal.at(centre),
               across = factor * values.transverse.at(centre);
  if (!values.normal) return axisymmetric_tensor(along, across, fibre(cell));
  return orthotropic_tensor(along, across, factor * values.normal->at(centre), fibre(cell), sheet(cell));
}

bool ElementDiffusivity::conducts(std::int32_t cell) const {
  const Values& values = values_at(cell);
  const Point centre = mesh_.centre(cell);
  const double most = std::max({values.longitudinal.at(centre), values.transverse.at(centre),
                                values.normal ? values.normal->at(centre) : 0.0});
  return mesh_.conductivity_factor(cell) * most > 0.0;
}

}  // namespace myowave
