// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/array_names.hpp"

#include <algorithm>

namespace myowave {
namespace {

constexpr std::string_view regions[] = {"region",        "regions",       "region_id", "regionid",
                                        "tag",           "tags",          "elemtag",   "cell_tags",
                                        "material",      "materialid",    "label",     "labels",
                                        "gmsh:physical", "cellentityids", "medit:ref"};
constexpr std::string_view fibres[] = {"fibre", "fibres", "fiber", "fibers", "f0", "fiber_dir", "lon"};
constexpr std::string_view sheets[] = {"sheet", "sheets", "s0", "sheet_dir"};
constexpr std::string_view conductivity_factors[] = {"conductivity_factor", "conductivity_scale"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::span<const std::string_view> region_names() { return regions; }
std::span<const std::string_view> fibre_names() { return fibres; }
std::span<const std::string_view> sheet_names() { return sheets; }
std::span<const std::string_view> conductivity_factor_names() { return conductivity_factors; }

int place_in(std::span<const std::string_view> names, std::string_view name) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](std::string_view each) { return same(each, name); });
  return found == names.end() ? -1 : static_cast<int>(found - names.begin());
}

}  // namespace myowave
