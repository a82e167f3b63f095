// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#include "meshes/files/vtk_size.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace myowave {
namespace {

/// zlib packs at most 1032 bytes into one; a point has at least 12 bytes, a cell 5, a voxel 1.
constexpr double points_per_byte = 1032.0 / 12.0, cells_per_byte = 1032.0 / 5.0,
                 voxels_per_byte = 1032.0;

/// The number at the beginning of a text, -1 if there is none.
double leading_number(std::string_view text) {
  while (!text.empty() && text[0] == ' ') text.remove_prefix(1);
  double value = -1.0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// The first number behind `key` wherever that stands that is above `most`; -1 if none is.
double too_large(std::string_view text, std::string_view key, double most) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1))
    if (const double value = leading_number(text.substr(at + key.size(), 40)); value > most)
      return value;
  return -1.0;
}

std::string fault_text(double value, const char* what) {
  return fmt::format(
      "it says that it has {:.0f} {}, for which it has no room: it is cut off or damaged; copy or "
      "write it again",
      value, what);
}

/// First and last index along each axis.
using Extent = std::array<double, 6>;

/// The extents "x0 x1 y0 y1 z0 z1" of an image: that of the whole and those of its pieces.
std::vector<Extent> extents_of(std::string_view text) {
  constexpr std::string_view key = "Extent=\"";
  std::vector<Extent> extents;
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    const char* from = text.data() + at + key.size();
    const char* const end = text.data() + std::min(text.size(), at + key.size() + 100);
    Extent extent{};
    for (double& bound : extent) {
      while (from < end && *from == ' ') ++from;
      from = std::from_chars(from, end, bound).ptr;
    }
    extents.push_back(extent);
  }
  return extents;
}

/// VTK copies pieces without a look at whether they fit.
std::string image_fault(std::string_view text) {
  const std::vector<Extent> extents = extents_of(text);
  double points = 1.0;
  for (std::size_t a = 0; !extents.empty() && a < 3; ++a)
    points *= std::max(1.0, extents[0][2 * a + 1] - extents[0][2 * a] + 1.0);
  if (points > voxels_per_byte * static_cast<double>(text.size())) return fault_text(points, "voxels");
  if (extents.size() != 2 || extents[0] != extents[1])
    return "its one piece must have the extent of the whole image, as it has in the files of VTK and "
           "ParaView";
  return "";
}

}  // namespace

std::string vtk_size_fault(std::string_view text, std::string_view ending) {
  const auto bytes = static_cast<double>(text.size());
  if (ending == ".vti") return image_fault(text);
  if (ending == ".vtu") {
    if (const double n = too_large(text, "NumberOfPoints=\"", points_per_byte * bytes); n >= 0)
      return fault_text(n, "nodes");
    const double n = too_large(text, "NumberOfCells=\"", cells_per_byte * bytes);
    return n >= 0 ? fault_text(n, "elements") : "";
  }
  // The least that stands for an entity is two characters a number, or four bytes.
  if (const double n = too_large(text, "POINTS ", bytes / 6.0); n >= 0) return fault_text(n, "nodes");
  for (const char* const key : {"\nCELLS ", "\nCELL_TYPES ", "\nCELL_DATA ", "\nPOINT_DATA "})
    if (const double n = too_large(text, key, bytes / 2.0); n >= 0) return fault_text(n, "elements");
  return "";
}

}  // namespace myowave
