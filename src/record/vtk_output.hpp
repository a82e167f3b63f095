// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstdio>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

class vtkDataSet;

namespace myowave {

struct NamedField;

/// What the writers of VTK's files share.
namespace vtk_output {

/// Writes one component of a field for all points: that of the first to `to`, of the next `components`
/// further on, and so on. Collective.
using FillComponent = std::function<void(std::span<const double> values, int components, float* to)>;

/// Adds node fields to a data set, the first as the one that is shown.
void add_fields(vtkDataSet* data, const std::vector<NamedField>& fields, const FillComponent& fill);

/// A value as files have it. VTK cannot read back the norms of vectors that are all NaN; one of no
/// length draws no arrow.
float stored(double value, int components);

/// Makes VTK silent: our message says what it would print.
void silence();

/// Writes a file whole or not at all. Returns whether that has worked.
template <class Writer, class Data>
bool write(Writer& writer, Data* data, const std::filesystem::path& file) {
  const std::string temporary = file.string() + ".new";  // a killed run leaves no half a frame behind
  writer.SetFileName(temporary.c_str());
  writer.SetInputData(data);
  // Inline, not appended: ParaView 5.11 of Debian 12 cannot read appended data, raw or encoded, with the
  // libexpat of Debian's security updates (2.5.0-1+deb12u2 and later).
  writer.SetDataModeToBinary();
  writer.SetCompressorTypeToLZ4();
  silence();
  // Its return value is 1 even where the disk is full.
  const bool good = writer.Write() == 1 && writer.GetErrorCode() == 0 &&
                    std::rename(temporary.c_str(), file.c_str()) == 0;
  if (!good) std::remove(temporary.c_str());
  return good;
}

}  // namespace vtk_output
}  // namespace myowave
