// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "simulation/node_parameters.hpp"

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "base/units.hpp"
#include "ionic/registry.hpp"
#include "record/vtk_array.hpp"

namespace myowave {
namespace {

int index_of(const ionic::ModelInfo& info, const std::string& parameter) {
  for (std::size_t k = 0; k < info.parameters.size(); ++k)
    if (parameter == info.parameters[k].name) return static_cast<int>(k);
  throw InternalError("no parameter " + parameter);  // the configuration has been checked
}

/// What a field says, in the published unit of the parameter (a factor has none).
class FieldValues {
 public:
  /// `length` is that of 1 in the coordinates of a file [mm]; 0: 1 mm.
  FieldValues(const ParameterField& field, const std::string& unit, const Mesh& mesh, double length)
      : unit_factor_(parse_unit(unit).factor) {
    if (!field.file.empty()) {
      array_ = read_node_array(field.file, field.array, mesh, length > 0.0 ? length : 1.0);
      from_ = parse_quantity(fmt::format("1 {}", field.unit), unit) / unit_factor_;
      return;
    }
    from_ = parse_quantity(field.from, unit) / unit_factor_;
    to_ = parse_quantity(field.to, unit) / unit_factor_;
    gradient_.emplace(field.gradient, mesh);
  }

  double at(std::int64_t node, const Point& position) const {
    if (array_) return from_ * array_->at(node);
    return from_ + gradient_->share(position) * (to_ - from_);
  }

 private:
  double unit_factor_, from_ = 0.0, to_ = 0.0;
  std::optional<Gradient> gradient_;
  std::unique_ptr<NodeArray> array_;
};

NodeParameter& entry_of(std::vector<NodeParameter>& all, int parameter, std::size_t count,
                        double uniform) {
  for (NodeParameter& each : all)
    if (each.parameter == parameter) return each;
  all.push_back({parameter, std::vector<double>(count, uniform)});
  return all.back();
}

}  // namespace

std::vector<std::vector<NodeParameter>> node_parameters(const Config& config, const Mesh& mesh,
                                                        const Layout& layout, const NodeSets& nodes,
                                                        std::vector<Fault>& faults) {
  std::vector<std::vector<NodeParameter>> result(config.regions.size());
  for (std::size_t r = 0; r < config.regions.size(); ++r) {
    const RegionSettings& region = config.regions[r];
    if (region.fields.empty()) continue;
    const auto model = ionic::make_cell_model(region.cell, {});
    // Values first, factors on them after.
    for (const bool scale : {false, true})
      for (const ParameterField& field : region.fields) {
        if (field.scale != scale) continue;
        const int k = index_of(model->info(), field.parameter);
        const auto at = static_cast<std::size_t>(k);
        try {
          const FieldValues values(field, scale ? "1" : model->info().parameters[at].unit, mesh,
                                   config.mesh.unit);
          const auto uniform = region.cell.scale.find(field.parameter);
          const double factor = !scale && uniform != region.cell.scale.end() ? uniform->second : 1.0;
          NodeParameter& entry =
              entry_of(result[r], k, nodes.regions[r].size(), model->parameters()[at]);
          for (std::size_t i = 0; i < nodes.regions[r].size(); ++i) {
            const std::int64_t node = layout.global_node(nodes.regions[r][i]);
            const double value = values.at(node, mesh.position(node));
            entry.values[i] = scale ? entry.values[i] * value : value * factor;
          }
        } catch (const InputError& error) {
          faults.push_back(config.fault(
              fmt::format("region.{}.{}.{}", r, scale ? "scale" : "parameters", field.parameter),
              error.faults().front().message));
        }
      }
  }
  return result;
}

}  // namespace myowave
