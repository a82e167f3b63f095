// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "record/field_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "base/error.hpp"
#include "record/element_reader.hpp"
#include "record/image_reader.hpp"

namespace myowave {
namespace {

constexpr double same_place = 1e-6;  // mm

[[noreturn]] void of_another_mesh(const std::filesystem::path& file) {
  throw InputError(fmt::format("{} does not belong to the mesh of config.toml", file.string()));
}

bool same(const Point& a, const Point& b) {
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (!(std::abs(a[axis] - b[axis]) <= same_place)) return false;
  return true;
}

}  // namespace

std::vector<double> FieldReader::read(const std::filesystem::path& file,
                                      const std::string& array) const {
  return mesh_.is_grid() ? read_grid(file, array) : read_elements(file, array);
}

std::vector<double> FieldReader::read_grid(const std::filesystem::path& file,
                                           const std::string& array) const {
  const NodeImage image = read_image(file, [&](const ImageInfo& info) {
    if (info.nodes != mesh_.grid().nodes) of_another_mesh(file);
    NodeChoice choice;
    for (std::size_t a = 0; a < 3; ++a) {
      choice[a].resize(static_cast<std::size_t>(layout_.owned_box().count[a]));
      std::iota(choice[a].begin(), choice[a].end(), layout_.owned_box().start[a]);
    }
    return choice;
  });
  for (std::size_t k = 0; k < image.info.arrays.size(); ++k)
    if (image.info.arrays[k] == array) return {image.values[k].begin(), image.values[k].end()};
  return {};
}

std::vector<double> FieldReader::read_elements(const std::filesystem::path& file,
                                               const std::string& array) const {
  std::vector<double> values(static_cast<std::size_t>(layout_.owned()),
                             std::numeric_limits<double>::quiet_NaN());
  std::vector<bool> seen(values.size(), false);
  bool has_array = true;
  read_element_values(
      file, [&](const std::string& name) { return name == array; },
      [&](const ElementValues& piece) {
        has_array = has_array && !piece.values.empty();
        for (std::size_t n = 0; n < piece.nodes.size(); ++n) {
          if (piece.nodes[n] >= mesh_.node_count()) of_another_mesh(file);
          const std::int32_t local = layout_.local_node(piece.nodes[n]);
          if (local < 0) continue;
          if (!same(piece.positions[n], mesh_.position(piece.nodes[n]))) of_another_mesh(file);
          const auto at = static_cast<std::size_t>(local);
          seen[at] = true;
          if (has_array) values[at] = static_cast<double>(piece.values.front()[n]);
        }
      });
  if (std::find(seen.begin(), seen.end(), false) != seen.end())
    throw InputError(fmt::format("{} lacks nodes of the mesh; repeat the run", file.string()));
  if (!has_array) values.clear();
  return values;
}

}  // namespace myowave
