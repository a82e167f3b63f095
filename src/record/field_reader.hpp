// SPDX-FileCopyrightText: 2026 The Myowave authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "field/layout.hpp"
#include "meshes/mesh.hpp"

namespace myowave {

/// Reads node fields as FieldWriter writes them, whatever number of ranks wrote them: each rank its own
/// nodes.
class FieldReader {
 public:
  FieldReader(const Mesh& mesh, const Layout& layout) : mesh_(mesh), layout_(layout) {}

  /// An array of the owned nodes [owned], rounded to float32, NaN where the file has it; empty if the
  /// file has none of that name. Throws InputError, on this rank alone, if the file is missing or broken
  /// or belongs to another mesh.
  std::vector<double> read(const std::filesystem::path& file, const std::string& array) const;

 private:
  std::vector<double> read_grid(const std::filesystem::path& file, const std::string& array) const;
  std::vector<double> read_elements(const std::filesystem::path& file, const std::string& array) const;

  const Mesh& mesh_;
  const Layout& layout_;
};

}  // namespace myowave
