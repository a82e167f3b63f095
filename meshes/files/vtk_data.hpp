// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace myowave {

// What VTK's files hold, as far as meshes need it. VTK's own readers trust what stands in a file, so
// ours read them: nothing is allocated for which the file has no bytes, and arrays that no one asks for
// are passed over. Numbers of every type become doubles, which hold all integers up to 2^53.

/// An array of a file.
struct VtkArray {
  std::string name;                             ///< empty if it has none
  std::int64_t components = 1;                  ///< numbers a tuple
  std::int64_t tuples = 0;                      ///< by the size of the data it belongs to
  std::function<std::vector<double>()> values;  ///< [tuple, component]; throws InputError
};

/// Reads arrays while the text of the file lives.
struct VtkGrid {
  std::int64_t points = 0, cells = 0;
  std::vector<double> coordinates;   ///< [point, axis]
  std::vector<double> types;         ///< [cell], VTK's numbers of cell types
  std::vector<double> offsets;       ///< [cell + 1], where a cell's nodes begin in connectivity
  std::vector<double> connectivity;  ///< nodes of cell 0, of cell 1 ...
  std::vector<VtkArray> cell_arrays, point_arrays;
};

struct VtkImage {
  std::array<std::int32_t, 6> extent{};                        ///< first and last point of each axis
  std::array<double, 3> origin{}, spacing{1.0, 1.0, 1.0};      ///< of the point 0 0 0; between points
  std::array<double, 9> direction{1, 0, 0, 0, 1, 0, 0, 0, 1};  ///< [row, column], columns are the axes
  std::vector<VtkArray> cell_arrays, point_arrays;
};

/// Numbers as they stand in files.
struct VtkNumber {
  std::string_view name;
  std::size_t bytes;
  /// Of a sequence of them; `swap`: the bytes of each stand in the other order than in memory.
  std::vector<double> (*decode)(std::string_view sequence, bool swap);
};
/// By the names of XML files ("Float64") or of legacy files ("double"); null if it is none of them.
const VtkNumber* vtk_number(std::string_view name, bool legacy);

/// They read a text; `path` is for messages. Throw InputError.
VtkGrid parse_vtu(std::string_view text, const std::string& path);
VtkImage parse_vti(std::string_view text, const std::string& path);
VtkGrid parse_legacy_vtk(std::string_view text, const std::string& path);

}  // namespace myowave
